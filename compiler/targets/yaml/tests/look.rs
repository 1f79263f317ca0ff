//! The exact look of whole documents.

use super::*;

fn step(name: &'static str, key: &'static str, value: Yaml) -> Map {
    let mut step = Map::new();
    step.push("name", name).push(key, value);
    step
}

fn workflow() -> Yaml {
    let mut checkout = Map::new();
    checkout
        .push_trailing("uses", "actions/checkout@08c6903", "v5.0.0")
        .push("with", {
            let mut with = Map::new();
            with.push("fetch-depth", 0)
                .push("persist-credentials", false);
            with
        });
    checkout.push("name", "Check out");
    let test = step(
        "Test",
        "run",
        Yaml::Block("set -e\ncargo test\n".to_owned()),
    );
    let note = step("Note", "if", "${{ github.event_name == 'push' }}".into());
    let steps = vec![
        Entry::from(Yaml::from(checkout)).with_comment("The source"),
        Yaml::from(test).into(),
        Entry::from(Yaml::from(note)).with_comment("Two lines\n\nof comment"),
    ];

    let mut job = Map::new();
    job.push("runs-on", "ubuntu-24.04")
        .push("timeout-minutes", 10u32);
    job.push("env", Map::new())
        .push("needs", Vec::<Yaml>::new());
    job.push_some("environment", None::<String>)
        .push_some("if", Some(true));
    job.push("steps", steps);

    let mut jobs = Map::new();
    jobs.push_commented("test", job, "gate: tests");
    let mut on = Map::new();
    on.push("push", {
        let mut push = Map::new();
        push.push(
            "branches",
            vec![Yaml::from("main"), Yaml::from("release/**")],
        );
        push
    });
    on.push("workflow_dispatch", Yaml::Null);

    let mut doc = Map::with_capacity(3);
    doc.push("name", "CI: main")
        .push("on", on)
        .comment_last("When it runs");
    doc.push_trailing("jobs", jobs, "one job");
    doc.into()
}

const WORKFLOW: &str = "\
# Made by gatec
#
# Do not edit
name: 'CI: main'
# When it runs
on:
  push:
    branches:
      - main
      - release/**
  workflow_dispatch: null
jobs: # one job
  # gate: tests
  test:
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    env: {}
    needs: []
    if: true
    steps:
      # The source
      - uses: actions/checkout@08c6903 # v5.0.0
        with:
          fetch-depth: 0
          persist-credentials: false
        name: Check out
      - name: Test
        run: |
          set -e
          cargo test
      # Two lines
      #
      # of comment
      - name: Note
        if: ${{ github.event_name == 'push' }}
";

#[test]
fn a_workflow_looks_as_a_person_would_write_it() {
    let header = ["Made by gatec", "", "Do not edit"].map(str::to_owned);
    assert_eq!(print(&workflow(), &header), WORKFLOW);
    assert_read_back(&workflow());
}

#[test]
fn documents_are_separated() {
    let docs = [
        step("a", "b", 1.into()).into(),
        Yaml::Null,
        Map::new().into(),
        "on".into(),
    ];
    let text = print_documents(&docs, &["top".to_owned()]);
    assert_eq!(
        text,
        "# top\nname: a\nb: 1\n---\nnull\n---\n{}\n---\n'on'\n"
    );
    assert_eq!(print_documents(&[], &[]), "");
}

#[test]
fn comments_inside_a_list_item_stand_above_its_dash() {
    let mut map = Map::new();
    map.push_commented("a", 1, "on the key")
        .push_commented("b", 2, "second key");
    let item = Entry::from(Yaml::from(map))
        .with_comment("on the item")
        .with_trailing("aside");
    let inner = Entry::from(Yaml::from(1))
        .with_comment("inner")
        .with_trailing("one");
    let nested = Entry::from(Yaml::from(vec![inner, Yaml::from(2).into()])).with_comment("outer");
    let doc = Yaml::from(vec![item, nested]);
    let expected = "# on the item\n# aside\n# on the key\n- a: 1\n  # second key\n  b: 2\n\
                    # outer\n# inner\n- - 1 # one\n  - 2\n";
    assert_eq!(print(&doc, &[]), expected);
    assert_read_back(&doc);
}

#[test]
fn a_comment_cannot_break_out() {
    let hostile = "a\nb: 1\r\nc: 2\rd: 3\u{85}e\u{2028}f\u{2029}g\0\u{202e}\u{feff}  \n";
    let mut map = Map::new();
    map.push_commented("k", "v", hostile)
        .push_trailing("l", Yaml::Block("x".into()), hostile);
    map.push_commented("m", 1, "")
        .push_trailing("p", 2, " \n")
        .push_commented("o", 3, "p\r\n");
    let doc = Yaml::from(map);
    let expected = "# a\n# b: 1\n# c: 2\n# d: 3\n# e\n# f\n# g\\x00\\u202e\\ufeff\n\
                    k: v\nl: |- # a b: 1 c: 2 d: 3 e f g\\x00\\u202e\\ufeff\n  x\n\
                    #\nm: 1\np: 2\n# p\no: 3\n";
    assert_eq!(print(&doc, &[]), expected);
    assert_read_back(&doc);
}

#[test]
fn five_hundred_levels_print() {
    let mut doc = Yaml::from("leaf");
    for level in 0..500 {
        let mut map = Map::new();
        map.push("k", doc);
        doc = if level % 2 == 0 {
            map.into()
        } else {
            vec![Yaml::from(map)].into()
        };
    }
    let text = print(&doc, &[]);
    assert!(text.ends_with("k: leaf\n"));
    assert_eq!(text.lines().count(), 500);
}

#[test]
fn a_map_is_read_and_changed_in_place() {
    let mut map = step("a", "b", 1.into());
    if let Some(value) = map.get_mut("b") {
        *value = true.into();
    }
    assert_eq!(map.get("b"), Some(&Yaml::Bool(true)));
    assert_eq!(map.get("c"), None);
    assert_eq!(
        (map.len(), map.is_empty(), Map::new().is_empty()),
        (2, false, true)
    );
    assert_eq!(
        map.iter().map(|(key, _)| key).collect::<Vec<_>>(),
        ["name", "b"]
    );
}

#[test]
fn a_raw_fragment_keeps_its_meaning() {
    let raw = "a: [1, -2, 2.5, yes, null, 18446744073709551615]\nb: |\n  x\n  y\n8080: !t c\n\
               true: d\n'8080': e\n? [f]\n: g\n";
    let value: Value = serde_yaml::from_str(raw).expect("YAML");
    let expected = "a:\n  - 1\n  - -2\n  - 2.5\n  - 'yes'\n  - null\n  - 1.8446744073709552e+19\n\
                    b: |\n  x\n  y\n'true': d\n'8080': e\n'[\"f\"]': g\n";
    assert_eq!(print(&from_serde(value), &[]), expected);
}
