//! Which blocks an error leaves incomplete.
//!
//! Takes the shaped program and all that was found, before what only follows is left out. A block
//! uses another if its text holds the other's name: too many uses are harmless, they only make
//! lints say less.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostics::{Diagnostics, Severity};
use crate::plan::{Block, Gaps};
use crate::resolve::Program;
use crate::resolve::shape::Shape;
use crate::source::{SourceMap, Span};

/// Declarations that can be wrong while the rest of the program is right.
const APART: &[&str] = &[
    "pipeline",
    "metric",
    "gate",
    "baseline",
    "service",
    "environment",
    "rollout",
    "alert",
    "slo",
    "notify",
    "dashboard",
    "test",
];

/// Blocks of a pipeline that are nodes of its graph.
const NODES: &[&str] = &["stage", "deploy", "check"];

/// The blocks of a program that aren't whole.
pub fn gaps(program: &Program, sources: &SourceMap, found: &Diagnostics) -> Gaps {
    let errors = found.iter().filter(|d| d.severity == Severity::Error);
    let errors: BTreeSet<Span> = errors.map(|d| d.primary.span).collect();
    if errors.is_empty() {
        return Gaps::default();
    }
    let mut finder = Finder::of(program, sources);
    finder.errors(errors);
    finder.spread();
    Gaps {
        blocks: finder.drafts.into_iter().map(|d| d.block).collect(),
        anywhere: finder.anywhere,
    }
}

/// A block with what it declares and names.
struct Draft<'s> {
    block: Block,
    names: Vec<String>,
    words: BTreeSet<&'s str>,
    /// Whether its text stands in for that of its users: a template or a constant.
    copied: bool,
}

struct Finder<'s> {
    sources: &'s SourceMap,
    drafts: Vec<Draft<'s>>,
    anywhere: bool,
}

impl<'s> Finder<'s> {
    fn of(program: &Program, sources: &'s SourceMap) -> Self {
        let mut finder = Self {
            sources,
            drafts: Vec::new(),
            anywhere: false,
        };
        let apart = |s: &&Shape| APART.contains(&s.block.keyword);
        for shape in program.shapes.iter().filter(apart) {
            finder.shape(shape);
        }
        for template in program.templates.values() {
            let span = template.shape.statement.span;
            finder.add(span, &[], vec![template.name.clone()], true);
        }
        for (name, constant) in &program.constants {
            finder.add(constant.span, &[], vec![name.clone()], true);
        }
        finder.sort();
        finder
    }

    fn shape(&mut self, shape: &Shape) {
        let mut names = Vec::new();
        if shape.block.keyword != "pipeline" {
            declared(shape, &mut names);
        }
        let nodes = shape.children.iter();
        let nodes: Vec<&Shape> = nodes.filter(|s| NODES.contains(&s.block.keyword)).collect();
        let inside: Vec<Span> = nodes.iter().map(|n| n.statement.span).collect();
        self.add(shape.statement.span, &inside, names, false);
        for node in nodes {
            let names = node.name().map(|n| n.text);
            let names = names.into_iter().collect();
            self.add(node.statement.span, &[], names, false);
        }
    }

    /// Adds a block with what its text names, but for that of the blocks inside.
    fn add(&mut self, span: Span, inside: &[Span], names: Vec<String>, copied: bool) {
        let begins = std::iter::once(span.start).chain(inside.iter().map(|s| s.end));
        let ends = inside.iter().map(|s| s.start).chain([span.end]);
        let texts = begins.zip(ends).map(|(start, end)| {
            let part = Span::new(span.file, start as usize, end as usize);
            self.sources.slice(part)
        });
        let words = texts.flat_map(words).collect();
        self.drafts.push(Draft {
            block: Block {
                span,
                parent: None,
                own: false,
                used: false,
            },
            names,
            words,
            copied,
        });
    }

    /// By place, each with the block around it.
    fn sort(&mut self) {
        self.drafts
            .sort_by_key(|d| (d.block.span.file, d.block.span.start));
        let mut around: Option<(usize, Span)> = None;
        for (at, draft) in self.drafts.iter_mut().enumerate() {
            let span = draft.block.span;
            let inside = |o: &(usize, Span)| o.1.file == span.file && span.start < o.1.end;
            match around.filter(inside) {
                Some((outer, _)) => draft.block.parent = Some(outer),
                None => around = Some((at, span)),
            }
        }
    }

    fn errors(&mut self, errors: BTreeSet<Span>) {
        let gaps = Gaps {
            blocks: self.drafts.iter().map(|d| d.block.clone()).collect(),
            anywhere: false,
        };
        for error in errors {
            match gaps.find(error).and_then(|at| self.drafts.get_mut(at)) {
                Some(draft) => draft.block.own = true,
                None => self.anywhere = true,
            }
        }
    }

    fn spread(&mut self) {
        let users = self.users();
        let copied = self.reached(&users, |draft| draft.copied);
        for (draft, reached) in self.drafts.iter_mut().zip(copied) {
            draft.block.own |= reached;
        }
        let used = self.reached(&users, |_| true);
        for (draft, reached) in self.drafts.iter_mut().zip(used) {
            draft.block.used = reached;
        }
        let parents = self.drafts.iter().filter(|d| d.block.used);
        let parents: BTreeSet<usize> = parents.filter_map(|d| d.block.parent).collect();
        for at in parents {
            if let Some(draft) = self.drafts.get_mut(at) {
                draft.block.used = true;
            }
        }
    }

    /// The blocks that hold a name, by name.
    fn users(&self) -> BTreeMap<String, Vec<usize>> {
        let names = self.drafts.iter().flat_map(|d| &d.names);
        let mut users: BTreeMap<String, Vec<usize>> =
            names.map(|n| (n.clone(), Vec::new())).collect();
        for (at, draft) in self.drafts.iter().enumerate() {
            for word in &draft.words {
                if let Some(list) = users.get_mut(*word) {
                    list.push(at);
                }
            }
        }
        users
    }

    /// The blocks with an error, and all that use one of them through blocks that pass it on.
    fn reached(
        &self,
        users: &BTreeMap<String, Vec<usize>>,
        passes_on: impl Fn(&Draft) -> bool,
    ) -> Vec<bool> {
        let mut reached: Vec<bool> = self.drafts.iter().map(|d| d.block.own).collect();
        let begun = reached.iter().enumerate().filter(|(_, r)| **r);
        let mut queue: Vec<usize> = begun.map(|(at, _)| at).collect();
        while let Some(draft) = queue.pop().and_then(|at| self.drafts.get(at)) {
            let names = draft.names.iter().filter(|_| passes_on(draft));
            let using = names.filter_map(|name| users.get(name));
            for at in using.flatten() {
                if let Some(slot) = reached.get_mut(*at).filter(|slot| !**slot) {
                    *slot = true;
                    queue.push(*at);
                }
            }
        }
        reached
    }
}

/// Every name that a statement or one inside it declares: also a service's series.
fn declared(shape: &Shape, into: &mut Vec<String>) {
    into.extend(shape.name().map(|n| n.text));
    shape.children.iter().for_each(|c| declared(c, into));
}

/// The names in a text.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
}
