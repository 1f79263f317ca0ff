//! The only YAML printer: takes a typed tree of values with comments, gives text.
//!
//! It must not know any target: no workflow, manifest or rule ever appears here.
//!
//! The text is a subset of YAML that 1.1 and 1.2 readers understand alike: block style (only
//! the empty `{}` and `[]` are flow), two spaces a level, strings quoted wherever a reader could
//! take them for something else, no tags, anchors or folding. One pass fills one `String`.
//!
//! Printing recurses once per level of nesting. It is meant for, and tested to, 500 levels;
//! YAML readers give up long before that.

mod block;
mod comment;
mod convert;
mod printer;
mod scalar;
#[cfg(test)]
mod tests;
mod value;

pub use convert::from_serde;
pub use value::{Entry, Map, Yaml};

use printer::Printer;

/// Prints one document below `header`, whose lines become comments (given without `# `).
///
/// The text ends in one newline; only a block string that itself ends in empty lines, standing
/// last, adds those.
pub fn print(doc: &Yaml, header: &[String]) -> String {
    print_documents(std::slice::from_ref(doc), header)
}

/// Prints several documents, separated by `---`, below one `header`.
pub fn print_documents(docs: &[Yaml], header: &[String]) -> String {
    let mut printer = Printer::default();
    for line in header {
        printer.comment(line, 0);
    }
    for (index, doc) in docs.iter().enumerate() {
        if index > 0 {
            printer.separator();
        }
        printer.document(doc);
    }
    printer.finish()
}
