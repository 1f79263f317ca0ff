//! Verdicts shown: to people at a terminal, in a run's summary, on a pull request, in a browser,
//! and to programs.
//!
//! Takes an [`Assessment`](crate::judge::Assessment) as a [`Document`], gives text. The JSON form
//! is the document itself and can be read back, so any form can be made later. Judges nothing;
//! texts that came from evidence are made harmless here, once more, for the form they are put in.

mod annotations;
mod assessment;
mod badge;
pub mod document;
mod html;
mod json;
mod junit;
mod markdown;
mod nearest;
mod plot;
mod sarif;
mod say;
mod scale;
#[cfg(test)]
mod tests;
mod text;
mod trend;

pub use document::Document;
pub use json::read;
pub use markdown::{SUMMARY, markdown};
pub use say::{clean, deciding, points};
pub use text::text as lines;

use crate::judge::Assessment;

/// A form of reports.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, for people.
    pub about: &'static str,
    /// Makes it.
    pub render: fn(&Document) -> String,
}

/// All forms.
pub const FORMS: &[Form] = &[
    Form {
        name: "text",
        about: "lines for people",
        render: |document| lines(document, false),
    },
    Form {
        name: "json",
        about: "a document for programs, version 1; `gatec report` reads it",
        render: json::json,
    },
    Form {
        name: "markdown",
        about: "Markdown for the summary of a run, 1 MiB at most",
        render: |document| markdown(document, SUMMARY),
    },
    Form {
        name: "comment",
        about: "Markdown for a comment on a pull request, 65,536 characters at most",
        render: markdown::comment,
    },
    Form {
        name: "html",
        about: "one page with plots, which loads nothing",
        render: html::html,
    },
    Form {
        name: "junit",
        about: "JUnit XML, a test case for each condition",
        render: junit::junit,
    },
    Form {
        name: "sarif",
        about: "SARIF 2.1.0, a result for each condition that decided",
        render: sarif::sarif,
    },
    Form {
        name: "annotations",
        about: "workflow commands, which GitHub shows beside the program's lines",
        render: annotations::annotations,
    },
    Form {
        name: "badge",
        about: "a small SVG for a README",
        render: badge::badge,
    },
];

/// An assessment as plain lines of text.
pub fn text(assessment: &Assessment) -> String {
    lines(&Document::from(assessment), false)
}

/// The form of a name.
pub fn form(name: &str) -> Option<&'static Form> {
    FORMS.iter().find(|form| form.name == name)
}
