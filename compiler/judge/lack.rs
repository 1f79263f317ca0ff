//! Why there is no value.

use crate::plan::{Expr, Ref, Verdict};

/// Why there is no value: a stage that was rightly skipped, or anything else.
#[derive(Clone, Debug, PartialEq)]
pub struct Lack {
    /// Whether every reason is a skipped stage.
    pub skipped: bool,
    /// Whether the program asks for a failure here.
    pub failed: bool,
    /// In words for people.
    pub reasons: Vec<String>,
}

impl Lack {
    /// Undecided.
    pub fn new(reason: impl Into<String>) -> Self {
        Self {
            skipped: false,
            failed: false,
            reasons: vec![reason.into()],
        }
    }

    /// Skipped.
    pub fn skipped(reason: impl Into<String>) -> Self {
        Self {
            skipped: true,
            failed: false,
            reasons: vec![reason.into()],
        }
    }

    /// A failure, because the program says so.
    pub fn failed(reason: impl Into<String>) -> Self {
        Self {
            failed: true,
            ..Self::new(reason)
        }
    }

    /// Both reasons; skipped only if both are.
    pub fn and(mut self, other: Self) -> Self {
        self.skipped &= other.skipped;
        self.failed |= other.failed;
        for reason in other.reasons {
            if !self.reasons.contains(&reason) {
                self.reasons.push(reason);
            }
        }
        self
    }

    /// The verdict it makes.
    pub fn verdict(&self) -> Verdict {
        match (self.failed, self.skipped) {
            (true, _) => Verdict::Fail,
            (false, true) => Verdict::Skipped,
            (false, false) => Verdict::Undecided,
        }
    }
}

/// Two values, or every reason why not.
pub fn both<A, B>(a: Result<A, Lack>, b: Result<B, Lack>) -> Result<(A, B), Lack> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (Err(a), Err(b)) => Err(a.and(b)),
        (Err(lack), _) | (_, Err(lack)) => Err(lack),
    }
}

/// All values, or every reason why not.
pub fn all<T>(values: impl IntoIterator<Item = Result<T, Lack>>) -> Result<Vec<T>, Lack> {
    let mut list = Ok(Vec::new());
    for value in values {
        // Goes on after the first, so that every reason is told.
        list = both(list, value).map(|(mut list, value)| {
            list.push(value);
            list
        });
    }
    list
}

/// The report that an expression reads, for a message; empty if it reads none.
pub fn source(expr: &Expr) -> String {
    let report = expr.refs().into_iter().find_map(|of| match of {
        Ref::Report { stage, report, .. } => {
            Some(format!(" (report `{report}` of stage `{stage}`)"))
        }
        _ => None,
    });
    report.unwrap_or_default()
}
