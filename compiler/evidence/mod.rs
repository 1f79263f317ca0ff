//! Report files read: a stream of a format in, measurements out, or why there are none.
//!
//! Knows no gate and no pipeline. Nothing here panics or guesses: what is missing, cut off or of
//! another format is a [`Malformed`] value with a sentence for people. To add a format: its file
//! and its line in [`READERS`].

mod bandit;
mod cobertura;
mod criterion;
mod csv;
mod cyclonedx;
mod data;
mod finding;
mod google_benchmark;
mod hyperfine;
mod item;
mod jacoco;
mod json;
mod jsonpath;
mod junit;
mod k6;
mod lcov;
mod lines;
mod lm_eval;
mod locust;
mod made;
pub mod manifest;
mod mlflow;
mod openai_evals;
mod openmetrics;
pub mod path;
mod pip_audit;
mod promptfoo;
mod pytest_benchmark;
mod radon;
mod reading;
mod runs;
mod safety;
mod samples;
mod sarif;
mod store;
mod table;
#[cfg(test)]
mod table_tests;
mod tally;
#[cfg(test)]
mod tests;
mod trivy;
mod xml;
mod yaml;

use std::io::{self, BufRead, Read};

pub use data::Data;
pub use finding::{Finding, Findings, Severity};
pub use made::Made;
pub use reading::Reading;
pub use samples::{Part, Sample, Sampled};
pub use store::{EvidenceStore, Found, MemoryStore, ONLY_CELL, safe_path};
pub use table::{Chosen, Measured, Table};
pub use tally::Tally;

use item::item;

/// The greatest report of a format that is read as a whole, in bytes.
pub const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Why a report gives no measurement: the end of a sentence that begins with the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed(pub String);

impl Malformed {
    /// `report x` + `reason`.
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

/// What a report says.
#[derive(Clone, Debug)]
pub enum Measurements {
    /// Counts, and the fields that follow from them.
    Tally(Tally),
    /// What a scanner found.
    Findings(Findings),
    /// Any data, to be asked by path.
    Data(Data),
    /// Rows, to be asked by key and field.
    Table(Table),
}

impl Measurements {
    /// What the report leaves unclear: ends of sentences that begin with the report.
    pub fn notes(&self) -> &[String] {
        match self {
            Measurements::Tally(tally) => tally.notes(),
            Measurements::Findings(findings) => &findings.notes,
            Measurements::Data(_) => &[],
            Measurements::Table(table) => table.notes(),
        }
    }

    /// When the report says that it was made, if it does.
    pub fn made(&self) -> Option<&Made> {
        match self {
            Measurements::Tally(tally) => tally.made.as_ref(),
            Measurements::Findings(findings) => findings.made.as_ref(),
            Measurements::Data(_) => None,
            Measurements::Table(table) => table.made.as_ref(),
        }
    }

    /// The same, of a report that says when it was made.
    fn of(mut self, made: Option<Made>) -> Self {
        match &mut self {
            Measurements::Tally(tally) => tally.made = made,
            Measurements::Findings(findings) => findings.made = made,
            // Any data has its times wherever it likes.
            Measurements::Data(_) => {}
            Measurements::Table(table) => table.made = made,
        }
        self
    }

    /// Two reports of one name as one: counts are added, findings put one after the other.
    pub fn merge(self, other: Self) -> Result<Self, Malformed> {
        match (self, other) {
            (Measurements::Tally(a), Measurements::Tally(b)) => a.merge(b).map(Measurements::Tally),
            (Measurements::Findings(a), Measurements::Findings(b)) => {
                Ok(Measurements::Findings(a.merge(b)))
            }
            (Measurements::Table(a), Measurements::Table(b)) => a.merge(b).map(Measurements::Table),
            _ => Err(Malformed::new(
                "can't be added to another report of its name",
            )),
        }
    }
}

/// How one format is read.
pub struct Reader {
    /// The format's name in the language.
    pub name: &'static str,
    /// Reads a report as it streams in, without its byte order mark. A format that must be held
    /// as a whole takes it from [`whole`].
    pub read: fn(&mut dyn BufRead) -> Result<Measurements, Malformed>,
}

/// Every format.
pub static READERS: &[Reader] = &[
    Reader {
        name: "junit",
        read: junit::read,
    },
    Reader {
        name: "cobertura",
        read: cobertura::read,
    },
    Reader {
        name: "lcov",
        read: lcov::read,
    },
    Reader {
        name: "jacoco",
        read: jacoco::read,
    },
    Reader {
        name: "radon",
        read: radon::read,
    },
    Reader {
        name: "json",
        read: json::read,
    },
    Reader {
        name: "sarif",
        read: sarif::read,
    },
    Reader {
        name: "trivy",
        read: trivy::read,
    },
    Reader {
        name: "bandit",
        read: bandit::read,
    },
    Reader {
        name: "pip_audit",
        read: pip_audit::read,
    },
    Reader {
        name: "yaml",
        read: yaml::read,
    },
    Reader {
        name: "csv",
        read: csv::read,
    },
    Reader {
        name: "safety",
        read: safety::read,
    },
    Reader {
        name: "cyclonedx",
        read: cyclonedx::read,
    },
    Reader {
        name: "pytest_benchmark",
        read: pytest_benchmark::read,
    },
    Reader {
        name: "criterion",
        read: criterion::read,
    },
    Reader {
        name: "hyperfine",
        read: hyperfine::read,
    },
    Reader {
        name: "google_benchmark",
        read: google_benchmark::read,
    },
    Reader {
        name: "k6",
        read: k6::read,
    },
    Reader {
        name: "locust",
        read: locust::read,
    },
    Reader {
        name: "openmetrics",
        read: openmetrics::read,
    },
    Reader {
        name: "promptfoo",
        read: promptfoo::read,
    },
    Reader {
        name: "lm_eval",
        read: lm_eval::read,
    },
    Reader {
        name: "mlflow",
        read: mlflow::read,
    },
    Reader {
        name: "openai_evals",
        read: openai_evals::read,
    },
];

/// How much of a report is looked at before its reader sees it, in bytes.
const HEAD: u64 = 4096;

/// Reads a report of a format.
pub fn read(format: &str, input: &mut dyn BufRead) -> Result<Measurements, Malformed> {
    let reader = READERS.iter().find(|r| r.name == format).ok_or_else(|| {
        Malformed::new(format!("is of the format {}, unknown here", quote(format)))
    })?;
    let mut head = Vec::new();
    let read = input.take(HEAD).read_to_end(&mut head);
    read.map_err(|error| unreadable(&error))?;
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return Err(Malformed::new("is UTF-16; UTF-8 is needed"));
    }
    let all_of_it = (head.len() as u64) < HEAD - 3;
    if all_of_it && head.iter().all(u8::is_ascii_whitespace) {
        return Err(Malformed::new("is empty"));
    }
    (reader.read)(&mut head.chain(input))
}

/// All of a report whose format can't be read piece by piece, up to [`MAX_BYTES`].
pub fn whole(input: &mut dyn BufRead) -> Result<Vec<u8>, Malformed> {
    let mut bytes = Vec::new();
    // One byte more than is read shows that there is more.
    let read = input.take(MAX_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 > MAX_BYTES {
        let most = MAX_BYTES >> 20;
        return Err(Malformed(format!("is greater than {most} MiB")));
    }
    Ok(bytes)
}

/// A report that stopped coming.
pub fn unreadable(error: &io::Error) -> Malformed {
    Malformed(format!("can't be read: {error}"))
}

/// Text of a report in a message: in quotes, on one line, without control characters, not long.
pub fn quote(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown: String = text
        .chars()
        .take(LONGEST)
        .flat_map(char::escape_debug)
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    format!("\"{shown}\"")
}
