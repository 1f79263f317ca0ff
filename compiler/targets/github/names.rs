//! Names as GitHub takes them: ids of jobs and steps, and kebab names of files and artifacts.

use std::collections::HashSet;

/// A name as an id: lower case, letters, digits and single underscores, a letter first.
pub fn ident(name: &str) -> String {
    let mut id = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            c if c.is_ascii_alphanumeric() => id.push(c.to_ascii_lowercase()),
            _ if id.ends_with('_') || id.is_empty() => {}
            _ => id.push('_'),
        }
    }
    let id = id.trim_end_matches('_');
    if id.starts_with(|c: char| c.is_ascii_lowercase()) {
        id.chars().take(LONGEST).collect()
    } else {
        format!("x{id}").chars().take(LONGEST).collect()
    }
}

const LONGEST: usize = 90;

/// A name as a part of file, artifact and group names.
pub fn kebab(name: &str) -> String {
    ident(name).replace('_', "-")
}

/// Ids that must differ, whatever their case.
#[derive(Default)]
pub struct Idents(HashSet<String>);

impl Idents {
    /// An id of this name, with a number where it is taken.
    pub fn take(&mut self, name: &str) -> String {
        let first = ident(name);
        let mut id = first.clone();
        let mut number = 2;
        while !self.0.insert(id.clone()) {
            id = format!("{first}_{number}");
            number += 1;
        }
        id
    }
}
