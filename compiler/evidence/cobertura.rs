//! Cobertura XML, counted from its lines: its rates are rounded.

use std::io::BufRead;

use super::tally::Tally;
use super::xml::{Element, Visitor, walk};
use super::{Malformed, Measurements, Reading};

/// Reads a report.
pub fn read(input: &mut dyn BufRead) -> Result<Measurements, Malformed> {
    let mut lines = Lines {
        tally: Tally::new("cobertura", derive),
        root: Root::default(),
    };
    walk(input, "Cobertura XML", &["coverage"], &mut lines)?;
    lines.finish().map(Measurements::Tally)
}

fn derive(tally: &Tally, field: &str) -> Option<Result<Reading, Malformed>> {
    let lines = tally.get("lines");
    Some(match field {
        "lines" => Ok(lines.into()),
        "line_rate" => tally.share("hit", lines, "holds no line, so nothing was measured"),
        "branch_rate" if tally.get("uncounted_branches") > 0.0 => {
            Err(Malformed::new("holds branches without their counts"))
        }
        "branch_rate" => tally.share("branches_hit", tally.get("branches"), "holds no branch"),
        _ => return None,
    })
}

/// What the root says of the whole.
#[derive(Default)]
struct Root {
    lines: Option<(f64, f64)>,
    branches: Option<(f64, f64)>,
    rate: Option<f64>,
}

struct Lines {
    tally: Tally,
    root: Root,
}

impl Visitor for Lines {
    fn open(&mut self, element: &Element, above: &[String]) -> Result<(), Malformed> {
        match element.name {
            "coverage" if above.is_empty() => self.root = root(element),
            // The lines of methods stand among those of their class, too.
            "line" if !above.iter().any(|name| name == "method") => self.line(element)?,
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, _: &str) -> Result<(), Malformed> {
        Ok(())
    }
}

fn root(element: &Element) -> Root {
    let pair = |part, whole| Some((element.count(part)?, element.count(whole)?));
    Root {
        lines: pair("lines-covered", "lines-valid"),
        branches: pair("branches-covered", "branches-valid"),
        rate: element
            .attribute("line-rate")
            .and_then(|text| text.parse().ok()),
    }
}

impl Lines {
    fn line(&mut self, element: &Element) -> Result<(), Malformed> {
        let hits = element
            .count("hits")
            .ok_or_else(|| Malformed::new("holds a line whose hits are absent or no number"))?;
        self.tally.count("lines", 1.0);
        self.tally.count("hit", f64::from(u8::from(hits > 0.0)));
        let is_branch = element
            .attribute("branch")
            .is_some_and(|b| b.eq_ignore_ascii_case("true"));
        match element.attribute("condition-coverage").map(conditions) {
            Some(Some((hit, all))) => {
                self.tally.count("branches_hit", hit);
                self.tally.count("branches", all);
            }
            Some(None) => self.tally.count("uncounted_branches", 1.0),
            None if is_branch => self.tally.count("uncounted_branches", 1.0),
            None => {}
        }
        Ok(())
    }

    /// Counts of the root where no line is listed, and a check where some may be left out.
    fn finish(mut self) -> Result<Tally, Malformed> {
        let listed = self.tally.get("lines");
        if listed == 0.0 {
            for (pair, names) in [
                (self.root.lines, ("hit", "lines")),
                (self.root.branches, ("branches_hit", "branches")),
            ] {
                let Some((part, whole)) = pair else { continue };
                if part > whole {
                    return Err(Malformed(format!("claims {part} covered of {whole}")));
                }
                self.tally.count(names.0, part);
                self.tally.count(names.1, whole);
            }
            return Ok(self.tally);
        }
        // Two digits are the coarsest rounding in use.
        let counted = self.tally.get("hit") / listed;
        match self.root.rate {
            Some(rate) if rate < counted - 0.0051 => Err(Malformed(format!(
                "leaves out lines: it claims {:.2}% and its lines give {:.2}%",
                rate * 100.0,
                counted * 100.0
            ))),
            _ => Ok(self.tally),
        }
    }
}

/// The counts in `50% (1/2)`.
fn conditions(text: &str) -> Option<(f64, f64)> {
    let (_, counts) = text.split_once('(')?;
    let (hit, all) = counts.strip_suffix(')')?.split_once('/')?;
    let (hit, all): (u32, u32) = (hit.trim().parse().ok()?, all.trim().parse().ok()?);
    (hit <= all).then_some((f64::from(hit), f64::from(all)))
}
