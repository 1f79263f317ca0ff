//! Fields of formats that give rows, and of all rows together.

use super::{Field, FieldType, Rows, field};

const fn of(what: &'static str, fields: &'static [Field]) -> Option<Rows> {
    Some(Rows { what, fields })
}

pub const PYTEST_BENCHMARK: Option<Rows> = of(
    "benchmark",
    &[
        field("mean", FieldType::Duration, "the average run"),
        field("median", FieldType::Duration, "the run in the middle"),
        field("min", FieldType::Duration, "the shortest run"),
        field("max", FieldType::Duration, "the longest run"),
        field("stddev", FieldType::Duration, "how far runs lie apart"),
        field("runs", FieldType::Count, "runs measured"),
        field("times", FieldType::Duration, "each run's time: a list"),
        field("rate", FieldType::Rate, "1 ÷ mean"),
    ],
);

pub const CRITERION: &[Field] = &[
    field("mean", FieldType::Duration, "the average iteration"),
    field(
        "mean_low",
        FieldType::Duration,
        "the lower bound of its confidence interval",
    ),
    field("mean_high", FieldType::Duration, "the upper bound"),
    field("median", FieldType::Duration, "the iteration in the middle"),
    field(
        "median_low",
        FieldType::Duration,
        "the lower bound of its confidence interval",
    ),
    field("median_high", FieldType::Duration, "the upper bound"),
    field("slope", FieldType::Duration, "time by number of iterations"),
    field(
        "slope_low",
        FieldType::Duration,
        "the lower bound of its confidence interval",
    ),
    field("slope_high", FieldType::Duration, "the upper bound"),
    field(
        "stddev",
        FieldType::Duration,
        "how far measurements lie apart",
    ),
    field("min", FieldType::Duration, "the shortest iteration"),
    field("max", FieldType::Duration, "the longest iteration"),
    field("runs", FieldType::Count, "measurements"),
    field(
        "times",
        FieldType::Duration,
        "each measurement, per iteration: a list",
    ),
    field(
        "change",
        FieldType::Ratio,
        "the mean, compared with the last run: 12% is slower",
    ),
    field(
        "change_low",
        FieldType::Ratio,
        "the lower bound of the change",
    ),
    field(
        "change_high",
        FieldType::Ratio,
        "the upper bound of the change",
    ),
];

pub const CRITERION_ROWS: Option<Rows> = of("benchmark", CRITERION);

pub const HYPERFINE: Option<Rows> = of(
    "command",
    &[
        field("mean", FieldType::Duration, "the average run"),
        field("median", FieldType::Duration, "the run in the middle"),
        field("min", FieldType::Duration, "the shortest run"),
        field("max", FieldType::Duration, "the longest run"),
        field("stddev", FieldType::Duration, "how far runs lie apart"),
        field("runs", FieldType::Count, "runs measured"),
        field("times", FieldType::Duration, "each run's time: a list"),
        field(
            "user",
            FieldType::Duration,
            "processor time of the command, on average",
        ),
        field(
            "system",
            FieldType::Duration,
            "processor time of the system, on average",
        ),
        field("memory", FieldType::Bytes, "the most memory of a run"),
        field("failed", FieldType::Count, "runs whose exit code isn't 0"),
    ],
);

pub const GOOGLE_BENCHMARK: Option<Rows> = of(
    "benchmark",
    &[
        field("mean", FieldType::Duration, "the average run"),
        field("median", FieldType::Duration, "the run in the middle"),
        field("min", FieldType::Duration, "the shortest run"),
        field("max", FieldType::Duration, "the longest run"),
        field("stddev", FieldType::Duration, "how far runs lie apart"),
        field("runs", FieldType::Count, "runs measured"),
        field("times", FieldType::Duration, "each run's time: a list"),
        field("cpu", FieldType::Duration, "processor time, on average"),
        field("rate", FieldType::Rate, "items, on average"),
    ],
);

pub const K6: &[Field] = &[
    field("http_reqs", FieldType::Count, "requests"),
    field("http_reqs_rate", FieldType::Rate, "requests in time"),
    field(
        "http_req_failed",
        FieldType::Ratio,
        "requests that failed ÷ requests",
    ),
    field(
        "http_req_duration_mean",
        FieldType::Duration,
        "the average request",
    ),
    field(
        "http_req_duration_median",
        FieldType::Duration,
        "half are not longer",
    ),
    field(
        "http_req_duration_min",
        FieldType::Duration,
        "the shortest request",
    ),
    field(
        "http_req_duration_max",
        FieldType::Duration,
        "the longest request",
    ),
    field(
        "http_req_duration_p90",
        FieldType::Duration,
        "90% are not longer",
    ),
    field(
        "http_req_duration_p95",
        FieldType::Duration,
        "95% are not longer",
    ),
    field(
        "http_req_duration_p99",
        FieldType::Duration,
        "99% are not longer",
    ),
    field("iterations", FieldType::Count, "runs of the script"),
    field("checks", FieldType::Ratio, "checks that passed ÷ checks"),
    field("checks_failed", FieldType::Count, "checks that failed"),
    field(
        "thresholds_crossed",
        FieldType::Count,
        "thresholds of the script that were crossed",
    ),
];

pub const K6_ROWS: Option<Rows> = of(
    "metric or check",
    &[
        field(
            "mean",
            FieldType::Duration,
            "the average: of a trend that is a time",
        ),
        field(
            "median",
            FieldType::Duration,
            "half are not longer: of a trend that is a time",
        ),
        field(
            "min",
            FieldType::Duration,
            "the shortest: of a trend that is a time",
        ),
        field(
            "max",
            FieldType::Duration,
            "the longest: of a trend that is a time",
        ),
        field(
            "p90",
            FieldType::Duration,
            "90% are not longer: of a trend that is a time",
        ),
        field(
            "p95",
            FieldType::Duration,
            "95% are not longer: of a trend that is a time",
        ),
        field(
            "p99",
            FieldType::Duration,
            "99% are not longer: of a trend that is a time",
        ),
        field(
            "rate",
            FieldType::Ratio,
            "the share that was true; of a check, that passed",
        ),
        field(
            "count",
            FieldType::Count,
            "of a counter; of a rate or check, how often it was asked",
        ),
        field("per_second", FieldType::Rate, "of a counter"),
        field("value", FieldType::Number, "of a gauge, the last"),
        field("passed", FieldType::Count, "of a check"),
        field("failed", FieldType::Count, "of a check"),
    ],
);

pub const LOCUST: &[Field] = &[
    field("requests", FieldType::Count, "requests"),
    field("failures", FieldType::Count, "requests that failed"),
    field("failure_rate", FieldType::Ratio, "failures ÷ requests"),
    field("per_second", FieldType::Rate, "requests in time"),
    field("mean", FieldType::Duration, "the average"),
    field("median", FieldType::Duration, "half are not longer"),
    field("min", FieldType::Duration, "the shortest"),
    field("max", FieldType::Duration, "the longest"),
    field("p90", FieldType::Duration, "90% are not longer"),
    field("p95", FieldType::Duration, "95% are not longer"),
    field("p99", FieldType::Duration, "99% are not longer"),
];

pub const LOCUST_ROWS: Option<Rows> = of("endpoint", LOCUST);

pub const OPENMETRICS: Option<Rows> = of(
    "series",
    &[
        field("value", FieldType::Any, "of a counter or gauge"),
        field(
            "count",
            FieldType::Count,
            "observations of a histogram or summary",
        ),
        field("sum", FieldType::Any, "their sum"),
        field("mean", FieldType::Any, "sum ÷ count"),
        field("p50", FieldType::Any, "half are not greater"),
        field("p90", FieldType::Any, "90% are not greater"),
        field("p95", FieldType::Any, "95% are not greater"),
        field("p99", FieldType::Any, "99% are not greater"),
    ],
);

pub const PROMPTFOO: &[Field] = &[
    field(
        "total",
        FieldType::Count,
        "answers, without those that nothing was asserted of",
    ),
    field("passed", FieldType::Count, "answers that passed"),
    field("failed", FieldType::Count, "answers that didn't"),
    field(
        "errors",
        FieldType::Count,
        "answers that the provider failed to give",
    ),
    field(
        "unasserted",
        FieldType::Count,
        "answers that nothing was asserted of",
    ),
    field("pass_rate", FieldType::Ratio, "passed ÷ total"),
    field(
        "score",
        FieldType::Any,
        "the average score; of a metric, weighted",
    ),
    field(
        "latency",
        FieldType::Duration,
        "the average answer, without cached ones",
    ),
    field("cost", FieldType::Number, "in the provider's currency"),
    field("passes", FieldType::Any, "1 or 0 of each answer: a list"),
    field("scores", FieldType::Any, "each score: a list"),
    field(
        "latencies",
        FieldType::Duration,
        "each answer's time: a list",
    ),
];

pub const PROMPTFOO_ROWS: Option<Rows> = of("prompt or metric", PROMPTFOO);

pub const LM_EVAL: Option<Rows> = of(
    "task's metric",
    &[
        field("value", FieldType::Any, "the metric"),
        field("stderr", FieldType::Any, "its standard error"),
        field("count", FieldType::Count, "samples that were used"),
        field(
            "share",
            FieldType::Ratio,
            "samples used ÷ samples of the task",
        ),
        field("samples", FieldType::Any, "each sample's: a list"),
    ],
);

pub const MLFLOW: &[Field] = &[
    field("value", FieldType::Any, "the last value"),
    field("least", FieldType::Any, "the least value"),
    field("greatest", FieldType::Any, "the greatest value"),
    field("count", FieldType::Count, "values"),
    field("values", FieldType::Any, "each value: a list"),
];

pub const MLFLOW_ROWS: Option<Rows> = of("metric", MLFLOW);

pub const OPENAI_EVALS: &[Field] = &[
    field("total", FieldType::Count, "answers that were matched"),
    field("passed", FieldType::Count, "answers that were right"),
    field("failed", FieldType::Count, "answers that were wrong"),
    field("errors", FieldType::Count, "answers that failed to come"),
    field("pass_rate", FieldType::Ratio, "passed ÷ total"),
    field("passes", FieldType::Any, "1 or 0 of each answer: a list"),
];

pub const OPENAI_EVALS_ROWS: Option<Rows> = of(
    "metric",
    &[field(
        "value",
        FieldType::Any,
        "as the final report says it",
    )],
);
