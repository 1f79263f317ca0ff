//! Small programs: every order of up to four stages, every condition on each, and a gate.

use std::fmt::Write;

/// A stage's own condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    Always,
    Main,
    PullRequest,
    NotFork,
    Changed,
}

impl When {
    /// Those that the event alone decides.
    const ALL: [When; 4] = [When::Always, When::Main, When::PullRequest, When::NotFork];

    fn text(self) -> &'static str {
        match self {
            When::Always => "",
            When::Main => ", when branch == \"main\"",
            When::PullRequest => ", when event == pull_request",
            When::NotFork => ", when not from_fork",
            When::Changed => ", when changed.src",
        }
    }
}

/// A stage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stage {
    pub when: When,
    /// Earlier stages.
    pub needs: Vec<usize>,
    /// Whether it needs the gate.
    pub gated: bool,
}

/// A gate over reports.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gate {
    /// A stage whose report is read, and whether the criterion says `if_skipped = pass`.
    pub reads: Vec<(usize, bool)>,
}

/// A program of one pipeline.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Graph {
    pub stages: Vec<Stage>,
    pub gate: Option<Gate>,
}

impl Gate {
    /// The name that says what it reads.
    pub fn id(&self) -> String {
        let mut id = "gate".to_string();
        for (stage, excused) in &self.reads {
            let letter = if *excused { "p" } else { "r" };
            let _ = write!(id, "_{}{letter}", stage + 1);
        }
        id
    }

    fn text(&self) -> String {
        let mut text = format!("gate {} {{\n", self.id());
        for (stage, excused) in &self.reads {
            let stage = stage + 1;
            let excuse = if *excused {
                " { if_skipped = pass }"
            } else {
                ""
            };
            let _ = writeln!(text, "  require failed_{stage} <= 0{excuse}");
        }
        text + "}\n"
    }
}

impl Graph {
    /// The pipeline's text.
    fn text(&self, id: &str) -> String {
        let mut text = format!("pipeline {id} {{\n  on push\n  on pull_request\n");
        if self.reads_changes() {
            text.push_str("  changed { src = [\"src/**\"] }\n");
        }
        for (at, stage) in self.stages.iter().enumerate() {
            let mut needs: Vec<String> =
                stage.needs.iter().map(|n| format!("s{}", n + 1)).collect();
            let gate = self.gate.as_ref().filter(|_| stage.gated);
            needs.extend(gate.map(Gate::id));
            let needs = match needs.is_empty() {
                true => String::new(),
                false => format!(", needs [{}]", needs.join(", ")),
            };
            let read = |gate: &Gate| gate.reads.iter().any(|(stage, _)| *stage == at);
            let report = match self.gate.as_ref().is_some_and(read) {
                true => ", reports { tests = junit(\"r.xml\") }",
                false => "",
            };
            let when = stage.when.text();
            let _ = writeln!(
                text,
                "  stage s{} {{ run \"true\"{when}{needs}{report} }}",
                at + 1
            );
        }
        text + "}\n"
    }

    /// Whether a condition asks what changed.
    pub fn reads_changes(&self) -> bool {
        self.stages.iter().any(|s| s.when == When::Changed)
    }

    /// The same graph where stages that ran outside of forks run on changes.
    pub fn on_changes(mut self) -> Self {
        for stage in &mut self.stages {
            if stage.when == When::NotFork {
                stage.when = When::Changed;
            }
        }
        self
    }

    /// Whether no renaming that keeps the order gives an earlier graph.
    pub fn is_first_of_its_kind(&self) -> bool {
        let mut order: Vec<usize> = (0..self.stages.len()).collect();
        let mut first = true;
        permute(&mut order, 0, &mut |order| {
            first &= self.renamed(order).is_none_or(|other| *self <= other);
        });
        first
    }

    /// Stage `i` becomes stage `order[i]`; nothing if one would come before what it needs.
    fn renamed(&self, order: &[usize]) -> Option<Graph> {
        let mut stages = self.stages.clone();
        for (at, stage) in self.stages.iter().enumerate() {
            let mut needs: Vec<usize> = stage.needs.iter().map(|n| order[*n]).collect();
            needs.sort_unstable();
            let place = order[at];
            if needs.last().is_some_and(|last| *last >= place) {
                return None;
            }
            stages[place] = Stage {
                needs,
                ..stage.clone()
            };
        }
        let gate = self.gate.as_ref().map(|gate| {
            let mut reads: Vec<_> = gate.reads.iter().map(|(s, p)| (order[*s], *p)).collect();
            reads.sort_unstable();
            Gate { reads }
        });
        let found = Graph { stages, gate };
        found.in_order().then_some(found)
    }

    /// Whether what needs the gate comes after all that the gate reads.
    fn in_order(&self) -> bool {
        let reads = self.gate.iter().flat_map(|gate| &gate.reads);
        let last = reads.map(|(stage, _)| *stage).max();
        let mut gated = (0..self.stages.len()).filter(|s| self.stages[*s].gated);
        gated.all(|stage| last.is_none_or(|last| last < stage))
    }
}

fn permute(order: &mut [usize], from: usize, visit: &mut dyn FnMut(&[usize])) {
    if from == order.len() {
        return visit(order);
    }
    for other in from..order.len() {
        order.swap(from, other);
        permute(order, from + 1, visit);
        order.swap(from, other);
    }
}

/// How many graphs of so many stages there are without a gate.
pub fn count(stages: usize) -> usize {
    (1 << (2 * stages)) << (stages * (stages - 1) / 2)
}

/// One of them.
pub fn nth(stages: usize, mut index: usize) -> Graph {
    let mut take = |of: usize| {
        let digit = index % of;
        index /= of;
        digit
    };
    let stage = |at: usize| Stage {
        when: When::ALL[take(4)],
        needs: (0..at).filter(|_| take(2) == 1).collect(),
        gated: false,
    };
    Graph {
        stages: (0..stages).map(stage).collect(),
        gate: None,
    }
}

/// The graph with each gate that reads one or two of its stages and guards a later one.
pub fn with_gates(graph: &Graph) -> Vec<Graph> {
    let mut found = Vec::new();
    let count = graph.stages.len();
    for guarded in 1..count {
        for a in 0..guarded {
            for one in [false, true] {
                found.push(guard(graph, guarded, vec![(a, one)]));
                for b in a + 1..guarded {
                    let two = |other| guard(graph, guarded, vec![(a, one), (b, other)]);
                    found.extend([false, true].map(two));
                }
            }
        }
    }
    found
}

fn guard(graph: &Graph, stage: usize, reads: Vec<(usize, bool)>) -> Graph {
    let mut graph = graph.clone();
    graph.stages[stage].gated = true;
    graph.gate = Some(Gate { reads });
    graph
}

/// The program of many graphs, each the pipeline `p0`, `p1` …
pub fn program(graphs: &[Graph]) -> String {
    let mut text = "project { evaluator { path = \"gatec\" } }\n".to_string();
    let mut gates: Vec<&Gate> = graphs.iter().filter_map(|g| g.gate.as_ref()).collect();
    gates.sort_unstable();
    gates.dedup();
    let mut read: Vec<usize> = gates
        .iter()
        .flat_map(|g| &g.reads)
        .map(|r| r.0 + 1)
        .collect();
    read.sort_unstable();
    read.dedup();
    for stage in read {
        let _ = writeln!(
            text,
            "metric failed_{stage}: count {{ report = s{stage}.tests.failed }}"
        );
    }
    text.extend(gates.into_iter().map(Gate::text));
    let pipelines = graphs.iter().enumerate();
    text.extend(pipelines.map(|(at, graph)| graph.text(&format!("p{at}"))));
    text
}
