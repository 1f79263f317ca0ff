//! One mistake, one message: everyday slips in a real program, each with the only finding it gives.

#![allow(clippy::disallowed_methods, missing_docs)]

use gatec::diagnostics::{Diagnostic, Severity};
use gatec::source::{MemoryWorld, Span};

const PROGRAM: &str = "examples/carla-rl/pipeline.gate";

/// What stands in the program, what is written instead, and what is said of it.
#[rustfmt::skip]
const MISTAKES: &[(&str, &str, &str)] = &[
    ("pipeline ci_cd {", "pipelin ci_cd {", "unknown-keyword"),
    ("stage test {", "stgae test {", "unknown-keyword"),
    ("stage scan {", "step scan {", "unknown-keyword"),
    ("import std.python", "imprt std.python", "unknown-keyword"),
    ("import std.python", "import std.pyhton", "unknown-module"),
    ("import std.docker\n", "", "unknown-template"),
    ("gate code {", "gaet code {", "unknown-keyword"),
    ("metric coverage: ratio ", "metric coverage ", "wrong-argument"),
    ("metric coverage: ratio ", "metric coverage: ratoi ", "unknown-name"),
    ("better = higher, report = test.coverage", "beter = higher, report = test.coverage", "unknown-attribute"),
    ("better = higher, report = test.coverage.line_rate", "better = up, report = test.coverage.line_rate", "unknown-name"),
    ("test.coverage.line_rate", "test.coverage.linerate", "unknown-field"),
    ("test.coverage.line_rate", "tests.coverage.line_rate", "unknown-name"),
    ("test.coverage.line_rate", "test.cov.line_rate", "unknown-report"),
    ("require coverage >= 80%", "require coverage >= 80", "wrong-unit"),
    ("require coverage >= 80%", "require coverage => 80%", "syntax-error"),
    ("require coverage >= 80%", "require coverage >= 80 %", "syntax-error"),
    ("require coverage >= 80%", "require coverage = 80%", "syntax-error"),
    ("require coverage >= 80%", "requires coverage    >= 80%", "unknown-keyword"),
    ("require coverage >= 80%", "require covrage    >= 80%", "unknown-name"),
    ("require latency_p50 <= 10ms", "require latency_p50 <= 10", "wrong-unit"),
    ("require latency_p50 <= 10ms", "require latency_p50 <= 10msec", "unknown-unit"),
    ("require latency_p50 <= 10ms", "require latency_p50 <= 10MiB", "wrong-unit"),
    ("require latency_p50 <= 10ms", "require latency_p50 < = 10ms", "missing-value"),
    ("timeout = 20m", "timeout = 20min", "unknown-unit"),
    ("timeout = 20m", "timeout = 20", "wrong-unit"),
    ("timeout = 20m", "timeout: 20m", "syntax-error"),
    ("timeout = 20m", "timeout 20m", "not-a-statement"),
    ("timeout = 20m", r#"timeout = "20m""#, "wrong-type"),
    ("runner  = ubuntu", "runner  = ubunut", "unknown-runner"),
    ("runner  = ubuntu", r#"runner  = "ubuntu-latest""#, "unknown-runner"),
    ("runner  = ubuntu", "runs_on  = ubuntu", "unknown-attribute"),
    (r#"branches = ["main", "develop"] }
  on pull"#, r#"branches = "main", "develop" }
  on pull"#, "syntax-error"),
    (r#"branches = ["main", "develop"] }
  on pull"#, "branches = ['main', 'develop'] }\n  on pull", "syntax-error"),
    (r#"branches = ["main", "develop"] }
  on pull"#, r#"branches = ["main" "develop"] }
  on pull"#, "syntax-error"),
    (r#"branches = ["main", "develop"] }
  on pull"#, r#"branch = ["main", "develop"] }
  on pull"#, "unknown-attribute"),
    (r#"branches = ["main", "develop"] }
  on pull"#, r#"branches = ["main", "develop] }
  on pull"#, "unclosed-string"),
    (r#"branches = ["main", "develop"] }
  on pull"#, "branches = [main, develop] }\n  on pull", "unknown-name"),
    ("on release { types", "on released { types", "unknown-name"),
    ("types = [published]", "types = [publishd]", "unknown-name"),
    (r#"run "mypy src/""#, "run mypy src/", "missing-value"),
    (r#"run "mypy src/""#, r#"run = "mypy src/""#, "not-an-attribute"),
    (r#"run "mypy src/""#, "run 'mypy src/'", "syntax-error"),
    (r#"run "mypy src/""#, r#"run: "mypy src/""#, "syntax-error"),
    (r#"run "mypy src/""#, r#"run "mypy src/"#, "unclosed-string"),
    (r#"run "mypy src/""#, r#"- run "mypy src/""#, "syntax-error"),
    (r#"run "mypy src/""#, r#"runs "mypy src/""#, "unknown-keyword"),
    (r#"run "mypy src/""#, r#"run "mypy ${{ github.workspace }}""#, "foreign-expression"),
    (r#"run "mypy src/""#, r#"run "mypy ${{ branc }}""#, "unknown-name"),
    (r#"run "mypy src/""#, r#"run "mypy '${{ branch }}'""#, "value-in-quotes"),
    (r#"run "mypy src/""#, r#"run "mypy ${{ branch }""#, "bad-interpolation"),
    (r#"run "mypy src/""#, r#"run "grep \d src/""#, "unknown-escape"),
    ("codecov/codecov-action@v5", "codecov/codecov-action", "action-needs-version"),
    ("codecov/codecov-action@v5", "codecov/codecov-action@v99", "unpinned-action"),
    ("when not from_fork", "when !from_fork", "syntax-error"),
    ("when not from_fork", "when from_frok", "unknown-name"),
    (r#"when event == pull_request or branch == "main""#, r#"when event == pull_request || branch == "main""#, "syntax-error"),
    (r#"when event == pull_request or branch == "main""#, r#"when event == "pull_request" or branch == "main""#, "wrong-type"),
    (r#"when event == pull_request or branch == "main""#, r#"when event == pullrequest or branch == "main""#, "unknown-name"),
    (r#"when event == pull_request or branch == "main""#, r#"when event = pull_request or branch == "main""#, "syntax-error"),
    (r#"when event == pull_request or branch == "main""#, "when event == pull_request or branch == main", "unknown-name"),
    (r#"when event == pull_request or branch == "main""#, r#"if event == pull_request or branch == "main""#, "unknown-keyword"),
    (r#"when event == pull_request or branch == "main""#, r#"when = event == pull_request or branch == "main""#, "not-an-attribute"),
    ("memory = 8GiB", "memory = 8GB of", "syntax-error"),
    ("memory = 8GiB", "memory = 8gb", "unknown-unit"),
    ("memory = 8GiB", "ram = 8GiB", "wrong-call"),
    ("needs release", "needs = release", "not-an-attribute"),
    ("needs release", "needs [release, test", "unclosed-bracket"),
    ("needs release", "needs relase", "unknown-name"),
    ("needs release", "need release", "unknown-keyword"),
    ("stage scan {", "stage scan {\n    needs scan", "cycle"),
    ("needs release", r#"needs "release""#, "wrong-type"),
    ("needs release", "needs release, test", "comma-between-arguments"),
    ("needs release", "depends_on release", "unknown-keyword"),
    ("environment = staging\n    rollout", "environment = stagin\n    rollout", "unknown-name"),
    ("environment = staging\n    rollout", "env = staging\n    rollout", "unknown-attribute"),
    ("environment staging {", "enviroment staging {", "unknown-keyword"),
    ("service policy_server {", "service policy-server {", "wrong-argument"),
    ("port     = 8080", r#"port     = "8080""#, "wrong-type"),
    ("port     = 8080", "prot     = 8080", "unknown-attribute"),
    ("replicas = 3..10", "replicas = 10..3", "out-of-range"),
    ("replicas = 3..10", "replicas = 3-10", "out-of-range"),
    ("replicas = 3..10", "replicas = 3...10", "missing-value"),
    ("cpu = 0.5cores..2cores", "cpu = 500m..2", "wrong-unit"),
    (r#"probe get "/metrics""#, r#"probe GET "/metrics""#, "unknown-name"),
    ("expect status == 200 }", "expect status = 200 }", "syntax-error"),
    ("series request_duration_seconds: histogram(duration) {", "series request_duration_seconds: histogramm(duration) {", "wrong-argument"),
    (r#"labels  = ["endpoint", "status"]"#, r#"label  = ["endpoint", "status"]"#, "unknown-attribute"),
    (r#"p95(request_duration_seconds[endpoint = "/predict"], over = 5m)
}"#, r#"p95(request_duration_seconds[endpoint = "/predict"], over = 5MiB)
}"#, "wrong-unit"),
    (r#"p95(request_duration_seconds[endpoint = "/predict"], over = 5m)
}"#, r#"p95(request_duration_seconds[endpoint = "/predict"], 5m, 10m)
}"#, "wrong-call"),
    (r#"p95(request_duration_seconds[endpoint = "/predict"], over = 5m)
}"#, r#"p95()
}"#, "wrong-call"),
    (r#"p95(request_duration_seconds[endpoint = "/predict"], over = 5m)
}"#, r#"within(request_duration_seconds)
}"#, "wrong-call"),
    (r#"p95(request_duration_seconds[endpoint = "/predict"], over = 5m)
}"#, r#"within(request_duration_seconds, over = 5m)
}"#, "wrong-call"),
    (r#"share(request_duration_seconds[status =~ "5.."], over = 5m)"#, "within(request_duration_seconds, 10MiB)", "wrong-unit"),
    (r#"p95(request_duration_seconds[endpoint = "/predict"], over = 5m)
}"#, r#"p95(request_duration_second[endpoint = "/predict"], over = 5m)
}"#, "unknown-name"),
    (r#"p95(request_duration_seconds[endpoint = "/predict"], over = 5m)
}"#, r#"p96x(request_duration_seconds[endpoint = "/predict"], over = 5m)
}"#, "unknown-function"),
    (r#"p95(request_duration_seconds[endpoint = "/predict"], over = 5m)
}"#, r#"p95(request_duration_seconds{endpoint = "/predict"}, over = 5m)
}"#, "syntax-error"),
    (r#"p95(request_duration_seconds[endpoint = "/predict"], over = 5m)
}"#, r#"p95(request_duration_seconds[route = "/predict"], over = 5m)
}"#, "unknown-label"),
    (r#"p95(request_duration_seconds[endpoint = "/predict"], over = 5m)
}"#, r#"p95(request_duration_seconds[job = "agent"], over = 5m)
}"#, "unknown-label"),
    (r#""latency.p95_ms"] * 1ms"#, r#""latency.p95_ms"]"#, "wrong-unit"),
    (r#""latency.p95_ms"] * 1ms"#, r#""latency.p95_ms"] * 1MiB"#, "wrong-unit"),
    (r#"cron = "17 2 * * *""#, r#"cron = "17 2 * *""#, "invalid-value"),
    ("input target: environment", "input target", "wrong-argument"),
    ("input target: environment", "input target: enviroment", "unknown-name"),
    ("${{ inputs.target }}", "${{ inputs.taget }}", "unknown-name"),
    ("${{ inputs.target }}", "${{ target }}", "unknown-name"),
    ("on_failure = rollback }", "on_failure = roll_back }", "unknown-name"),
    ("rolling { max_unavailable = 0 }, on_failure", "rollng { max_unavailable = 0 }, on_failure", "unknown-keyword"),
    (r#"python_version = "3.11""#, "python_version = 3.11", "wrong-type"),
    (r#"python_version = "3.11""#, "python_version = python_version", "constant-cycle"),
    (r#"python_version = "3.11""#, r#"python_version: "3.11""#, "syntax-error"),
    (r#""high""#, "high", "unknown-name"),
    (r#"count(scan.findings[severity = "high"])"#, r#"count(scan.findings[severity = "high"]"#, "unclosed-bracket"),
    (r#"count(scan.findings[severity = "high"])"#, r#"cont(scan.findings[severity = "high"])"#, "unknown-function"),
    (r#"count(scan.findings[severity = "high"])"#, r#"scan.findings[severity = "high"]"#, "wrong-type"),
    ("across = worst)", "across = wrst)", "unknown-name"),
    ("across = worst)", "worst)", "unknown-name"),
    (r#"junit("junit.xml", across = sum)"#, "junit(junit.xml, across = sum)", "unknown-name"),
    (r#""junit.xml", across = sum"#, "across = sum", "wrong-call"),
    ("use python.setup { version = version", "use python.setup { version = verison", "unknown-name"),
    ("use python.setup { version = python_version, cache = pip }", "use python.setup { cache = pip }", "missing-parameter"),
    ("use python.setup { version = python_version, cache", "use python.setup { python_version = python_version, cache", "unknown-parameter"),
    ("use python.setup { version = python_version, cache = pip", "use python.setup { version = python_version, cache = pipp", "unknown-name"),
    ("use python.setup { version = python_version, cache", "use pyton.setup { version = python_version, cache", "unknown-template"),
    ("use tests { version = matrix.python, cache", "use tests { version = matrix.pyton, cache", "unknown-name"),
    ("use tests {", "use test {", "unknown-template"),
    ("template tests", "templat tests", "unknown-keyword"),
    ("param version: string", "param version", "wrong-argument"),
    ("param version: string", "param version: strin", "unknown-name"),
    ("flags            =", "flag            =", "unknown-action-input"),
    ("outputs { reference = step.publish.reference }", "outputs { reference = step.publsh.reference }", "unknown-name"),
    ("outputs { reference = step.publish.reference }", "outputs { reference = step.publish.refrence }", "unknown-name"),
    ("outputs { reference = step.publish.reference }", "output { reference = step.publish.reference }", "unknown-keyword"),
    ("image       = stage.image.reference\n    environment = staging", "image       = stage.image.refrence\n    environment = staging", "unknown-name"),
    ("image       = stage.image.reference\n    environment = staging", "image       = stages.image.reference\n    environment = staging", "unknown-name"),
    ("image       = stage.image.reference\n    environment = staging", "image       = image.reference\n    environment = staging", "unknown-name"),
    ("image       = stage.image.reference\n    environment = staging", "environment = staging", "missing-attribute"),
    (r#"health  = "/healthz""#, r#"health  = "healthz""#, "invalid-value"),
    (r#"health  = "/healthz""#, "health  = /healthz", "missing-value"),
    ("severity = warning\n", "severity = high\n", "unknown-name"),
    ("severity = warning\n", "", "missing-attribute"),
    ("from     = gate.performance", "from     = gate.perfomance", "unknown-name"),
    ("from     = gate.performance", "form     = gate.performance", "unknown-attribute"),
    ("  stage scan {\n", "  stage scan\n", "stray-brace"),
    ("  stage scan {\n", "  stage scan {\n    needs image\n", "gate-before-evidence"),
    ("gate security {\n", "gate security {\n  require release\n", "gate-cycle"),
    ("  check code\n", "  check cod\n", "unknown-name"),
    ("  check code\n", "  check release\n", "no-stage-makes-report"),
    ("tags  = [branch, semver", "tags  = [branches, semver", "unknown-name"),
    ("tags  = [branch, semver", r#"tags  = ["branch", semver"#, "wrong-type"),
    ("image = image_name", "image = imagename", "unknown-name"),
    ("project carla_rl {", "project carla-rl {", "wrong-argument"),
    (r#"sha256 = "8f"#, r#"sha256 = "XX"#, "invalid-value"),
    ("approval = required", "approval = true", "wrong-type"),
    ("fail { on = [latency_p95] }", "failed { on = [latency_p95] }", "unknown-name"),
    ("fail { on = [latency_p95] }", "fail { on = [latency_p59] }", "unknown-name"),
    ("latency_p95 = 25ms", "latency_p95 = 25", "wrong-unit"),
    ("latency_p95 = 25ms", "latency_p59 = 25ms", "unknown-name"),
    ("permission id_token { access = write, reason", "permission id-token { access = write, reason", "unknown-name"),
    ("permission id_token { access = write, reason", "permissions id_token { access = write, reason", "unknown-keyword"),
    (r#"allow "overlapping-triggers""#, r#"allow "overlaping-triggers""#, "unknown-allow"),
    (r#"allow "overlapping-triggers""#, "allow overlapping_triggers", "unknown-name"),
    ("on schedule { cron", "on cron { cron", "unknown-name"),
    (r#"on schedule { cron = "17 2 * * *" }"#, r#"schedule = "17 2 * * *""#, "unknown-attribute"),
    (r#"matrix { python = ["3.11", "3.12"] }"#, "matrix { python = [3.11, 3.12] }", "wrong-type"),
    (r#"matrix { python = ["3.11", "3.12"] }"#, r#"matrix = { python = ["3.11", "3.12"] }"#, "not-an-attribute"),
    ("require complexity <= 10", "require complexity <= 10%", "wrong-unit"),
    ("require complexity <= 10", r#"require complexity <= "10""#, "wrong-type"),
    ("require complexity <= 10", "require complexity", "wrong-type"),
    ("rollout all_at_once { rolling", "rollout all_at_once { roling", "unknown-keyword"),
    ("## Serves the", "// Serves the", "syntax-error"),
    ("17 2 * * *", "0 2 * * *", "cron-on-the-hour"),
    ("import std.docker\n", "import std.docker\nimport std.node\n", "unused-declaration"),
    ("image_name     =", "image_nam = \"x\"\nimage_name     =", "unused-declaration"),
    ("pipeline nightly {\n", "pipeline nightly {\n  allow \"cycle\" { reason = \"x\" }\n", "unused-allow"),
    ("tags  = [branch, semver", "cache_from = \"type=gha\"\n      tags  = [branch, semver", "unknown-parameter"),
    ("version = matrix.python }", "version = matrix.python, cache = pip }", "cache-poisoning"),
    (r#"run "python scripts/create_example_artifacts.py""#, r#"run "pip install . && npm install""#, "unlocked-install"),
    (r#"radon("complexity.json""#, r#"radon("out/*.json""#, "report-is-a-pattern"),
    ("samples = 1000", "samples = 50", "cannot-tell-apart"),
    ("  when not from_fork\n", "  when not from_fork and target_branch != \"Main\"\n", "branch-case"),
];

/// An error in one place, and what only a look at the whole shows in another: what stands in the
/// program, what is written instead, and what is said of it; of each.
#[rustfmt::skip]
const TWO: &[[(&str, &str, &str); 2]] = &[
    [("use security.trivy_fs { path", "use security.trivy_fs { pth", "unknown-parameter"), DEAD_DEPLOY],
    [("use security.bandit { paths", "use security.bandt { paths", "unknown-template"), DEAD_DEPLOY],
    [("when not from_fork", "when not from_frok", "unknown-name"), DEAD_DEPLOY],
    [("environment = staging\n    rollout", "environment = stagin\n    rollout", "unknown-name"), DEAD_DEPLOY],
    [("timeout = 30s", "timeout = 30", "wrong-unit"), DEAD_DEPLOY],
    [("require complexity <= 10", "require complexty <= 10", "unknown-name"), DEAD_DEPLOY],
    [("severity = warning\n", "severity = high\n", "unknown-name"), ("17 2 * * *", "0 2 * * *", "cron-on-the-hour")],
    [("use security.trivy_fs { path", "use security.trivy_fs { pth", "unknown-parameter"), ("require coverage >= 80%", "require coverage >= 0%", "threshold-always-true")],
    [("require latency_p50 <= 10ms", "require latency_p50 <= 10", "wrong-unit"), ("stage scan {\n", "stage scan {\n    needs image\n", "gate-before-evidence")],
    [("require latency_p50 <= 10ms", "require latency_p50 <= 10", "wrong-unit"), ("gate security {\n", "gate security {\n  require release\n", "gate-cycle")],
];

const DEAD_DEPLOY: (&str, &str, &str) = (
    "when branch == \"main\"\n    service",
    "when branch == \"mian\"\n    service",
    "unreachable-stage",
);

fn findings(text: &str) -> Vec<Diagnostic> {
    let world = MemoryWorld::new([("pipeline.gate", text)]);
    let found = gatec::check(&world, &["pipeline.gate".to_string()]).diagnostics;
    let mut found = found.sorted();
    found.retain(|d| d.severity != Severity::Note);
    found
}

#[test]
fn a_mistake_gives_one_message() {
    let program = std::fs::read_to_string(PROGRAM).unwrap();
    assert_eq!(findings(&program), []);
    let mut wrong = Vec::new();
    for (right, mistake, code) in MISTAKES {
        if !program.contains(right) {
            wrong.push(format!(
                "{right:?} stands no longer in {PROGRAM}: write another mistake"
            ));
            continue;
        }
        let found = findings(&program.replacen(right, mistake, 1));
        let codes: Vec<&str> = found.iter().map(|d| d.code.name()).collect();
        if codes != [*code] {
            let said: Vec<&str> = found.iter().map(|d| d.message.as_str()).collect();
            wrong.push(format!(
                "{mistake:?} gives {codes:?}, not [{code:?}]: {said:#?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// An error hides nothing that has nothing to do with it, and brings nothing with it.
#[test]
fn two_mistakes_give_two_messages() {
    let program = std::fs::read_to_string(PROGRAM).unwrap();
    let mut wrong = Vec::new();
    for two in TWO {
        let mut text = program.clone();
        for (right, mistake, _) in two {
            assert!(
                text.contains(right),
                "{right:?} stands no longer in {PROGRAM}"
            );
            text = text.replacen(right, mistake, 1);
        }
        let found = findings(&text);
        let mut codes: Vec<&str> = found.iter().map(|d| d.code.name()).collect();
        let mut wanted = two.map(|(_, _, code)| code);
        codes.sort_unstable();
        wanted.sort_unstable();
        if codes != wanted {
            let said: Vec<&str> = found.iter().map(|d| d.message.as_str()).collect();
            wrong.push(format!("{two:?} gives {codes:?}: {said:#?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What a fix would do must be right: applied, as often as one is offered, it leaves no finding of
/// its code.
#[test]
fn fixes_mend() {
    let program = std::fs::read_to_string(PROGRAM).unwrap();
    let mut wrong = Vec::new();
    let mut applied = 0;
    for (right, mistake, code) in MISTAKES {
        let mut text = program.replacen(right, mistake, 1);
        let mut title = None;
        for _ in 0..3 {
            let found = findings(&text);
            let Some(fix) = found.into_iter().find_map(|d| d.fix) else {
                break;
            };
            text = mended(&text, fix.edits);
            title = Some(fix.title);
        }
        let Some(title) = title else { continue };
        applied += 1;
        let left = findings(&text);
        if let Some(left) = left.iter().find(|d| d.code.name() == *code) {
            wrong.push(format!("{mistake:?}: {title:?} leaves {:?}", left.message));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(applied > 40, "only {applied} fixes");
}

fn mended(text: &str, mut edits: Vec<(Span, String)>) -> String {
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut text = text.to_string();
    for (span, new) in edits {
        text.replace_range(span.range(), &new);
    }
    text
}

/// What those write who come from a workflow of GitHub's, and what the message offers instead.
#[rustfmt::skip]
const HABITS: &[(&str, &str, &str)] = &[
    (r#"if branch == "main""#, "unknown-keyword", "`when …`"),
    (r#"steps { run "a" }"#, "unknown-keyword", "stand in the stage itself"),
    (r#"strategy { matrix { v = ["1"] } }"#, "unknown-keyword", "`matrix` stands in the stage itself"),
    (r#"use "actions/setup-node@v7" { with { "node-version" = "24" } }"#, "unknown-keyword", "block of the `use`"),
    (r#"use "actions/setup-node@v7" { node-version = "24" }"#, "syntax-error", r#"`"node-version" = …`"#),
    ("use actions/setup-node@v7", "syntax-error", "in quotes"),
    ("runs-on = ubuntu", "syntax-error", "`runner = ubuntu`"),
    ("timeout-minutes = 10", "syntax-error", "`timeout = 10m`"),
    (r#"timeout = "10 minutes""#, "wrong-type", "`10m`"),
    ("when failure()", "unknown-function", "stage.NAME == failure"),
    ("when always()", "unknown-function", "cleanup"),
    (r#"when github.ref == "refs/heads/main""#, "unknown-name", "`branch`"),
    (r#"env { TOKEN = secrets.TOKEN }"#, "unknown-name", "`secret.NAME`"),
    (r#"run "echo ${{ secrets.TOKEN }}""#, "foreign-expression", "`${{ secret.TOKEN }}`"),
    (r#"run "echo ${{ needs.build.outputs.tag }}""#, "foreign-expression", "`${{ stage.build.tag }}`"),
    ("run: |", "syntax-error", "three quotes"),
];

#[test]
fn habits_of_workflows_are_told_the_word_of_this_language() {
    let mut wrong = Vec::new();
    for (line, code, way_out) in HABITS {
        let program = format!(
            "pipeline ci {{\n  on push {{ branches = [\"main\"] }}\n  stage test {{\n    {line}\n    \
             run \"make test\"\n  }}\n}}\n"
        );
        let found = findings(&program);
        let helps = |d: &Diagnostic| d.help.iter().any(|h| h.contains(way_out));
        if found.len() != 1 || found[0].code.name() != *code || !helps(&found[0]) {
            let said: Vec<_> = found
                .iter()
                .map(|d| (d.code.name(), &d.message, &d.help))
                .collect();
            wrong.push(format!("{line:?}: {said:#?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
