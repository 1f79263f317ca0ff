//! `gatec test`: the program's own `test` blocks.

use std::path::PathBuf;

use clap::Args;

use super::screen::count;
use crate::judge::{Kept, Outcome, try_out};
use crate::plan::{Plan, Test};

const HELP: &str = "\
Exit codes:
  0  every test came out as written
  1  one did not
  2  the command was used wrongly, or the program has errors
  4  none was broken, but one can't be judged by this version (--skip-unjudged: 0)";

/// `gatec test`
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct TestArgs {
    /// A project's folder, any folder in it, or one file.
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// Judge only tests whose name holds this text.
    #[arg(long, value_name = "TEXT")]
    pub only: Option<String>,
    /// Don't fail for tests that this version can't judge; they are listed all the same.
    #[arg(long)]
    pub skip_unjudged: bool,
}

#[derive(Default)]
struct Counts {
    kept: usize,
    broken: usize,
    unjudged: usize,
}

/// The report and the exit code.
pub fn run(args: &TestArgs, plan: &Plan) -> (String, u8) {
    let wanted = |test: &&Test| {
        args.only
            .as_ref()
            .is_none_or(|text| test.title.contains(text))
    };
    let (mut lines, mut counts) = (Vec::new(), Counts::default());
    for test in plan.tests.iter().filter(wanted) {
        lines.extend(report(test, &try_out(plan, test), &mut counts));
    }
    let all = counts.kept + counts.broken + counts.unjudged;
    lines.push(format!(
        "{}: {} kept, {} broken, {} not judged",
        count(all, "test"),
        counts.kept,
        counts.broken,
        counts.unjudged
    ));
    lines.push(String::new());
    let code = match (counts.broken, counts.unjudged) {
        (0, 0) => 0,
        (0, _) if args.skip_unjudged => 0,
        (0, _) => 4,
        _ => 1,
    };
    (lines.join("\n"), code)
}

fn report(test: &Test, outcomes: &[Outcome], counts: &mut Counts) -> Vec<String> {
    let any = |wanted: fn(&Kept) -> bool| outcomes.iter().any(|o| wanted(&o.result));
    let broken = any(|kept| matches!(kept, Kept::No(_)));
    // A test that expects nothing shows nothing.
    let unjudged = outcomes.is_empty() || any(|kept| matches!(kept, Kept::NotJudged(_)));
    let (word, counter) = match (broken, unjudged) {
        (true, _) => ("broken", &mut counts.broken),
        (false, true) => ("not judged", &mut counts.unjudged),
        (false, false) => ("kept", &mut counts.kept),
    };
    *counter += 1;
    let mut lines = vec![format!(
        "{word:<10}  {:?}  [{}]",
        test.title, test.origin.place
    )];
    for outcome in outcomes {
        match &outcome.result {
            Kept::Yes => {}
            Kept::NotJudged(why) => {
                lines.push(format!("            expect {}: {why}", outcome.expects));
            }
            Kept::No(wrong) => {
                lines.push(format!(
                    "            expect {}  [{}]",
                    outcome.expects, outcome.place
                ));
                lines.extend(wrong.iter().map(|why| format!("              {why}")));
            }
        }
    }
    lines
}
