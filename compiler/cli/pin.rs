//! `gatec pin`: what third-party actions are pinned to, shown or changed in the lock.

use std::path::{Path, PathBuf};

use super::args::Pin;
use super::discover::discover;
use super::exit::{Exit, Failure};
use super::screen::{Screen, count};
use super::write::{self, Guard, Trouble};
use crate::diagnostics::nearest;
use crate::lock::{self, Action, Lock};
use crate::pins;

pub(super) fn run(args: &Pin, screen: &mut Screen) -> Result<Exit, Failure> {
    let root = discover(&args.root)?.root;
    let place = root.join(lock::FILE_NAME);
    if args.action.is_none() && !args.update {
        screen.data(&listed(&read(&place)?))?;
        return Ok(Exit::Ok);
    }
    let _guard = Guard::take(&root)?;
    let mut held = read(&place)?;
    let said = match (&args.action, &args.commit) {
        (Some(action), Some(commit)) => add(&mut held, action, commit, args.metadata.as_deref())?,
        (Some(action), None) if !args.update => return Err(no_commit(action)),
        (only, _) => update(&mut held, only.as_deref())?,
    };
    write::replace(&place, held.print().as_bytes())?;
    screen.say(&said)?;
    Ok(Exit::Ok)
}

fn read(place: &PathBuf) -> Result<Lock, Failure> {
    let text = match std::fs::read_to_string(place) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Lock::default()),
        Err(error) => return Err(Trouble::new("read", place, error).into()),
    };
    Lock::parse(&text).map_err(|why| {
        let why = format!("{}: {why}; {}", place.display(), lock::BROKEN);
        Failure::Usage(why)
    })
}

fn no_commit(action: &str) -> Failure {
    Failure::Usage(format!(
        "`{action}` is pinned to which commit? write `gatec pin {action} COMMIT`"
    ))
}

/// One line an action: its release, its commit, and the release that is built in.
fn listed(held: &Lock) -> String {
    let width = held.actions.keys().map(String::len).max().unwrap_or(0);
    let line = |(name, action): (&String, &Action)| {
        let newer = pins::lookup(name).filter(|known| known.commit != action.commit);
        let newer = newer.map(|known| format!("  built in: {}", known.version));
        let (version, commit) = (&action.version, &action.commit);
        let newer = newer.unwrap_or_default();
        format!("{name:<width$}  {version:<10}  {commit}{newer}\n")
    };
    held.actions.iter().map(line).collect()
}

fn add(
    held: &mut Lock,
    action: &str,
    commit: &str,
    metadata: Option<&Path>,
) -> Result<String, Failure> {
    let named = action.split_once('@').filter(|(name, version)| {
        let parts = name.split('/').count();
        parts >= 2 && name.split('/').all(|part| !part.is_empty()) && !version.is_empty()
    });
    let Some((name, version)) = named else {
        let why = format!("`{action}` is no release of an action; write `owner/name@v2.1.0`");
        return Err(Failure::Usage(why));
    };
    let pin = match metadata {
        None => Action {
            version: version.to_string(),
            commit: commit.to_string(),
            ..Action::default()
        },
        Some(file) => {
            let text = std::fs::read_to_string(file).map_err(|e| Trouble::new("read", file, e))?;
            let pin = pins::Action::described(name, version, commit, &text);
            let wrong = |why| Failure::Usage(format!("{} is no action: {why}", file.display()));
            Action::of(&pin.map_err(wrong)?)
        }
    };
    let known = pins::lookup(name).filter(|known| known.version == version);
    if let Some(known) = known.filter(|known| known.commit != commit) {
        let why = format!("{version} of `{name}` is commit {}", known.commit);
        return Err(Failure::Usage(why));
    }
    held.actions.insert(name.to_string(), pin);
    Ok(format!("pinned {name} {version} to {commit}"))
}

/// Puts what is built in where the lock holds another release of the same major version; a new
/// major version is asked for in the source.
fn update(held: &mut Lock, only: Option<&str>) -> Result<String, Failure> {
    if let Some(name) = only.filter(|name| !held.actions.contains_key(*name)) {
        let hint = match nearest(name, held.actions.keys().map(String::as_str)) {
            Some(near) => format!("; did you mean `{near}`?"),
            None => "; `gatec pin` lists what is there".to_string(),
        };
        return Err(Failure::Usage(format!("the lock has no `{name}`{hint}")));
    }
    let mut said = String::new();
    let mut updated = 0;
    for (name, action) in &mut held.actions {
        let known = pins::lookup(name).filter(|known| known.commit != action.commit);
        let Some(known) = known.filter(|_| only.is_none_or(|only| only == name)) else {
            continue;
        };
        let (old, new) = (&action.version, &known.version);
        if old.split('.').next() != Some(known.major()) {
            let major = known.major();
            said.push_str(&format!(
                "{name}: stays {old}; for {new} write `@{major}` in the source\n"
            ));
            continue;
        }
        said.push_str(&format!("{name}: {old} → {new}\n"));
        *action = Action::of(known);
        updated += 1;
    }
    Ok(format!("{said}{} updated", count(updated, "pin")))
}
