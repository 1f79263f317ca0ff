//! `gatec graph`: drawings of the pipelines, even of programs with errors as far as understood.

use super::args::{Drawing, Form, Graph, Show};
use super::exit::{Exit, Failure};
use super::findings::Findings;
use super::load;
use super::progress::Progress;
use super::screen::{Output, Screen};
use crate::diagnostics::nearest;
use crate::plan::Plan;
use crate::proofs::event_table;
use crate::targets::graph::{self, Form as Shape};

pub(super) fn run(args: &Graph, screen: &mut Screen) -> Result<Exit, Failure> {
    let progress = Progress::new();
    let (project, mut compilation) = load::load(&args.path, &progress)?;
    drop(progress);
    if let Some(name) = &args.pipeline {
        know(&compilation.plan, name)?;
    }
    let only = args.pipeline.as_deref();
    let draw = |shape: Shape| graph::draw(&compilation.plan, only, shape);
    let picture = match args.format {
        Drawing::Mermaid => draw(Shape::Mermaid),
        Drawing::Dot => draw(Shape::Dot),
        Drawing::Svg => draw(Shape::Svg),
        Drawing::Text => draw(Shape::Text),
        Drawing::Events => events(&compilation.plan, only),
    };
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

/// Which node runs on which event, where all goes well.
fn events(plan: &Plan, only: Option<&str>) -> String {
    let wanted = plan
        .pipelines
        .iter()
        .filter(|p| only.is_none_or(|id| p.id == id));
    let tables = wanted.map(|pipeline| {
        let table = event_table(pipeline, plan).map(|table| table.to_string());
        let table =
            table.unwrap_or_else(|| "it has too many ways to run for a table\n".to_string());
        format!("pipeline {}\n{table}", pipeline.id)
    });
    tables.collect::<Vec<_>>().join("\n")
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
