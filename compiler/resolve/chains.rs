//! One mistake, one message: findings that only follow from another one are left out.
//!
//! Takes parsed files and all that was found, gives what is worth saying. Three things follow from
//! a mistake: whatever is found in an item that doesn't parse, that a name is missing whose
//! declaration is broken, and the same message at each further use of a missing name.

use std::collections::{BTreeMap, BTreeSet};

use super::modules::Loaded;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use crate::schema::{self, ArgumentKind};
use crate::source::{SourceMap, Span};
use crate::syntax::ast::{Attribute, Expr, ExprKind, Item, Statement};

/// What the parser finds inside an item.
const SYNTAX: &[Code] = &[
    Code::SyntaxError,
    Code::MissingValue,
    Code::UnclosedString,
    Code::UnclosedBracket,
    Code::UnknownEscape,
    Code::CommaBetweenArguments,
    Code::NestedTooDeeply,
];

/// What is found where something is missing.
const ABSENT: &[Code] = &[
    Code::UnknownName,
    Code::UnknownTemplate,
    Code::UnknownReport,
    Code::NoStageMakesReport,
    Code::WrongSeriesKind,
    Code::InvalidValue,
];

/// At how many further places a message is said to hold.
const SHOWN: usize = 4;

/// Leaves out what follows from other findings.
pub fn cut(loaded: &Loaded, sources: &SourceMap, found: Diagnostics) -> Diagnostics {
    if !found.has_errors() {
        return found;
    }
    let mut broken = Broken::new(&found, sources);
    let files = loaded.files.iter().chain(loaded.modules.values());
    files.for_each(|items| broken.items(items));
    broken.modules(&found, sources);
    let mut kept = Diagnostics::new();
    for diagnostic in merged(found, sources) {
        if !broken.explains(&diagnostic, sources) {
            kept.push(diagnostic);
        }
    }
    kept
}

/// What doesn't parse, and the names that mistakes took away.
struct Broken<'s> {
    sources: &'s SourceMap,
    syntax: BTreeSet<Span>,
    errors: BTreeSet<Span>,
    /// Keys of statements written as attributes.
    equal_keys: BTreeSet<Span>,
    /// Statements written as attributes.
    equals: BTreeSet<Span>,
    /// Keywords and arguments whose statement is left out.
    gone: BTreeSet<Span>,
    unparsed: BTreeSet<Span>,
    /// Names, and the items whose mistake took them.
    lost: BTreeMap<String, Vec<Span>>,
    /// Beginnings of names: of what a `use` would have made.
    made: Vec<(String, Span)>,
}

impl<'s> Broken<'s> {
    fn new(found: &Diagnostics, sources: &'s SourceMap) -> Self {
        let errors: Vec<&Diagnostic> = found
            .iter()
            .filter(|d| d.severity == Severity::Error)
            .collect();
        let left_out = |d: &&&Diagnostic| match d.code {
            Code::WrongArgument | Code::MissingArgument => true,
            Code::UnknownKeyword => d.fix.is_none(),
            _ => false,
        };
        let equals = errors.iter().filter(|d| d.code == Code::NotAnAttribute);
        let gone = errors.iter().filter(left_out).map(|d| d.primary.span);
        let syntax = errors.iter().filter(|d| SYNTAX.contains(&d.code));
        Self {
            sources,
            syntax: syntax.map(|d| d.primary.span).collect(),
            errors: errors.iter().map(|d| d.primary.span).collect(),
            gone: gone.collect(),
            equal_keys: equals.map(|d| d.primary.span).collect(),
            equals: BTreeSet::new(),
            unparsed: BTreeSet::new(),
            lost: BTreeMap::new(),
            made: Vec::new(),
        }
    }

    fn items(&mut self, items: &[Item]) {
        let mut queue: Vec<&Item> = items.iter().collect();
        while let Some(item) = queue.pop() {
            match item {
                Item::Attribute(attribute) if self.equal_keys.contains(&attribute.key_span()) => {
                    self.equals.insert(attribute.span);
                    self.item(attribute.span, || keys(attribute));
                }
                Item::Attribute(attribute) => self.item(attribute.span, || keys(attribute)),
                Item::Statement(statement) => {
                    let sources = self.sources;
                    let head = head(statement, sources);
                    if statement.keyword.text == "use" && any_within(&self.errors, head) {
                        let names = names(statement, sources).into_iter();
                        let begin = names.map(|name| (format!("{name}_"), head));
                        self.made.extend(begin);
                    }
                    self.item(head, || names(statement, sources));
                    if self.lost_whole(statement) {
                        self.item(statement.span, || inner_names(statement, sources));
                    }
                    queue.extend(statement.block.iter().flat_map(|b| &b.items));
                }
            }
        }
    }

    /// Whether a statement is left out with all that it declares.
    fn lost_whole(&self, statement: &Statement) -> bool {
        let mut args = statement.args.iter();
        self.gone.contains(&statement.keyword.span) || args.any(|a| self.gone.contains(&a.span))
    }

    fn item(&mut self, span: Span, names: impl FnOnce() -> Vec<String>) {
        if any_within(&self.syntax, span) {
            self.unparsed.insert(span);
        }
        if any_within(&self.errors, span) {
            for name in names() {
                self.lost.entry(name).or_default().push(span);
            }
        }
    }

    /// Modules that aren't there, by the name that was written and by the nearest.
    fn modules(&mut self, found: &Diagnostics, sources: &SourceMap) {
        for diagnostic in found.iter().filter(|d| d.code == Code::UnknownModule) {
            let span = diagnostic.primary.span;
            let edits = diagnostic.fix.iter().flat_map(|fix| &fix.edits);
            let meant = edits.map(|(_, text)| text.as_str());
            for path in meant.chain([sources.slice(span)]) {
                let last = path.rsplit('.').next().unwrap_or(path);
                self.lost.entry(last.to_string()).or_default().push(span);
            }
        }
    }

    /// Whether a finding follows from another.
    fn explains(&self, found: &Diagnostic, sources: &SourceMap) -> bool {
        let span = found.primary.span;
        if SYNTAX.contains(&found.code) {
            // `run = "make" { … }`: without the `=` the block is right.
            let before = self.equals.range(..=span).next_back();
            return before.is_some_and(|b| sources.slice(b.after().to(span)).trim() == "{");
        }
        let unparsed = self.unparsed.range(..=after(span)).next_back();
        if unparsed.is_some_and(|outer| contains(*outer, span)) {
            return true;
        }
        let others = found.secondary.iter().map(|label| label.span);
        ABSENT.contains(&found.code)
            && [span].into_iter().chain(others).any(|place| {
                let names = words(sources.slice(place));
                names.into_iter().any(|name| self.took(name, span))
            })
    }

    /// Whether a mistake elsewhere took a name.
    fn took(&self, name: &str, span: Span) -> bool {
        let items = self.lost.get(name).into_iter().flatten();
        let begun = self
            .made
            .iter()
            .filter(|(begin, _)| name.starts_with(begin));
        let mut items = items.chain(begun.map(|(_, item)| item));
        items.any(|item| !contains(*item, span))
    }
}

/// A message that is the same at several uses of one name is said once.
fn merged(found: Diagnostics, sources: &SourceMap) -> Vec<Diagnostic> {
    let mut kept: Vec<Diagnostic> = Vec::new();
    let mut first: BTreeMap<(Code, String, String), usize> = BTreeMap::new();
    for diagnostic in found.sorted() {
        let name = sources.slice(diagnostic.primary.span).to_string();
        let key = (diagnostic.code, diagnostic.message.clone(), name);
        let absent = ABSENT.contains(&diagnostic.code) || diagnostic.code == Code::WrongType;
        match first.get(&key).and_then(|at| kept.get_mut(*at)) {
            Some(earlier) if absent => again(earlier, diagnostic),
            _ => {
                first.insert(key, kept.len());
                kept.push(diagnostic);
            }
        }
    }
    kept
}

/// Adds a further place to a finding, and what mends it there to its fix.
fn again(earlier: &mut Diagnostic, diagnostic: Diagnostic) {
    if earlier.secondary.len() < SHOWN {
        let span = diagnostic.primary.span;
        earlier.secondary.push(crate::diagnostics::Label {
            span,
            text: "and here".to_string(),
        });
    }
    if let (Some(fix), Some(more)) = (&mut earlier.fix, diagnostic.fix) {
        fix.edits.extend(more.edits);
    }
}

/// A statement without its block; without one, up to the end of its line.
fn head(statement: &Statement, sources: &SourceMap) -> Span {
    let span = statement.span;
    match &statement.block {
        Some(block) => Span::new(
            span.file,
            span.start as usize,
            block.span.start.max(span.start) as usize,
        ),
        None => {
            let text = sources.get(span.file).map(|f| f.text.as_ref());
            let rest = text
                .and_then(|t| t.get(span.end as usize..))
                .unwrap_or_default();
            let line = rest.find('\n').unwrap_or(rest.len());
            Span::new(span.file, span.start as usize, span.end as usize + line)
        }
    }
}

/// Every name inside a statement.
fn inner_names(statement: &Statement, sources: &SourceMap) -> Vec<String> {
    let mut found = Vec::new();
    let mut queue: Vec<&Item> = statement.block.iter().flat_map(|b| &b.items).collect();
    while let Some(item) = queue.pop() {
        match item {
            Item::Attribute(attribute) => found.push(attribute.key()),
            Item::Statement(inner) => {
                found.extend(names(inner, sources));
                queue.extend(inner.block.iter().flat_map(|b| &b.items));
            }
        }
    }
    found
}

/// The key of an attribute, and those of the record it is set to.
fn keys(attribute: &Attribute) -> Vec<String> {
    let mut keys = vec![attribute.key()];
    if let ExprKind::Record(block) = &attribute.value.kind {
        keys.extend(block.items.iter().filter_map(|item| match item {
            Item::Attribute(inner) => Some(inner.key()),
            Item::Statement(_) => None,
        }));
    }
    keys
}

/// Names that a statement declares, as far as it can be told: of a keyword that declares none, none.
fn names(statement: &Statement, sources: &SourceMap) -> Vec<String> {
    let keyword = statement.keyword.text.as_str();
    let mut known = schema::all()
        .into_iter()
        .filter(|(b, _)| b.keyword == keyword)
        .peekable();
    let unknown = known.peek().is_none();
    let new = |kind: ArgumentKind| matches!(kind, ArgumentKind::NewName | ArgumentKind::TypedName);
    if !unknown && !known.any(|(b, _)| b.args.iter().any(|a| new(a.kind))) {
        return Vec::new();
    }
    statement
        .args
        .iter()
        .flat_map(|arg| named(arg, sources))
        .collect()
}

/// The names in an argument; of `policy-server`, also what it should have been.
fn named(arg: &Expr, sources: &SourceMap) -> Vec<String> {
    match &arg.kind {
        ExprKind::Name(name) => vec![name.clone()],
        ExprKind::Binary(crate::syntax::ast::BinaryOp::Typed, left, _) => named(left, sources),
        ExprKind::Field(_, last) => vec![last.text.clone()],
        ExprKind::Str(text) => vec![text.replace('-', "_")],
        ExprKind::Binary(..) => vec![sources.slice(arg.span).replace('-', "_")],
        _ => Vec::new(),
    }
}

fn words(text: &str) -> BTreeSet<&str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|w| !w.is_empty())
        .collect()
}

fn any_within(spans: &BTreeSet<Span>, outer: Span) -> bool {
    let from = Span::new(outer.file, outer.start as usize, outer.start as usize);
    let next = spans.range(from..).next();
    next.is_some_and(|span| span.file == outer.file && span.start <= outer.end)
}

fn contains(outer: Span, inner: Span) -> bool {
    outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end
}

/// The last span that may begin where this one does.
fn after(span: Span) -> Span {
    Span {
        end: u32::MAX,
        ..span
    }
}
