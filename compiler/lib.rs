//! gatec: a compiler for `.gate`.
//!
//! ```text
//! text ─parse▶ tree ─resolve▶ program ─lower▶ Plan ─lints▶ ValidPlan ─targets▶ files
//!                                              └─judge(evidence)▶ verdict ─▶ report
//! ```

pub mod baseline;
pub mod cli;
pub mod diagnostics;
pub mod evidence;
pub mod format;
pub mod judge;
pub mod lints;
pub mod lock;
pub mod lower;
mod parallel;
pub mod pins;
pub mod plan;
pub mod proofs;
pub mod report;
pub mod resolve;
pub mod schema;
pub mod source;
pub mod stats;
mod stdlib;
pub mod syntax;
pub mod targets;

use std::sync::Arc;

use diagnostics::Diagnostics;
use plan::{Plan, ValidPlan};
use source::{SourceMap, World};
use targets::{OutputFile, TARGETS, Target};

/// What one compilation found.
#[derive(Debug, Default)]
pub struct Compilation {
    /// Every file read, the library's too.
    pub sources: SourceMap,
    /// The plan, as far as it could be made; for printing and drawing.
    pub plan: Arc<Plan>,
    /// The plan, if no finding is an error.
    pub valid: Option<ValidPlan>,
    /// Every finding.
    pub diagnostics: Diagnostics,
}

/// Compiles the given files (paths as the world knows them) as one program.
pub fn compile(world: &dyn World, paths: &[String]) -> Compilation {
    let mut sources = SourceMap::new();
    let mut diagnostics = Diagnostics::new();
    let loaded = resolve::load(world, paths, &mut sources, &mut diagnostics);
    if diagnostics.iter().any(|d| d.code.breaks_structure()) {
        return Compilation {
            sources,
            diagnostics,
            ..Compilation::default()
        };
    }
    let expansions = resolve::expand(&loaded, &mut sources);
    let mut program = resolve::Program::default();
    program.pins = lock::held(world, &mut sources, &mut diagnostics);
    for items in &loaded.files {
        program.add_file(items, &mut diagnostics);
    }
    for (prefix, items) in &loaded.modules {
        program.add_module(prefix, items, &mut diagnostics);
    }
    for made in &expansions {
        program.add_expansion(made, &mut diagnostics);
    }
    program.index(&sources, &mut diagnostics);
    let context = resolve::Context::new(&program, &sources);
    let mut plan = lower::lower(&context);
    diagnostics.extend(context.found.into_inner());
    plan.gaps = lower::gaps(&program, &sources, &diagnostics);
    resolve::settle(&mut diagnostics, &expansions);
    let mut diagnostics = resolve::cut(&loaded, &sources, diagnostics);
    lints::check(&plan, &mut diagnostics);
    let diagnostics = resolve::told(diagnostics, &sources);
    let plan = Arc::new(plan);
    let valid = ValidPlan::new(Arc::clone(&plan), &diagnostics);
    Compilation {
        sources,
        plan,
        valid,
        diagnostics,
    }
}

/// Compiles, and asks the targets that run unasked, too: every finding of `gatec check`.
pub fn check(world: &dyn World, paths: &[String]) -> Compilation {
    let mut compilation = compile(world, paths);
    emit(&mut compilation, TARGETS.iter().filter(|t| t.default));
    compilation
}

/// Runs targets on a plan without errors; what they have to say joins the findings, unless the
/// program allows it.
pub fn emit<'t>(
    compilation: &mut Compilation,
    chosen: impl IntoIterator<Item = &'t Target>,
) -> Vec<OutputFile> {
    let Some(valid) = &compilation.valid else {
        return Vec::new();
    };
    let mut files = Vec::new();
    for target in chosen {
        let emitted = (target.emit)(valid);
        files.extend(emitted.files);
        let mut said = emitted.diagnostics;
        said.retain(|finding| !lints::is_allowed(valid, finding));
        let said = resolve::told(said, &compilation.sources);
        compilation.diagnostics.extend(said);
    }
    files
}
