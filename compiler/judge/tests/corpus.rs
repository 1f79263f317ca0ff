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
];

/// Formats for which [`lenient`] asks for something that any whole report of theirs gives.
const ASKED: &[&str] = &[
    "junit",
    "cobertura",
    "lcov",
    "jacoco",
    "radon",
    "json",
    "sarif",
    "trivy",
    "bandit",
    "pip_audit",
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
fn nothing_broken_passes() {
    let mut inputs = BTreeSet::new();
    let mut reasons = BTreeSet::new();
    for reader in READERS.iter().filter(|r| ASKED.contains(&r.name)) {
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
    assert!(inputs.len() >= 300, "{}", inputs.len());
    // One sentence for everything would help nobody.
    assert!(reasons.len() >= 60, "{}", reasons.len());
}

#[test]
fn every_cut_of_a_report_is_undecided() {
    for (format, name, bytes) in REAL {
        let whole = bytes.trim_ascii_end();
        for end in 0..whole.len() {
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
