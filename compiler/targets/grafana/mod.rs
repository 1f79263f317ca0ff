//! Grafana: takes the plan's dashboards, or derives one, and gives for each environment with a
//! Prometheus its dashboards as JSON and the file that provisions them. It must not know how a
//! query is made.
//!
//! A gate's limits are bands behind its metrics' lines: they come from the criterion that CI and the
//! alerts judge by.

mod derived;
mod model;
mod pictures;
#[cfg(test)]
mod tests;

use super::prometheus::{self, Desk, kebab, window};
use super::yaml::{Map, print};
use super::{Emitted, OutputFile};
use crate::diagnostics::Diagnostics;
use crate::plan::{Dashboard, Environment, Plan, ValidPlan, Value, title};
use model::{Head, Row};

/// How often a dashboard is drawn anew unless it says.
const REFRESH: &str = "1m";

/// Dashboards and their provisioning, for each environment with a Prometheus.
pub fn emit(plan: &ValidPlan) -> Emitted {
    let mut emitted = Emitted::default();
    for environment in plan.environments.iter().filter(|e| e.prometheus.is_some()) {
        let desk = Desk::new(plan, environment);
        let mut found = Diagnostics::new();
        let before = emitted.files.len();
        for board in boards(plan) {
            let rows = rows(plan, &desk, &board, &mut found);
            if !rows.is_empty() {
                emitted.files.push(file(plan, environment, &board, rows));
            }
        }
        if emitted.files.len() > before {
            emitted.files.push(provisioning(plan, environment));
        }
        // What holds in one environment holds in all: it is said once.
        if emitted.diagnostics.is_empty() {
            emitted.diagnostics = found;
        }
    }
    emitted
}

/// The program's dashboards, or one that is derived from all it has.
fn boards(plan: &Plan) -> Vec<Dashboard> {
    if !plan.dashboards.is_empty() {
        return plan.dashboards.clone();
    }
    vec![Dashboard {
        id: "overview".to_string(),
        title: None,
        from: Vec::new(),
        rows: Vec::new(),
        settings: Vec::new(),
        origin: crate::plan::Origin::default(),
    }]
}

fn rows(plan: &Plan, desk: &Desk, board: &Dashboard, found: &mut Diagnostics) -> Vec<Row> {
    let mut rows = pictures::written(plan, desk, board, found);
    if board.rows.is_empty() || !board.from.is_empty() {
        rows.extend(derived::rows(plan, desk, &board.from));
    }
    rows.retain(|r| !r.pictures.is_empty());
    rows
}

fn file(plan: &Plan, environment: &Environment, board: &Dashboard, rows: Vec<Row>) -> OutputFile {
    let project = prometheus::file_name(plan);
    let setting = |name: &str| {
        let mut settings = board.settings.iter();
        settings.find(|(n, _)| n == name).map(|(_, value)| value)
    };
    let own: Option<Vec<String>> = setting("tags").map(|tags| {
        let tags = tags.as_list().iter().filter_map(Value::as_str);
        tags.map(str::to_string).collect()
    });
    let said = board.title.clone();
    let name = plan.project.name.clone().unwrap_or_else(|| title(&project));
    let head = Head {
        uid: uid(&[&project, &board.id, &environment.id]),
        title: format!(
            "{} ({})",
            said.unwrap_or_else(|| format!("{name}: {}", title(&board.id))),
            environment.id
        ),
        description: description(plan, board),
        tags: own.unwrap_or_else(|| vec![project]),
        refresh: setting("refresh")
            .and_then(Value::as_number)
            .map_or_else(|| REFRESH.to_string(), window),
    };
    let dashboard = model::Dashboard::new(head, rows);
    let json = serde_json::to_string_pretty(&dashboard).unwrap_or_default();
    OutputFile {
        path: format!("{}/{}.json", folder(environment), kebab(&board.id)),
        content: json + "\n",
    }
}

/// JSON has no comments: where it comes from stands in the description.
fn description(plan: &Plan, board: &Dashboard) -> String {
    let docs = board
        .origin
        .docs
        .as_deref()
        .map(|d| format!("{}\n", d.trim()));
    docs.unwrap_or_default() + &prometheus::header(&plan.sources).join("\n")
}

fn folder(environment: &Environment) -> String {
    format!("monitoring/{}/grafana", kebab(&environment.id))
}

/// The file in Grafana's `provisioning/dashboards` that finds the others.
fn provisioning(plan: &Plan, environment: &Environment) -> OutputFile {
    let project = prometheus::file_name(plan);
    let name = format!("{project}-{}", kebab(&environment.id));
    let mut options = Map::new();
    options.push("path", format!("/var/lib/grafana/dashboards/{name}"));
    let mut provider = Map::new();
    provider
        .push("name", name)
        .push("folder", plan.project.name.clone().unwrap_or(project))
        .push("type", "file")
        .push("allowUiUpdates", false)
        .push("options", options);
    let mut doc = Map::new();
    doc.push("apiVersion", 1i64)
        .push("providers", vec![super::yaml::Yaml::from(provider)]);
    OutputFile {
        path: format!("{}/provisioning.yml", folder(environment)),
        content: print(&doc.into(), &prometheus::header(&plan.sources)),
    }
}

/// 8 to 40 letters, digits and dashes: the names, or as much of them as fits and their fingerprint.
fn uid(parts: &[&str]) -> String {
    const LONGEST: usize = 40;
    let whole = parts.iter().map(|p| kebab(p)).collect::<Vec<_>>().join("-");
    let whole = match whole.len() {
        0..=7 => format!("gatec-{whole}"),
        _ => whole,
    };
    if whole.len() <= LONGEST {
        return whole;
    }
    // FNV-1a: stable in every build, and nobody attacks the name of a dashboard.
    let step = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let hash = whole.bytes().fold(0x811c_9dc5, step);
    let kept: String = whole.chars().take(LONGEST - 9).collect();
    format!("{kept}-{hash:08x}")
}
