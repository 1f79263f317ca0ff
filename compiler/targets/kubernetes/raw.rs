//! `raw kubernetes` fragments: takes YAML of a part of an object, lays it over the object.
//!
//! A fragment adds; what gatec writes itself it can't change. Lists of named things (containers,
//! volumes, variables) are merged by name, other lists are continued.

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Raw, Service};
use crate::targets::yaml::{Entry, Map, Yaml, from_serde};

use super::base::Objects;

/// Lays a service's fragments over its objects; those of the kinds `elsewhere` may have none here.
pub(super) fn merge(
    service: &Service,
    objects: &mut Objects,
    elsewhere: &[&str],
    found: &mut Diagnostics,
) {
    for raw in service.raw.iter().filter(|r| r.target == "kubernetes") {
        let Some(fragment) = parse(raw) else {
            let message = "this fragment is not a map with a `kind`";
            found.push(unknown_kind(raw, message, objects));
            continue;
        };
        let kind = fragment.get("kind").cloned();
        match objects
            .iter_mut()
            .find(|(_, o)| o.get("kind") == kind.as_ref())
        {
            Some((_, object)) => lay_over(raw, object, fragment, found),
            None if is_one_of(kind.as_ref(), elsewhere) => {}
            None => {
                let message = format!("`{}` has no object of this kind", service.id);
                found.push(unknown_kind(raw, &message, objects));
            }
        }
    }
}

/// Lays the fragments of these kinds over one object, which stands for all of them.
pub(super) fn merge_into(
    service: &Service,
    object: &mut Map,
    kinds: &[&str],
    found: &mut Diagnostics,
) {
    for raw in service.raw.iter().filter(|r| r.target == "kubernetes") {
        let Some(fragment) = parse(raw).filter(|f| is_one_of(f.get("kind"), kinds)) else {
            continue;
        };
        let mut rest = Map::new();
        let own = |key: &str| matches!(key, "kind" | "apiVersion");
        for (key, entry) in fragment.entries().filter(|(key, _)| !own(key)) {
            rest.push_entry(key.to_string(), entry.clone());
        }
        lay_over(raw, object, rest, found);
    }
}

fn is_one_of(kind: Option<&Yaml>, kinds: &[&str]) -> bool {
    matches!(kind, Some(Yaml::Str(kind)) if kinds.contains(&kind.as_ref()))
}

fn parse(raw: &Raw) -> Option<Map> {
    match from_serde(serde_yaml::from_str(&raw.yaml).ok()?) {
        Yaml::Map(map) => matches!(map.get("kind"), Some(Yaml::Str(_))).then_some(map),
        _ => None,
    }
}

fn unknown_kind(raw: &Raw, message: &str, objects: &Objects) -> Diagnostic {
    let kinds = objects.iter().filter_map(|(_, o)| match o.get("kind") {
        Some(Yaml::Str(kind)) => Some(format!("`{kind}`")),
        _ => None,
    });
    let kinds: Vec<_> = kinds.collect();
    Diagnostic::new(Code::BadRaw, raw.span, message)
        .help(format!("write `kind:` with one of {}", kinds.join(", ")))
}

fn lay_over(raw: &Raw, object: &mut Map, fragment: Map, found: &mut Diagnostics) {
    let mut taken = Vec::new();
    add_map(object, fragment, "", &mut taken);
    for path in taken {
        let message = format!("gatec writes `{path}` itself");
        found.push(
            Diagnostic::new(Code::BadRaw, raw.span, message)
                .label("so this fragment can't")
                .help("take it out of the fragment; the service's own attributes set it"),
        );
    }
}

/// Adds what isn't there; says the path of what is, and is something else.
fn add_map(own: &mut Map, more: Map, path: &str, taken: &mut Vec<String>) {
    for (key, entry) in more.entries() {
        let path = match path {
            "" => key.to_string(),
            _ => format!("{path}.{key}"),
        };
        match own.get_mut(key) {
            None => _ = own.push_entry(key.to_string(), entry.clone()),
            Some(there) => add_value(there, entry.value.clone(), &path, taken),
        }
    }
}

fn add_value(own: &mut Yaml, more: Yaml, path: &str, taken: &mut Vec<String>) {
    match (own, more) {
        (Yaml::Map(own), Yaml::Map(more)) => add_map(own, more, path, taken),
        (Yaml::List(own), Yaml::List(more)) => add_list(own, more, path, taken),
        (own, more) if *own == more => {}
        _ => taken.push(path.to_string()),
    }
}

fn add_list(own: &mut Vec<Entry>, more: Vec<Entry>, path: &str, taken: &mut Vec<String>) {
    for entry in more {
        let name = name_of(&entry.value).cloned();
        let same = |e: &&mut Entry| name.is_some() && name_of(&e.value) == name.as_ref();
        match own.iter_mut().find(same) {
            Some(there) => add_value(&mut there.value, entry.value, path, taken),
            None => own.push(entry),
        }
    }
}

fn name_of(value: &Yaml) -> Option<&Yaml> {
    match value {
        Yaml::Map(map) => map.get("name"),
        _ => None,
    }
}
