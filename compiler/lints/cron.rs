//! `cron-on-the-hour`, `duplicate-schedule`: schedules that start late or twice.

use super::context::{Context, push_all};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::Event;
use crate::source::Span;

/// A minute that few choose.
const QUIET: &str = "17";

/// A schedule of the pipeline.
struct Seen<'a> {
    fields: Vec<&'a str>,
    timezone: Option<String>,
    span: Span,
}

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    for facts in &context.pipelines {
        let mut seen: Vec<Seen> = Vec::new();
        let schedules = facts.pipeline.triggers.iter();
        for trigger in schedules.filter(|t| t.event == Event::Schedule) {
            for (at, line) in trigger.cron.iter().enumerate() {
                let span = trigger.origin.item("cron", at);
                let fields: Vec<&str> = line.split_whitespace().collect();
                push_all(found, on_the_hour(span, line, &fields));
                match seen
                    .iter()
                    .find(|seen| seen.fields == fields && seen.timezone == trigger.timezone)
                {
                    Some(first) => found.push(twice(span, first.span, line)),
                    None => seen.push(Seen {
                        fields,
                        timezone: trigger.timezone.clone(),
                        span,
                    }),
                }
            }
        }
    }
}

fn on_the_hour(span: Span, line: &str, fields: &[&str]) -> Option<Diagnostic> {
    let ["0" | "00", rest @ ..] = fields else {
        return None;
    };
    let better = format!("\"{QUIET} {}\"", rest.join(" "));
    let message = format!(
        "`{}` starts when everybody's schedules do",
        fields.join(" ")
    );
    let finding = Diagnostic::new(Code::CronOnTheHour, span, message)
        .label("runs at the full hour are delayed, and dropped under load")
        .help(format!("take another minute: `{better}`"));
    // A line that stands here itself, in its quotes: no constant's name.
    let literal = span.len() == line.len() + 2;
    Some(match literal {
        true => finding.replace(span, better),
        false => finding,
    })
}

fn twice(span: Span, first: Span, line: &str) -> Diagnostic {
    let finding = Diagnostic::new(
        Code::DuplicateSchedule,
        span,
        format!("`{line}` stands twice"),
    )
    .help("remove one of them");
    if first == span {
        finding
    } else {
        finding.also(first, "the first one")
    }
}
