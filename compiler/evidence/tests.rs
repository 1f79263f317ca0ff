//! Every format on a real report.

use super::*;

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("../../tests/fixtures/evidence/", $name)).as_slice()
    };
}

fn tally(format: &str, bytes: &[u8]) -> Tally {
    match read(format, &mut &*bytes) {
        Ok(Measurements::Tally(tally)) => tally,
        other => panic!("{format}: {other:?}"),
    }
}

fn findings(format: &str, bytes: &[u8]) -> Findings {
    match read(format, &mut &*bytes) {
        Ok(Measurements::Findings(findings)) => findings,
        other => panic!("{format}: {other:?}"),
    }
}

fn fields(tally: &Tally, names: &[&str]) -> Vec<f64> {
    names
        .iter()
        .map(|name| tally.field(name).map_or(f64::NAN, |r| r.low))
        .collect()
}

#[test]
fn every_format_of_the_language_has_a_reader_and_its_fields() {
    let known: Vec<_> = READERS.iter().map(|r| r.name).collect();
    let said: Vec<_> = crate::schema::formats::FORMATS
        .iter()
        .map(|f| f.name)
        .collect();
    assert_eq!(known, said);
    for (format, bytes) in [
        ("junit", fixture!("junit.xml")),
        ("cobertura", fixture!("coverage.xml")),
        ("lcov", fixture!("coverage.lcov")),
        ("jacoco", fixture!("jacoco.xml")),
        ("radon", fixture!("radon.json")),
    ] {
        let tally = tally(format, bytes);
        for field in crate::schema::formats::find(format).unwrap().fields {
            assert!(tally.field(field.name).is_ok(), "{format}.{}", field.name);
        }
        assert!(tally.field("nonsense").is_err());
    }
}

#[test]
fn junit_counts_cases() {
    let tally = tally("junit", fixture!("junit.xml"));
    let names = [
        "total",
        "passed",
        "failed",
        "errors",
        "skipped",
        "pass_rate",
    ];
    assert_eq!(fields(&tally, &names), [5.0, 2.0, 2.0, 1.0, 1.0, 0.5]);
    assert!((tally.field("time").unwrap().low - 0.006).abs() < 1e-9);
}

#[test]
fn junit_counts_nested_suites_once() {
    let text =
        br#"<testsuites tests="99"><testsuite tests="4" failures="1"><testsuite failures="1">
        <testcase time="1,000.5"/><testcase time="0"><failure/><error/></testcase></testsuite>
        <testsuite/><testcase time="2" status="failed"/></testsuite></testsuites>"#;
    let tally = tally("junit", text);
    let names = ["total", "passed", "failed", "errors", "time"];
    assert_eq!(fields(&tally, &names), [3.0, 1.0, 2.0, 1.0, 1002.5]);
}

#[test]
fn junit_of_nothing_says_nothing() {
    for text in [
        "<testsuites/>",
        "<testsuite><testcase><skipped/></testcase></testsuite>",
    ] {
        let tally = tally("junit", text.as_bytes());
        for field in ["failed", "passed", "pass_rate", "errors", "time"] {
            assert!(tally.field(field).is_err(), "{text} {field}");
        }
    }
}

#[test]
fn cobertura_counts_lines() {
    let tally = tally("cobertura", fixture!("coverage.xml"));
    let found = fields(&tally, &["lines", "line_rate", "branch_rate"]);
    // The file says 0.7917.
    assert_eq!(found, [24.0, 19.0 / 24.0, 5.0 / 8.0]);
}

#[test]
fn cobertura_is_not_fooled_by_rounding_or_methods() {
    let text = br#"<!DOCTYPE coverage SYSTEM "x.dtd"><coverage line-rate="0.67"><class>
        <methods><method><lines><line number="1" hits="1"/></lines></method></methods>
        <lines><line number="1" hits="1"/><line number="2" hits="0"/><line number="3" hits="2"/></lines>
        </class></coverage>"#;
    let tally = tally("cobertura", text);
    assert_eq!(fields(&tally, &["lines", "line_rate"]), [3.0, 2.0 / 3.0]);
    assert!(tally.field("branch_rate").is_err());
}

#[test]
fn cobertura_without_lines_has_counts_or_nothing() {
    let counts = tally(
        "cobertura",
        br#"<coverage lines-covered="362" lines-valid="400" line-rate="1"/>"#,
    );
    assert_eq!(counts.field("line_rate"), Ok(0.905.into()));
}

#[test]
fn a_rounded_rate_is_an_interval() {
    let rate = |text: &str| tally("cobertura", text.as_bytes());
    let two = rate(r#"<coverage line-rate="0.97" branch-rate="0.5000"/>"#);
    let is = |field, low: f64, high: f64| {
        let found = two.field(field).unwrap();
        (found.low - low).abs() < 1e-9 && (found.high - high).abs() < 1e-9
    };
    assert!(is("line_rate", 0.965, 0.975));
    assert!(is("branch_rate", 0.49995, 0.50005));
    // No share is greater than all, and a zero may stand for no branch.
    let all = rate(r#"<coverage line-rate="1" branch-rate="0"/>"#);
    assert_eq!(all.field("line_rate").unwrap().high, 1.0);
    assert!(all.field("branch_rate").is_err());
    // Of two reports the share lies between theirs.
    let both = two.merge(all).unwrap().field("line_rate").unwrap();
    assert!((both.low - 0.5).abs() < 1e-9 && both.high == 1.0);
    assert!(read("cobertura", &mut &br#"<coverage line-rate="97"/>"#[..]).is_err());
}

#[test]
fn junit_tells_what_passed_at_last() {
    let names = ["total", "passed", "failed", "errors", "skipped", "flaky"];
    let surefire = tally("junit", fixture!("surefire.xml"));
    assert_eq!(fields(&surefire, &names), [6.0, 2.0, 2.0, 1.0, 2.0, 1.0]);
    assert_eq!(
        surefire.notes(),
        ["claims 2 test cases and lists 6: what is listed counts"]
    );
    let jest = tally("junit", fixture!("jest.xml"));
    assert_eq!(fields(&jest, &names), [4.0, 2.0, 1.0, 0.0, 1.0, 0.0]);
    assert_eq!(jest.notes().len(), 1);
    let go = tally("junit", fixture!("gotestsum.xml"));
    assert_eq!(fields(&go, &names), [5.0, 2.0, 2.0, 0.0, 1.0, 0.0]);
    assert!(go.notes().is_empty());
    assert_eq!(
        Measurements::Tally(go).samples(Part::Field("pass_rate"), None),
        Ok(Sampled::Rate { passed: 2, of: 4 })
    );
}

#[test]
fn junit_counts_what_went_wrong_around_the_cases() {
    let text = b"<testsuite errors='1'><error/><testcase time='1'/></testsuite>";
    let found = tally("junit", text);
    assert_eq!(
        fields(&found, &["passed", "failed", "errors"]),
        [1.0, 1.0, 1.0]
    );
}

#[test]
fn lcov_counts_lines() {
    let names = ["lines", "line_rate", "branch_rate", "function_rate"];
    let python = tally("lcov", fixture!("coverage.lcov"));
    assert_eq!(fields(&python, &names), [7.0, 6.0 / 7.0, 0.5, 1.0]);
    let jest = tally("lcov", fixture!("lcov.info"));
    assert_eq!(fields(&jest, &names), [5.0, 0.8, 0.5, 1.0]);
    assert!(jest.notes().is_empty());
}

#[test]
fn lcov_counts_a_file_of_two_tests_once() {
    let text = b"TN:a\nSF:x.c\nDA:1,0\nDA:2,1,md5\nBRDA:2,e0,a, b,-\nLF:9\nLH:1\nend_of_record
        TN:b\nSF:x.c\nDA:1,3\nDA:2,0\nBRDA:2,e0,a, b,1\nFNL:0,1,2\nFNA:0,0,f\nend_of_record";
    let both = tally("lcov", text);
    let names = ["lines", "line_rate", "branch_rate", "function_rate"];
    assert_eq!(fields(&both, &names), [2.0, 1.0, 1.0, 0.0]);
    assert_eq!(
        both.notes(),
        ["claims 1 of 9 lines of \"x.c\", and lists 1 of 2: what is listed counts"]
    );
}

#[test]
fn jacoco_counts_lines_and_methods() {
    let names = [
        "lines",
        "line_rate",
        "branch_rate",
        "instruction_rate",
        "method_rate",
    ];
    let found = tally("jacoco", fixture!("jacoco.xml"));
    let rates = [7.0, 3.0 / 7.0, 0.5, 12.0 / 28.0, 2.0 / 5.0];
    assert_eq!(fields(&found, &names), rates);
    assert!(found.notes().is_empty(), "{:?}", found.notes());
    let whole = tally(
        "jacoco",
        br#"<report><counter type="LINE" missed="1" covered="3"/></report>"#,
    );
    assert_eq!(whole.field("line_rate"), Ok(0.75.into()));
    let other =
        br#"<report><package><sourcefile><line nr="1" mi="0" ci="1"/></sourcefile></package>
        <counter type="LINE" missed="1" covered="3"/></report>"#;
    assert_eq!(
        tally("jacoco", other).notes(),
        ["claims 3 of 4 lines and lists 1 of 1: what is listed counts"]
    );
}

#[test]
fn radon_counts_blocks() {
    let tally = tally("radon", fixture!("radon.json"));
    assert_eq!(
        fields(&tally, &["max", "mean", "blocks"]),
        [5.0, 15.0 / 7.0, 7.0]
    );
    assert!(read("radon", &mut fixture!("radon-error.json")).is_err());
}

#[test]
fn reports_of_one_name_add_up() {
    let one = || read("junit", &mut fixture!("junit.xml")).unwrap();
    let Ok(Measurements::Tally(both)) = one().merge(one()) else {
        panic!("a tally")
    };
    assert_eq!(
        fields(&both, &["total", "failed", "pass_rate"]),
        [10.0, 4.0, 0.5]
    );
    let other = read("radon", &mut fixture!("radon.json")).unwrap();
    assert!(one().merge(other).is_err());
    let scans = read("bandit", &mut fixture!("bandit.json")).unwrap();
    let Ok(Measurements::Findings(all)) =
        scans.merge(read("trivy", &mut fixture!("trivy.json")).unwrap())
    else {
        panic!("findings")
    };
    assert_eq!(all.found.len(), 7);
}

#[test]
fn findings_have_severities() {
    use Severity::*;
    let of = |format, bytes| -> Vec<_> {
        findings(format, bytes)
            .found
            .iter()
            .map(|f| f.severity)
            .collect()
    };
    assert_eq!(of("bandit", fixture!("bandit.json")), [Low, High, High]);
    assert_eq!(of("sarif", fixture!("bandit.sarif")), [Low, High, High]);
    assert_eq!(
        of("trivy", fixture!("trivy.json")),
        [Medium, Unknown, High, Critical]
    );
    assert_eq!(
        of("sarif", fixture!("codeql.sarif")),
        [Critical, Low, Medium, Critical]
    );
    assert!(read("bandit", &mut fixture!("bandit-error.json")).is_err());
}

#[test]
fn findings_have_their_places() {
    let trivy = findings("trivy", fixture!("trivy.json"));
    let first = trivy.found.first().unwrap();
    assert_eq!(first.package.as_deref(), Some("jinja2"));
    assert_eq!(first.rule.as_deref(), Some("CVE-2020-28493"));
    assert_eq!(first.file.as_deref(), Some("requirements.txt"));
    let sarif = findings("sarif", fixture!("codeql.sarif"));
    assert_eq!(
        sarif.found.first().unwrap().tool.as_deref(),
        Some("scanner")
    );
    assert_eq!(
        sarif.found.first().unwrap().file.as_deref(),
        Some("src/shop.py")
    );
}

#[test]
fn what_was_not_audited_may_hide_something() {
    let skipped = findings("pip_audit", fixture!("pip-audit.json"));
    assert_eq!((skipped.found.len(), skipped.unseen), (0, 3));
    let found = findings(
        "pip_audit",
        br#"[{"name":"a","version":"1","vulns":[{"id":"PYSEC-1"}]},{"name":"b","vulns":[]}]"#,
    );
    assert_eq!((found.found.len(), found.unseen), (1, 0));
}

#[test]
fn a_clean_trivy_scan_has_no_results() {
    let clean = findings("trivy", br#"{"SchemaVersion":2,"ArtifactName":"."}"#);
    assert_eq!(clean, Findings::default());
}

#[test]
fn what_is_read_as_a_whole_has_a_limit() {
    let blank = || io::BufReader::new(io::repeat(b' ').take(MAX_BYTES + 1));
    for format in ["json", "sarif", "trivy", "bandit", "pip_audit", "radon"] {
        let found = read(format, &mut blank());
        let limit = matches!(&found, Err(Malformed(why)) if why == "is greater than 64 MiB");
        assert!(limit, "{format}: {found:?}");
    }
    // A stream goes on to its end.
    assert!(
        matches!(read("junit", &mut blank()), Err(Malformed(why)) if why.contains("no element"))
    );
}

#[test]
fn messages_hold_no_control_characters() {
    assert_eq!(
        quote("a\n::error::b\u{1b}[2J"),
        "\"a\\n::error::b\\u{1b}[2J\""
    );
    assert!(quote(&"x".repeat(1000)).chars().count() < 70);
}

#[test]
fn paths_stay_inside() {
    for path in ["a/_/junit.xml", "a/3.12/sub/r.json"] {
        assert!(safe_path(path), "{path}");
    }
    for path in [
        "",
        "/etc/passwd",
        "a/../b",
        "..",
        "a/./b",
        "a//b",
        "a\\b",
        "C:/x",
        "a/\0",
    ] {
        assert!(!safe_path(path), "{path}");
    }
}

#[test]
fn reports_say_when_they_were_made() {
    let since = |text: &str| Made::exactly(text).unwrap();
    for (format, bytes, made) in [
        ("junit", fixture!("junit.xml"), "2026-11-22T23:34:46Z"),
        ("junit", fixture!("gotestsum.xml"), "2026-11-23T02:56:22Z"),
        (
            "cobertura",
            fixture!("coverage.xml"),
            "2026-11-22T23:34:46Z",
        ),
        ("jacoco", fixture!("jacoco.xml"), "2026-11-23T02:55:19Z"),
        ("sarif", fixture!("bandit.sarif"), "2026-11-22T23:34:47Z"),
        (
            "trivy",
            br#"{"SchemaVersion": 2, "CreatedAt": "2026-11-22T12:00:00.000000005Z"}"#,
            "2026-11-22T12:00:00Z",
        ),
        ("bandit", fixture!("bandit.json"), "2026-11-22T23:34:47Z"),
        (
            "pytest_benchmark",
            fixture!("pytest-benchmark.json"),
            "2026-11-22T21:25:19Z",
        ),
        (
            "google_benchmark",
            fixture!("google-benchmark.json"),
            "2026-11-23T03:01:28Z",
        ),
        ("k6", fixture!("k6-machine.json"), "2026-11-23T02:49:18Z"),
        (
            "promptfoo",
            fixture!("promptfoo.json"),
            "2026-11-22T21:25:17Z",
        ),
        ("lm_eval", fixture!("lm-eval.json"), "2026-11-22T21:21:04Z"),
        (
            "mlflow",
            fixture!("mlflow-run.json"),
            "2026-11-23T03:01:38Z",
        ),
    ] {
        let found = read(format, &mut &*bytes).unwrap();
        let said = found
            .made()
            .unwrap_or_else(|| panic!("{format} says no time"));
        assert_eq!(said.stale(&since(made)), None, "{format} {said:?}");
        let later = made.replace("2026-11-", "2026-12-");
        assert!(said.stale(&since(&later)).is_some(), "{format} {said:?}");
    }
    let silent = read("lcov", &mut fixture!("lcov.info")).unwrap();
    assert_eq!(silent.made(), None);
}
