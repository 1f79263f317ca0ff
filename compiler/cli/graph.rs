//! `gatec graph`: drawings of the pipelines, even of programs with errors as far as understood.

use super::args::{Drawing, Form, Graph, Show};
use super::exit::{Exit, Failure};
use super::findings::Findings;
use super::load;
use super::progress::Progress;
use super::screen::{Output, Screen};
use crate::diagnostics::nearest;
use crate::plan::Plan;
use crate::targets::graph::{self, Form as Shape};

pub(super) fn run(args: &Graph, screen: &mut Screen) -> Result<Exit, Failure> {
    let progress = Progress::new();
    let (project, mut compilation) = load::load(&args.path, &progress)?;
    drop(progress);
    if let Some(name) = &args.pipeline {
        know(&compilation.plan, name)?;
    }
    let shape = match args.format {
        Drawing::Mermaid => Shape::Mermaid,
        Drawing::Dot => Shape::Dot,
        Drawing::Svg => Shape::Svg,
        Drawing::Text => Shape::Text,
    };
    let picture = graph::draw(&compilation.plan, args.pipeline.as_deref(), shape);
    let mut findings = Findings::default();
    load::report(&mut findings, &project, &mut compilation);
    screen.data(&picture)?;
    let failed = findings.fail(false);
    let show = Show {
        deny_warnings: false,
        format: Form::Pretty,
    };
    screen.show(findings, show, Output::Taken)?;
    Ok(Exit::failed(failed))
}

fn know(plan: &Plan, name: &str) -> Result<(), Failure> {
    if plan.pipeline(name).is_some() {
        return Ok(());
    }
    let names: Vec<&str> = plan.pipelines.iter().map(|p| p.id.as_str()).collect();
    let hint = match nearest(name, names.iter().copied()) {
        Some(near) => format!("; did you mean `{near}`?"),
        None if names.is_empty() => String::new(),
        None => format!("; there are: {}", names.join(", ")),
    };
    Err(Failure::Usage(format!(
        "no pipeline is called `{name}`{hint}"
    )))
}
