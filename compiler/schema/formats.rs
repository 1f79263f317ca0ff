//! What each report format gives, by field.

use crate::plan::{Quantity, Type};

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
    /// Whether the report itself is a list of findings (`scan.findings[…]`).
    pub findings: bool,
}

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
            FieldType::Findings => Type::Findings,
        }
    }
}

const fn field(name: &'static str, ty: FieldType, about: &'static str) -> Field {
    Field { name, ty, about }
}

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
        keyed: false,
        findings: false,
    },
    Format {
        name: "cobertura",
        about: "Cobertura XML: coverage.py, gcovr, Istanbul",
        fields: &[
            field("line_rate", FieldType::Ratio, "lines hit ÷ lines"),
            field("branch_rate", FieldType::Ratio, "branches hit ÷ branches"),
            field("lines", FieldType::Count, "lines that can be hit"),
        ],
        keyed: false,
        findings: false,
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
        keyed: false,
        findings: false,
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
        keyed: false,
        findings: false,
    },
    Format {
        name: "radon",
        about: "radon cc -j: cyclomatic complexity of Python code",
        fields: &[
            field("max", FieldType::Number, "the most complex block"),
            field("mean", FieldType::Number, "the average block"),
            field("blocks", FieldType::Count, "blocks measured"),
        ],
        keyed: false,
        findings: false,
    },
    Format {
        name: "json",
        about: "any JSON, by path: `results[\"latency.p50_ms\"]`",
        fields: &[],
        keyed: true,
        findings: false,
    },
    Format {
        name: "sarif",
        about: "SARIF 2.1.0: CodeQL, Trivy, Semgrep",
        fields: &[],
        keyed: false,
        findings: true,
    },
    Format {
        name: "trivy",
        about: "trivy --format json",
        fields: &[],
        keyed: false,
        findings: true,
    },
    Format {
        name: "bandit",
        about: "bandit -f json",
        fields: &[],
        keyed: false,
        findings: true,
    },
    Format {
        name: "pip_audit",
        about: "pip-audit -f json",
        fields: &[],
        keyed: false,
        findings: true,
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
    keyed: false,
    findings: false,
};

/// The format of a name.
pub fn find(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|f| f.name == name)
}

/// Fields of a finding that a selector may name.
pub static FINDING_FIELDS: &[&str] = &["severity", "rule", "tool", "file", "package"];

impl Format {
    /// The field of a name.
    pub fn field(&self, name: &str) -> Option<&'static Field>
    where
        Self: 'static,
    {
        self.fields.iter().find(|f| f.name == name)
    }
}
