//! Templates: parameters bound, steps expanded in place.

use super::Lower;
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::plan::{After, Expr, Quantity, Stage, Type, Value};
use crate::resolve::eval::unparen;
use crate::resolve::shape::Shape;
use crate::resolve::{
    Context, Holds, Params, Realm, Scope, StepNames, TemplateDecl, callee, dotted, names_type_of,
};
use crate::schema::{Kind, sets};
use crate::source::Span;
use crate::syntax::ast::{self, BinaryOp, ExprKind as Ast};

/// One use of a template, as its steps see it.
#[derive(Default)]
pub(super) struct Instance {
    /// Names of the templates around, outermost first.
    pub stack: Vec<String>,
    /// Where the outermost `use` stands.
    pub at: Option<Span>,
    /// Prefix of its steps' ids.
    pub prefix: String,
    /// The condition of the `use`.
    pub when: Option<Expr>,
    /// Environment of the `use`.
    pub env: Vec<(String, Expr)>,
    /// What its steps do that say nothing themselves.
    pub timeout: Option<f64>,
    /// How often its scripts are tried again.
    pub retries: Option<u32>,
    /// Whether a failure of its steps is ignored.
    pub may_fail: bool,
}

impl Instance {
    /// The id of a step inside: unique in the stage.
    pub(super) fn step_id(&self, name: &str) -> String {
        match self.prefix.is_empty() {
            true => name.to_string(),
            false => format!("{}_{name}", self.prefix),
        }
    }
}

/// Where steps stand.
#[derive(Clone, Copy)]
pub(super) struct Frame<'f> {
    /// What they see.
    pub scope: Scope<'f>,
    /// After what they run.
    pub after: After,
    /// The use of a template that they are of.
    pub instance: &'f Instance,
}

/// A parameter's type.
enum ParamType {
    Any,
    Plain(Type),
    Choice(Vec<(String, Value)>),
    List(Box<ParamType>),
    Environment,
    /// The name of a declaration.
    Name(Kind),
    /// `STAGE.REPORT`
    Report,
}

/// Declarations whose names a parameter may be.
const NAMED: &[Kind] = &[Kind::Metric, Kind::Gate, Kind::Baseline, Kind::Dimension];

impl<'a> Lower<'_, 'a> {
    pub(super) fn expand(
        &self,
        what: &ast::Expr,
        shape: &Shape<'a>,
        frame: Frame,
        stage: &mut Stage,
    ) {
        let (scope, outer) = (&frame.scope, frame.instance);
        let path = dotted(what).unwrap_or_default();
        let Some(template) = self.program.template(&path, scope.module) else {
            self.unknown_template(&path, what.span);
            return;
        };
        if template.holds() != Holds::Steps {
            self.out_of_place(template, Holds::Steps, what.span);
            return;
        }
        if outer.stack.contains(&path) || outer.stack.len() > 16 {
            self.report(
                Diagnostic::new(
                    Code::TemplateCycle,
                    template.shape.head(),
                    format!("template `{path}` uses itself"),
                )
                .label("never ends")
                .also(what.span, format!("through {}", outer.stack.join(" → ")))
                .help("remove the `use` that leads back"),
            );
            return;
        }
        let Some(params) = self.bind_params(template, shape, scope) else {
            return;
        };
        let instance = self.instance(&path, shape, scope, outer, stage);
        let steps = scope.stage;
        let inner_names = crate::resolve::StageNames {
            id: steps.map(|s| s.id.clone()).unwrap_or_default(),
            matrix: steps.map(|s| s.matrix.clone()).unwrap_or_default(),
            steps: Default::default(),
        };
        let inner = Scope {
            params: Some(&params),
            module: &template.module,
            stage: Some(&inner_names),
            stages: scope.stages.filter(|_| template.module == scope.module),
            ..*scope
        };
        let within = Frame {
            scope: inner,
            after: frame.after,
            instance: &instance,
        };
        self.steps_of(&template.shape, within, stage);
        self.template_permissions(&template.shape, stage);
        self.reports(
            &template.shape,
            &inner,
            Some(path.rsplit('.').next().unwrap_or(&path)),
            stage,
        );
        self.artifacts(&template.shape, &inner, stage);
        self.publish_outputs(template, shape, scope, &inner);
    }

    fn instance(
        &self,
        path: &str,
        shape: &Shape<'a>,
        scope: &Scope,
        outer: &Instance,
        stage: &Stage,
    ) -> Instance {
        let mut when = outer.when.clone();
        for e in shape.all("when").filter_map(|w| w.arg(0)) {
            when = Some(Context::both(when, self.cx.condition(e, scope)));
        }
        let mut env = outer.env.clone();
        env.extend(self.run_pairs(shape.one("env"), scope));
        let name = shape.name().map(|n| n.text).unwrap_or_else(|| {
            // Unnamed uses are told apart by their number, so that inner ids stay unique.
            format!("{}_{}", path.replace('.', "_"), stage.steps.len())
        });
        let mut stack = outer.stack.clone();
        stack.push(path.to_string());
        Instance {
            stack,
            at: outer.at.or(Some(shape.statement.keyword.span)),
            prefix: outer.step_id(&name),
            when,
            env,
            timeout: self.number_in(shape, "timeout", scope).or(outer.timeout),
            retries: self.retries(shape, scope).or(outer.retries),
            may_fail: outer.may_fail || self.flag_in(shape, "may_fail", scope).unwrap_or(false),
        }
    }

    fn publish_outputs(
        &self,
        template: &TemplateDecl<'a>,
        shape: &Shape<'a>,
        scope: &Scope,
        inner: &Scope,
    ) {
        let (Some(name), Some(stage)) = (shape.name(), scope.stage) else {
            return;
        };
        let mut names = StepNames::default();
        for entry in template.shape.all("outputs").flat_map(|o| o.open.iter()) {
            names
                .outputs
                .insert(entry.key(), self.cx.run_value(&entry.value, inner));
        }
        self.remember_names(&name.text, names, name.span, stage);
    }

    pub(super) fn unknown_template(&self, path: &str, span: Span) {
        let names: Vec<&str> = self.program.templates.keys().map(String::as_str).collect();
        let diagnostic = Diagnostic::new(
            Code::UnknownTemplate,
            span,
            format!("there is no template `{path}`"),
        )
        .label("not declared, not imported");
        let module = path.split('.').next().unwrap_or_default();
        let library = crate::stdlib::names().contains(&module)
            && !names.iter().any(|n| n.starts_with(&format!("{module}.")));
        self.report(match nearest(path, names.iter().copied()) {
            Some(near) => diagnostic
                .help(format!("did you mean `{near}`?"))
                .replace(span, near),
            None if library => diagnostic.help(format!("import its module: `import std.{module}`")),
            None => diagnostic
                .help("a third-party action is quoted, with its version: `use \"owner/name@v1\"`"),
        });
    }

    pub(super) fn bind_params(
        &self,
        template: &TemplateDecl<'a>,
        shape: &Shape<'a>,
        scope: &Scope,
    ) -> Option<Params> {
        let mut params = Params::new();
        let mut complete = true;
        let declared: Vec<(String, &Shape<'a>)> = template
            .shape
            .all("param")
            .filter_map(|p| Some((self.name(p)?, p)))
            .collect();
        let unknown = |entry: &ast::Attribute| declared.iter().all(|(n, _)| *n != entry.key());
        for (name, param) in &declared {
            let ty = self.param_type(param, template);
            let given = shape.open.iter().find(|e| e.key() == *name);
            let value = match given {
                Some(entry) => Some(self.argument(&entry.value, &ty, scope)),
                None => param.attribute("default").map(|e| {
                    let inner = Scope {
                        module: &template.module,
                        params: Some(&params),
                        ..*scope
                    };
                    self.argument(e, &ty, &inner)
                }),
            };
            match value {
                Some(value) => {
                    params.insert(name.clone(), value);
                }
                None => {
                    complete = false;
                    // A parameter of another name may be the one that is missing.
                    if !shape.open.iter().any(|e| unknown(e)) {
                        self.missing_param(name, param, template, shape);
                    }
                }
            }
        }
        for entry in shape.open.iter().filter(|e| unknown(e)) {
            self.unknown_param(entry, &declared, template);
        }
        complete.then_some(params)
    }

    fn missing_param(&self, name: &str, param: &Shape, template: &TemplateDecl, shape: &Shape) {
        let at = shape
            .arg(0)
            .map_or(shape.statement.keyword.span, |e| e.span);
        self.report(
            Diagnostic::new(
                Code::MissingParameter,
                at,
                format!("template `{}` needs `{name}`", template.name),
            )
            .label("not given")
            .also(param.head(), "declared here, without a default")
            .help(format!("write `{name} = …` in the block")),
        );
    }

    fn unknown_param(
        &self,
        entry: &ast::Attribute,
        declared: &[(String, &Shape<'a>)],
        template: &TemplateDecl,
    ) {
        let key = entry.key();
        let names: Vec<&str> = declared.iter().map(|(n, _)| n.as_str()).collect();
        let diagnostic = Diagnostic::new(
            Code::UnknownParameter,
            entry.key_span(),
            format!("template `{}` has no parameter `{key}`", template.name),
        )
        .label("not declared")
        .also(template.shape.head(), "the template");
        self.report(match nearest(&key, names.iter().copied()) {
            Some(near) => diagnostic
                .help(format!("did you mean `{near}`?"))
                .replace(entry.key_span(), near),
            None if names.is_empty() => diagnostic.help("it has no parameters"),
            None => diagnostic.help(format!("it has {}", names.join(", "))),
        });
    }

    fn param_type(&self, param: &Shape<'a>, template: &TemplateDecl) -> ParamType {
        match param.arg(0).map(|a| &a.kind) {
            Some(Ast::Binary(BinaryOp::Typed, _, ty)) => self.type_of_param(ty, template),
            _ => ParamType::Any,
        }
    }

    fn type_of_param(&self, ty: &ast::Expr, template: &TemplateDecl) -> ParamType {
        match callee(ty) {
            Some(("list", [of])) => {
                return ParamType::List(Box::new(self.type_of_param(&of.value, template)));
            }
            Some(("choice", args)) => {
                let scope = Scope {
                    module: &template.module,
                    ..Scope::CONSTANT
                };
                let options = args.iter().filter_map(|a| match (&a.name, &a.value.kind) {
                    (Some(name), _) => Some((
                        name.text.clone(),
                        self.cx.known(&a.value, Some(&Type::Str), &scope)?,
                    )),
                    (None, Ast::Name(name) | Ast::Str(name)) => {
                        Some((name.clone(), Value::Str(name.clone())))
                    }
                    _ => None,
                });
                return ParamType::Choice(options.collect());
            }
            _ => {}
        }
        match &unparen(ty).kind {
            Ast::Name(name) if name == "string" => ParamType::Plain(Type::Str),
            Ast::Name(name) if name == "bool" => ParamType::Plain(Type::Bool),
            Ast::Name(name) if name == "any" => ParamType::Any,
            Ast::Name(name) if name == "runner" => {
                ParamType::Plain(Type::Symbol(sets::RUNNER.name))
            }
            Ast::Name(name) if name == "environment" => ParamType::Environment,
            Ast::Name(name) if name == "report" => ParamType::Report,
            Ast::Name(name) if let Some(kind) = NAMED.iter().find(|k| k.word() == name) => {
                ParamType::Name(*kind)
            }
            Ast::Name(name) if name == "number" => {
                ParamType::Plain(Type::Quantity(Quantity::Number))
            }
            _ => match crate::resolve::quantity_type(self.cx, ty) {
                Type::Unknown => ParamType::Any,
                ty => ParamType::Plain(ty),
            },
        }
    }

    fn argument(&self, e: &ast::Expr, ty: &ParamType, scope: &Scope) -> Expr {
        match ty {
            ParamType::Any => self.cx.run_value(e, scope),
            ParamType::Plain(Type::Str) => {
                let value = self.cx.run_value(e, scope);
                match &value.ty {
                    Type::Symbol(_) | Type::Data => value,
                    _ => self.cx.expect(value, &Type::Str),
                }
            }
            ParamType::Plain(ty) => {
                let value = self.cx.infer(e, Some(ty), scope);
                self.cx.expect(value, ty)
            }
            ParamType::Environment => self.named(e, Kind::Environment),
            ParamType::Name(kind) => self.named(e, *kind),
            ParamType::Report => self.report_argument(e),
            ParamType::Choice(options) => self.choice(e, options, scope),
            ParamType::List(of) => self.list_argument(e, of, scope),
        }
    }

    fn named(&self, e: &ast::Expr, kind: Kind) -> Expr {
        if matches!(&e.kind, Ast::Name(n) if n == "none") {
            return Expr::constant(Value::None, Type::None, e.span);
        }
        match self.reference(e, &[kind]) {
            Some((_, name, _)) => Expr::constant(Value::Str(name), Type::Str, e.span),
            None => self.cx.unknown(e.span),
        }
    }

    /// A whole report, whose fields the template reads.
    fn report_argument(&self, e: &ast::Expr) -> Expr {
        let scope = Scope::CONSTANT.within(Realm::Report);
        let report = self.cx.infer(e, None, &scope);
        if matches!(
            report.ty,
            Type::Report | Type::Findings | Type::None | Type::Unknown
        ) {
            return report;
        }
        self.report(
            Diagnostic::new(Code::WrongType, e.span, "expected a report")
                .label(format!("this is {}", report.ty.describe()))
                .help("name all of it, `STAGE.REPORT`: the template says which fields it reads"),
        );
        self.cx.unknown(e.span)
    }

    fn list_argument(&self, e: &ast::Expr, of: &ParamType, scope: &Scope) -> Expr {
        if let Ast::List(items) = &unparen(e).kind {
            let items: Vec<Expr> = items.iter().map(|i| self.argument(i, of, scope)).collect();
            let ty = items.first().map_or(Type::Unknown, |i| i.ty.clone());
            let ty = Type::List(Box::new(ty));
            let values: Option<Vec<Value>> = items.iter().map(|i| i.value().cloned()).collect();
            return match values {
                Some(values) => Expr::constant(Value::List(values), ty, e.span),
                None => Expr {
                    kind: crate::plan::ExprKind::List(items),
                    ty,
                    span: e.span,
                },
            };
        }
        if let Ast::Name(_) | Ast::Field(..) = &unparen(e).kind
            && let Some(typed) = self.cx.infer_quietly(e, scope)
            && matches!(typed.ty, Type::List(_) | Type::None)
        {
            return typed;
        }
        let one = self.argument(e, of, scope);
        self.cx.comma_in_text(e);
        match one.value().cloned() {
            Some(value) => {
                let ty = Type::List(Box::new(names_type_of(&value)));
                Expr::constant(Value::List(vec![value]), ty, e.span)
            }
            None => one,
        }
    }

    fn choice(&self, e: &ast::Expr, options: &[(String, Value)], scope: &Scope) -> Expr {
        if let Ast::Name(name) = &unparen(e).kind {
            if let Some((_, value)) = options.iter().find(|(n, _)| n == name) {
                return Expr::constant(value.clone(), Type::Str, e.span);
            }
            let known = name == "none"
                || scope.params.is_some_and(|p| p.contains_key(name))
                || self.program.constants.contains_key(name);
            if !known {
                let names = options.iter().map(|(n, _)| n.as_str());
                let diagnostic = Diagnostic::new(
                    Code::UnknownName,
                    e.span,
                    format!("`{name}` is none of the choices"),
                )
                .label("not a choice");
                self.report(match nearest(name, names.clone()) {
                    Some(near) => diagnostic
                        .help(format!("did you mean `{near}`?"))
                        .replace(e.span, near),
                    None => diagnostic.help(format!(
                        "write one of {}",
                        names.collect::<Vec<_>>().join(", ")
                    )),
                });
                return self.cx.unknown(e.span);
            }
        }
        if let Ast::Str(text) = &unparen(e).kind
            && let Some((name, _)) = options.iter().find(|(n, _)| n == text)
        {
            self.report(
                Diagnostic::new(
                    Code::WrongType,
                    e.span,
                    "a choice is written without quotes",
                )
                .label("quoted text")
                .help(format!("write `{name}`"))
                .replace(e.span, name.clone()),
            );
            return self.cx.unknown(e.span);
        }
        let value = self
            .cx
            .infer(e, Some(&Type::Str), &scope.within(Realm::Run));
        self.cx.expect(value, &Type::Str)
    }
}
