//! Report files read: bytes of a format in, measurements out, or why there are none.
//!
//! Knows no gate and no pipeline. Nothing here panics or guesses: what is missing, cut off or of
//! another format is a [`Malformed`] value with a sentence for people. To add a format: its file
//! and its line in [`READERS`].

mod bandit;
mod cobertura;
mod data;
mod finding;
mod json;
mod junit;
pub mod path;
mod pip_audit;
mod radon;
mod sarif;
mod store;
mod tally;
#[cfg(test)]
mod tests;
mod trivy;
mod xml;

pub use data::Data;
pub use finding::{Finding, Findings, Severity};
pub use store::{EvidenceStore, Found, MemoryStore, ONLY_CELL, safe_path};
pub use tally::Tally;

/// The greatest report that is read, in bytes.
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
}

impl Measurements {
    /// Two reports of one name as one: counts are added, findings put one after the other.
    pub fn merge(self, other: Self) -> Result<Self, Malformed> {
        match (self, other) {
            (Measurements::Tally(a), Measurements::Tally(b)) => a.merge(b).map(Measurements::Tally),
            (Measurements::Findings(a), Measurements::Findings(b)) => {
                Ok(Measurements::Findings(a.merge(b)))
            }
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
    /// Reads a whole report.
    pub read: fn(&[u8]) -> Result<Measurements, Malformed>,
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
];

/// Reads a report of a format.
pub fn read(format: &str, bytes: &[u8]) -> Result<Measurements, Malformed> {
    let reader = READERS.iter().find(|r| r.name == format).ok_or_else(|| {
        Malformed::new(format!("is of the format {}, unknown here", quote(format)))
    })?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Malformed::new(format!(
            "is greater than {} MiB",
            MAX_BYTES >> 20
        )));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(Malformed::new("is UTF-16; UTF-8 is needed"));
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Malformed::new("is empty"));
    }
    (reader.read)(bytes)
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
