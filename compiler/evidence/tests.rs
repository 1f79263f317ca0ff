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
    let rate = tally("cobertura", br#"<coverage line-rate="0.97"/>"#);
    assert!(rate.field("line_rate").is_err());
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
