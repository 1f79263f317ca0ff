//! `promptfoo eval -o out.json`, by prompt and by named metric.
//!
//! Everything is counted from the single answers: promptfoo's own `score` is a sum, and its
//! `namedScores` are sums of score × weight. An answer without assertions passes there with score
//! 1; it measures nothing and is left out here. An answer that the provider failed to give may
//! have been good or bad, so a rate is then known between two bounds.

use std::collections::BTreeMap;
use std::io::BufRead;

use super::table::{Cell, Row, Table};
use super::{Data, Made, Malformed, Measurements, Reading, Sample, item};

const WHAT: &str = "promptfoo's JSON";
/// `failureReason` of an answer that the provider failed to give.
const ERROR: f64 = 2.0;

/// A provider and a prompt.
type Key = (String, String);

/// The answers to one prompt of one provider.
#[derive(Default)]
struct Column {
    passes: Vec<Sample>,
    scores: Vec<Sample>,
    latencies: Vec<Sample>,
    errors: f64,
    unasserted: f64,
    cost: f64,
    metrics: BTreeMap<String, Metric>,
}

/// Scores of one name.
#[derive(Default)]
struct Metric {
    scores: Vec<Sample>,
    /// Score × weight.
    sum: f64,
    weight: f64,
    /// An answer doesn't say its weights.
    unweighted: bool,
}

/// Reads an evaluation.
pub fn read(input: &mut dyn BufRead) -> Result<Measurements, Malformed> {
    let report = Data::read(input)?;
    let results = report
        .get("results")
        .ok_or_else(|| Malformed(format!("is not {WHAT}: it has no `results`")))?;
    let mut columns: BTreeMap<Key, Column> = BTreeMap::new();
    for answer in results.list_of("results", WHAT)? {
        columns.entry(key(answer)).or_default().add(answer)?;
    }
    if columns
        .values()
        .all(|c| c.passes.is_empty() && c.errors == 0.0)
    {
        return Err(Malformed::new(
            "holds no answer that was asserted, so nothing was measured",
        ));
    }
    let prompts = results.optional_list("prompts", WHAT)?;
    let mut table = Table::new("promptfoo", "prompt or metric");
    let only = columns.len() == 1;
    if !only {
        let why = format!(
            "is of {} prompts and providers: name one, as in `[\"PROVIDER\"].pass_rate`",
            columns.len()
        );
        for field in FIELDS {
            table.total(field, Cell::lack(why.clone()));
        }
    }
    for (key, column) in &columns {
        let old = prompts.iter().find(|p| of_prompt(p) == *key);
        add(&mut table, key, column, old, only)?;
    }
    disagree(prompts, &columns, &mut table);
    Ok(Measurements::Table(table).of(Made::at(results, &["timestamp"])))
}

/// Which provider and prompt an answer is of.
fn key(answer: &Data) -> Key {
    let provider = match answer.get("provider") {
        Some(Data::Text(id)) => id.clone(),
        Some(provider) => match provider.text_of("label").filter(|l| !l.is_empty()) {
            Some(label) => label.to_string(),
            None => provider.text_of("id").unwrap_or_default().to_string(),
        },
        None => String::new(),
    };
    let label = answer.get("prompt").and_then(|p| p.text_of("label"));
    (provider, label.unwrap_or_default().to_string())
}

/// The same of the summary of a prompt.
fn of_prompt(prompt: &Data) -> Key {
    let text = |key| prompt.text_of(key).unwrap_or_default().to_string();
    (text("provider"), text("label"))
}

impl Column {
    fn add(&mut self, answer: &Data) -> Result<(), Malformed> {
        let lacks = |what: &str| Malformed(format!("is not {WHAT}: an answer has no {what}"));
        let number = |key: &str| answer.get(key).and_then(Data::number);
        self.cost += number("cost").unwrap_or_default();
        let failed = number("failureReason") == Some(ERROR);
        if failed {
            self.errors += 1.0;
            return Ok(());
        }
        let Some(Data::Bool(passed)) = answer.get("success") else {
            return Err(lacks("`success`"));
        };
        let score = number("score").ok_or_else(|| lacks("`score`"))?;
        let of = answer.get("vars").map(item);
        let sample = |value: f64| Sample {
            value,
            item: of.clone(),
        };
        let cached = answer.get("response").and_then(|r| r.get("cached"));
        if let Some(ms) = number("latencyMs").filter(|_| cached != Some(&Data::Bool(true))) {
            self.latencies.push(sample(ms / 1000.0));
        }
        let grading = answer.get("gradingResult");
        let asserted = grading.and_then(|g| g.get("componentResults")).is_some();
        if *passed && grading.is_some() && !asserted {
            self.unasserted += 1.0;
            return Ok(());
        }
        self.passes.push(sample(f64::from(u8::from(*passed))));
        self.scores.push(sample(score));
        let weights = grading.and_then(|g| g.get("namedScoreWeights"));
        let Some(Data::Record(named)) = answer.get("namedScores") else {
            return Ok(());
        };
        for (name, score) in named {
            let score = score.number().ok_or_else(|| lacks("number as a score"))?;
            let metric = self.metrics.entry(name.clone()).or_default();
            metric.scores.push(sample(score));
            match weights.and_then(|w| w.get(name)).and_then(Data::number) {
                Some(weight) => {
                    metric.sum += score * weight;
                    metric.weight += weight;
                }
                None => metric.unweighted = true,
            }
        }
        Ok(())
    }

    fn row(&self) -> Row {
        let passed: f64 = self.passes.iter().map(|s| s.value).sum();
        let asserted = self.passes.len() as f64;
        let all = asserted + self.errors;
        let rate = match self.errors > 0.0 {
            false => Cell::Share(passed, asserted),
            true => Cell::Value(Reading {
                low: passed / all,
                high: (passed + self.errors) / all,
            }),
        };
        let mean = |of: &[Sample]| {
            let sum: f64 = of.iter().map(|s| s.value).sum();
            (!of.is_empty()).then(|| sum / of.len() as f64)
        };
        let score = match self.errors > 0.0 {
            true => Cell::lack(format!("lacks the score of {} that errored", self.errors)),
            false => Cell::or(mean(&self.scores), "has no answer that was asserted"),
        };
        let cached = "has no answer that was not from the cache";
        Row::from([
            ("total", Cell::Count(all)),
            ("passed", Cell::Count(passed)),
            ("failed", Cell::Count(asserted - passed)),
            ("errors", Cell::Count(self.errors)),
            ("unasserted", Cell::Count(self.unasserted)),
            ("pass_rate", rate),
            ("score", score),
            ("latency", Cell::or(mean(&self.latencies), cached)),
            ("cost", Cell::Count(self.cost)),
            ("passes", Cell::Each(self.passes.clone())),
            ("scores", Cell::Each(self.scores.clone())),
            ("latencies", Cell::Each(self.latencies.clone())),
        ])
    }
}

/// Fields of a prompt; of a metric `score` and `scores`.
const FIELDS: [&str; 12] = [
    "total",
    "passed",
    "failed",
    "errors",
    "unasserted",
    "pass_rate",
    "score",
    "latency",
    "cost",
    "passes",
    "scores",
    "latencies",
];

/// Adds a prompt's row and those of its metrics.
fn add(
    table: &mut Table,
    (provider, label): &Key,
    column: &Column,
    old: Option<&Data>,
    only: bool,
) -> Result<(), Malformed> {
    let row = column.row();
    if only {
        table.totals(row.clone());
    }
    let full = format!("{provider} {label}").trim().to_string();
    table.name(provider, &full);
    table.row_named(full.clone(), label, row)?;
    for (name, metric) in &column.metrics {
        let mut row = Row::from([
            ("score", metric.score(name, old)),
            ("scores", Cell::Each(metric.scores.clone())),
        ]);
        for field in FIELDS {
            let why = "is a metric, which has `score` and `scores`";
            row.entry(field).or_insert_with(|| Cell::lack(why));
        }
        let key = format!("{full}/{name}");
        table.name(&format!("{provider}/{name}"), &key);
        table.row_named(key, name, row)?;
    }
    Ok(())
}

impl Metric {
    /// The weighted mean. Older versions have no weights, and count each score alike.
    fn score(&self, name: &str, old: Option<&Data>) -> Cell {
        if !self.unweighted {
            let mean = (self.weight > 0.0).then(|| self.sum / self.weight);
            return Cell::or(mean, "has weight 0 in every answer");
        }
        let of = |key: &str| {
            let metrics = old.and_then(|o| o.get("metrics"));
            metrics?.get(key)?.get(name).and_then(Data::number)
        };
        let mean = match (of("namedScores"), of("namedScoresCount")) {
            (Some(sum), Some(count)) if count > 0.0 => Some(sum / count),
            _ => None,
        };
        Cell::or(mean, "says neither weights nor counts of its scores")
    }
}

/// Notes where the file's own counts are others than those of its answers.
fn disagree(prompts: &[Data], columns: &BTreeMap<Key, Column>, table: &mut Table) {
    for prompt in prompts {
        let Some(column) = columns.get(&of_prompt(prompt)) else {
            continue;
        };
        let metrics = prompt.get("metrics");
        let said = metrics
            .and_then(|m| m.get("testPassCount"))
            .and_then(Data::number);
        let passed: f64 = column.passes.iter().map(|s| s.value).sum();
        let counted = passed + column.unasserted;
        if said.is_some_and(|said| said != counted) {
            table.note(format!(
                "claims {} passes of a prompt, and its answers have {counted}",
                said.unwrap_or_default()
            ));
        }
    }
    let unasserted: f64 = columns.values().map(|c| c.unasserted).sum();
    if unasserted > 0.0 {
        table.note(format!(
            "holds {unasserted} answers without an assertion, which are left out"
        ));
    }
}
