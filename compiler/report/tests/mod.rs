//! Forms of reports.

mod changes;
mod forms;
mod hostile;
mod limits;
mod property;
mod sample;

use super::*;
use sample::{passed, rich, scored};

fn document(assessment: &crate::judge::Assessment) -> Document {
    Document::from(assessment)
}

fn made(name: &str, assessment: &crate::judge::Assessment) -> String {
    (form(name).unwrap().render)(&document(assessment))
}

/// What each form makes of the sample, in `snapshots/reports/`.
#[test]
fn forms_are_as_reviewed() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/reports"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for form in FORMS {
            let text = (form.render)(&document(&rich()));
            // The version of the program is no part of the form.
            let text = text.replace(env!("CARGO_PKG_VERSION"), "VERSION");
            insta::assert_snapshot!(form.name, text);
        }
        insta::assert_snapshot!("text-passed", made("text", &passed()));
        insta::assert_snapshot!("text-scored", made("text", &scored()));
    });
}

#[test]
fn names_of_forms_differ() {
    let mut names: Vec<_> = FORMS.iter().map(|form| form.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), FORMS.len());
    assert!(form("nothing").is_none());
}
