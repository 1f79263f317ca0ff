//! Paths into reports: `scan.findings[severity = "high"]`, `bench.result["latency.p95"]`.

use super::eval::{Context, unparen};
use super::paths::Step;
use super::scope::{Realm, Scope};
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::plan::{Expr, Matcher, MatcherOp, PathSegment, Ref, Type, Value};
use crate::schema::Kind;
use crate::schema::formats::{self, Field, Format};
use crate::source::Span;
use crate::syntax::ast::{Arg, ExprKind as Ast, Name};

/// A report that a path names, with the place that says its format.
struct Declared<'n> {
    stage: &'n Name,
    report: &'n Name,
    format: &'static Format,
    at: Span,
}

/// The field that a name is, after what was named before it.
fn field_at(format: &'static Format, path: &[PathSegment], name: &str) -> Option<&'static Field> {
    match (path, &format.rows) {
        ([], _) => format.field(name),
        ([PathSegment::Key(_)], Some(rows)) => rows.field(name),
        _ => None,
    }
}

/// Names of fields, for a sentence.
fn listed(fields: &[Field]) -> String {
    let names: Vec<_> = fields.iter().map(|f| format!("`{}`", f.name)).collect();
    names.join(", ")
}

/// The path in `["latency.p95"]`.
fn key_of(args: &[Arg]) -> Option<&str> {
    let first = args.first().filter(|arg| arg.name.is_none())?;
    match &unparen(&first.value).kind {
        Ast::Str(key) => Some(key),
        _ => None,
    }
}

/// The field in `["*.f1", key = "name"]`.
fn field_of(args: &[Arg]) -> Option<String> {
    let named = |arg: &&Arg| arg.name.as_ref().is_some_and(|name| name.text == "key");
    match &unparen(&args.iter().find(named)?.value).kind {
        Ast::Str(field) => Some(field.clone()),
        _ => None,
    }
}

impl Context<'_> {
    /// `stage.report.field` or `stage.report["path"]`.
    pub(super) fn report_path(
        &self,
        stage: &Name,
        steps: &[Step],
        span: Span,
        scope: &Scope,
    ) -> Expr {
        let [Step::Field(report), rest @ ..] = steps else {
            return self.not_a_report(stage, span, scope);
        };
        // `smoke.failed`: the report of the service's probes.
        if stage.text == "smoke" {
            return match formats::SMOKE.field(&report.text) {
                Some(field) => {
                    let path = vec![PathSegment::Field(report.text.clone())];
                    let reference = Ref::Report {
                        stage: "smoke".into(),
                        report: "smoke".into(),
                        path,
                    };
                    self.reference(reference, field.ty.ty(), span)
                }
                None => {
                    let names: Vec<String> = formats::SMOKE
                        .fields
                        .iter()
                        .map(|f| f.name.to_string())
                        .collect();
                    self.unknown_member("field of `smoke`", report, names.iter(), span)
                }
            };
        }
        let Some(reports) = self.program.reports.get(&stage.text) else {
            return self.not_a_report(stage, span, scope);
        };
        let Some((format, declared)) = reports.get(&report.text) else {
            let near = nearest(&report.text, reports.keys().map(String::as_str));
            let names: Vec<_> = reports.keys().map(|k| format!("`{k}`")).collect();
            self.report(
                Diagnostic::new(
                    Code::UnknownReport,
                    report.span,
                    format!("stage `{}` has no report `{}`", stage.text, report.text),
                )
                .label("no such report")
                .help(match (near, names.is_empty()) {
                    (Some(near), _) => format!("did you mean `{near}`?"),
                    (None, false) => format!("it has {}", names.join(", ")),
                    (None, true) => format!(
                        "give the stage one: `reports {{ {} = junit(\"report.xml\") }}`",
                        report.text
                    ),
                }),
            );
            return self.unknown(span);
        };
        let Some(format) = formats::find(format) else {
            return self.unknown(span);
        };
        let of = Declared {
            stage,
            report,
            format,
            at: *declared,
        };
        self.report_value(&of, rest, span, scope)
    }

    fn report_value(&self, of: &Declared, rest: &[Step], span: Span, scope: &Scope) -> Expr {
        let format = of.format;
        let mut ty = match format.findings {
            true => Type::Findings,
            false => Type::Report,
        };
        let mut path = Vec::new();
        for step in rest {
            match step {
                Step::Field(name) => match field_at(format, &path, &name.text) {
                    Some(field) => {
                        ty = field.ty.ty();
                        path.push(PathSegment::Field(name.text.clone()));
                    }
                    None => {
                        self.no_such_field(of, name, &path);
                        return self.unknown(span);
                    }
                },
                Step::Index(args, at) => match key_of(args) {
                    Some(key) if format.rows.is_some() && path.is_empty() => {
                        path.push(PathSegment::Key(key.to_string()));
                    }
                    Some(_) if !format.keyed => {
                        self.no_paths(format, *at);
                        return self.unknown(span);
                    }
                    Some(key) => {
                        self.check_path(key, *at);
                        path.push(PathSegment::Key(key.to_string()));
                        path.extend(field_of(args).map(PathSegment::By));
                        ty = Type::Data;
                    }
                    None if format.rows.is_some() => {
                        self.no_selection(of, *at);
                        return self.unknown(span);
                    }
                    None => {
                        let matchers = self.matchers(args, scope, None);
                        if ty == Type::Findings {
                            self.check_finding_fields(&matchers, *at);
                        }
                        path.push(PathSegment::Filter(matchers));
                        if ty == Type::Report {
                            ty = Type::Data;
                        }
                    }
                },
            }
        }
        if ty == Type::Report && matches!(path.as_slice(), [PathSegment::Key(_)]) {
            self.no_field(of, span);
            return self.unknown(span);
        }
        let reference = Ref::Report {
            stage: of.stage.text.clone(),
            report: of.report.text.clone(),
            path,
        };
        self.reference(reference, ty, span)
    }

    fn no_such_field(&self, of: &Declared, name: &Name, path: &[PathSegment]) {
        let format = of.format;
        let (whose, fields) = match (path, &format.rows) {
            ([PathSegment::Key(_)], Some(rows)) => (rows.what, rows.fields),
            _ => ("report", format.fields),
        };
        let near = nearest(&name.text, fields.iter().map(|f| f.name));
        let diagnostic = Diagnostic::new(
            Code::UnknownField,
            name.span,
            format!("a {} {whose} has no field `{}`", format.name, name.text),
        )
        .label("no such field")
        .also(of.at, format!("the report is {} by this", format.name));
        let of_a_row = || {
            let rows = format.rows.as_ref()?;
            let field = rows.field(&name.text)?.name;
            (path.is_empty()).then(|| {
                format!(
                    "each {} has: write `{}[\"…\"].{field}`",
                    rows.what, of.report.text
                )
            })
        };
        self.report(match (of_a_row(), near) {
            (Some(help), _) => diagnostic.help(help),
            (None, Some(near)) => diagnostic
                .help(format!("did you mean `{near}`? It has {}", listed(fields)))
                .replace(name.span, near),
            (None, None) => diagnostic.help(match (format.keyed, &format.rows) {
                (true, _) => format!("write `{}[\"{}\"]`", of.report.text, name.text),
                (false, Some(rows)) if fields.is_empty() => format!(
                    "name a {} first, as in `{}[\"…\"].{}`",
                    rows.what,
                    of.report.text,
                    rows.fields.first().map_or("", |f| f.name)
                ),
                _ => format!("it has {}", listed(fields)),
            }),
        });
    }

    /// A row that is named, but none of its fields.
    fn no_field(&self, of: &Declared, span: Span) {
        let Some(rows) = &of.format.rows else { return };
        self.report(
            Diagnostic::new(
                Code::UnknownField,
                span,
                format!("this is a whole {} and no number", rows.what),
            )
            .label("which of its fields?")
            .also(of.at, format!("the report is {} by this", of.format.name))
            .help(format!("it has {}", listed(rows.fields))),
        );
    }

    /// `[name = "x"]` of a report whose rows have keys.
    fn no_selection(&self, of: &Declared, at: Span) {
        let Some(rows) = &of.format.rows else { return };
        self.report(
            Diagnostic::new(
                Code::UnknownField,
                at,
                format!("a {} report is not selected from", of.format.name),
            )
            .label(format!("name the {}", rows.what))
            .help(format!(
                "write `{0}[\"NAME\"]`, or `{0}[\"PREFIX*\"]` for several",
                of.report.text
            )),
        );
    }

    /// A path that begins with `$` is JSONPath, and must be one.
    fn check_path(&self, key: &str, at: Span) {
        let is = key == "$" || key.starts_with("$.") || key.starts_with("$[");
        if is && jsonpath_rust::parser::parse_json_path(key).is_err() {
            self.report(
                Diagnostic::new(Code::InvalidValue, at, "this is no JSONPath")
                    .label("begins with `$`, and can't be read as RFC 9535")
                    .help("write `\"$.cases[?@.ok == true].score\"`, or the plain `\"cases[*].score\"`"),
            );
        }
    }

    fn no_paths(&self, format: &Format, at: Span) {
        self.report(
            Diagnostic::new(
                Code::UnknownField,
                at,
                format!("a {} report has no paths", format.name),
            )
            .label("only `json`, `yaml` and `csv` have")
            .help("name one of its fields"),
        );
    }

    /// A field or a severity that no finding has selects nothing, which would look like good news.
    fn check_finding_fields(&self, matchers: &[Matcher], span: Span) {
        for matcher in matchers {
            let label = matcher.label.as_str();
            if !formats::FINDING_FIELDS.contains(&label) {
                let message = format!("a finding has no `{label}`");
                let diagnostic = Diagnostic::new(Code::UnknownField, span, message);
                let fields = formats::FINDING_FIELDS;
                self.report(one_of(diagnostic.label("no such field"), label, fields));
            }
            let compares = matches!(
                matcher.op,
                MatcherOp::Equal | MatcherOp::NotEqual | MatcherOp::In
            );
            if label == "severity" && compares {
                let values = matcher.values.iter();
                let known =
                    |v: &&Value| v.as_str().is_some_and(|v| formats::SEVERITIES.contains(&v));
                for value in values.filter(|v| !known(v)) {
                    self.no_severity(value, span);
                }
            }
        }
    }

    fn no_severity(&self, value: &Value, span: Span) {
        let word = value.as_str().map_or(value.to_string(), str::to_string);
        let message = format!("no finding has the severity `{word}`");
        let diagnostic = Diagnostic::new(Code::InvalidValue, span, message)
            .label("selects nothing, whatever is found");
        self.report(one_of(diagnostic, &word, formats::SEVERITIES));
    }

    fn not_a_report(&self, stage: &Name, span: Span, scope: &Scope) -> Expr {
        if self.program.declared(Kind::Stage, &stage.text).is_some()
            && self.program.reports.get(&stage.text).is_some()
        {
            self.report(
                Diagnostic::new(
                    Code::UnknownReport,
                    span,
                    format!("stage `{}` is no measurement", stage.text),
                )
                .label("names a stage only")
                .help(format!("name its report: `{}.REPORT.FIELD`", stage.text)),
            );
            return self.unknown(span);
        }
        let mut names: Vec<String> = self.program.reports.keys().cloned().collect();
        names.push("smoke".into());
        if scope.realm == Realm::Measure {
            names.extend(self.program.metric_types.keys().cloned());
        }
        self.unknown_member("stage", stage, names.iter(), span)
    }
}

/// With the nearest of the words as help, or all of them.
fn one_of(diagnostic: Diagnostic, written: &str, words: &'static [&'static str]) -> Diagnostic {
    diagnostic.help(match nearest(written, words.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("one of {}", words.join(", ")),
    })
}
