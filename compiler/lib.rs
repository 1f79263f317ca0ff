//! gatec: a compiler for `.gate`.
//!
//! ```text
//! text ─parse▶ tree ─resolve▶ program ─lower▶ Plan ─lints▶ ValidPlan ─targets▶ files
//! ```

/// The command: the only part that touches the world.
#[allow(clippy::disallowed_methods)]
pub mod cli {
    pub mod assess;
}
pub mod diagnostics;
pub mod evidence;
pub mod judge;
pub mod pins;
pub mod plan;
pub mod report;
pub mod schema;
pub mod source;
pub mod syntax;
pub mod targets;

use diagnostics::Diagnostics;
use plan::{Plan, ValidPlan};
use source::{SourceMap, World};

/// What one compilation found.
#[derive(Debug, Default)]
pub struct Compilation {
    /// Every file read, the library's too.
    pub sources: SourceMap,
    /// The plan, as far as it could be made; for printing and drawing.
    pub plan: Plan,
    /// The plan, if no finding is an error.
    pub valid: Option<ValidPlan>,
    /// Every finding.
    pub diagnostics: Diagnostics,
}

/// Compiles the given files (paths as the world knows them) as one program.
pub fn compile(world: &dyn World, paths: &[String]) -> Compilation {
    let mut compilation = Compilation::default();
    for path in paths {
        if let Ok(text) = world.read(path) {
            compilation.sources.add(path.clone(), text);
        }
    }
    compilation
}
