//! What scanners find, in one shape.

use super::Made;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Severity {
    Critical,
    High,
    Medium,
    Low,
    /// The tool doesn't say.
    Unknown,
}

impl Severity {
    /// The word of the language.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Critical => "critical",
            Severity::High => "high",
            Severity::Medium => "medium",
            Severity::Low => "low",
            Severity::Unknown => "unknown",
        }
    }

    /// The severity of a tool's word.
    pub fn from_word(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "critical" => Severity::Critical,
            "high" => Severity::High,
            "medium" | "moderate" => Severity::Medium,
            "low" | "negligible" => Severity::Low,
            _ => Severity::Unknown,
        }
    }

    /// The severity of a CVSS score, with the bounds that GitHub uses.
    pub fn from_score(score: f64) -> Self {
        match score {
            s if s >= 9.0 => Severity::Critical,
            s if s >= 7.0 => Severity::High,
            s if s >= 4.0 => Severity::Medium,
            s if s > 0.0 => Severity::Low,
            _ => Severity::Unknown,
        }
    }
}

/// One thing found.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// How bad.
    pub severity: Severity,
    /// The rule or vulnerability.
    pub rule: Option<String>,
    /// Who found it.
    pub tool: Option<String>,
    /// Where.
    pub file: Option<String>,
    /// In which package.
    pub package: Option<String>,
}

/// Everything a scanner found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// What is sure.
    pub found: Vec<Finding>,
    /// How many things were not looked at: each may hide a finding.
    pub unseen: usize,
    /// What the report leaves unclear: ends of sentences that begin with the report.
    pub notes: Vec<String>,
    /// When it was made, if it says so.
    pub made: Option<Made>,
}

impl Findings {
    /// A scan that saw everything.
    pub fn of(found: Vec<Finding>) -> Self {
        Self {
            found,
            ..Self::default()
        }
    }

    /// Two scans as one.
    pub fn merge(mut self, other: Self) -> Self {
        self.found.extend(other.found);
        self.unseen += other.unseen;
        self.notes.extend(other.notes);
        self
    }
}
