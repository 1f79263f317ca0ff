//! JaCoCo XML, counted from the lines of its source files and the counters of its methods; the
//! counters above them are only held against them.

use std::collections::BTreeMap;
use std::io::BufRead;

use super::tally::Tally;
use super::xml::{Above, Element, Visitor, walk};
use super::{Made, Malformed, Measurements, Reading, quote};

/// Reads a report.
pub fn read(input: &mut dyn BufRead) -> Result<Measurements, Malformed> {
    let mut counters = Counters {
        tally: Tally::new("jacoco", derive),
        whole: BTreeMap::new(),
        made: None,
    };
    walk(input, "JaCoCo XML", &["report"], &mut counters)?;
    let made = counters.made.take();
    Ok(Measurements::Tally(counters.finish()).of(made))
}

fn derive(tally: &Tally, field: &str) -> Option<Result<Reading, Malformed>> {
    let share = |of: &Kind, nothing| tally.share(of.hit, tally.get(of.all), nothing);
    Some(match field {
        "lines" => Ok(tally.get(LINE.all).into()),
        "line_rate" => share(&LINE, "holds no line, so nothing was measured"),
        "branch_rate" => share(&BRANCH, "holds no branch"),
        "instruction_rate" => share(&INSTRUCTION, "holds no instruction"),
        "method_rate" => share(&METHOD, "holds no method"),
        _ => return None,
    })
}

/// What is counted, and the names it is counted under.
struct Kind {
    /// The counter's type.
    name: &'static str,
    hit: &'static str,
    all: &'static str,
}

const LINE: Kind = Kind {
    name: "LINE",
    hit: "hit",
    all: "lines",
};
const BRANCH: Kind = Kind {
    name: "BRANCH",
    hit: "branches_hit",
    all: "branches",
};
const INSTRUCTION: Kind = Kind {
    name: "INSTRUCTION",
    hit: "instructions_hit",
    all: "instructions",
};
const METHOD: Kind = Kind {
    name: "METHOD",
    hit: "methods_hit",
    all: "methods",
};

struct Counters {
    tally: Tally,
    /// Covered and all, as the report's root claims, by type.
    whole: BTreeMap<String, (f64, f64)>,
    /// When the last of its sessions ended.
    made: Option<Made>,
}

impl Visitor for Counters {
    fn open(&mut self, element: &Element, above: &Above) -> Result<(), Malformed> {
        match (element.name, above.parent()) {
            ("line", "sourcefile") => {
                let covered = number(element, "ci")?;
                // Without an instruction there is nothing to cover.
                if covered + number(element, "mi")? > 0.0 {
                    self.add(&LINE, f64::from(u8::from(covered > 0.0)), 1.0);
                }
            }
            ("counter", "method") => {
                let (name, covered, all) = counter(element)?;
                let kinds = [&BRANCH, &INSTRUCTION, &METHOD];
                if let Some(kind) = kinds.into_iter().find(|kind| kind.name == name) {
                    self.add(kind, covered, all);
                }
            }
            ("counter", "report") if above.depth() == 1 => {
                let (name, covered, all) = counter(element)?;
                if self
                    .whole
                    .insert(name.to_string(), (covered, all))
                    .is_some()
                {
                    let name = quote(name);
                    return Err(Malformed(format!("counts {name} of the whole twice")));
                }
            }
            ("sessioninfo", _) => {
                let dump = element.attribute("dump").and_then(Made::parse);
                self.made = Made::latest(dump.into_iter().chain(self.made.take()));
            }
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, _: &str) -> Result<(), Malformed> {
        Ok(())
    }
}

impl Counters {
    fn add(&mut self, kind: &Kind, covered: f64, all: f64) {
        self.tally.count(kind.hit, covered);
        self.tally.count(kind.all, all);
    }

    /// Counters of the whole where nothing below them was listed, and notes where they disagree.
    fn finish(mut self) -> Tally {
        for kind in [&LINE, &BRANCH, &INSTRUCTION, &METHOD] {
            let Some(claimed) = self.whole.get(kind.name).copied() else {
                continue;
            };
            let counted = (self.tally.get(kind.hit), self.tally.get(kind.all));
            if counted.1 == 0.0 {
                self.add(kind, claimed.0, claimed.1);
            } else if counted != claimed {
                self.tally.note(format!(
                    "claims {} of {} {} and lists {} of {}: what is listed counts",
                    claimed.0, claimed.1, kind.all, counted.0, counted.1
                ));
            }
        }
        self.tally
    }
}

/// A counter's type, what it counts as covered, and all.
fn counter<'e>(element: &'e Element) -> Result<(&'e str, f64, f64), Malformed> {
    let name = element.attribute("type").unwrap_or_default();
    let covered = number(element, "covered")?;
    Ok((name, covered, covered + number(element, "missed")?))
}

fn number(element: &Element, name: &str) -> Result<f64, Malformed> {
    element.count(name).ok_or_else(|| {
        Malformed(format!(
            "holds a {} whose {name} is absent or no number",
            element.name
        ))
    })
}
