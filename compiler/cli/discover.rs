//! From a path to a project: its root and its sources.
//!
//! The root is the nearest folder upward that holds a `gate.lock` or a `.gate` file with a
//! `project` block, else the folder given. Its sources are all `.gate` files below it that no
//! ignore file excludes, without those of projects inside it, of folders named `later` and of
//! hidden folders. A file given by name is compiled alone.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use walkdir::WalkDir;

use super::exit::Failure;
use super::scan;
use super::world::DiskWorld;
use super::write::Trouble;
use crate::lock;

/// A folder whose sources wait: `build` passes it by, and `check` looks when told to.
const LATER: &str = "later";

/// A project on disk.
#[derive(Debug)]
pub struct Project {
    /// Its folder.
    pub root: PathBuf,
    /// The root as seen from the current folder: empty or ending in `/`.
    pub prefix: String,
    /// Its sources, sorted, relative to the root with `/`.
    pub files: Vec<String>,
    /// Its sources that are not UTF-8: path, text as far as it can be shown, first bad byte.
    pub garbled: Vec<(String, String, usize)>,
    /// Whether the sources are only a part of what the root holds.
    pub part: bool,
    texts: BTreeMap<String, String>,
}

impl Project {
    /// Its sources as the compiler's world.
    pub fn world(&self) -> DiskWorld {
        DiskWorld::new(self.root.clone(), self.texts.clone())
    }

    /// Each readable source with its text.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().map(|(p, t)| (p.as_str(), t.as_str()))
    }
}

/// Finds the project of a folder or a file.
pub fn discover(path: &Path) -> Result<Project, Failure> {
    let meta = fs::metadata(path).map_err(|e| Trouble::new("read", path, e))?;
    let full = path
        .canonicalize()
        .map_err(|e| Trouble::new("read", path, e))?;
    let folder = match meta.is_dir() {
        true => full.as_path(),
        false => full.parent().unwrap_or(&full),
    };
    let root = root_of(folder);
    let mut project = Project {
        prefix: prefix(&root),
        files: Vec::new(),
        garbled: Vec::new(),
        part: !meta.is_dir(),
        texts: BTreeMap::new(),
        root,
    };
    if meta.is_dir() {
        project.walk()?;
    } else {
        expect_source(path)?;
        project.read(&full)?;
    }
    if project.files.is_empty() && project.garbled.is_empty() {
        let folder = path.display();
        return Err(Failure::Usage(format!(
            "there is no .gate file in `{folder}`; `gatec init` writes a first one"
        )));
    }
    Ok(project)
}

/// The sources of a folder for the formatter: all that no ignore file excludes, whichever project
/// they are of. A file is its own only source.
pub fn sources(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let meta = fs::metadata(path).map_err(|e| Trouble::new("read", path, e))?;
    let full = path
        .canonicalize()
        .map_err(|e| Trouble::new("read", path, e))?;
    if !meta.is_dir() {
        expect_source(path)?;
        return Ok(vec![full]);
    }
    let mut found = Vec::new();
    for entry in walker(&full).build() {
        let entry = entry.map_err(|e| walk_trouble(&full, e))?;
        if is_source(entry.path()) {
            found.push(entry.into_path());
        }
    }
    Ok(found)
}

/// Ignore files count outside of a git checkout, too.
fn walker(folder: &Path) -> WalkBuilder {
    let mut walk = WalkBuilder::new(folder);
    walk.require_git(false)
        // What one person ignores everywhere must not change what a project is.
        .git_global(false)
        .sort_by_file_name(Ord::cmp);
    walk
}

impl Project {
    fn walk(&mut self) -> Result<(), Failure> {
        let mut walk = walker(&self.root);
        let root = self.root.clone();
        walk.filter_entry(move |entry| {
            let folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            let inner = folder && entry.path() != root;
            !(inner && (entry.file_name() == LATER || entry.path().join(lock::FILE_NAME).is_file()))
        });
        for entry in walk.build() {
            let entry = entry.map_err(|e| walk_trouble(&self.root, e))?;
            if is_source(entry.path()) {
                self.read(entry.path())?;
            }
        }
        self.drop_inner_projects();
        Ok(())
    }

    fn read(&mut self, place: &Path) -> Result<(), Failure> {
        let bytes = fs::read(place).map_err(|e| Trouble::new("read", place, e))?;
        let relative = place.strip_prefix(&self.root).unwrap_or(place);
        let parts = relative
            .components()
            .map(|c| c.as_os_str().to_string_lossy());
        let path = parts.collect::<Vec<_>>().join("/");
        match String::from_utf8(bytes) {
            Ok(text) => {
                self.files.push(path.clone());
                self.texts.insert(path, text);
            }
            Err(error) => {
                let bad = error.utf8_error().valid_up_to();
                let shown = String::from_utf8_lossy(error.as_bytes()).into_owned();
                self.garbled.push((path, shown, bad));
            }
        }
        Ok(())
    }

    /// Leaves out folders below the root that have a `project` of their own.
    fn drop_inner_projects(&mut self) {
        let own = |(path, text): (&String, &String)| {
            let (folder, _) = path.rsplit_once('/')?;
            scan::project(text).map(|_| format!("{folder}/"))
        };
        let inner: Vec<String> = self.texts.iter().filter_map(own).collect();
        if inner.is_empty() {
            return;
        }
        let outer = |path: &str| !inner.iter().any(|folder| path.starts_with(folder));
        self.files.retain(|path| outer(path));
        self.texts.retain(|path, _| outer(path));
        self.garbled.retain(|(path, ..)| outer(path));
    }
}

/// The nearest folder upward that is a project's, else the folder itself.
fn root_of(folder: &Path) -> PathBuf {
    for candidate in folder.ancestors() {
        if is_root(candidate) {
            return candidate.to_path_buf();
        }
        // A project does not reach beyond its repository, nor does what waits belong to it.
        if candidate.join(".git").exists() || candidate.file_name().is_some_and(|n| n == LATER) {
            break;
        }
    }
    folder.to_path_buf()
}

fn is_root(folder: &Path) -> bool {
    if folder.join(lock::FILE_NAME).is_file() {
        return true;
    }
    let files = WalkDir::new(folder)
        .min_depth(1)
        .max_depth(1)
        .into_iter()
        // Else each folder beside it would be opened.
        .filter_entry(|entry| entry.depth() == 0 || !entry.file_type().is_dir())
        .flatten();
    let mut sources = files.filter(|f| is_source(f.path()));
    sources.any(|f| {
        let text = fs::read(f.path()).unwrap_or_default();
        scan::project(&String::from_utf8_lossy(&text)).is_some()
    })
}

/// A file, or a link to one.
fn is_source(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "gate") && path.is_file()
}

fn expect_source(path: &Path) -> Result<(), Failure> {
    let wrong = || Failure::Usage(format!("`{}` is not a .gate file", path.display()));
    is_source(path).then_some(()).ok_or_else(wrong)
}

fn walk_trouble(root: &Path, error: ignore::Error) -> Trouble {
    let text = error.to_string();
    let error = error
        .into_io_error()
        .unwrap_or_else(|| std::io::Error::other(text));
    Trouble::new("look through", root, error)
        .note("if it holds no source, name it in .gitignore or .ignore")
}

/// How the current folder names a folder: empty for itself, else ending in `/`.
pub(super) fn prefix(root: &Path) -> String {
    let here = std::env::current_dir().and_then(|d| d.canonicalize());
    let named = match here {
        Ok(here) => relative(&here, root),
        Err(_) => root.to_path_buf(),
    };
    let text = named.to_string_lossy().replace('\\', "/");
    match text.as_str() {
        "" => text,
        _ if text.ends_with('/') => text,
        _ => format!("{text}/"),
    }
}

fn relative(from: &Path, to: &Path) -> PathBuf {
    let common = from.ancestors().find(|a| to.starts_with(a)).unwrap_or(from);
    let up = from
        .strip_prefix(common)
        .map_or(0, |rest| rest.components().count());
    // Nothing in common but the root folder: the full path says it better.
    if common.parent().is_none() {
        return to.to_path_buf();
    }
    let mut path: PathBuf = (0..up).map(|_| "..").collect();
    path.push(to.strip_prefix(common).unwrap_or(to));
    path
}
