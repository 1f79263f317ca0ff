//! From rows of pictures to panels, each in its place on the grid of 24 columns.

use super::{
    COLUMNS, Color, Defaults, FieldConfig, Kind, Legend, Lines, Options, Panel, Picture, Place,
    Reduce, Row, SOURCE, Step, Target, Thresholds, Tooltip,
};

/// Panels of rows, from left to right, the next line where one is full.
pub(super) fn laid_out(rows: Vec<Row>) -> Vec<Panel> {
    const HEIGHT: u32 = 8;
    let mut panels: Vec<Panel> = Vec::new();
    let mut y = 0;
    for row in rows {
        let id = panels.len() as u32 + 1;
        panels.push(head_of(id, row.title, y));
        y += 1;
        let mut x = 0;
        for picture in row.pictures {
            let w = picture.kind.width();
            if x + w > COLUMNS {
                x = 0;
                y += HEIGHT;
            }
            let place = Place { h: HEIGHT, w, x, y };
            panels.push(panel(panels.len() as u32 + 1, picture, place));
            x += w;
        }
        y += HEIGHT;
    }
    panels
}

fn head_of(id: u32, title: String, y: u32) -> Panel {
    Panel {
        id,
        kind: "row",
        title,
        description: None,
        grid_pos: Place {
            h: 1,
            w: COLUMNS,
            x: 0,
            y,
        },
        collapsed: Some(false),
        datasource: None,
        field_config: None,
        options: None,
        targets: Vec::new(),
        panels: Some(Vec::new()),
    }
}

fn panel(id: u32, picture: Picture, place: Place) -> Panel {
    let kind = picture.kind;
    let targets = picture.queries.into_iter().zip('A'..='Z');
    let targets = targets.map(|((expr, legend), id)| Target {
        ref_id: id.to_string(),
        datasource: SOURCE,
        expr,
        legend_format: legend,
        range: !kind.is_now(),
        instant: kind.is_now(),
        format: match kind {
            Kind::Heatmap => "heatmap",
            Kind::Table => "table",
            _ => "time_series",
        },
        editor_mode: "code",
    });
    Panel {
        id,
        kind: kind.plugin(),
        title: picture.title,
        description: picture.description,
        grid_pos: place,
        collapsed: None,
        datasource: Some(SOURCE),
        field_config: Some(field_config(
            kind,
            picture.unit,
            picture.steps,
            picture.range,
        )),
        options: Some(options(kind)),
        targets: targets.collect(),
        panels: None,
    }
}

fn field_config(
    kind: Kind,
    unit: String,
    steps: Vec<Step>,
    (min, max): (Option<f64>, Option<f64>),
) -> FieldConfig {
    let has_limits = steps.len() > 1;
    let steps = if steps.is_empty() {
        vec![Step {
            color: "green",
            value: None,
        }]
    } else {
        steps
    };
    let lines = Lines {
        line_width: 1,
        fill_opacity: 10,
        show_points: "never",
        thresholds_style: Color {
            mode: if has_limits { "line+area" } else { "off" },
        },
    };
    let by_limit = kind.is_now() && kind != Kind::Table;
    FieldConfig {
        defaults: Defaults {
            unit,
            color: Color {
                mode: if by_limit {
                    "thresholds"
                } else {
                    "palette-classic"
                },
            },
            thresholds: Thresholds {
                mode: "absolute",
                steps,
            },
            min,
            max,
            custom: (kind == Kind::Graph).then_some(lines),
        },
        overrides: Vec::new(),
    }
}

fn options(kind: Kind) -> Options {
    let none = Options::default();
    match kind {
        Kind::Graph => Options {
            legend: Some(Legend {
                calcs: Vec::new(),
                display_mode: "list",
                placement: "bottom",
                show_legend: true,
            }),
            tooltip: Some(Tooltip {
                mode: "multi",
                sort: "desc",
            }),
            ..none
        },
        Kind::Stat | Kind::Gauge | Kind::Bars => Options {
            reduce_options: Some(Reduce {
                calcs: vec!["lastNotNull"],
            }),
            ..none
        },
        // The buckets are the series' own: nothing is to be counted anew.
        Kind::Heatmap => Options {
            calculate: Some(false),
            ..none
        },
        Kind::Table => Options {
            show_header: Some(true),
            ..none
        },
    }
}
