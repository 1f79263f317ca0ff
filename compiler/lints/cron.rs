//! `cron-on-the-hour`, `duplicate-schedule`: schedules that start late or twice.

use super::context::{Context, push_all};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Event, Trigger};

/// A minute that few choose.
const QUIET: &str = "17";

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    for facts in &context.pipelines {
        let mut seen: Vec<(Vec<&str>, &Trigger)> = Vec::new();
        let schedules = facts.pipeline.triggers.iter();
        for trigger in schedules.filter(|t| t.event == Event::Schedule) {
            for line in &trigger.cron {
                let fields: Vec<&str> = line.split_whitespace().collect();
                push_all(found, on_the_hour(trigger, &fields));
                match seen
                    .iter()
                    .find(|(f, t)| *f == fields && t.timezone == trigger.timezone)
                {
                    Some((_, first)) => found.push(twice(trigger, first, line)),
                    None => seen.push((fields, trigger)),
                }
            }
        }
    }
}

fn on_the_hour(trigger: &Trigger, fields: &[&str]) -> Option<Diagnostic> {
    let ["0" | "00", rest @ ..] = fields else {
        return None;
    };
    let better = format!("{QUIET} {}", rest.join(" "));
    Some(
        Diagnostic::new(
            Code::CronOnTheHour,
            trigger.origin.span,
            format!(
                "`{}` starts when everybody's schedules do",
                fields.join(" ")
            ),
        )
        .label("runs at the full hour are delayed, and dropped under load")
        .help(format!("take another minute: `\"{better}\"`")),
    )
}

fn twice(trigger: &Trigger, first: &Trigger, line: &str) -> Diagnostic {
    let finding = Diagnostic::new(
        Code::DuplicateSchedule,
        trigger.origin.span,
        format!("`{line}` stands twice"),
    )
    .help("remove one of them");
    if first.origin.span == trigger.origin.span {
        finding
    } else {
        finding.also(first.origin.span, "the first one")
    }
}
