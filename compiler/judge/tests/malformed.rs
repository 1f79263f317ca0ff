//! A broken report never passes a gate, however lenient, and the message says what is wrong.

use super::*;
use Operator::*;

/// The most lenient criterion of a format.
pub fn lenient(format: &str) -> Plan {
    let (left, op, right) = match format {
        "junit" => (field("s", "r", "failed"), LessEqual, count(1e9)),
        "cobertura" | "lcov" | "jacoco" => (
            field("s", "r", "line_rate"),
            GreaterEqual,
            num(0.0, Quantity::Ratio),
        ),
        "radon" => (field("s", "r", "max"), LessEqual, count(1e9)),
        "json" | "yaml" | "csv" => (
            key("s", "r", "a.b"),
            LessEqual,
            num(1e300, Quantity::Number),
        ),
        "k6" => (field("s", "r", "http_reqs"), LessEqual, count(1e300)),
        "locust" => (field("s", "r", "requests"), LessEqual, count(1e300)),
        "criterion" => (
            field("s", "r", "mean"),
            LessEqual,
            num(1e300, Quantity::Duration),
        ),
        "pytest_benchmark" | "hyperfine" => of_rows("*", "runs"),
        "google_benchmark" => of_rows("sum*", "runs"),
        "openmetrics" => of_rows("http_requests_total*", "value"),
        "openai_evals" => (field("s", "r", "total"), LessEqual, count(1e300)),
        "promptfoo" => of_rows("echo *{{q}}", "total"),
        "lm_eval" | "mlflow" => of_rows("*", "value"),
        _ => (
            call(Func::Count, vec![at("s", "r", vec![])]),
            LessEqual,
            count(1e9),
        ),
    };
    simple(format, left, op, right)
}

/// Every row that a pattern fits, by a limit that no number passes.
fn of_rows(pattern: &str, name: &str) -> (Expr, Operator, Expr) {
    let path = vec![
        PathSegment::Key(pattern.to_string()),
        PathSegment::Field(name.to_string()),
    ];
    let every = call(Func::Every, vec![at("s", "r", path)]);
    (every, LessEqual, count(1e300))
}

/// Format, report, what the message says.
const BROKEN: &[(&str, &str, &str)] = &[
    ("junit", "", "is empty"),
    ("junit", " \n\t ", "is empty"),
    ("junit", "\u{feff}", "is empty"),
    ("junit", "plain words", "is not JUnit XML"),
    ("junit", "{\"tests\": 1}", "is not JUnit XML"),
    ("junit", "<html><body/></html>", "its root is \"html\""),
    (
        "junit",
        "<suites><suite/></suites>",
        "its root is \"suites\"",
    ),
    ("junit", "<testsuites>", "ends in the middle"),
    (
        "junit",
        "<testsuites><testsuite><testcase name='a'",
        "ends in the middle",
    ),
    (
        "junit",
        "<testsuites><testsuite></testsuites>",
        "is not JUnit XML",
    ),
    ("junit", "<testsuites/><testsuites/>", "two root elements"),
    ("junit", "<testsuites/>trailing", "stands outside"),
    ("junit", "<testsuites/>", "no test case that ran"),
    (
        "junit",
        "<testsuite><testsuite/><testsuite/></testsuite>",
        "no test case that ran",
    ),
    (
        "junit",
        "<testsuite><testcase><skipped/></testcase></testsuite>",
        "no test case that ran",
    ),
    (
        "junit",
        "<testsuite failures='2'><testcase/></testsuite>",
        "claims 2 failures",
    ),
    (
        "junit",
        "<testsuite errors='1'><testcase/></testsuite>",
        "claims 1 failures",
    ),
    (
        "junit",
        "<testsuite><testcase><testcase/></testcase></testsuite>",
        "in a test case",
    ),
    (
        "junit",
        "<!DOCTYPE t [<!ENTITY a \"aaa\"><!ENTITY b \"&a;&a;\">]><testsuite><testcase/></testsuite>",
        "declares entities",
    ),
    (
        "junit",
        "<testsuite a='1' a='2'><testcase/></testsuite>",
        "well-formed",
    ),
    ("junit", "<!-- only a comment -->", "no element"),
    ("cobertura", "", "is empty"),
    ("cobertura", "<coverage/>", "holds no line"),
    (
        "cobertura",
        "<coverage line-rate='97'/>",
        "which is no share",
    ),
    ("cobertura", "<coverage line-rate='NaN'/>", "holds no line"),
    (
        "cobertura",
        "<coverage lines-valid='0' lines-covered='0'/>",
        "holds no line",
    ),
    (
        "cobertura",
        "<coverage lines-valid='-5' lines-covered='-1'/>",
        "holds no line",
    ),
    (
        "cobertura",
        "<coverage lines-valid='1' lines-covered='2'/>",
        "claims 2 covered of 1",
    ),
    (
        "cobertura",
        "<coverage><line number='1'/></coverage>",
        "hits are absent",
    ),
    (
        "cobertura",
        "<coverage><line hits='many'/></coverage>",
        "hits are absent",
    ),
    (
        "cobertura",
        "<coverage><line hits='NaN'/></coverage>",
        "hits are absent",
    ),
    (
        "cobertura",
        "<coverage><line hits='inf'/></coverage>",
        "hits are absent",
    ),
    (
        "cobertura",
        "<coverage><line hits='-1'/></coverage>",
        "hits are absent",
    ),
    (
        "cobertura",
        "<coverage line-rate='0.5'><line hits='1'/></coverage>",
        "leaves out lines",
    ),
    (
        "cobertura",
        "<coverage><line hits='1'/>",
        "ends in the middle",
    ),
    ("cobertura", "<testsuites/>", "its root is \"testsuites\""),
    ("lcov", "", "is empty"),
    ("lcov", "end_of_record", "that never began"),
    ("lcov", "DA:1,1", "is not LCOV"),
    ("lcov", "SF:a", "is never ended"),
    ("lcov", "SF:a\nSF:b\nend_of_record", "record of \"a\""),
    ("lcov", "SF:a\nend_of_record", "holds no line"),
    ("lcov", "SF:a\nLF:1\nLH:1\nend_of_record", "lists none"),
    ("lcov", "SF:a\nDA:1,many\nend_of_record", "DA:1,many"),
    ("lcov", "SF:a\nDA:1,NaN\nend_of_record", "DA:1,NaN"),
    ("lcov", "SF:a\nDA:1,inf\nend_of_record", "DA:1,inf"),
    ("lcov", "SF:a\nDA:1,-1\nend_of_record", "DA:1,-1"),
    ("lcov", "SF:a\nDA:1\nend_of_record", "DA:1"),
    ("lcov", "SF:a\nBRDA:1,0,0\nend_of_record", "BRDA:1,0,0"),
    ("lcov", "SF:a\nwords\nend_of_record", "words"),
    ("jacoco", "", "is empty"),
    ("jacoco", "<report/>", "holds no line"),
    ("jacoco", "<coverage/>", "its root is \"coverage\""),
    ("jacoco", "<report><package>", "ends in the middle"),
    (
        "jacoco",
        "<report><sourcefile><line nr='1' ci='1'/></sourcefile></report>",
        "whose mi is absent",
    ),
    (
        "jacoco",
        "<report><counter type='LINE' covered='NaN' missed='1'/></report>",
        "whose covered is absent",
    ),
    (
        "jacoco",
        "<report><counter type='LINE' covered='1' missed='1'/><counter type='LINE' covered='9' missed='0'/></report>",
        "twice",
    ),
    ("radon", "", "is empty"),
    ("radon", "{}", "holds no block"),
    ("radon", "[]", "no object of files"),
    (
        "radon",
        "{\"a.py\": {\"error\": \"bad syntax\"}}",
        "lacks \"a.py\"",
    ),
    ("radon", "{\"a.py\": 3}", "has no blocks"),
    (
        "radon",
        "{\"a.py\": [{\"name\": \"f\"}]}",
        "complexity is absent",
    ),
    (
        "radon",
        "{\"a.py\": [{\"complexity\": \"5\"}]}",
        "complexity is absent",
    ),
    (
        "radon",
        "{\"a.py\": [{\"complexity\": -1}]}",
        "complexity is absent",
    ),
    ("radon", "{\"a.py\": [", "ends in the middle"),
    ("json", "", "is empty"),
    ("json", "{", "ends in the middle"),
    ("json", "{\"a\": {\"b\": 1}", "ends in the middle"),
    ("json", "<a/>", "is not JSON"),
    ("json", "{\"a\": {\"b\": NaN}}", "NaN or an infinity"),
    ("json", "{\"a\": {\"b\": Infinity}}", "NaN or an infinity"),
    ("json", "{\"a\": {\"b\": -Infinity}}", "NaN or an infinity"),
    ("json", "{\"a\": {\"b\": 1e999}}", "is not JSON"),
    (
        "json",
        "{\"a\": {\"b\": \"1\"}}",
        "is the text \"1\", not a number",
    ),
    (
        "json",
        "{\"a\": {\"b\": \"NaN\"}}",
        "is the text \"NaN\", not a number",
    ),
    ("json", "{\"a\": {\"b\": null}}", "is null"),
    ("json", "{\"a\": {\"b\": true}}", "is true"),
    ("json", "{\"a\": {\"b\": [1]}}", "has several values"),
    ("json", "{\"a\": {\"b\": {}}}", "has several values"),
    ("json", "{\"a\": {}}", "no key \"b\""),
    ("json", "{\"a\": 3}", "an object was expected"),
    ("json", "{\"a.b\": 3}", "a key with that dot"),
    ("json", "{\"a\": {\"b\": 1, \"b\": 2}}", "stands twice"),
    (
        "json",
        "{\"a\": {\"b\": 1}} {\"a\": {\"b\": 2}}",
        "is not JSON",
    ),
    ("json", "[]", "an object was expected"),
    ("json", "3", "an object was expected"),
    ("json", "null", "an object was expected"),
    ("sarif", "", "is empty"),
    ("sarif", "{}", "version is missing"),
    (
        "sarif",
        "{\"version\": \"1.0.0\", \"runs\": []}",
        "version is missing or other",
    ),
    ("sarif", "{\"version\": \"2.1.0\"}", "no list `runs`"),
    (
        "sarif",
        "{\"version\": \"2.1.0\", \"runs\": []}",
        "nothing was scanned",
    ),
    (
        "sarif",
        "{\"version\": \"2.1.0\", \"runs\": [{}]}",
        "names no tool",
    ),
    (
        "sarif",
        r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}}]}"#,
        "no list `results`",
    ),
    (
        "sarif",
        r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": null}]}"#,
        "no list `results`",
    ),
    (
        "sarif",
        r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [7]}]}"#,
        "a result is the number 7",
    ),
    (
        "sarif",
        r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [],
            "invocations": [{"executionSuccessful": false}]}]}"#,
        "did not end well",
    ),
    ("trivy", "", "is empty"),
    ("trivy", "{}", "schema 2"),
    ("trivy", "[]", "schema 2"),
    ("trivy", "{\"SchemaVersion\": 1}", "schema 1"),
    (
        "trivy",
        "{\"SchemaVersion\": 2, \"Results\": 3}",
        "no list `Results`",
    ),
    (
        "trivy",
        "{\"SchemaVersion\": 2, \"Results\": [{}]}",
        "no target",
    ),
    (
        "trivy",
        r#"{"SchemaVersion": 2, "Results": [{"Target": "a", "Vulnerabilities": [{}]}]}"#,
        "has no VulnerabilityID",
    ),
    ("bandit", "", "is empty"),
    ("bandit", "{}", "no list `errors`"),
    (
        "bandit",
        "{\"errors\": [{\"filename\": \"a.py\"}]}",
        "\"a.py\" could not be scanned",
    ),
    (
        "bandit",
        "{\"errors\": [], \"results\": []}",
        "how much was seen",
    ),
    (
        "bandit",
        r#"{"errors": [], "results": [], "metrics": {"_totals": {"loc": 0}}}"#,
        "saw no line",
    ),
    (
        "bandit",
        r#"{"errors": [], "metrics": {"_totals": {"loc": 5}}}"#,
        "no list `results`",
    ),
    (
        "bandit",
        r#"{"errors": [], "metrics": {"_totals": {"loc": 5}}, "results": [{}]}"#,
        "no test_id",
    ),
    ("pip_audit", "", "is empty"),
    ("pip_audit", "{}", "no list `dependencies`"),
    ("pip_audit", "[]", "saw no dependency"),
    ("pip_audit", "{\"dependencies\": []}", "saw no dependency"),
    ("pip_audit", "[{}]", "has no name"),
    ("pip_audit", "[{\"name\": \"a\"}]", "no list `vulns`"),
    (
        "pip_audit",
        "[{\"name\": \"a\", \"vulns\": [{}]}]",
        "has no id",
    ),
    ("nonsense", "{}", "unknown here"),
];

#[test]
fn broken_reports_are_undecided_and_say_why() {
    assert!(BROKEN.len() >= 60);
    for (format, text, says) in BROKEN {
        let store = MemoryStore::default().with("s/_/r", *text);
        let found = judged(&lenient(format), &store);
        let why = reasons(&found);
        assert_eq!(found.verdict, Verdict::Undecided, "{format} {text}: {why}");
        assert!(why.contains(says), "{format} {text}: {why}");
        assert!(why.contains("report `r` of stage `s`"), "{why}");
    }
}

#[test]
fn bytes_that_are_no_text_are_undecided() {
    for bytes in [
        &b"\xff\xfe<\0t\0"[..],
        b"\xfe\xff\0<",
        b"\0\0\0\0",
        b"\xff\xff",
        b"\x1f\x8b\x08",
    ] {
        for reader in crate::evidence::READERS {
            let store = MemoryStore::default().with("s/_/r", bytes);
            let found = judged(&lenient(reader.name), &store);
            assert_eq!(
                found.verdict,
                Verdict::Undecided,
                "{} {bytes:?}",
                reader.name
            );
        }
    }
}

#[test]
fn deep_nesting_is_undecided() {
    let json = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let xml = "<testsuite>".repeat(100_000);
    for (format, text) in [("json", json), ("junit", xml.clone()), ("cobertura", xml)] {
        let store = MemoryStore::default().with("s/_/r", text);
        assert_eq!(judged(&lenient(format), &store).verdict, Verdict::Undecided);
    }
}

#[test]
fn a_missing_report_names_its_stage_and_place() {
    let found = judged(&lenient("junit"), &MemoryStore::default());
    assert_eq!(found.verdict, Verdict::Undecided);
    assert_eq!(
        reasons(&found),
        "report `r` of stage `s` is missing (evidence/s/_/r)"
    );
}

#[test]
fn a_report_outside_the_folder_is_refused() {
    let mut plan = lenient("json");
    let escape = stage("s", vec![report("r", "json", "../../secret.json", None)]);
    plan.pipelines = vec![Pipeline {
        id: "ci".into(),
        nodes: vec![escape],
        ..Pipeline::default()
    }];
    let store = MemoryStore::default().with("s/_/../../secret.json", "{\"a\":{\"b\":1}}");
    let found = judged(&plan, &store);
    assert_eq!(found.verdict, Verdict::Undecided);
    assert!(reasons(&found).contains("outside the evidence folder"));
}
