//! Time of every step of a compilation, and its share: `cargo bench --bench steps`, with `-- 100 21`
//! for so many stages and rounds.
//!
//! Takes the declared job of `benches/peers/gen.py`, gives a table of medians. A round does every
//! step once, so that a busy moment hits all of them. A harness of its own, since shares of one
//! whole are asked, not a step's distribution.

#![allow(clippy::disallowed_methods)] // A benchmark reads its input from disk.

use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use gatec::diagnostics::Diagnostics;
use gatec::plan::ValidPlan;
use gatec::source::{MemoryWorld, SourceMap};
use gatec::targets::{TARGETS, yaml};
use gatec::{lints, lower, resolve};
use pest::Parser;

/// The grammar as the compiler has it, for a look at pest alone.
#[allow(missing_docs)]
mod grammar {
    #[derive(pest_derive::Parser)]
    #[grammar = "compiler/syntax/gate.pest"]
    pub struct Grammar;
}
use grammar::{Grammar, Rule};

/// As in the command.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const FILE: &str = "gates.gate";

type Times = Vec<(&'static str, Duration)>;

fn main() {
    let mut numbers = std::env::args().filter_map(|a| a.parse().ok());
    let stages: usize = numbers.next().unwrap_or(1000);
    let rounds = numbers.next().unwrap_or(21).max(1);
    let source = source(stages);
    let rounds: Vec<Times> = (0..rounds).map(|_| round(&source)).collect();
    print(stages, &source, &rounds);
}

/// The declared job with so many stages.
fn source(stages: usize) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("target/steps");
    let done = Command::new("python3")
        .arg(root.join("benches/peers/gen.py"))
        .arg(stages.to_string())
        .arg(&folder)
        .output()
        .expect("python3 writes the declared job");
    assert!(done.status.success(), "{done:?}");
    std::fs::read_to_string(folder.join(FILE)).expect("the declared job")
}

/// Every step once.
fn round(source: &str) -> Times {
    let mut times = Times::new();
    let mut timed = Clock(&mut times);
    let world = MemoryWorld::new([(FILE, source)]);
    let paths = [FILE.to_string()];

    timed.of("· pest alone", || {
        Grammar::parse(Rule::file, source).is_ok()
    });
    let (mut sources, mut found) = (SourceMap::new(), Diagnostics::new());
    let loaded = timed.of("parse: tree and items", || {
        resolve::load(&world, &paths, &mut sources, &mut found)
    });
    let mut program = resolve::Program::default();
    timed.of("shape: keywords and names", || {
        for items in &loaded.files {
            program.add_file(items, &mut found);
        }
        program.index(&sources, &mut found);
    });
    let context = resolve::Context::new(&program, &sources);
    let plan = timed.of("resolve and lower", || lower::lower(&context));
    found.extend(context.found.take());
    found.extend(timed.of("lints", || lints::run(&plan)));
    let valid = ValidPlan::new(plan, &found).expect("a job without errors");
    let mut texts = Vec::new();
    for target in TARGETS.iter().filter(|t| t.default) {
        let emitted = timed.of(target.name, || (target.emit)(&valid));
        texts.extend(emitted.files.into_iter().map(|f| f.content));
    }
    for text in texts {
        let value = serde_yaml::from_str(&text).expect("YAML");
        let tree = yaml::from_serde(value);
        timed.of("· printing alone", || yaml::print(&tree, &[]));
    }
    timed.of("whole", || {
        let mut whole = gatec::compile(&world, &paths);
        let files = gatec::emit(&mut whole, TARGETS.iter().filter(|t| t.default));
        (whole, files)
    });
    times
}

struct Clock<'t>(&'t mut Times);

impl Clock<'_> {
    /// Runs a step; dropping what it gives is not its time.
    fn of<T>(&mut self, name: &'static str, step: impl FnOnce() -> T) -> T {
        let begin = Instant::now();
        let result = black_box(step());
        self.0.push((name, begin.elapsed()));
        result
    }
}

fn print(stages: usize, source: &str, rounds: &[Times]) {
    let steps = rounds.first().into_iter().flatten();
    let median = |index: usize| {
        let mut all: Vec<Duration> = rounds.iter().map(|r| r[index].1).collect();
        all.sort();
        all[all.len() / 2].as_secs_f64() * 1e3
    };
    let rows: Vec<(&str, f64)> = steps.enumerate().map(|(i, s)| (s.0, median(i))).collect();
    let part = |name: &str| !name.starts_with('·') && name != "whole";
    let sum: f64 = rows.iter().filter(|r| part(r.0)).map(|r| r.1).sum();
    let (kilobytes, count) = (source.len() / 1000, rounds.len());
    println!("{stages} stages, {kilobytes} kB, median of {count}; `·`: part of another step\n");
    println!("| step | ms | share |\n| --- | ---: | ---: |");
    for (name, time) in &rows {
        println!("| {name} | {time:.2} | {:.0} % |", time / sum * 100.0);
    }
}
