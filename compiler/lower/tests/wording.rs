//! What is said of everyday slips, and the way out that is offered.

use crate::diagnostics::{Diagnostic, Severity};
use crate::source::MemoryWorld;

/// The one finding of a program, and the program after its fix.
fn one(text: &str) -> (String, String) {
    let world = MemoryWorld::new([("pipeline.gate", text)]);
    let compilation = crate::compile(&world, &["pipeline.gate".to_string()]);
    let found: Vec<&Diagnostic> = compilation.diagnostics.iter().collect();
    let [found] = found.as_slice() else {
        panic!("{text}: {found:#?}");
    };
    let mut mended = text.to_string();
    for (span, with) in found.fix.iter().flat_map(|f| f.edits.iter().rev()) {
        mended.replace_range(span.range(), with);
    }
    let help = found.help.join(" ");
    let said = format!("{}: {}; {help}", found.code.name(), found.message);
    (said, mended)
}

fn stage(inside: &str) -> String {
    format!(
        "import std.rust\npipeline ci {{\n  on push {{ branches = [\"main\"] }}\n  stage test {{\n    run \"x\"\n{inside}\n  }}\n}}\n"
    )
}

fn branches(list: &str) -> String {
    format!("pipeline ci {{\n  on push {{ branches = {list} }}\n  stage test {{ run \"x\" }}\n}}\n")
}

#[test]
fn a_timeout_is_offered_in_minutes() {
    let (said, mended) = one(&stage("timeout = 30"));
    assert_eq!(
        said,
        "wrong-unit: expected a duration, found a number; did you mean `30m`?"
    );
    assert_eq!(mended, stage("timeout = 30m"));
}

#[test]
fn a_half_retry_is_neither_of_its_neighbours() {
    let (said, mended) = one(&stage("retries = 2.5"));
    assert_eq!(
        said,
        "out-of-range: a count is a whole number from 0; write `2` or `3`"
    );
    assert_eq!(mended, stage("retries = 2.5"), "no fix is certain");
}

#[test]
fn texts_without_quotes_are_quoted_at_once() {
    let (said, mended) = one(&branches("[main, \"x\", develop]"));
    assert_eq!(
        said,
        "unknown-name: nothing here is called `main` or `develop`; write `[\"main\", \"x\", \"develop\"]`"
    );
    assert_eq!(mended, branches("[\"main\", \"x\", \"develop\"]"));
}

#[test]
fn a_misspelt_constant_in_a_list_is_not_quoted() {
    let (said, _) = one(&format!("trunk = \"main\"\n{}", branches("[trnk]")));
    assert_eq!(
        said,
        "unknown-name: nothing here is called `trnk`; did you mean `trunk`?"
    );
}

#[test]
fn one_text_with_commas_is_hinted_where_a_list_is_taken() {
    let (said, mended) = one(&branches("\"main, develop\""));
    assert!(said.starts_with("comma-in-text: "), "{said}");
    assert_eq!(mended, branches("[\"main\", \"develop\"]"));
    let (said, _) = one(&stage(
        "use rust.setup { components = \"clippy, rustfmt\" }",
    ));
    assert!(said.starts_with("comma-in-text: "), "{said}");
}

#[test]
fn a_list_in_a_cron_is_no_list() {
    let text =
        "pipeline ci {\n  on schedule { cron = \"7,37 2 * * *\" }\n  stage test { run \"x\" }\n}\n";
    let world = MemoryWorld::new([("pipeline.gate", text)]);
    let compilation = crate::compile(&world, &["pipeline.gate".to_string()]);
    assert_eq!(compilation.diagnostics.iter().count(), 0);
}

#[test]
fn a_line_that_ends_in_an_operator_is_one_finding() {
    for next in [
        "run \"y\" { timeout = 3m }",
        "timeout = 3m",
        "# more\n\n    run \"y\"",
        "",
    ] {
        let (said, _) = one(&stage(&format!(
            "    when branch == \"main\" and\n    {next}"
        )));
        assert!(
            said.starts_with("missing-value: expected a value after `and`"),
            "{said}"
        );
    }
}

#[test]
fn an_operator_at_the_end_of_a_line_goes_on() {
    let text = stage(
        "    when branch == \"main\" and\n    not from_fork and\n    (event == push\n      or event == schedule)",
    );
    let world = MemoryWorld::new([("pipeline.gate", text.as_str())]);
    let compilation = crate::compile(&world, &["pipeline.gate".to_string()]);
    let errors = compilation
        .diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Error);
    assert_eq!(errors.count(), 0, "{:#?}", compilation.diagnostics);
}

#[test]
fn a_comment_without_an_end_is_one_finding() {
    let (said, _) = one(&stage("    /* more\n    run \"y\""));
    assert!(said.starts_with("unclosed-comment: "), "{said}");
}

#[test]
fn yaml_is_one_finding() {
    let (said, _) = one(
        "# ours\nname: CI\non:\n  push:\n    branches: [main]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n          npm ci\n          npm test\n",
    );
    assert!(
        said.starts_with("yaml-source: this is YAML; gatec reads `.gate`; "),
        "{said}"
    );
    assert!(said.contains("gatec init"));
    let (said, _) = one(&stage("timeout: 5m"));
    assert!(
        said.starts_with("syntax-error: "),
        "one line of it is a slip: {said}"
    );
}

#[test]
fn the_end_of_a_file_is_shown_by_its_last_sign() {
    let text = "pipeline ci {\n  on push\n  stage test { run \"x\" }\n\n\n";
    let world = MemoryWorld::new([("pipeline.gate", text)]);
    let compilation = crate::compile(&world, &["pipeline.gate".to_string()]);
    let found: Vec<&Diagnostic> = compilation.diagnostics.iter().collect();
    let shown = found
        .iter()
        .flat_map(|d| &d.secondary)
        .map(|l| &text[l.span.range()]);
    assert_eq!(shown.collect::<Vec<_>>(), ["}"]);
}

fn gated(metric: &str, format: &str, require: &str) -> String {
    format!(
        "project {{ evaluator {{ path = \"tools/gatec\" }} }}\n{metric}\ngate q {{ require {require} }}\npipeline ci {{\n  on push {{ branches = [\"main\"] }}\n  stage test {{ run \"x\", reports {{ r = {format}(\"r\") }} }}\n  check q\n}}\n"
    )
}

#[test]
fn a_severity_that_no_finding_has_is_refused() {
    let of = |filter: &str| {
        one(&gated(
            "",
            "trivy",
            &format!("count(test.r[{filter}]) == 0"),
        ))
        .0
    };
    for written in ["CRITICAL", "Critical", "crtical"] {
        assert_eq!(
            of(&format!("severity = \"{written}\"")),
            format!(
                "invalid-value: no finding has the severity `{written}`; did you mean `critical`?"
            )
        );
    }
    assert_eq!(
        of("severity in [\"critical\", \"bad\"]"),
        "invalid-value: no finding has the severity `bad`; one of critical, high, medium, low, unknown"
    );
    assert_eq!(
        of("severty = \"critical\""),
        "unknown-field: a finding has no `severty`; did you mean `severity`?"
    );
}

#[test]
fn repeats_need_what_tells_items_apart() {
    let metric = |rest: &str| {
        format!("metric m: ratio {{ better = higher, {rest}, report = mean(test.r[\"a\"]) }}")
    };
    let (said, _) = one(&gated(&metric("repeats = 20"), "json", "m >= 90%"));
    assert_eq!(
        said,
        "missing-attribute: nothing tells which samples repeat the same item; name the field that tells items apart: `cluster = \"item\"`"
    );
    let told = gated(
        &metric("repeats = 20, cluster = \"item\""),
        "json",
        "m >= 90%",
    );
    assert!(super::errors(&told).is_empty());
}

#[test]
fn a_unit_is_not_guessed_where_another_would_pass() {
    let share = "metric m: ratio { better = higher, report = test.r.line_rate }";
    let program = gated(share, "cobertura", "m >= 0.8");
    let (said, mended) = one(&program);
    assert_eq!(
        said,
        "wrong-unit: expected a ratio, found a number; write `80%` (0.8 of 1); `0.8%` would be 0.8 of a hundred"
    );
    assert_eq!(mended, program);
    let time = "metric m: duration { better = lower, report = test.r.time }";
    let program = gated(time, "junit", "m <= 20");
    let (said, mended) = one(&program);
    assert_eq!(
        said,
        "wrong-unit: expected a duration, found a number; say the unit: `20ms`, `20s`, `20m` or `20h`"
    );
    assert_eq!(mended, program);
}
