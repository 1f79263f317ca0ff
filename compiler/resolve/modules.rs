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
        own: BTreeMap::new(),
        imports: Imports::default(),
    };
    let mut imports = Vec::new();
    for path in paths {
        if let Some(items) = loader.file(path) {
            imports.extend(imports_of(&items));
            loader.own.insert(path.clone(), loader.loaded.files.len());
            loader.loaded.files.push(items);
        }
    }
    loader.imports(imports);
    loader.imports.report_circles(loader.found);
    loader.loaded
}

struct Loader<'w> {
    world: &'w dyn World,
    sources: &'w mut SourceMap,
    found: &'w mut Diagnostics,
    loaded: Loaded,
    seen: BTreeMap<String, (String, Span)>,
    /// The project's own files by path: a module may be one of them.
    own: BTreeMap<String, usize>,
    imports: Imports,
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
            let next = imports_of(&items);
            self.imports.add(&module, &next);
            queue.extend(next);
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
        if let Some(index) = self.own.get(&path) {
            // Read once, so that its mistakes are reported once.
            return self.loaded.files.get(*index).cloned();
        }
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

/// Which module imports which, and where.
#[derive(Default)]
struct Imports {
    edges: BTreeMap<String, Vec<(String, Span)>>,
}

impl Imports {
    fn add(&mut self, module: &str, imported: &[(String, Span)]) {
        let known = self.edges.entry(module.to_string()).or_default();
        known.extend_from_slice(imported);
    }

    /// Reports each circle once, at its first import.
    fn report_circles(&self, found: &mut Diagnostics) {
        let mut told: BTreeSet<&str> = BTreeSet::new();
        for (module, imported) in &self.edges {
            let circle = |(other, _): &&(String, Span)| self.reach(other).contains(module.as_str());
            let Some((other, span)) = imported.iter().find(circle) else {
                continue;
            };
            if told.contains(module.as_str()) {
                continue;
            }
            told.extend(self.reach(other));
            let message = match module == other {
                true => format!("`{module}` imports itself"),
                false => format!("`{module}` and `{other}` import each other"),
            };
            let mut diagnostic = Diagnostic::new(Code::ImportCycle, *span, message)
                .label(format!("`{module}` imports it here"));
            let back = self.edges.get(other).into_iter().flatten();
            for (next, at) in
                back.filter(|(next, at)| at != span && self.reach(next).contains(module.as_str()))
            {
                diagnostic = diagnostic.also(*at, format!("and `{other}` imports `{next}`"));
            }
            found.push(diagnostic.help("move what both need into a third module"));
        }
    }

    /// A module and all that it imports, directly or not.
    fn reach<'s>(&'s self, from: &'s str) -> BTreeSet<&'s str> {
        let mut found = BTreeSet::new();
        let mut queue = vec![from];
        while let Some(module) = queue.pop() {
            if found.insert(module) {
                let next = self.edges.get(module).into_iter().flatten();
                queue.extend(next.map(|(name, _)| name.as_str()));
            }
        }
        found
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
