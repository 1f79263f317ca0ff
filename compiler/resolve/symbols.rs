//! What a program declares, by kind and name.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::expand::{DECLARATIONS, Expansion};
use super::index;
use super::reading::Reading;
use super::shape::{self, Shape};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::pins::Pins;
use crate::schema::Kind;
use crate::source::{FileId, SourceMap, Span};
use crate::syntax::ast::{self, ExprKind, Items, Name};

/// A declaration's name and place.
#[derive(Clone, Debug)]
pub struct Symbol {
    /// Its name.
    pub name: String,
    /// Where it is declared.
    pub span: Span,
}

/// A template, and the module it is of.
pub struct TemplateDecl<'a> {
    /// `setup`
    pub name: String,
    /// Its statement.
    pub shape: Shape<'a>,
    /// Constants of its file.
    pub file_constants: &'a [ast::Item],
    /// Prefixes that its file imports.
    pub module: String,
}

/// Files of one program after shaping.
#[derive(Default)]
pub struct Program<'a> {
    /// Statements of the project's files, in order.
    pub shapes: Vec<Shape<'a>>,
    /// Constants by name.
    pub constants: IndexMap<String, &'a ast::Attribute>,
    /// Templates by `module.name`; those of the project's own files by `name`.
    pub templates: IndexMap<String, TemplateDecl<'a>>,
    /// Constants of modules, by `module` then name.
    pub module_constants: HashMap<String, IndexMap<String, &'a ast::Attribute>>,
    /// Declared names by kind.
    names: HashMap<Kind, IndexMap<String, Span>>,
    /// Reports of stages: stage name, report name, format.
    pub reports: IndexMap<String, IndexMap<String, (String, Span)>>,
    /// Series by name: service, place.
    pub series: IndexMap<String, Vec<SeriesDecl>>,
    /// Types of metrics, by name.
    pub metric_types: HashMap<String, crate::plan::Type>,
    /// Types of limits, by name.
    pub limit_types: HashMap<String, crate::plan::Type>,
    /// Values of metrics' groups, by metric.
    pub metric_groups: HashMap<String, (String, Vec<String>)>,
    /// Metrics that have a report source and a live source.
    pub metric_sources: HashMap<String, (bool, bool)>,
    /// What third-party actions are pinned to.
    pub pins: Pins,
    /// How the text of copied files reads.
    readings: HashMap<FileId, &'a Reading>,
    /// Names of the `use`s at the top of files.
    uses: IndexMap<String, Span>,
}

/// A series as declared.
#[derive(Clone, Debug)]
pub struct SeriesDecl {
    /// The service that exports it.
    pub service: String,
    /// Kind.
    pub kind: crate::plan::SeriesKind,
    /// Unit.
    pub unit: crate::plan::Type,
    /// Labels.
    pub labels: Vec<String>,
    /// Where it is declared.
    pub span: Span,
}

/// What a template holds, and so where it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Steps: in a stage.
    Steps,
    /// Stages: in a pipeline.
    Stages,
    /// Metrics, limits, baselines and gates: at the top of a file.
    Declarations,
}

impl Holds {
    /// What a child of a template makes it; none for what may stand in any.
    pub fn by(keyword: &str) -> Option<Self> {
        match keyword {
            "param" => None,
            "stage" => Some(Holds::Stages),
            _ if DECLARATIONS.contains(&keyword) => Some(Holds::Declarations),
            _ => Some(Holds::Steps),
        }
    }

    /// `steps`
    pub fn word(self) -> &'static str {
        match self {
            Holds::Steps => "steps",
            Holds::Stages => "stages",
            Holds::Declarations => "declarations",
        }
    }
}

impl TemplateDecl<'_> {
    /// Where it is used: what isn't for a stage decides.
    pub fn holds(&self) -> Holds {
        let children = self.shape.children.iter();
        let kinds = children.filter_map(|c| Holds::by(c.block.keyword));
        let mut beyond = kinds.filter(|k| *k != Holds::Steps);
        beyond.next().unwrap_or(Holds::Steps)
    }
}

impl<'a> Program<'a> {
    /// Adds a project file.
    pub fn add_file(&mut self, items: &'a Items, found: &mut Diagnostics) {
        let top = shape::top(items, found);
        for constant in top.constants {
            let key = constant.key();
            self.declare(
                Kind::Constant,
                &Name {
                    text: key.clone(),
                    span: constant.key_span(),
                },
                found,
            );
            self.constants.entry(key).or_insert(constant);
        }
        for shape in top.shapes {
            self.declare_shape(&shape, found);
            if shape.block.keyword == "template" {
                self.add_template("", shape, items);
            } else {
                self.shapes.push(shape);
            }
        }
    }

    /// Adds a module's file under its prefix.
    pub fn add_module(&mut self, prefix: &str, items: &'a Items, found: &mut Diagnostics) {
        let top = shape::top(items, found);
        let constants = top.constants.into_iter().map(|c| (c.key(), c)).collect();
        self.module_constants.insert(prefix.to_string(), constants);
        for shape in top.shapes {
            if shape.block.keyword == "template" {
                self.add_template(prefix, shape, items);
            }
        }
    }

    /// Adds what a `use` at the top of a file makes.
    pub fn add_expansion(&mut self, made: &'a Expansion, found: &mut Diagnostics) {
        if let Some(first) = self.uses.get(&made.name.text) {
            found.push(duplicate("use", &made.name, *first));
            return;
        }
        self.uses.insert(made.name.text.clone(), made.name.span);
        self.readings.insert(made.reading.file, &made.reading);
        for shape in shape::top(&made.items, found).shapes {
            self.declare_shape(&shape, found);
            self.shapes.push(shape);
        }
    }

    /// How the text of a file reads, if it is a copy.
    pub fn reading(&self, file: FileId) -> Option<&'a Reading> {
        self.readings.get(&file).copied()
    }

    fn add_template(&mut self, prefix: &str, shape: Shape<'a>, items: &'a Items) {
        let Some(name) = shape.name() else { return };
        let full = match prefix.is_empty() {
            true => name.text.clone(),
            false => format!("{prefix}.{}", name.text),
        };
        self.templates.entry(full).or_insert(TemplateDecl {
            name: name.text,
            shape,
            file_constants: items,
            module: prefix.to_string(),
        });
    }

    fn declare_shape(&mut self, shape: &Shape<'a>, found: &mut Diagnostics) {
        let kind = match shape.block.keyword {
            "metric" => Kind::Metric,
            "gate" => Kind::Gate,
            "baseline" => Kind::Baseline,
            "dimension" => Kind::Dimension,
            "limit" => Kind::Limit,
            "service" => Kind::Service,
            "environment" => Kind::Environment,
            "rollout" => Kind::Rollout,
            "pipeline" => Kind::Pipeline,
            "alert" => Kind::Alert,
            "slo" => Kind::Slo,
            "notify" => Kind::Notify,
            "dashboard" => Kind::Dashboard,
            "template" => Kind::Template,
            "secret" => Kind::Secret,
            "variable" => Kind::Variable,
            "unit" => Kind::Unit,
            "policy" => Kind::Policy,
            _ => return,
        };
        if let Some(name) = shape.name() {
            self.declare(kind, &name, found);
        }
    }

    /// Stages and deploys, once every template is known.
    fn declare_nodes(&mut self, found: &mut Diagnostics) {
        let pipelines: Vec<_> = self.all("pipeline").collect();
        let placed = pipelines.iter().map(|p| self.placed_names(p, found));
        for (kind, name, span) in placed.flatten().collect::<Vec<_>>() {
            let names = self.names.entry(kind).or_default();
            names.entry(name).or_insert(span);
        }
    }

    fn declare(&mut self, kind: Kind, name: &Name, found: &mut Diagnostics) {
        let names = self.names.entry(kind).or_default();
        match names.get(&name.text) {
            Some(first) => found.push(duplicate(kind.word(), name, *first)),
            None => {
                names.insert(name.text.clone(), name.span);
            }
        }
    }

    /// Where a name of a kind is declared.
    pub fn declared(&self, kind: Kind, name: &str) -> Option<Span> {
        self.names.get(&kind)?.get(name).copied()
    }

    /// Names of a kind, in source order.
    pub fn names(&self, kind: Kind) -> impl Iterator<Item = &str> {
        self.names
            .get(&kind)
            .into_iter()
            .flat_map(|n| n.keys().map(String::as_str))
    }

    /// Statements of a keyword at the top.
    pub fn all<'s>(&'s self, keyword: &'s str) -> impl Iterator<Item = &'s Shape<'a>> {
        self.shapes
            .iter()
            .filter(move |s| s.block.keyword == keyword)
    }

    /// Gathers what expressions need to know of other declarations before they are typed.
    pub fn index(&mut self, sources: &SourceMap, found: &mut Diagnostics) {
        self.declare_nodes(found);
        self.index_reports();
        let index = index::Index::of(self, sources, found);
        self.metric_types = index.metric_types;
        self.limit_types = index.limit_types;
        self.metric_groups = index.metric_groups;
        self.metric_sources = index.metric_sources;
        self.series = index.series;
    }

    fn index_reports(&mut self) {
        let mut reports: IndexMap<String, IndexMap<String, (String, Span)>> = IndexMap::new();
        for pipeline in self.all("pipeline") {
            let placement = self.placement(pipeline);
            for node in placement
                .nodes
                .iter()
                .filter(|n| n.shape.block.keyword == "stage")
            {
                let Some(id) = node.id.clone() else { continue };
                let used = node.from.and_then(|f| placement.uses.get(f));
                let module = used.map_or("", |u| u.template.module.as_str());
                let entry = reports.entry(id).or_default();
                self.reports_of(node.shape, module, entry, 0);
            }
        }
        self.reports = reports;
    }

    /// Reports of a stage or template, those of the templates it uses included.
    fn reports_of(
        &self,
        shape: &Shape<'a>,
        module: &str,
        into: &mut IndexMap<String, (String, Span)>,
        depth: usize,
    ) {
        for block in shape.all("reports") {
            for key in &block.open {
                if let Some(format) = format_of(&key.value) {
                    into.entry(key.key()).or_insert((format, key.key_span()));
                }
            }
        }
        if depth > 16 {
            return;
        }
        for used in shape.all("use") {
            let path = used.arg(0).and_then(dotted);
            if let Some(template) = path.and_then(|p| self.template(&p, module)) {
                self.reports_of(&template.shape, &template.module, into, depth + 1);
            }
        }
    }
}

fn duplicate(word: &str, name: &Name, first: Span) -> Diagnostic {
    Diagnostic::new(
        Code::DuplicateName,
        name.span,
        format!("{word} `{}` is declared twice", name.text),
    )
    .label("declared again here")
    .also(first, "first declared here")
    .help("give one of them another name")
}

/// The format in `cobertura("…")`.
fn format_of(value: &ast::Expr) -> Option<String> {
    match &value.kind {
        ExprKind::Call(callee, _) => match &callee.kind {
            ExprKind::Name(name) => Some(name.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// `a.b.c` as text.
pub fn dotted(expr: &ast::Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name.clone()),
        ExprKind::Field(base, name) => Some(format!("{}.{}", dotted(base)?, name.text)),
        _ => None,
    }
}
