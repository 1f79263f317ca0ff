//! Where the records of baselines live: a folder with one file for each record, one file with one
//! line for each, or an object store. A Prometheus has none, and says what the reference is.
//!
//! Writers never change what another wrote: a record in a folder is a new file, whole from its
//! first moment; in a file it is a line added under a lock. So none is lost, whoever writes at
//! the same time.

mod objects;
mod prometheus;

use std::collections::BTreeSet;
use std::fs;
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::baseline::{Broken, File, History, Record};
use crate::judge::kept;
use crate::plan::{Baseline, Plan, Store};
use objects::Objects;
use prometheus::Prometheus;

/// Most bytes of one file that are read.
const MOST_BYTES: u64 = 64 << 20;

/// Seconds since 1970.
pub fn now() -> f64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0.0, |since| since.as_secs() as f64)
}

/// Where the records of a baseline are.
#[derive(Clone, Debug)]
pub enum Place {
    /// A folder; each baseline has one of its own in it.
    Folder(PathBuf),
    /// A file with the records of all baselines.
    File(PathBuf),
    /// An object store; each baseline has a folder of its own in it.
    Objects(Objects),
    /// No records: a server that is asked.
    Prometheus(Prometheus),
}

/// Which records are asked for.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// The baseline's id.
    pub baseline: &'a str,
    /// That the anchors and so many of the newest are enough; none: all are wanted.
    pub newest: Option<usize>,
    /// When a Prometheus is asked for, in seconds since 1970; none: now.
    pub at: Option<f64>,
}

impl<'a> Wanted<'a> {
    /// All that is kept.
    pub fn all(baseline: &'a Baseline) -> Self {
        Self {
            baseline: &baseline.id,
            newest: None,
            at: None,
        }
    }

    /// What comparisons of a program need.
    pub fn by(plan: &Plan, baseline: &'a Baseline) -> Self {
        // Names don't tell of which key a record is.
        let keyed = !baseline.key.is_empty() || plan.metrics.iter().any(|m| !m.key.is_empty());
        Self {
            newest: (!keyed).then(|| kept(baseline)),
            ..Self::all(baseline)
        }
    }
}

/// The place of a baseline: as the caller says, the program's `store`, or as GATEC_BASELINE does.
/// None if nobody says it, an error if it can't be used.
pub fn place(
    plan: &Plan,
    baseline: &Baseline,
    said: Option<&Path>,
    root: &Path,
    env: &dyn Fn(&str) -> Option<String>,
) -> Option<Result<Place, String>> {
    if let Some(path) = said {
        return Some(of_path(path, env));
    }
    match &baseline.store {
        Some(Store::Folder(path)) => Some(Ok(Place::Folder(root.join(path)))),
        Some(Store::File(path)) => Some(Ok(Place::File(root.join(path)))),
        Some(Store::Objects(store)) => Some(Objects::open(store, env).map(Place::Objects)),
        Some(Store::Prometheus(asked)) => {
            Some(Prometheus::open(plan, baseline, asked, env).map(Place::Prometheus))
        }
        None => {
            let by_env = env("GATEC_BASELINE").filter(|path| !path.is_empty());
            by_env.map(|path| of_path(Path::new(&path), env))
        }
    }
}

fn of_path(path: &Path, env: &dyn Fn(&str) -> Option<String>) -> Result<Place, String> {
    if let Some(url) = path.to_str().filter(|path| path.starts_with("s3://")) {
        let store = crate::plan::Objects {
            url: url.to_string(),
            region: None,
            endpoint: None,
            login: None,
        };
        return Objects::open(&store, env).map(Place::Objects);
    }
    Ok(match path.extension().is_some_and(|e| e == "jsonl") {
        true => Place::File(path.to_path_buf()),
        false => Place::Folder(path.to_path_buf()),
    })
}

/// A document with its file, if it has one of its own.
type Document = (Option<PathBuf>, File);

impl Place {
    /// The history of a baseline; empty where nothing was kept yet.
    pub fn read(&self, wanted: &Wanted) -> Result<History, String> {
        if let Place::Prometheus(asked) = self {
            return asked.read(wanted.at);
        }
        let files = self.documents(wanted)?;
        Ok(History::of(files.into_iter().map(|(_, file)| file)))
    }

    fn documents(&self, wanted: &Wanted) -> Result<Vec<Document>, String> {
        let baseline = wanted.baseline;
        let of_it = |file: &File| match file {
            File::Record(record) => record.baseline == baseline,
            File::Pin(pin) => pin.baseline == baseline,
        };
        let alone = |files: Vec<File>| files.into_iter().map(|file| (None, file)).collect();
        let all: Vec<Document> = match self {
            Place::Folder(folder) => in_folder(&folder.join(baseline))?,
            Place::File(path) => {
                let text = text_of(path)?.unwrap_or_default();
                alone(in_lines(path, &text)?)
            }
            Place::Objects(objects) => alone(objects.read(wanted)?),
            Place::Prometheus(_) => Vec::new(),
        };
        Ok(all.into_iter().filter(|(_, file)| of_it(file)).collect())
    }

    /// Adds a record, and takes away from a folder what no comparison needs any more; says so.
    pub fn add(&self, baseline: &Baseline, record: Record) -> Result<String, String> {
        let file = File::Record(record);
        self.write(&baseline.id, &file)?;
        if let Place::Folder(_) = self {
            self.prune(baseline)?;
        }
        Ok(format!(
            "recorded in baseline `{}`: {}",
            baseline.id,
            file.name()
        ))
    }

    /// Writes one document.
    pub fn write(&self, baseline: &str, file: &File) -> Result<(), String> {
        match self {
            Place::Folder(folder) => into_folder(&folder.join(baseline), file),
            Place::File(path) => into_file(path, file),
            Place::Objects(objects) => objects.write(baseline, file),
            Place::Prometheus(asked) => Err(asked.keeps_nothing()),
        }
    }

    fn prune(&self, baseline: &Baseline) -> Result<(), String> {
        let documents = self.documents(&Wanted::all(baseline))?;
        let history = History::of(documents.iter().map(|(_, file)| file.clone()));
        let mut needed: BTreeSet<String> = history.records.iter().map(Record::id).collect();
        for id in history.needless(kept(baseline)) {
            needed.remove(&id);
        }
        for (path, file) in &documents {
            if let (Some(path), File::Record(record)) = (path, file)
                && !needed.contains(&record.id())
            {
                match fs::remove_file(path) {
                    // Another writer was faster.
                    Err(error) if error.kind() != ErrorKind::NotFound => {
                        return Err(format!("{} can't be removed: {error}", path.display()));
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }
}

fn in_folder(folder: &Path) -> Result<Vec<Document>, String> {
    let unreadable = |error: std::io::Error| format!("{} can't be read: {error}", folder.display());
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(error)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(unreadable)?.path();
        let name = path
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default();
        if name.ends_with(".json") && !name.starts_with('.') {
            paths.push(path);
        }
    }
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        // A file that another writer took away in between was needless.
        let Some(text) = text_of(&path)? else {
            continue;
        };
        let file = File::parse(&text).map_err(|Broken(why)| format!("{} {why}", path.display()))?;
        files.push((Some(path), file));
    }
    Ok(files)
}

fn in_lines(path: &Path, text: &str) -> Result<Vec<File>, String> {
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    let each = lines.map(|(at, line)| {
        File::parse(line)
            .map_err(|Broken(why)| format!("{}, line {}, {why}", path.display(), at + 1))
    });
    each.collect()
}

/// A file's text; none if there is no such file.
fn text_of(path: &Path) -> Result<Option<String>, String> {
    let unreadable = |error: std::io::Error| format!("{} can't be read: {error}", path.display());
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    let mut text = String::new();
    file.take(MOST_BYTES + 1)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    match text.len() as u64 > MOST_BYTES {
        true => Err(format!("{} is too large", path.display())),
        false => Ok(Some(text)),
    }
}

/// A new file, which appears whole or not at all.
fn into_folder(folder: &Path, file: &File) -> Result<(), String> {
    let unwritable =
        |error: std::io::Error| format!("{} can't be written: {error}", folder.display());
    fs::create_dir_all(folder).map_err(unwritable)?;
    let named = tempfile::Builder::new()
        .prefix(".")
        .suffix(".tmp")
        .tempfile_in(folder);
    let mut named = named.map_err(unwritable)?;
    writeln!(named, "{}", file.text()).map_err(unwritable)?;
    named.as_file().sync_all().map_err(unwritable)?;
    // One of that name says the same.
    named
        .persist(folder.join(file.name()))
        .map_err(|error| unwritable(error.error))?;
    Ok(())
}

/// A line more, while nobody else writes.
fn into_file(path: &Path, file: &File) -> Result<(), String> {
    let unwritable =
        |error: std::io::Error| format!("{} can't be written: {error}", path.display());
    if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(unwritable)?;
    }
    let mut opened = fs::File::options();
    let mut opened = opened
        .create(true)
        .read(true)
        .append(true)
        .open(path)
        .map_err(unwritable)?;
    opened.lock().map_err(unwritable)?;
    let mut line = format!("{}\n", file.text());
    if ends_open(&mut opened).map_err(unwritable)? {
        line.insert(0, '\n');
    }
    opened.write_all(line.as_bytes()).map_err(unwritable)?;
    opened.sync_all().map_err(unwritable)
}

/// Whether a file's last line has no end, as one that someone edited.
fn ends_open(file: &mut fs::File) -> std::io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

#[cfg(test)]
mod tests;
