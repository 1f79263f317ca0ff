//! What each report format gives, by field.

use crate::plan::{Quantity, Type};

mod rows;

/// A report format.
#[derive(Debug)]
pub struct Format {
    /// Its name: `junit("report.xml")`.
    pub name: &'static str,
    /// What it is, and who writes it.
    pub about: &'static str,
    /// Fields it gives.
    pub fields: &'static [Field],
    /// Whether paths into the data are allowed (`results["latency.p50_ms"]`).
    pub keyed: bool,
    /// Rows that a key names (`bench.results["encode"].median`).
    pub rows: Option<Rows>,
    /// Whether the report itself is a list of findings (`scan.findings[…]`).
    pub findings: bool,
}

/// Rows of a format.
#[derive(Debug)]
pub struct Rows {
    /// What a row is: `benchmark`.
    pub what: &'static str,
    /// Fields each row gives.
    pub fields: &'static [Field],
}

/// A format that gives nothing yet: what a format doesn't say is as here.
const PLAIN: Format = Format {
    name: "",
    about: "",
    fields: &[],
    keyed: false,
    rows: None,
    findings: false,
};

/// A field of a format.
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it measures.
    pub ty: FieldType,
    /// One line.
    pub about: &'static str,
}

/// What a field measures.
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(missing_docs)]
pub enum FieldType {
    Count,
    Ratio,
    Number,
    Duration,
    Bytes,
    Rate,
    /// A number whose unit the format doesn't carry: it is said where it is used.
    Any,
    Findings,
}

impl FieldType {
    /// As a type of the language.
    pub fn ty(self) -> Type {
        match self {
            FieldType::Count => Type::Quantity(Quantity::Count),
            FieldType::Ratio => Type::Quantity(Quantity::Ratio),
            FieldType::Number => Type::Quantity(Quantity::Number),
            FieldType::Duration => Type::Quantity(Quantity::Duration),
            FieldType::Bytes => Type::Quantity(Quantity::Bytes),
            FieldType::Rate => Type::Quantity(Quantity::Rate),
            FieldType::Any => Type::Data,
            FieldType::Findings => Type::Findings,
        }
    }
}

const fn field(name: &'static str, ty: FieldType, about: &'static str) -> Field {
    Field { name, ty, about }
}

/// The name of every format, in the same order.
pub static NAMES: [&str; FORMATS.len()] = {
    let mut names = [""; FORMATS.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = FORMATS[at].name;
        at += 1;
    }
    names
};

/// Every format.
pub static FORMATS: &[Format] = &[
    Format {
        name: "junit",
        about: "JUnit XML: pytest, Surefire, Jest, gotestsum, mypy",
        fields: &[
            field("total", FieldType::Count, "test cases"),
            field("passed", FieldType::Count, "cases that passed"),
            field(
                "failed",
                FieldType::Count,
                "cases with a failure or an error",
            ),
            field("errors", FieldType::Count, "cases with an error"),
            field("skipped", FieldType::Count, "cases that were skipped"),
            field(
                "flaky",
                FieldType::Count,
                "cases that passed after they had failed",
            ),
            field("pass_rate", FieldType::Ratio, "passed ÷ (passed + failed)"),
            field("time", FieldType::Duration, "sum of the cases' times"),
        ],
        ..PLAIN
    },
    Format {
        name: "cobertura",
        about: "Cobertura XML: coverage.py, gcovr, Istanbul",
        fields: &[
            field("line_rate", FieldType::Ratio, "lines hit ÷ lines"),
            field("branch_rate", FieldType::Ratio, "branches hit ÷ branches"),
            field("lines", FieldType::Count, "lines that can be hit"),
        ],
        ..PLAIN
    },
    Format {
        name: "lcov",
        about: "LCOV tracefiles: coverage.py, Istanbul, cargo-llvm-cov, gcov",
        fields: &[
            field("line_rate", FieldType::Ratio, "lines hit ÷ lines"),
            field("branch_rate", FieldType::Ratio, "branches taken ÷ branches"),
            field(
                "function_rate",
                FieldType::Ratio,
                "functions called ÷ functions",
            ),
            field("lines", FieldType::Count, "lines that can be hit"),
        ],
        ..PLAIN
    },
    Format {
        name: "jacoco",
        about: "JaCoCo XML: Maven, Gradle",
        fields: &[
            field("line_rate", FieldType::Ratio, "lines hit ÷ lines"),
            field("branch_rate", FieldType::Ratio, "branches hit ÷ branches"),
            field(
                "instruction_rate",
                FieldType::Ratio,
                "bytecode instructions run ÷ instructions",
            ),
            field("method_rate", FieldType::Ratio, "methods called ÷ methods"),
            field("lines", FieldType::Count, "lines that can be hit"),
        ],
        ..PLAIN
    },
    Format {
        name: "radon",
        about: "radon cc -j: cyclomatic complexity of Python code",
        fields: &[
            field("max", FieldType::Number, "the most complex block"),
            field("mean", FieldType::Number, "the average block"),
            field("blocks", FieldType::Count, "blocks measured"),
        ],
        ..PLAIN
    },
    Format {
        name: "json",
        about: "any JSON, by path: `results[\"latency.p50_ms\"]`",
        keyed: true,
        ..PLAIN
    },
    Format {
        name: "sarif",
        about: "SARIF 2.1.0: CodeQL, Trivy, Semgrep",
        findings: true,
        ..PLAIN
    },
    Format {
        name: "trivy",
        about: "trivy --format json",
        findings: true,
        ..PLAIN
    },
    Format {
        name: "bandit",
        about: "bandit -f json",
        findings: true,
        ..PLAIN
    },
    Format {
        name: "pip_audit",
        about: "pip-audit -f json",
        findings: true,
        ..PLAIN
    },
    Format {
        name: "yaml",
        about: "any YAML of one document, by path",
        keyed: true,
        ..PLAIN
    },
    Format {
        name: "csv",
        about: "any CSV with a header, by path: `scores[\"resnet.accuracy\"]`",
        keyed: true,
        ..PLAIN
    },
    Format {
        name: "safety",
        about: "safety check --json, safety scan --output json",
        findings: true,
        ..PLAIN
    },
    Format {
        name: "cyclonedx",
        about: "CycloneDX JSON: the vulnerabilities of a bill of materials",
        findings: true,
        ..PLAIN
    },
    Format {
        name: "pytest_benchmark",
        about: "pytest --benchmark-json",
        rows: rows::PYTEST_BENCHMARK,
        ..PLAIN
    },
    Format {
        name: "criterion",
        about: "Criterion.rs: new/estimates.json, new/sample.json, change/estimates.json, or cargo criterion --message-format=json",
        fields: rows::CRITERION,
        rows: rows::CRITERION_ROWS,
        ..PLAIN
    },
    Format {
        name: "hyperfine",
        about: "hyperfine --export-json",
        rows: rows::HYPERFINE,
        ..PLAIN
    },
    Format {
        name: "google_benchmark",
        about: "Google Benchmark: --benchmark_format=json",
        rows: rows::GOOGLE_BENCHMARK,
        ..PLAIN
    },
    Format {
        name: "k6",
        about: "k6's summary: handleSummary, --summary-export, --new-machine-readable-summary",
        fields: rows::K6,
        rows: rows::K6_ROWS,
        ..PLAIN
    },
    Format {
        name: "locust",
        about: "Locust: --json, --json-file, or the _stats.csv of --csv",
        fields: rows::LOCUST,
        rows: rows::LOCUST_ROWS,
        ..PLAIN
    },
    Format {
        name: "openmetrics",
        about: "a scrape in Prometheus' text format or OpenMetrics",
        rows: rows::OPENMETRICS,
        ..PLAIN
    },
    Format {
        name: "promptfoo",
        about: "promptfoo eval -o out.json",
        fields: rows::PROMPTFOO,
        rows: rows::PROMPTFOO_ROWS,
        ..PLAIN
    },
    Format {
        name: "lm_eval",
        about: "lm-evaluation-harness: results_….json, samples_….jsonl",
        rows: rows::LM_EVAL,
        ..PLAIN
    },
    Format {
        name: "mlflow",
        about: "MLflow: metrics.json, mlflow runs describe, or a metric's file of a run",
        fields: rows::MLFLOW,
        rows: rows::MLFLOW_ROWS,
        ..PLAIN
    },
    Format {
        name: "openai_evals",
        about: "OpenAI evals: the event log of a run, as JSON lines",
        fields: rows::OPENAI_EVALS,
        rows: rows::OPENAI_EVALS_ROWS,
        ..PLAIN
    },
];

/// The report of a service's probes, run after a deploy or before a switch.
pub static SMOKE: Format = Format {
    name: "smoke",
    about: "the service's probes, run after a deploy or before a switch",
    fields: &[
        field("failed", FieldType::Count, "probes that failed"),
        field("slowest", FieldType::Duration, "the slowest answer"),
        field("total", FieldType::Duration, "all answers together"),
    ],
    ..PLAIN
};

/// The format of a name.
pub fn find(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|f| f.name == name)
}

/// Fields of a finding that a selector may name.
pub static FINDING_FIELDS: &[&str] = &["severity", "rule", "tool", "file", "package"];

/// How bad a finding can be, in gatec's words, whatever those of its scanner.
pub static SEVERITIES: &[&str] = &["critical", "high", "medium", "low", "unknown"];

impl Rows {
    /// The field of a name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.name == name)
    }
}

impl Format {
    /// The field of a name.
    pub fn field(&self, name: &str) -> Option<&'static Field>
    where
        Self: 'static,
    {
        self.fields.iter().find(|f| f.name == name)
    }
}
