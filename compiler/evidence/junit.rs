//! JUnit XML, counted from its cases: the counters of suites are often wrong.

use std::io::BufRead;

use super::tally::Tally;
use super::xml::{Above, Element, Visitor, walk};
use super::{Made, Malformed, Measurements, Reading};

/// Reads a report.
pub fn read(input: &mut dyn BufRead) -> Result<Measurements, Malformed> {
    let mut cases = Cases::default();
    walk(input, "JUnit XML", &["testsuites", "testsuite"], &mut cases)?;
    let made = cases.made.take();
    Ok(Measurements::Tally(cases.finish()).of(made))
}

const NOTHING_RAN: &str = "holds no test case that ran, so it says nothing";

fn derive(tally: &Tally, field: &str) -> Option<Result<Reading, Malformed>> {
    let ran = tally.get("passed") + tally.get("failed");
    // Without a case that ran, "0 failed" would be true and say nothing.
    let of_run = |name| match ran > 0.0 {
        true => Ok(tally.get(name).into()),
        false => Err(Malformed::new(NOTHING_RAN)),
    };
    Some(match field {
        "total" => Ok((ran + tally.get("skipped")).into()),
        "skipped" => Ok(tally.get("skipped").into()),
        "passed" => of_run("passed"),
        "failed" => of_run("failed"),
        "errors" => of_run("errors"),
        "flaky" => of_run("flaky"),
        "pass_rate" => tally.share("passed", ran, NOTHING_RAN),
        "time" if tally.get("untimed") > 0.0 => Err(Malformed::new(
            "holds a test case whose time is absent or no number",
        )),
        "time" => of_run("time"),
        _ => return None,
    })
}

/// What a case says of itself.
#[derive(Default)]
struct Case {
    failed: bool,
    error: bool,
    skipped: bool,
    /// It ran again after it had failed.
    again: bool,
}

/// What a suite claims, and what was counted in it.
#[derive(Default)]
struct Suite {
    /// Failures and errors.
    claimed: f64,
    counted: f64,
    /// Cases.
    tests: Option<f64>,
    cases: f64,
}

/// Counted here: a tally looks its names up, which is slow for millions of cases.
#[derive(Default)]
struct Cases {
    passed: f64,
    failed: f64,
    errors: f64,
    skipped: f64,
    flaky: f64,
    untimed: f64,
    time: f64,
    note: Option<String>,
    case: Option<Case>,
    suites: Vec<Suite>,
    /// When the last of its suites began.
    made: Option<Made>,
}

impl Visitor for Cases {
    fn open(&mut self, element: &Element, above: &Above) -> Result<(), Malformed> {
        match (element.name, &mut self.case) {
            ("testcase", Some(_)) => return Err(Malformed::new("has a test case in a test case")),
            ("testcase", none) => {
                *none = Some(case(element));
                self.time(element);
            }
            ("testsuite" | "testsuites", None) => self.open_suite(element),
            (name @ ("failure" | "error"), Some(case)) if above.parent() == "testcase" => {
                case.failed = true;
                case.error |= name == "error";
                self.bad();
            }
            // What went wrong around the cases has none of its own.
            (name @ ("failure" | "error"), None) if above.parent().starts_with("testsuite") => {
                self.bad();
                self.failed += 1.0;
                self.errors += f64::from(u8::from(name == "error"));
            }
            ("skipped", Some(case)) if above.parent() == "testcase" => case.skipped = true,
            ("flakyFailure" | "flakyError" | "rerunFailure" | "rerunError", Some(case)) => {
                case.again = true;
            }
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &str) -> Result<(), Malformed> {
        match name {
            "testcase" => {
                let case = self.case.take().unwrap_or_default();
                match case {
                    Case { failed: true, .. } => self.failed += 1.0,
                    Case { skipped: true, .. } => self.skipped += 1.0,
                    Case { again, .. } => {
                        self.passed += 1.0;
                        self.flaky += f64::from(u8::from(again));
                    }
                }
                self.errors += f64::from(u8::from(case.error));
                self.suites.iter_mut().for_each(|suite| suite.cases += 1.0);
            }
            "testsuite" | "testsuites" if self.case.is_none() => self.close_suite()?,
            _ => {}
        }
        Ok(())
    }
}

impl Cases {
    fn time(&mut self, element: &Element) {
        let text = element.attribute("time").unwrap_or_default();
        // Some writers group thousands: time="1,234.5".
        let seconds = match text.contains(',') {
            true => text.replace(',', "").parse(),
            false => text.parse::<f64>(),
        };
        match seconds {
            Ok(seconds) if seconds.is_finite() && seconds >= 0.0 => self.time += seconds,
            _ => self.untimed += 1.0,
        }
    }

    fn finish(self) -> Tally {
        let tally = Tally::new("junit", derive);
        let mut tally = tally.of_trials("pass_rate", "passed", "failed");
        for (name, by) in [
            ("passed", self.passed),
            ("failed", self.failed),
            ("errors", self.errors),
            ("skipped", self.skipped),
            ("flaky", self.flaky),
            ("untimed", self.untimed),
            ("time", self.time),
        ] {
            tally.count(name, by);
        }
        self.note.into_iter().for_each(|note| tally.note(note));
        tally
    }

    fn open_suite(&mut self, element: &Element) {
        let claimed = ["failures", "errors"]
            .iter()
            .filter_map(|name| element.count(name));
        let made = element.attribute("timestamp").and_then(Made::parse);
        self.made = Made::latest(made.into_iter().chain(self.made.take()));
        self.suites.push(Suite {
            claimed: claimed.sum(),
            tests: element.count("tests"),
            ..Suite::default()
        });
    }

    fn bad(&mut self) {
        self.suites
            .iter_mut()
            .for_each(|suite| suite.counted += 1.0);
    }

    /// A suite may claim less than its cases show, but a failure it claims must be there.
    fn close_suite(&mut self) -> Result<(), Malformed> {
        let Some(suite) = self.suites.pop() else {
            return Ok(());
        };
        if suite.claimed > suite.counted {
            return Err(Malformed(format!(
                "claims {} failures and errors, and its cases show {}",
                suite.claimed, suite.counted
            )));
        }
        // Of suites in suites only the outermost is told: it counts for all.
        if let Some(tests) = suite.tests.filter(|tests| *tests != suite.cases)
            && self.suites.is_empty()
        {
            self.note = Some(format!(
                "claims {tests} test cases and lists {}: what is listed counts",
                suite.cases
            ));
        }
        Ok(())
    }
}

/// A case; some writers tell the outcome in an attribute only.
fn case(element: &Element) -> Case {
    let status = element.attribute("status").or(element.attribute("result"));
    let Some(status) = status else {
        return Case::default();
    };
    let is = |words: &[&str]| words.iter().any(|word| status.eq_ignore_ascii_case(word));
    let error = is(&["error", "errored", "broken"]);
    let failed = error || is(&["failed", "failure", "fail"]);
    let skipped = is(&["skipped", "disabled", "notrun", "suppressed"]);
    Case {
        failed,
        error,
        skipped,
        again: false,
    }
}
