//! Imports: the embedded library, and files of the project.

use std::collections::{BTreeMap, BTreeSet};

use super::symbols::dotted;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, nearest};
use crate::source::{FileId, SourceMap, Span, World};
use crate::stdlib;
use crate::syntax::{self, ast};

/// Parsed files of a program.
#[derive(Default)]
pub struct Loaded {
    /// The project's own files.
    pub files: Vec<ast::Items>,
    /// Imported modules by prefix (`python` for `std.python`).
    pub modules: BTreeMap<String, ast::Items>,
}

/// Reads and parses the given files and all that they import.
pub fn load(
    world: &dyn World,
    paths: &[String],
    sources: &mut SourceMap,
    found: &mut Diagnostics,
) -> Loaded {
    let mut loader = Loader {
        world,
        sources,
        found,
        loaded: Loaded::default(),
        seen: BTreeMap::new(),
    };
    let mut imports = Vec::new();
    for path in paths {
        if let Some(items) = loader.file(path) {
            imports.extend(imports_of(&items));
            loader.loaded.files.push(items);
        }
    }
    loader.imports(imports);
    loader.loaded
}

struct Loader<'w> {
    world: &'w dyn World,
    sources: &'w mut SourceMap,
    found: &'w mut Diagnostics,
    loaded: Loaded,
    seen: BTreeMap<String, (String, Span)>,
}

impl Loader<'_> {
    fn file(&mut self, path: &str) -> Option<ast::Items> {
        match self.world.read(path) {
            Ok(text) => {
                let id = self.sources.add(path, text);
                Some(self.parse(id))
            }
            Err(why) => {
                let id = self.sources.add(path, "");
                self.found.push(
                    Diagnostic::new(
                        Code::InvalidText,
                        Span::new(id, 0, 0),
                        format!("`{path}` can't be read: {why}"),
                    )
                    .help("save it as UTF-8 text, and check its rights"),
                );
                None
            }
        }
    }

    fn parse(&mut self, id: FileId) -> ast::Items {
        let text = self
            .sources
            .get(id)
            .map(|f| f.text.clone())
            .unwrap_or_else(|| "".into());
        let parsed = syntax::parse(id, &text);
        self.found.extend(parsed.diagnostics);
        parsed.items
    }

    fn imports(&mut self, mut queue: Vec<(String, Span)>) {
        let mut done: BTreeSet<String> = BTreeSet::new();
        while let Some((module, span)) = queue.pop() {
            let prefix = module.rsplit('.').next().unwrap_or(&module).to_string();
            if let Some((other, first)) = self.seen.get(&prefix)
                && *other != module
            {
                self.found.push(
                    Diagnostic::new(
                        Code::DuplicateName,
                        span,
                        format!("`{module}` and `{other}` are both called `{prefix}`"),
                    )
                    .label("imported here")
                    .also(*first, "the other one")
                    .help("rename one of the files"),
                );
                continue;
            }
            self.seen
                .entry(prefix.clone())
                .or_insert((module.clone(), span));
            if !done.insert(module.clone()) {
                continue;
            }
            let Some(items) = self.module(&module, span) else {
                continue;
            };
            queue.extend(imports_of(&items));
            self.loaded.modules.insert(prefix, items);
        }
    }

    fn module(&mut self, module: &str, span: Span) -> Option<ast::Items> {
        if let Some(name) = module.strip_prefix("std.") {
            let Some(text) = stdlib::find(name) else {
                self.unknown_module(module, span, stdlib::names());
                return None;
            };
            let id = self.sources.add_library(format!("std/{name}.gate"), text);
            return Some(self.parse(id));
        }
        let path = format!("{}.gate", module.replace('.', "/"));
        if !self.world.exists(&path) {
            self.unknown_module(module, span, stdlib::names());
            return None;
        }
        self.file(&path)
    }

    fn unknown_module(&mut self, module: &str, span: Span, library: Vec<&'static str>) {
        let names: Vec<String> = library.iter().map(|n| format!("std.{n}")).collect();
        let diagnostic = Diagnostic::new(
            Code::UnknownModule,
            span,
            format!("there is no module `{module}`"),
        )
        .label("not in the library, not a file");
        let near = nearest(module, names.iter().map(String::as_str));
        self.found.push(match near {
            Some(near) => diagnostic
                .help(format!("did you mean `{near}`?"))
                .replace(span, near),
            None => diagnostic.help(format!(
                "the library has {}; a module of your own is the file `{}.gate`",
                names.join(", "),
                module.replace('.', "/")
            )),
        });
    }
}

/// `import a.b` statements of a file.
fn imports_of(items: &ast::Items) -> Vec<(String, Span)> {
    items
        .iter()
        .filter_map(|item| match item {
            ast::Item::Statement(s) if s.keyword.text == "import" => {
                let arg = s.args.first()?;
                Some((dotted(arg)?, arg.span))
            }
            _ => None,
        })
        .collect()
}
