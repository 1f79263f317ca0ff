//! Where an output may be: inside the root, by name and through every link on the way.

use std::path::{Component, Path, PathBuf};

/// Why a path is refused, in words for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It would leave the root, or is none of ours by nature.
    Outside(String),
    /// Something else stands there or on the way.
    Occupied(String),
}

/// The place of an output on disk. The root must exist.
pub fn resolve(root: &Path, path: &str) -> Result<PathBuf, Refusal> {
    lexical(path).map_err(Refusal::Outside)?;
    let mut place = root.to_path_buf();
    let parts: Vec<&str> = path.split('/').collect();
    for (index, part) in parts.iter().enumerate() {
        place.push(part);
        let last = index + 1 == parts.len();
        let Ok(found) = place.symlink_metadata() else {
            continue;
        };
        if found.is_symlink() {
            check_link(root, &place, last)?;
        } else if last && found.is_dir() {
            return Err(Refusal::Occupied("a folder stands there".into()));
        } else if !last && !found.is_dir() {
            let at = parts.get(..=index).unwrap_or_default().join("/");
            return Err(Refusal::Occupied(format!("`{at}` is not a folder")));
        }
    }
    Ok(place)
}

/// A link to a folder inside the root is followed; any other would let a write escape.
fn check_link(root: &Path, place: &Path, last: bool) -> Result<(), Refusal> {
    if last {
        return Err(Refusal::Occupied("a symbolic link stands there".into()));
    }
    let inside = match (place.canonicalize(), root.canonicalize()) {
        (Ok(target), Ok(root)) => target.is_dir() && target.starts_with(root),
        _ => false,
    };
    let link = place.strip_prefix(root).unwrap_or(place);
    inside.then_some(()).ok_or_else(|| {
        let link = link.display();
        Refusal::Outside(format!("the symbolic link `{link}` leads out of the root"))
    })
}

fn lexical(path: &str) -> Result<(), String> {
    if path.is_empty() || path.contains(['\\', '\0']) || path.contains(char::is_control) {
        return Err("it is not a plain path".into());
    }
    let normal = |c: Component| matches!(c, Component::Normal(_));
    if !Path::new(path).components().all(normal) || path.split('/').any(|p| matches!(p, "" | ".")) {
        return Err("it must be a path below the root, without `.` and `..`".into());
    }
    let first = path.split('/').next().unwrap_or_default();
    if first.eq_ignore_ascii_case(".git") {
        return Err("`.git` belongs to git".into());
    }
    if path.to_ascii_lowercase().ends_with(".gate") || path == crate::lock::FILE_NAME {
        return Err("it is a source of gatec's own".into());
    }
    Ok(())
}
