//! Constants and imports that nothing uses.
//!
//! Takes the project's text, not its meaning: a name that stands anywhere else is taken for a use,
//! so that nothing is called unused that isn't.

use std::collections::BTreeMap;

use super::Lower;
use crate::plan::Leftover;
use crate::source::{SourceFile, Span};

impl Lower<'_, '_> {
    pub(super) fn leftovers(&self) -> Vec<Leftover> {
        // A file of templates only is there for others to use.
        let library = ["import", "project", "allow"];
        let mut shapes = self.program.shapes.iter();
        if shapes.all(|s| library.contains(&s.block.keyword)) {
            return Vec::new();
        }
        let mut declared = self.declared();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for leftover in &declared {
            counts.insert(&leftover.name, 0);
        }
        let files = self.cx.sources.iter().filter(|(_, file)| file.is_own());
        for line in files.flat_map(|(_, file)| file.text.lines()) {
            if line.trim_start().starts_with('#') {
                continue;
            }
            for word in super::gaps::words(line) {
                if let Some(count) = counts.get_mut(word) {
                    *count += 1;
                }
            }
        }
        // It stands once where it is declared.
        let unused = |l: &Leftover| counts.get(l.name.as_str()).is_some_and(|n| *n < 2);
        let keep: Vec<bool> = declared.iter().map(unused).collect();
        let mut keep = keep.into_iter();
        declared.retain(|_| keep.next().unwrap_or(false));
        declared
    }

    fn declared(&self) -> Vec<Leftover> {
        let own = |span: Span| {
            let file = self.cx.sources.get(span.file);
            file.is_some_and(SourceFile::is_own)
        };
        let constants = self
            .program
            .constants
            .iter()
            .map(|(name, written)| Leftover {
                what: "constant",
                name: name.clone(),
                span: written.key_span(),
                whole: written.span,
            });
        let imports = self.program.all("import").filter_map(|shape| {
            let path = shape.arg(0)?;
            let text = self.cx.sources.slice(path.span);
            Some(Leftover {
                what: "module",
                name: text.rsplit('.').next()?.to_string(),
                span: path.span,
                whole: shape.statement.span,
            })
        });
        constants.chain(imports).filter(|l| own(l.span)).collect()
    }
}
