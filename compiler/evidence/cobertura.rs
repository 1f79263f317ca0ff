//! Cobertura XML, counted from its lines: its rates are rounded.

use std::io::BufRead;

use super::tally::Tally;
use super::xml::{Above, Element, Visitor, walk};
use super::{Made, Malformed, Measurements, Reading, quote};

/// Reads a report.
pub fn read(input: &mut dyn BufRead) -> Result<Measurements, Malformed> {
    let mut lines = Lines {
        tally: Tally::new("cobertura", derive),
        root: Root::default(),
    };
    walk(input, "Cobertura XML", &["coverage"], &mut lines)?;
    let made = lines.root.made.take();
    Ok(Measurements::Tally(lines.finish()?).of(made))
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
    /// `line-rate` and `branch-rate`, as written and so rounded.
    rates: [Option<Reading>; 2],
    /// When it was made.
    made: Option<Made>,
}

struct Lines {
    tally: Tally,
    root: Root,
}

impl Visitor for Lines {
    fn open(&mut self, element: &Element, above: &Above) -> Result<(), Malformed> {
        match element.name {
            "coverage" if above.depth() == 0 => self.root = root(element)?,
            // The lines of methods stand among those of their class, too.
            "line" if !above.has("method") => self.line(element)?,
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, _: &str) -> Result<(), Malformed> {
        Ok(())
    }
}

fn root(element: &Element) -> Result<Root, Malformed> {
    let pair = |part, whole| Some((element.count(part)?, element.count(whole)?));
    let rate = |name| match element.attribute(name).and_then(Reading::rounded) {
        Some(rate) if rate.high < 0.0 || rate.low > 1.0 => Err(Malformed(format!(
            "claims a {name} of {}, which is no share",
            quote(element.attribute(name).unwrap_or_default())
        ))),
        rate => Ok(rate),
    };
    let found = Root {
        lines: pair("lines-covered", "lines-valid"),
        branches: pair("branches-covered", "branches-valid"),
        rates: [rate("line-rate")?, rate("branch-rate")?],
        made: element.attribute("timestamp").and_then(Made::parse),
    };
    for (part, whole) in [found.lines, found.branches].into_iter().flatten() {
        if part > whole {
            return Err(Malformed(format!("claims {part} covered of {whole}")));
        }
    }
    Ok(found)
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
        if self.tally.get("lines") > 0.0 {
            self.check()?;
        } else {
            self.claims();
        }
        Ok(self.tally)
    }

    /// What the root says, where it is all there is.
    fn claims(&mut self) {
        let [line_rate, branch_rate] = self.root.rates;
        match (self.root.lines, line_rate) {
            (Some((hit, lines)), _) => {
                self.tally.count("hit", hit);
                self.tally.count("lines", lines);
            }
            (None, Some(rate)) => self.tally.rate("line_rate", rate),
            _ => {}
        }
        match (self.root.branches, branch_rate) {
            (Some((hit, branches)), _) => {
                self.tally.count("branches_hit", hit);
                self.tally.count("branches", branches);
            }
            // Zero is written where there is no branch, too.
            (None, Some(rate)) if rate.low > 0.0 => self.tally.rate("branch_rate", rate),
            _ => {}
        }
    }

    /// The lines against the root: fewer hit than they show means that some are left out.
    fn check(&mut self) -> Result<(), Malformed> {
        let (hit, lines) = (self.tally.get("hit"), self.tally.get("lines"));
        // Half of the coarsest rounding in use, of two digits.
        const ROUNDING: f64 = 0.0051;
        let counted = hit / lines;
        let claimed = self.root.rates[0].map(|rate| (rate.low + rate.high) / 2.0);
        let percent = |share: f64| format!("{:.2}%", share * 100.0);
        match claimed {
            Some(claimed) if claimed < counted - ROUNDING => {
                return Err(Malformed(format!(
                    "leaves out lines: it claims {} and its lines give {}",
                    percent(claimed),
                    percent(counted)
                )));
            }
            Some(claimed) if claimed > counted + ROUNDING => self.tally.note(format!(
                "claims {} of lines and its lines give {}: what is listed counts",
                percent(claimed),
                percent(counted)
            )),
            _ => {}
        }
        if let Some((covered, valid)) = self.root.lines.filter(|c| *c != (hit, lines)) {
            self.tally.note(format!(
                "claims {covered} of {valid} lines and lists {hit} of {lines}: what is listed counts"
            ));
        }
        Ok(())
    }
}

/// The counts in `50% (1/2)`.
fn conditions(text: &str) -> Option<(f64, f64)> {
    let (_, counts) = text.split_once('(')?;
    let (hit, all) = counts.strip_suffix(')')?.split_once('/')?;
    let (hit, all): (u32, u32) = (hit.trim().parse().ok()?, all.trim().parse().ok()?);
    (hit <= all).then_some((f64::from(hit), f64::from(all)))
}
