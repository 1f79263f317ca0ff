//! Reports that are broken in every way that was thought of, made from real ones: none passes a
//! gate that asks for nothing, and each says what is wrong, of which report and where.

use std::collections::BTreeSet;

use super::malformed::lenient;
use super::*;
use crate::evidence::READERS;

macro_rules! fixture {
    ($format:literal, $name:literal) => {
        (
            $format,
            $name,
            include_bytes!(concat!("../../../tests/fixtures/evidence/", $name)).as_slice(),
        )
    };
}

/// Real reports: format, name, bytes.
const REAL: &[(&str, &str, &[u8])] = &[
    fixture!("junit", "junit.xml"),
    fixture!("junit", "surefire.xml"),
    fixture!("junit", "jest.xml"),
    fixture!("junit", "gotestsum.xml"),
    fixture!("cobertura", "coverage.xml"),
    fixture!("lcov", "coverage.lcov"),
    fixture!("lcov", "lcov.info"),
    fixture!("jacoco", "jacoco.xml"),
    fixture!("radon", "radon.json"),
    fixture!("sarif", "bandit.sarif"),
    fixture!("sarif", "codeql.sarif"),
    fixture!("trivy", "trivy.json"),
    fixture!("bandit", "bandit.json"),
    fixture!("pip_audit", "pip-audit.json"),
    fixture!("safety", "safety.json"),
    fixture!("safety", "safety-scan.json"),
    fixture!("cyclonedx", "cyclonedx.json"),
    fixture!("pytest_benchmark", "pytest-benchmark.json"),
    fixture!("pytest_benchmark", "pytest-benchmark-stored.json"),
    fixture!("criterion", "criterion-estimates.json"),
    fixture!("criterion", "criterion-sample.json"),
    fixture!("hyperfine", "hyperfine.json"),
    fixture!("google_benchmark", "google-benchmark.json"),
    fixture!("k6", "k6.json"),
    fixture!("k6", "k6-flat.json"),
    fixture!("k6", "k6-machine.json"),
    fixture!("locust", "locust.json"),
    fixture!("openmetrics", "scrape.om"),
    fixture!("promptfoo", "promptfoo.json"),
    fixture!("lm_eval", "lm-eval.json"),
    fixture!("mlflow", "mlflow-run.json"),
    fixture!("openai_evals", "openai-evals.jsonl"),
];

/// What is no report of any format.
const NOTHING: &[&[u8]] = &[
    b"",
    b" \r\n\t\n",
    b"\xef\xbb\xbf",
    b"\xef\xbb\xbf \n",
    b"\0\0\0\0",
    b"\xff\xff\xff\xff",
    b"\xff\xfe<\0t\0e\0s\0t\0",
    b"\xfe\xff\0<\0t\0e\0s\0t",
    b"\xff\xfe{\0}\0",
    b"\x1f\x8b\x08\0\0\0\0\0\0\x03",
    b"PK\x03\x04\x14\0\0\0\x08\0",
    b"\x89PNG\r\n\x1a\n",
    b"%PDF-1.7\n",
    b"null",
    b"true",
    b"NaN",
    b"\"text\"",
    b"{",
    b"[",
    b"[{",
    b"{\"a\":}",
    b"<",
    b"<?xml version=\"1.0\"?>",
    b"<!-- nothing -->",
    b"<html><body>404 Not Found</body></html>",
    b"<testsuites",
    b"Error: Process completed with exit code 1.\n",
    b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
    b"<<<<<<< HEAD\n=======\n>>>>>>> main\n",
    b"]]>",
    b"&amp;",
];

/// A real report with one thing in it changed: its name, what, into what.
const CHANGED: &[(&str, &str, &str)] = &[
    ("junit.xml", "<testsuites", "<suites"),
    ("junit.xml", "</testsuites>", "</testsuite>"),
    ("junit.xml", "</testsuites>", ""),
    ("junit.xml", "</testsuites>", "</testsuites><testsuites/>"),
    ("junit.xml", "</testsuites>", "</testsuites>rest"),
    ("junit.xml", "errors=\"1\"", "errors=\"9\""),
    ("junit.xml", "failures=\"1\"", "failures=\"2000\""),
    ("junit.xml", "<testcase ", "<testcase <"),
    (
        "junit.xml",
        "<testcase ",
        "<testcase time=\"1\" time=\"2\" ",
    ),
    ("junit.xml", "<testcase ", "<testcase><testcase "),
    ("junit.xml", "name=\"pytest\"", "name=\"pytest"),
    ("junit.xml", "?>", "?><!DOCTYPE t [<!ENTITY a \"b\">]>"),
    ("junit.xml", "<testcase ", "<!-- <testcase "),
    ("junit.xml", "<testcase ", "<![CDATA[<testcase "),
    ("surefire.xml", "<testsuite ", "<suite "),
    ("surefire.xml", "errors=\"1\"", "errors=\"100\""),
    ("surefire.xml", "]]></error>", "</error>"),
    ("jest.xml", "failures=\"1\"", "failures=\"7\""),
    ("gotestsum.xml", "</testcase>", "</testsuite>"),
    ("coverage.xml", "<coverage ", "<report "),
    ("coverage.xml", "hits=\"1\"", "hits=\"NaN\""),
    ("coverage.xml", "hits=\"1\"", "hits=\"Infinity\""),
    ("coverage.xml", "hits=\"1\"", "hits=\"-1\""),
    ("coverage.xml", "hits=\"1\"", "hits=\"one\""),
    ("coverage.xml", "hits=\"1\"", "hits=\"\""),
    ("coverage.xml", "hits=\"1\"", "hits=\"0.5\""),
    ("coverage.xml", "hits=\"1\"", "hits=\"1e999\""),
    ("coverage.xml", "hits=\"1\"", "times=\"1\""),
    ("coverage.xml", "line-rate=\"0.7917\"", "line-rate=\"0.5\""),
    (
        "coverage.xml",
        "line-rate=\"0.7917\"",
        "line-rate=\"79.17\"",
    ),
    ("coverage.xml", "line-rate=\"0.7917\"", "line-rate=\"-1\""),
    ("coverage.xml", "</coverage>", "</coverage><coverage/>"),
    ("coverage.lcov", "end_of_record", ""),
    ("coverage.lcov", "SF:", ""),
    ("coverage.lcov", "SF:", "end_of_record\nSF:"),
    ("coverage.lcov", "DA:1,1", "SF:other.py"),
    ("coverage.lcov", "DA:1,1", "DA:1,"),
    ("coverage.lcov", "DA:1,1", "DA:one,1"),
    ("coverage.lcov", "DA:1,1", "DA:1,NaN"),
    ("coverage.lcov", "DA:1,1", "DA:1,inf"),
    ("coverage.lcov", "DA:1,1", "DA:1,-1"),
    ("coverage.lcov", "DA:1,1", "DA:-1,1"),
    ("coverage.lcov", "DA:1,1", "DA:99999999999,1"),
    ("coverage.lcov", "DA:1,1", "DA:1,0.5"),
    ("coverage.lcov", "DA:1,1", "DA 1 1"),
    ("coverage.lcov", "BRDA:2,0,", "BRDA:two,0,"),
    ("coverage.lcov", "FNDA:1,", "FNDA:many,"),
    ("coverage.lcov", "LF:7", "LF:seven"),
    ("jacoco.xml", "<report ", "<coverage "),
    ("jacoco.xml", "</report>", ""),
    ("jacoco.xml", " ci=\"0\"", ""),
    ("jacoco.xml", " ci=\"0\"", " ci=\"NaN\""),
    ("jacoco.xml", " ci=\"0\"", " ci=\"-1\""),
    ("jacoco.xml", " mi=\"0\"", " mi=\"none\""),
    ("jacoco.xml", " covered=\"0\"", " covered=\"inf\""),
    ("jacoco.xml", " missed=\"3\"", ""),
    ("radon.json", "\"complexity\": 5", "\"complexity\": \"5\""),
    ("radon.json", "\"complexity\": 5", "\"complexity\": NaN"),
    (
        "radon.json",
        "\"complexity\": 5",
        "\"complexity\": Infinity",
    ),
    ("radon.json", "\"complexity\": 5", "\"complexity\": -5"),
    ("radon.json", "\"complexity\": 5", "\"complexity\": null"),
    ("radon.json", "\"complexity\": 5", "\"complexity\": 1e999"),
    (
        "radon.json",
        "\"complexity\": 5",
        "\"complexity\": 5, \"complexity\": 1",
    ),
    ("radon.json", "\"complexity\": 5", "\"complex\": 5"),
    (
        "bandit.sarif",
        "\"version\": \"2.1.0\"",
        "\"version\": \"1.0.0\"",
    ),
    ("bandit.sarif", "\"version\": \"2.1.0\"", "\"version\": 2.1"),
    ("bandit.sarif", "\"results\": [", "\"found\": ["),
    ("bandit.sarif", "\"results\": [", "\"results\": [3, "),
    (
        "bandit.sarif",
        "\"results\": [",
        "\"results\": [], \"results\": [",
    ),
    ("bandit.sarif", "\"runs\": [", "\"ran\": ["),
    (
        "bandit.sarif",
        "\"name\": \"Bandit\"",
        "\"names\": \"Bandit\"",
    ),
    (
        "bandit.sarif",
        "\"executionSuccessful\": true",
        "\"executionSuccessful\": false",
    ),
    ("codeql.sarif", "\"results\": [", "\"results\": [null, "),
    ("trivy.json", "\"SchemaVersion\": 2", "\"SchemaVersion\": 1"),
    (
        "trivy.json",
        "\"SchemaVersion\": 2",
        "\"SchemaVersion\": \"2\"",
    ),
    (
        "trivy.json",
        "\"SchemaVersion\": 2",
        "\"SchemaVersion\": NaN",
    ),
    ("trivy.json", "\"Target\"", "\"Targets\""),
    ("trivy.json", "\"VulnerabilityID\"", "\"Vulnerability\""),
    (
        "trivy.json",
        "\"Results\": [",
        "\"Results\": {}, \"Rest\": [",
    ),
    (
        "trivy.json",
        "\"Results\": [",
        "\"Results\": [], \"Results\": [",
    ),
    (
        "bandit.json",
        "\"errors\": []",
        "\"errors\": [{\"filename\": \"a.py\"}]",
    ),
    ("bandit.json", "\"errors\": []", "\"errors\": null"),
    ("bandit.json", "\"test_id\"", "\"test\""),
    ("bandit.json", "\"results\": [", "\"results\": [null, "),
    ("bandit.json", "\"_totals\"", "\"_total\""),
    ("bandit.json", "\"results\": [", "\"result\": ["),
    ("pip-audit.json", "\"name\"", "\"names\""),
    ("pip-audit.json", "\"skip_reason\"", "\"skipped\""),
    ("pip-audit.json", "\"dependencies\"", "\"packages\""),
    ("safety.json", "\"vulnerabilities\":", "\"found\":"),
    ("safety.json", "\"vulnerability_id\"", "\"vulnerability\""),
    ("safety.json", "\"package_name\"", "\"package\""),
    ("safety-scan.json", "\"projects\"", "\"project\""),
    ("safety-scan.json", "\"known_vulnerabilities\"", "\"known\""),
    ("safety-scan.json", "\"specifications\"", "\"specs\""),
    ("cyclonedx.json", "\"CycloneDX\"", "\"SPDX\""),
    ("cyclonedx.json", "\"vulnerabilities\"", "\"vulnerability\""),
    (
        "cyclonedx.json",
        "\"specVersion\": \"1.",
        "\"specVersion\": \"0.",
    ),
    ("pytest-benchmark.json", "\"benchmarks\"", "\"benches\""),
    ("pytest-benchmark.json", "\"stats\"", "\"stat\""),
    ("pytest-benchmark.json", "\"name\"", "\"names\""),
    ("pytest-benchmark.json", "\"data\": [", "\"data\": [NaN, "),
    ("pytest-benchmark.json", "\"data\": [", "\"data\": [\"1\", "),
    ("pytest-benchmark.json", "\"data\": [", "\"data\": [-1, "),
    ("pytest-benchmark.json", "\"data\": [", "\"data\": [1e9, "),
    (
        "pytest-benchmark-stored.json",
        "\"rounds\": ",
        "\"rounds\": -",
    ),
    ("pytest-benchmark-stored.json", "\"mean\": ", "\"means\": "),
    (
        "pytest-benchmark-stored.json",
        "\"median\": ",
        "\"median\": -",
    ),
    ("criterion-estimates.json", "\"mean\"", "\"means\""),
    (
        "criterion-estimates.json",
        "\"point_estimate\"",
        "\"point\"",
    ),
    (
        "criterion-estimates.json",
        "\"point_estimate\":",
        "\"point_estimate\":NaN,\"x\":",
    ),
    ("criterion-sample.json", "\"times\"", "\"time\""),
    ("criterion-sample.json", "\"iters\"", "\"iterations\""),
    ("criterion-sample.json", "\"times\":[", "\"times\":[-1,"),
    ("criterion-sample.json", "\"iters\":[", "\"iters\":[0,"),
    ("hyperfine.json", "\"results\"", "\"result\""),
    ("hyperfine.json", "\"times\": [", "\"times\": [NaN,"),
    ("hyperfine.json", "\"times\": [", "\"times\": [7,"),
    ("hyperfine.json", "\"command\"", "\"commands\""),
    ("hyperfine.json", "\"mean\": 0", "\"mean\": 1"),
    ("google-benchmark.json", "\"benchmarks\"", "\"benches\""),
    (
        "google-benchmark.json",
        "\"time_unit\": \"",
        "\"time_unit\": \"x",
    ),
    (
        "google-benchmark.json",
        "\"real_time\": ",
        "\"real_time\": -",
    ),
    ("google-benchmark.json", "\"real_time\": ", "\"real\": "),
    ("k6.json", "\"metrics\"", "\"metric\""),
    ("k6.json", "\"http_reqs\"", "\"http_requests\""),
    ("k6-flat.json", "\"metrics\"", "\"metric\""),
    ("k6-machine.json", "\"version\": \"1", "\"version\": \"9"),
    ("k6-machine.json", "}, \"metrics\"", "}, \"metric\""),
    ("locust.json", "\"num_requests\": ", "\"num_requests\": -"),
    ("locust.json", "\"num_requests\": ", "\"requests\": "),
    (
        "locust.json",
        "\"num_requests\": 291",
        "\"num_requests\": \"291\"",
    ),
    ("locust.json", "\"num_failures\": ", "\"num_failures\": 9"),
    ("locust.json", "\"name\"", "\"names\""),
    ("scrape.om", "# EOF", ""),
    ("scrape.om", "} 95.0", "} many"),
    ("scrape.om", "} 95.0", "} NaN"),
    (
        "scrape.om",
        "http_requests_total{code=\"200\",path=\"/\"}",
        "http_requests_total{code=\"200\",path=\"/\"",
    ),
    (
        "scrape.om",
        "http_requests_total{code=\"500\",path=\"/a\\\"b\"}",
        "http_requests_total{code=\"200\",path=\"/\"}",
    ),
    ("promptfoo.json", "\"results\": [", "\"answers\": ["),
    ("promptfoo.json", "\"success\": ", "\"succeeded\": "),
    ("promptfoo.json", "\"score\": ", "\"score\": NaN, \"x\": "),
    ("lm-eval.json", "\"results\"", "\"result\""),
    ("lm-eval.json", "\"acc,none\": 0.25", "\"acc,none\": NaN"),
    (
        "lm-eval.json",
        "\"acc,none\": 0.25",
        "\"acc,none\": 1, \"acc,none\": 1",
    ),
    ("lm-eval.json", "\"toyqa\": {", "\"toyqa\": 3, \"other\": {"),
    ("mlflow-run.json", "\"metrics\"", "\"metric\""),
    ("mlflow-run.json", "0.93", "NaN"),
    ("mlflow-run.json", "0.93", "\"0.93\""),
    ("mlflow-run.json", "0.93", "null"),
    ("mlflow-run.json", "\"loss\"", "\"accuracy\""),
    ("openai-evals.jsonl", "\"spec\"", "\"spek\""),
    ("openai-evals.jsonl", "\"final_report\"", "\"report\""),
    ("openai-evals.jsonl", "\"correct\": true", "\"correct\": 1"),
    ("openai-evals.jsonl", "\"correct\": true", "\"right\": true"),
    ("openai-evals.jsonl", "0.6666666666666666", "NaN"),
    (
        "openai-evals.jsonl",
        "\"type\": \"match\"",
        "\"kind\": \"match\"",
    ),
    (
        "openai-evals.jsonl",
        "{\"run_id\"",
        "{\"spec\": {}}\n{\"run_id\"",
    ),
];

/// Judges a report by a gate that asks for nothing, and gives why it is undecided.
fn undecided(format: &str, bytes: &[u8], what: &str) -> String {
    let store = MemoryStore::default().with("s/_/r", bytes);
    let found = judged(&lenient(format), &store);
    let why = reasons(&found);
    assert_eq!(found.verdict, Verdict::Undecided, "{what}: {why}");
    for part in ["report `r` of stage `s` ", "evidence/s/_/r"] {
        assert!(why.contains(part), "{what}: {why}");
    }
    let place = found.items.first().map(|item| item.place.as_str());
    assert_eq!(place, Some("p.gate:1"), "{what}");
    why
}

#[test]
fn every_format_is_broken_here() {
    let broken = |name| REAL.iter().any(|(format, ..)| *format == name);
    // Any data is asked by path, so that a real report holds what was asked for or not.
    let any = ["json", "yaml", "csv"];
    for reader in READERS.iter().filter(|r| !any.contains(&r.name)) {
        assert!(broken(reader.name), "{} has no real report", reader.name);
    }
}

#[test]
fn nothing_broken_passes() {
    let mut inputs = BTreeSet::new();
    let mut reasons = BTreeSet::new();
    for reader in READERS {
        for bytes in NOTHING {
            let what = format!("{} of {bytes:?}", reader.name);
            reasons.insert(undecided(reader.name, bytes, &what));
            inputs.insert((reader.name, bytes.to_vec()));
        }
        for (format, name, bytes) in REAL {
            if *format != reader.name {
                let what = format!("{name} as {}", reader.name);
                reasons.insert(undecided(reader.name, bytes, &what));
                inputs.insert((reader.name, bytes.to_vec()));
            }
        }
    }
    for (name, from, to) in CHANGED {
        let (format, _, bytes) = REAL.iter().find(|(_, n, _)| n == name).unwrap();
        let text = std::str::from_utf8(bytes).unwrap();
        let changed = text.replacen(from, to, 1);
        assert_ne!(text, changed, "{name} has no {from}");
        let what = format!("{name} with {to:?} for {from:?}");
        reasons.insert(undecided(format, changed.as_bytes(), &what));
        inputs.insert((*format, changed.into_bytes()));
    }
    assert!(inputs.len() >= 900, "{}", inputs.len());
    // One sentence for everything would help nobody.
    assert!(reasons.len() >= 120, "{}", reasons.len());
}

#[test]
fn every_cut_of_a_report_is_undecided() {
    for (format, name, bytes) in REAL {
        let whole = bytes.trim_ascii_end();
        // Long ones are cut in two hundred places.
        let step = (whole.len() / 200).max(1);
        for end in (0..whole.len()).step_by(step) {
            undecided(format, &whole[..end], &format!("{name} cut at {end}"));
        }
        let store = MemoryStore::default().with("s/_/r", whole);
        let found = judged(&lenient(format), &store);
        assert_eq!(found.verdict, Verdict::Pass, "{name}: {}", reasons(&found));
    }
}

#[test]
fn what_a_measurement_doubles_is_undecided() {
    for bytes in [
        "{\"a\": {\"b\": 1}, \"a\": {\"b\": 2}}",
        "{\"a\": {\"b\": 1, \"b\": 1}}",
    ] {
        let why = undecided("json", bytes.as_bytes(), bytes);
        assert!(why.contains("stands twice"), "{why}");
    }
}
