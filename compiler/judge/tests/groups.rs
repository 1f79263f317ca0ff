//! Groups of a metric, and limits that depend on group, branch or environment.

use super::*;
use Verdict::*;

fn plan_of(report: &str, limit: &str, criterion: &str) -> Plan {
    program(&format!(
        r#"
dimension language {{ values = ["de", "en"] }}
metric f1: ratio {{ better = higher, by = language, report = {report} }}
{limit}
gate g {{ {criterion} }}
environment staging {{ namespace = "staging" }}
environment production {{ namespace = "production" }}
pipeline ci {{
  on push {{ branches = ["**"] }}
  stage s {{ run "make", reports {{ r = json("r.json") }} }}
  check g
}}
"#
    ))
}

const BY_NAME: &str = r#"s.r["scores.*.f1"]"#;
const BY_KEY: &str = r#"s.r["list[*].f1", key = "name"]"#;
const BY_FIELD: &str = r#"mean(s.r["list[*].f1"])"#;

fn store(de: f64, en: f64) -> MemoryStore {
    let text = format!(
        r#"{{"scores": {{"de": {{"f1": {de}}}, "en": {{"f1": {en}}}}},
            "list": [{{"name": "de", "language": "de", "f1": {de}}},
                     {{"name": "en", "language": "en", "f1": {en}}}]}}"#
    );
    MemoryStore::default().with("s/_/r.json", text)
}

fn verdict(plan: &Plan, store: &MemoryStore) -> Verdict {
    assess_run(plan, "ci", "g", store, &well(plan)).verdict
}

#[test]
fn groups_come_from_keys_from_a_field_or_from_each_member() {
    for report in [BY_NAME, BY_KEY, BY_FIELD] {
        for (criterion, de, en, wanted) in [
            ("require every(f1) >= 80%", 0.8, 0.9, Pass),
            ("require every(f1) >= 80%", 0.79, 0.9, Fail),
            ("require f1[language = \"de\"] >= 85%", 0.84, 0.9, Fail),
            ("require f1[language = \"de\"] >= 85%", 0.85, 0.0, Pass),
            ("require count(f1 < 90%) <= 1", 0.8, 0.9, Pass),
            ("require count(f1 < 90%) <= 1", 0.8, 0.8, Fail),
        ] {
            let plan = plan_of(report, "", criterion);
            assert_eq!(
                verdict(&plan, &store(de, en)),
                wanted,
                "{report} {criterion} {de}"
            );
        }
    }
}

#[test]
fn a_group_that_vanishes_is_undecided() {
    let text =
        r#"{"scores": {"de": {"f1": 1}}, "list": [{"name": "de", "language": "de", "f1": 1}]}"#;
    let store = MemoryStore::default().with("s/_/r.json", text);
    for report in [BY_NAME, BY_KEY, BY_FIELD] {
        let plan = plan_of(report, "", "require every(f1) >= 80%");
        assert_eq!(verdict(&plan, &store), Undecided, "{report}");
    }
    let twice = r#"{"list": [{"name": "de", "f1": 1}, {"name": "de", "f1": 0}]}"#;
    let store = MemoryStore::default().with("s/_/r.json", twice);
    let plan = plan_of(BY_KEY, "", "require every(f1) >= 80%");
    assert_eq!(verdict(&plan, &store), Undecided);
}

#[test]
fn a_limit_by_group_holds_each_against_its_own() {
    let limit = "limit floor: ratio { by = language, cases { de = 70%, en = 90% } }";
    for (criterion, de, en, wanted) in [
        ("require every(f1) >= floor", 0.7, 0.9, Pass),
        ("require every(f1) >= floor", 0.69, 0.9, Fail),
        ("require every(f1) >= floor", 0.9, 0.89, Fail),
        ("require f1[language = \"de\"] >= floor", 0.7, 0.0, Pass),
        ("require count(f1 < floor) <= 1", 0.6, 0.9, Pass),
        ("require count(f1 < floor) <= 1", 0.6, 0.8, Fail),
    ] {
        let plan = plan_of(BY_NAME, limit, criterion);
        assert_eq!(
            verdict(&plan, &store(de, en)),
            wanted,
            "{criterion} {de} {en}"
        );
    }
}

fn with_fact(plan: &Plan, facts: &[(&str, Val)]) -> Verdict {
    let mut run = well(plan);
    run.facts.clear();
    let facts = facts.iter().cloned();
    run.facts
        .extend(facts.map(|(name, value)| (name.to_string(), value)));
    assess_run(plan, "ci", "g", &store(0.85, 0.85), &run).verdict
}

#[test]
fn a_limit_by_branch_or_environment_is_that_of_the_run() {
    let text = |name: &str| Val::text(name);
    let limit = "limit floor: ratio { by = branch, others = 80%, cases { main = 90% } }";
    let plan = plan_of(BY_NAME, limit, "require every(f1) >= floor");
    assert_eq!(with_fact(&plan, &[("branch", text("main"))]), Fail);
    assert_eq!(with_fact(&plan, &[("branch", text("topic"))]), Pass);
    let pull = [("branch", Val::Null), ("target_branch", text("main"))];
    assert_eq!(with_fact(&plan, &pull), Fail);
    assert_eq!(with_fact(&plan, &[]), Undecided);
    let cases = "cases { staging = 80%, production = 90% }";
    let limit = format!("limit floor: ratio {{ by = environment, {cases} }}");
    let plan = plan_of(BY_NAME, &limit, "require every(f1) >= floor");
    assert_eq!(with_fact(&plan, &[("environment", text("staging"))]), Pass);
    assert_eq!(
        with_fact(&plan, &[("environment", text("production"))]),
        Fail
    );
    assert_eq!(with_fact(&plan, &[("branch", text("main"))]), Undecided);
}
