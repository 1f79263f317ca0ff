//! What a stage says of the reports it hands over: which run, commit, stage and cell they are of,
//! and which files there are. A workflow's stage writes it beside them.
//!
//! ```text
//! gatec-evidence 1
//! folder test/3.11
//! run 1234
//! attempt 1
//! commit 0123…
//! file junit.xml
//! ```

use std::collections::BTreeSet;

use super::{quote, safe_path};

/// The file's name, at the root of what a stage hands over.
pub const FILE_NAME: &str = "gatec-manifest";

/// The greatest manifest that is read, in bytes.
pub const MAX_BYTES: u64 = 1024 * 1024;

/// A manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// `stage/cell`.
    pub folder: String,
    /// The run's number.
    pub run: String,
    /// Which attempt of the run made them: a stage that isn't run again hands over those of an
    /// earlier one.
    pub attempt: u64,
    /// The commit that was built.
    pub commit: String,
    /// Paths of the reports below the folder.
    pub files: BTreeSet<String>,
}

/// The run that evidence must be of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunId {
    /// Its number.
    pub run: String,
    /// Its attempt.
    pub attempt: u64,
    /// Its commit.
    pub commit: String,
}

impl Manifest {
    /// Reads one; or why the text is none, as the end of a sentence that begins with the file.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut lines = text
            .lines()
            .map(|line| line.strip_suffix('\r').unwrap_or(line));
        if lines.next() != Some("gatec-evidence 1") {
            return Err("is no manifest that this gatec reads".to_string());
        }
        let mut manifest = Self::default();
        for line in lines.filter(|line| !line.is_empty()) {
            manifest
                .line(line)
                .ok_or_else(|| format!("has a line {}", quote(line)))?;
        }
        let parts = manifest.folder.split('/').count();
        if parts != 2 || !safe_path(&manifest.folder) {
            return Err(format!("names the folder {}", quote(&manifest.folder)));
        }
        Ok(manifest)
    }

    fn line(&mut self, line: &str) -> Option<()> {
        let (key, value) = line.split_once(' ')?;
        match key {
            "folder" if self.folder.is_empty() => self.folder = value.to_string(),
            "run" => self.run = value.to_string(),
            "attempt" => self.attempt = value.parse().ok()?,
            "commit" => self.commit = value.to_string(),
            "file" if safe_path(value) => drop(self.files.insert(value.to_string())),
            _ => return None,
        }
        Some(())
    }

    /// Why these reports are not of a run, as the end of a sentence that begins with them.
    pub fn foreign(&self, run: &RunId) -> Option<String> {
        if self.run != run.run {
            return Some(format!(
                "is of run {}, and this is run {}",
                quote(&self.run),
                run.run
            ));
        }
        if self.commit != run.commit {
            return Some(format!(
                "is of commit {}, and this run is of {}",
                quote(&self.commit),
                run.commit
            ));
        }
        (self.attempt > run.attempt).then(|| {
            format!(
                "is of attempt {}, and this is attempt {}",
                self.attempt, run.attempt
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "gatec-evidence 1\nfolder test/3.11\nrun 7\nattempt 1\ncommit abc\n\
                        file junit.xml\nfile reports/a b.json\n";

    #[test]
    fn what_a_stage_writes_is_read() {
        let manifest = Manifest::parse(TEXT).unwrap();
        assert_eq!(manifest.folder, "test/3.11");
        assert!(manifest.files.contains("reports/a b.json"));
        assert_eq!(Manifest::parse(&TEXT.replace('\n', "\r\n")), Ok(manifest));
    }

    #[test]
    fn another_run_commit_or_a_later_attempt_is_foreign() {
        let manifest = Manifest::parse(TEXT).unwrap();
        let run = |run: &str, attempt, commit: &str| RunId {
            run: run.into(),
            attempt,
            commit: commit.into(),
        };
        assert_eq!(manifest.foreign(&run("7", 1, "abc")), None);
        assert_eq!(manifest.foreign(&run("7", 2, "abc")), None);
        for (other, says) in [
            (run("8", 1, "abc"), "run"),
            (run("7", 1, "abd"), "commit"),
            (run("7", 0, "abc"), "attempt"),
        ] {
            let why = manifest.foreign(&other).unwrap();
            assert!(why.starts_with(&format!("is of {says}")), "{why}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for (from, to) in [
            ("gatec-evidence 1", "gatec-evidence 2"),
            ("test/3.11", "test"),
            ("test/3.11", "../x"),
            ("test/3.11", "test/3.11/x"),
            ("attempt 1", "attempt one"),
            ("file junit.xml", "file ../junit.xml"),
            ("file junit.xml", "file /etc/passwd"),
            ("run 7", "ran 7"),
            ("run 7", "folder a/b"),
        ] {
            let text = TEXT.replace(from, to);
            assert!(Manifest::parse(&text).is_err(), "{text}");
        }
        assert!(Manifest::parse("").is_err());
    }
}
