//! Evidence on disk: a folder `STAGE/CELL/REPORT`, or what stages handed over, each with its
//! manifest. Links that lead out of the folder are not followed.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::evidence::manifest::{FILE_NAME, MAX_BYTES, Manifest, RunId};
use crate::evidence::{EvidenceStore, Found};

/// How deep manifests are looked for: `DIR/ARTIFACT/gatec-manifest`.
const DEEPEST: usize = 3;

/// The evidence of a folder.
pub enum Evidence {
    /// As it lies there.
    Plain(Folder),
    /// As the manifests say.
    Handed(Handed),
}

impl Evidence {
    /// Opens a folder. With `run` each report must be handed over by a manifest of that run;
    /// without, manifests count if there are any.
    pub fn open(root: &Path, run: Option<RunId>) -> Self {
        let folder = Folder {
            root: root.to_path_buf(),
        };
        let mut found = Vec::new();
        manifests(root, DEEPEST, &mut found);
        if found.is_empty() && run.is_none() {
            return Self::Plain(folder);
        }
        Self::Handed(Handed::new(folder, found, run))
    }

    /// Manifests that could not be read, each as a sentence.
    pub fn broken(&self) -> &[String] {
        match self {
            Self::Plain(_) => &[],
            Self::Handed(handed) => &handed.broken,
        }
    }

    /// The store.
    pub fn store(&self) -> &dyn EvidenceStore {
        match self {
            Self::Plain(folder) => folder,
            Self::Handed(handed) => handed,
        }
    }
}

/// Folders that hold a manifest, in the order of their names.
fn manifests(folder: &Path, deepest: usize, found: &mut Vec<PathBuf>) {
    if folder.join(FILE_NAME).is_file() {
        found.push(folder.to_path_buf());
        return;
    }
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries
        .filter(|e| e.file_type().is_ok_and(|t| t.is_dir()))
        .map(|e| e.path())
        .collect();
    folders.sort();
    if deepest > 0 {
        folders
            .iter()
            .for_each(|f| manifests(f, deepest - 1, found));
    }
}

/// A folder of evidence.
pub struct Folder {
    root: PathBuf,
}

impl EvidenceStore for Folder {
    fn name(&self) -> String {
        self.root.display().to_string()
    }

    fn read(&self, path: &str) -> Found<'_> {
        let place = self.root.join(path);
        let (root, place) = match (self.root.canonicalize(), place.canonicalize()) {
            (Ok(root), Ok(place)) => (root, place),
            (Err(error), _) | (_, Err(error)) => return unreadable(&error),
        };
        if !place.starts_with(&root) {
            return Found::Unreadable("leads out of the evidence folder; refused".to_string());
        }
        open(&place).unwrap_or_else(|error| unreadable(&error))
    }

    fn cells(&self, stage: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.root.join(stage)) else {
            return Vec::new();
        };
        let folders = entries.flatten().filter(|entry| entry.path().is_dir());
        let mut names: Vec<_> = folders
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

fn unreadable(error: &io::Error) -> Found<'static> {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Found::Missing,
        _ => Found::Unreadable(format!("can't be read: {error}")),
    }
}

fn open(place: &Path) -> io::Result<Found<'static>> {
    /// Fewer, larger reads, in bytes.
    const AT_ONCE: usize = 256 * 1024;
    if !fs::metadata(place)?.is_file() {
        return Ok(Found::Unreadable("is no file".to_string()));
    }
    let file = BufReader::with_capacity(AT_ONCE, File::open(place)?);
    Ok(Found::File(Box::new(file)))
}

/// What a stage's cell handed over: from which folder, by which manifest.
type Bundle = Result<(PathBuf, Manifest), String>;

/// Evidence by manifests: a report counts if its stage says that it is of this run.
pub struct Handed {
    folder: Folder,
    run: Option<RunId>,
    /// By `stage/cell`.
    bundles: BTreeMap<String, Bundle>,
    broken: Vec<String>,
}

impl Handed {
    fn new(folder: Folder, found: Vec<PathBuf>, run: Option<RunId>) -> Self {
        let mut bundles: BTreeMap<String, Bundle> = BTreeMap::new();
        let mut broken = Vec::new();
        for place in found {
            match manifest(&place) {
                Err(why) => broken.push(format!("{} {why}", place.join(FILE_NAME).display())),
                Ok(manifest) => {
                    let cell = manifest.folder.clone();
                    let twice = bundles.contains_key(&cell);
                    let bundle = match twice {
                        false => Ok((place, manifest)),
                        true => Err("was handed over twice; refused".to_string()),
                    };
                    bundles.insert(cell, bundle);
                }
            }
        }
        Self {
            folder,
            run,
            bundles,
            broken,
        }
    }
}

fn manifest(folder: &Path) -> Result<Manifest, String> {
    let mut text = String::new();
    let file = File::open(folder.join(FILE_NAME)).map_err(|e| format!("can't be read: {e}"))?;
    let read = file.take(MAX_BYTES).read_to_string(&mut text);
    read.map_err(|e| format!("can't be read: {e}"))?;
    Manifest::parse(&text)
}

impl EvidenceStore for Handed {
    fn name(&self) -> String {
        self.folder.name()
    }

    fn read(&self, path: &str) -> Found<'_> {
        let cell = path
            .match_indices('/')
            .nth(1)
            .map(|(at, _)| path.split_at(at));
        let Some((cell, report)) = cell else {
            return Found::Missing;
        };
        let (place, manifest) = match self.bundles.get(cell) {
            None => return Found::Missing,
            Some(Err(why)) => return Found::Unreadable(why.clone()),
            Some(Ok(bundle)) => bundle,
        };
        if let Some(why) = self.run.as_ref().and_then(|run| manifest.foreign(run)) {
            return Found::Unreadable(why);
        }
        if !manifest.files.contains(report.trim_start_matches('/')) {
            return Found::Missing;
        }
        let below = place.strip_prefix(&self.folder.root).unwrap_or(place);
        match below.join(path).to_str() {
            Some(path) => self.folder.read(path),
            None => Found::Unreadable("lies in a folder whose name is no text".to_string()),
        }
    }

    fn cells(&self, stage: &str) -> Vec<String> {
        let of = |folder: &String| {
            let (own, cell) = folder.split_once('/')?;
            (own == stage).then(|| cell.to_string())
        };
        self.bundles.keys().filter_map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handed(root: &Path, artifact: &str, folder: &str, run: &str, files: &[&str]) {
        let place = root.join(artifact);
        let listed: String = files.iter().map(|f| format!("file {f}\n")).collect();
        let text =
            format!("gatec-evidence 1\nfolder {folder}\nrun {run}\nattempt 1\ncommit c\n{listed}");
        fs::create_dir_all(place.join(folder)).unwrap();
        fs::write(place.join(FILE_NAME), text).unwrap();
        for file in files.iter().chain(&["unlisted.xml"]) {
            fs::write(place.join(folder).join(file), *file).unwrap();
        }
    }

    fn said(store: &dyn EvidenceStore, path: &str) -> String {
        match store.read(path) {
            Found::Missing => "missing".into(),
            Found::Unreadable(why) => why,
            Found::File(mut file) => {
                let mut text = String::new();
                file.read_to_string(&mut text).unwrap();
                text
            }
        }
    }

    fn run() -> Option<RunId> {
        Some(RunId {
            run: "7".into(),
            attempt: 2,
            commit: "c".into(),
        })
    }

    #[test]
    fn a_report_counts_if_a_manifest_of_this_run_lists_it() {
        let root = tempfile::tempdir().unwrap();
        handed(root.path(), "one", "test/a", "7", &["x.xml"]);
        handed(root.path(), "two", "test/b", "6", &["x.xml"]);
        handed(root.path(), "three", "scan/_", "7", &["s.json"]);
        handed(root.path(), "four", "scan/_", "7", &["s.json"]);
        let evidence = Evidence::open(root.path(), run());
        let store = evidence.store();
        assert_eq!(store.cells("test"), ["a", "b"]);
        assert_eq!(said(store, "test/a/x.xml"), "x.xml");
        assert_eq!(said(store, "test/a/unlisted.xml"), "missing");
        assert_eq!(said(store, "test/a/y.xml"), "missing");
        assert!(said(store, "test/b/x.xml").starts_with("is of run \"6\""));
        assert!(said(store, "scan/_/s.json").contains("twice"));
        assert_eq!(said(store, "test"), "missing");
        // Without a run to belong to, whose it is doesn't matter.
        let evidence = Evidence::open(root.path(), None);
        assert_eq!(said(evidence.store(), "test/b/x.xml"), "x.xml");
    }

    #[test]
    fn what_nobody_handed_over_is_read_only_where_no_run_is_asked_for() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("test/_")).unwrap();
        fs::write(root.path().join("test/_/x.xml"), "x").unwrap();
        let read = |run| said(Evidence::open(root.path(), run).store(), "test/_/x.xml");
        assert_eq!(read(None), "x");
        assert_eq!(read(run()), "missing");
    }

    #[test]
    fn a_broken_manifest_is_told() {
        let root = tempfile::tempdir().unwrap();
        handed(root.path(), "one", "test/_", "7", &["x.xml"]);
        fs::write(root.path().join("one").join(FILE_NAME), "what").unwrap();
        let evidence = Evidence::open(root.path(), run());
        assert_eq!(evidence.broken().len(), 1);
        assert_eq!(said(evidence.store(), "test/_/x.xml"), "missing");
    }
}
