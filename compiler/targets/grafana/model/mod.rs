//! A dashboard as Grafana reads it: the classic JSON model, which every version since 8 imports and
//! provisions. Typed, so that what is printed has the documented shape. It must not know the plan.
//!
//! Only panels that Grafana still ships: no `graph` and no `singlestat`, whose plugins are gone.

mod layout;

use layout::laid_out;
use serde::Serialize;

/// The schema that this model is of; an older Grafana reads it, a newer one migrates it.
const SCHEMA_VERSION: u32 = 42;

/// Columns of the grid.
pub const COLUMNS: u32 = 24;

/// The whole file.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Dashboard {
    uid: String,
    title: String,
    description: String,
    tags: Vec<String>,
    editable: bool,
    graph_tooltip: u32,
    timezone: &'static str,
    time: Time,
    refresh: String,
    schema_version: u32,
    templating: ListOf<Variable>,
    annotations: ListOf<String>,
    links: Vec<String>,
    panels: Vec<Panel>,
}

#[derive(Clone, Debug, Serialize)]
struct Time {
    from: &'static str,
    to: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct ListOf<T> {
    list: Vec<T>,
}

/// The choice of the Prometheus that is asked.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Variable {
    name: &'static str,
    label: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    query: &'static str,
    regex: &'static str,
    refresh: u32,
    hide: u32,
    include_all: bool,
    multi: bool,
}

/// A picture, or the head of a row.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Panel {
    /// Unique in the dashboard.
    id: u32,
    #[serde(rename = "type")]
    kind: &'static str,
    /// What stands above it.
    pub title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    grid_pos: Place,
    #[serde(skip_serializing_if = "Option::is_none")]
    collapsed: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    datasource: Option<Source>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field_config: Option<FieldConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    options: Option<Options>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    targets: Vec<Target>,
    #[serde(skip_serializing_if = "Option::is_none")]
    panels: Option<Vec<u32>>,
}

#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Place {
    h: u32,
    w: u32,
    x: u32,
    y: u32,
}

#[derive(Clone, Debug, Serialize)]
struct Source {
    #[serde(rename = "type")]
    kind: &'static str,
    uid: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct FieldConfig {
    defaults: Defaults,
    overrides: Vec<u32>,
}

#[derive(Clone, Debug, Serialize)]
struct Defaults {
    unit: String,
    color: Color,
    thresholds: Thresholds,
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom: Option<Lines>,
}

#[derive(Clone, Debug, Serialize)]
struct Color {
    mode: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct Thresholds {
    mode: &'static str,
    steps: Vec<Step>,
}

/// Where the colour changes; the first step begins at minus infinity, which is `null`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// The colour from here on.
    pub color: &'static str,
    /// Where it begins.
    pub value: Option<f64>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Lines {
    line_width: u32,
    fill_opacity: u32,
    show_points: &'static str,
    thresholds_style: Color,
}

#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Options {
    #[serde(skip_serializing_if = "Option::is_none")]
    legend: Option<Legend>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tooltip: Option<Tooltip>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reduce_options: Option<Reduce>,
    #[serde(skip_serializing_if = "Option::is_none")]
    calculate: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    show_header: Option<bool>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Legend {
    calcs: Vec<String>,
    display_mode: &'static str,
    placement: &'static str,
    show_legend: bool,
}

#[derive(Clone, Debug, Serialize)]
struct Tooltip {
    mode: &'static str,
    sort: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct Reduce {
    calcs: Vec<&'static str>,
}

/// One query of a panel.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    ref_id: String,
    datasource: Source,
    /// PromQL.
    pub expr: String,
    legend_format: String,
    range: bool,
    instant: bool,
    format: &'static str,
    editor_mode: &'static str,
}

/// How a panel draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Lines over time.
    Graph,
    /// One number.
    Stat,
    /// One number on a scale.
    Gauge,
    /// Numbers side by side.
    Bars,
    /// Rows of text.
    Table,
    /// A histogram over time.
    Heatmap,
}

impl Kind {
    /// The kind of the language's word; a graph if it says none.
    pub fn of(word: Option<&str>) -> Self {
        match word {
            Some("stat") => Kind::Stat,
            Some("gauge") => Kind::Gauge,
            Some("bars") => Kind::Bars,
            Some("table") => Kind::Table,
            Some("heatmap") => Kind::Heatmap,
            _ => Kind::Graph,
        }
    }

    fn plugin(self) -> &'static str {
        match self {
            Kind::Graph => "timeseries",
            Kind::Stat => "stat",
            Kind::Gauge => "gauge",
            Kind::Bars => "bargauge",
            Kind::Table => "table",
            Kind::Heatmap => "heatmap",
        }
    }

    /// Whether only the newest value is asked.
    fn is_now(self) -> bool {
        matches!(self, Kind::Stat | Kind::Gauge | Kind::Bars | Kind::Table)
    }

    /// Columns it takes of 24.
    fn width(self) -> u32 {
        match self {
            Kind::Stat | Kind::Gauge => 6,
            Kind::Graph | Kind::Bars | Kind::Heatmap => 12,
            Kind::Table => COLUMNS,
        }
    }
}

/// A panel before it has its place.
#[derive(Clone, Debug)]
pub struct Picture {
    /// What stands above it.
    pub title: String,
    /// What people read when they point at it.
    pub description: Option<String>,
    /// How it draws.
    pub kind: Kind,
    /// Queries, each with what its line is called.
    pub queries: Vec<(String, String)>,
    /// Grafana's name of the unit.
    pub unit: String,
    /// Where the colour changes; empty: it doesn't.
    pub steps: Vec<Step>,
    /// Least and greatest value, where they are known.
    pub range: (Option<f64>, Option<f64>),
}

/// Pictures under a title.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its title.
    pub title: String,
    /// Its pictures, in order.
    pub pictures: Vec<Picture>,
}

/// What a dashboard is called and where it is found.
pub struct Head {
    /// 8 to 40 letters, digits and dashes, the same in every build.
    pub uid: String,
    /// Its title.
    pub title: String,
    /// What it is.
    pub description: String,
    /// Tags.
    pub tags: Vec<String>,
    /// How often it is drawn anew: `30s`.
    pub refresh: String,
}

const SOURCE: Source = Source {
    kind: "prometheus",
    uid: "${datasource}",
};

impl Dashboard {
    /// A dashboard of rows, laid out from left to right.
    pub fn new(head: Head, rows: Vec<Row>) -> Self {
        Self {
            uid: head.uid,
            title: head.title,
            description: head.description,
            tags: head.tags,
            editable: false,
            graph_tooltip: 1,
            timezone: "browser",
            time: Time {
                from: "now-6h",
                to: "now",
            },
            refresh: head.refresh,
            schema_version: SCHEMA_VERSION,
            templating: ListOf {
                list: vec![Variable {
                    name: "datasource",
                    label: "Data source",
                    kind: "datasource",
                    query: "prometheus",
                    regex: "",
                    refresh: 1,
                    hide: 0,
                    include_all: false,
                    multi: false,
                }],
            },
            annotations: ListOf { list: Vec::new() },
            links: Vec::new(),
            panels: laid_out(rows),
        }
    }
}
