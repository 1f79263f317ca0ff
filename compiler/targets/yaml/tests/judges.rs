//! A YAML 1.1 reader (PyYAML, where this machine has it) judges the same trees as the 1.2 reader.

use super::*;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use std::io::Write;
use std::process::{Command, Stdio};

/// Reads `[[yaml, expected as JSON], …]`; prints each pair that differs in value or in type.
const JUDGE: &str = r#"
import json, sys, yaml
def same(a, b):
    if type(a) is not type(b): return False
    if isinstance(a, list): return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict): return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    return a == b
count = 0
for text, expected in json.load(sys.stdin):
    count += 1
    try:
        read = yaml.safe_load(text)
    except Exception as error:
        read = error
    if not same(read, expected):
        print("EXPECTED", ascii(expected), "READ", ascii(read), "FROM", ascii(text))
print("judged", count)
"#;

fn has_pyyaml() -> bool {
    let import = Command::new("python3")
        .args(["-c", "import yaml"])
        .stderr(Stdio::null())
        .status();
    import.is_ok_and(|status| status.success())
}

/// Some hundred random documents, and every trap as a value and as a key. None has the key `on`:
/// a YAML 1.1 reader takes that one for `true`, as it does in every workflow ever written.
fn documents() -> Vec<Yaml> {
    let mut runner = TestRunner::deterministic();
    let mut random = |strategy: &dyn Fn(&mut TestRunner) -> Yaml| strategy(&mut runner);
    let mut docs = Vec::new();
    for _ in 0..300 {
        docs.push(random(&|runner| {
            property::tree().new_tree(runner).expect("a tree").current()
        }));
        docs.push(random(&|runner| {
            let texts = proptest::collection::vec(property::text(), 8);
            let texts = texts.new_tree(runner).expect("texts").current();
            texts.into_iter().map(Yaml::from).collect::<Vec<_>>().into()
        }));
    }
    let words = [
        "nO", "oFF", "0123", "09", "1__0", "._", "0b_", "1:60", "-0o7", "1.e+1", "4:5:6.",
    ];
    for text in words.iter().chain(traps::QUOTED).chain(traps::PLAIN) {
        let mut map = Map::new();
        map.push(if *text == "on" { "off" } else { text }, *text);
        docs.push(map.into());
    }
    docs.retain(|doc| !print(doc, &[]).lines().any(|line| line.contains("on:")));
    docs
}

fn judge(pairs: &serde_json::Value) -> String {
    let mut python = Command::new("python3")
        .args(["-c", JUDGE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 starts");
    let mut stdin = python.stdin.take().expect("a pipe");
    stdin
        .write_all(pairs.to_string().as_bytes())
        .expect("python3 listens");
    drop(stdin);
    let output = python.wait_with_output().expect("python3 ends");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn readers_of_yaml_1_1_and_1_2_agree() {
    let docs = documents();
    docs.iter().for_each(assert_read_back);
    if !has_pyyaml() {
        // Not by `println!`, which the test harness would swallow.
        let skipped = "\nSKIPPED the YAML 1.1 judge: python3 has no PyYAML here; 1.2 agreed\n";
        std::io::stderr()
            .write_all(skipped.as_bytes())
            .expect("stderr takes text");
        return;
    }
    let pair = |doc| serde_json::json!([print(doc, &[]), meaning(doc)]);
    let pairs = docs.iter().filter(|doc| is_json(doc)).map(pair).collect();
    let verdict = judge(&serde_json::Value::Array(pairs));
    let judged = verdict
        .strip_prefix("judged ")
        .and_then(|count| count.trim().parse().ok());
    assert!(judged.is_some_and(|count: usize| count > 500), "{verdict}");
}

/// Whether JSON can carry the expectation: it knows no infinite floats.
fn is_json(doc: &Yaml) -> bool {
    match doc {
        Yaml::Float(value) => value.is_finite(),
        Yaml::List(list) => list.iter().all(|entry| is_json(&entry.value)),
        Yaml::Map(map) => map.iter().all(|(_, value)| is_json(value)),
        _ => true,
    }
}
