//! A Prometheus as a baseline: what it answers now is the reference of a metric.
//!
//! An answer of nothing, of more than one value or of no number is told as such, so that it is
//! undecided: only where the program says what a first run is can nothing be one.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::baseline::{Entry, History, Key, Record};
use crate::cli::http::{Client, Request, host, is_private};
use crate::evidence::quote;
use crate::judge::unit_of;
use crate::plan::{self, Baseline, Metric, Plan};
use crate::targets::prometheus::query_of;

/// Most bytes of an answer.
const MOST_BYTES: u64 = 4 << 20;
/// The variable with the token that is shown.
const TOKEN: &str = "GATEC_PROMETHEUS_TOKEN";

type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A Prometheus, and what it is asked for.
#[derive(Clone, Debug)]
pub struct Prometheus {
    baseline: String,
    url: String,
    token: Option<String>,
    first_run: bool,
    questions: Vec<Question>,
    client: Client,
}

/// What is asked for a metric.
#[derive(Clone, Debug)]
struct Question {
    metric: String,
    unit: String,
    /// The label that says of which group a value is.
    by: Option<String>,
    /// The labels that tell results apart.
    key: Vec<String>,
    /// The query; an error says why there is none.
    query: Result<String, String>,
}

impl Prometheus {
    /// What a program asks it for a baseline: each metric that a gate compares with it.
    pub fn open(
        plan: &Plan,
        baseline: &Baseline,
        asked: &plan::Prometheus,
        env: Env,
    ) -> Result<Self, String> {
        let token = env(TOKEN).filter(|token| !token.is_empty());
        if token.is_some() && !is_private(&asked.url) {
            return Err(format!(
                "{TOKEN} is not sent to {}: the way there is open, as it isn't https",
                host(&asked.url)
            ));
        }
        let compared = plan.metrics_compared(&baseline.id);
        let question = |metric: &&Metric| Question {
            metric: metric.id.clone(),
            unit: unit_of(metric),
            by: metric.by.as_ref().map(|by| by.id.clone()),
            key: baseline.key.iter().chain(&metric.key).cloned().collect(),
            query: query(plan, asked, metric),
        };
        Ok(Self {
            baseline: baseline.id.clone(),
            client: Client::new(&asked.url, env)?,
            url: asked.url.clone(),
            token,
            first_run: asked.first_run,
            questions: compared.iter().map(question).collect(),
        })
    }

    /// Why nothing is recorded here.
    pub fn keeps_nothing(&self) -> String {
        format!(
            "the baseline `{}` is the Prometheus {}, which keeps what it scrapes and takes no records",
            self.baseline,
            host(&self.url)
        )
    }

    /// What it says of a time, or of now, as one result for each key.
    pub fn read(&self, at: Option<f64>) -> Result<History, String> {
        let mut found = Found::default();
        for question in &self.questions {
            match &question.query {
                Err(why) => found.lacks(question, why.clone()),
                Ok(query) => {
                    let answer = self.ask(query, at)?;
                    let empty = self.add(&mut found, question, query, &answer)?;
                    if empty && self.first_run {
                        found.absent.remove(&question.metric);
                    }
                }
            }
        }
        let records = found.entries.into_iter().map(|(key, values)| {
            let mut record = Record::new(&self.baseline, at.unwrap_or_else(super::now));
            record.key = key;
            record.values = values;
            record
        });
        Ok(History::told(records.collect(), found.absent))
    }

    fn ask(&self, query: &str, at: Option<f64>) -> Result<Value, String> {
        let mut url = format!("{}/api/v1/query?query={}", self.url, encoded(query));
        if let Some(at) = at {
            url.push_str(&format!("&time={at}"));
        }
        let mut headers = vec![("accept", "application/json".to_string())];
        let token = self.token.iter();
        headers.extend(token.map(|token| ("authorization", format!("Bearer {token}"))));
        let request = Request {
            method: "GET",
            url: &url,
            headers,
            body: &[],
        };
        let host = host(&self.url);
        let answer = self.client.send(&request, MOST_BYTES);
        let answer = answer.map_err(|why| format!("the Prometheus {why}"))?;
        let json: Option<Value> = serde_json::from_str(&answer.body).ok();
        let said = json.as_ref().and_then(|json| json.get("error")?.as_str());
        let said = said
            .map(|said| format!(": {}", quote(said)))
            .unwrap_or_default();
        match (answer.status, json) {
            (200, Some(json)) if json.get("status").and_then(Value::as_str) == Some("success") => {
                Ok(json)
            }
            (401 | 403, _) => Err(format!(
                "the Prometheus {host} answers {} to who we are ({TOKEN}){said}",
                answer.status
            )),
            (status, _) => Err(format!(
                "the Prometheus {host} answers {status} to `{query}`{said}"
            )),
        }
    }

    /// Adds what a query gave; whether that was nothing.
    fn add(
        &self,
        found: &mut Found,
        question: &Question,
        query: &str,
        answer: &Value,
    ) -> Result<bool, String> {
        let host = host(&self.url);
        let odd = || format!("the Prometheus {host} gives no values of now for `{query}`");
        let series = series_of(answer).ok_or_else(odd)?;
        found.lacks(question, format!("{host} has no value of `{query}` for it"));
        if series.is_empty() {
            return Ok(true);
        }
        let mut mine: BTreeMap<(Key, String), f64> = BTreeMap::new();
        for (labels, value) in &series {
            let label = |name: &String| labels.get(name).cloned();
            let key = question.key.iter();
            let key = key.filter_map(|name| Some((name.clone(), label(name)?)));
            let group = question.by.as_ref().and_then(label).unwrap_or_default();
            if !value.is_finite() {
                found.lacks(question, format!("{host} says {value} to `{query}`"));
            } else if mine.insert((key.collect(), group), *value).is_some() {
                let all: Vec<String> = series.iter().take(4).map(|(l, _)| shown(l)).collect();
                let why = format!(
                    "{host} has {} values of `{query}`, and one is asked for: {}",
                    series.len(),
                    all.join(", ")
                );
                found.lacks(question, why);
                return Ok(false);
            }
        }
        for ((key, group), value) in mine {
            found.entries.entry(key).or_default().push(Entry {
                metric: question.metric.clone(),
                cell: String::new(),
                group,
                unit: question.unit.clone(),
                value: Some(value),
                samples: None,
            });
        }
        Ok(false)
    }
}

/// What the answers say.
#[derive(Default)]
struct Found {
    entries: BTreeMap<Key, Vec<Entry>>,
    /// Why there is no more of a metric than this.
    absent: BTreeMap<String, String>,
}

impl Found {
    fn lacks(&mut self, question: &Question, why: String) {
        self.absent.insert(question.metric.clone(), why);
    }
}

/// The query of a metric: as the program says, or made of its `live`.
fn query(plan: &Plan, asked: &plan::Prometheus, metric: &Metric) -> Result<String, String> {
    let own = asked.queries.iter().find(|(id, _)| *id == metric.id);
    if let Some((_, query)) = own {
        return Ok(query.clone());
    }
    let place = asked.environment.as_ref();
    let place = place.and_then(|id| plan.environments.iter().find(|e| e.id == *id));
    match (place, &metric.live) {
        (Some(place), Some(_)) => query_of(plan, place, &metric.id),
        (None, Some(_)) => Err(format!(
            "nothing says of which environment its series are: `store = prometheus(ENVIRONMENT, \
             url = \"…\")`, or `queries {{ {} = \"…\" }}`",
            metric.id
        )),
        (_, None) => Err(format!(
            "nothing says what to ask for: `queries {{ {} = \"…\" }}`, or a `live` of the metric",
            metric.id
        )),
    }
}

type Series = (BTreeMap<String, String>, f64);

/// The values of an answer: of a vector each, or the one of a scalar.
fn series_of(answer: &Value) -> Option<Vec<Series>> {
    let data = answer.get("data")?;
    let result = data.get("result")?.as_array()?;
    let number = |pair: &Value| pair.get(1)?.as_str()?.parse::<f64>().ok();
    match data.get("resultType")?.as_str()? {
        "scalar" => Some(vec![(
            BTreeMap::new(),
            result.get(1)?.as_str()?.parse().ok()?,
        )]),
        "vector" => {
            let each = result.iter().map(|one| {
                let labels = one.get("metric")?.as_object()?;
                let labels = labels
                    .iter()
                    .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_string())));
                Some((labels.collect(), number(one.get("value")?)?))
            });
            each.collect()
        }
        _ => None,
    }
}

fn shown(labels: &BTreeMap<String, String>) -> String {
    let each = labels
        .iter()
        .map(|(name, value)| format!("{name}={}", quote(value)));
    format!("{{{}}}", each.collect::<Vec<_>>().join(", "))
}

/// A text as a part of an address (RFC 3986, 2.3).
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let each = text.bytes().map(|byte| match plain(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    });
    each.collect()
}
