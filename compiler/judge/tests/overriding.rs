//! Overrides: what the run must show.

use super::*;
use Verdict::*;

fn plan_of(by: &str) -> Plan {
    program(&format!(
        r#"
gate g {{
  require s.r["x"] <= 1
  override {{ when inputs.skip, reason = inputs.why, by = {by}, expires = 24h }}
}}
gate outer {{ require g }}
pipeline ci {{
  on dispatch {{
    input skip: bool {{ default = false }}
    input why: string {{ default = "" }}
  }}
  stage s {{ run "make", reports {{ r = json("r.json") }} }}
  check outer
}}
"#
    ))
}

const BY_NAME: &str = "[\"Alice\", \"bob\"]";

fn run_of(plan: &Plan) -> Run {
    let mut run = well(plan);
    run.facts.insert("inputs.skip".into(), Val::Bool(true));
    run.facts
        .insert("inputs.why".into(), Val::text("the sensor is broken"));
    run.request = Request {
        actor: Some("alice".into()),
        approvals: vec![("security".into(), "carol".into())],
        asked: Some(990_000.0),
    };
    run
}

fn judged_by(by: &str, x: &str, change: &dyn Fn(&mut Run)) -> Assessment {
    let plan = plan_of(by);
    let mut run = run_of(&plan);
    change(&mut run);
    let store = MemoryStore::default().with("s/_/r.json", format!("{{\"x\": {x}}}"));
    assess_run(&plan, "ci", "outer", &store, &run)
}

fn inner(found: &Assessment) -> &Assessment {
    item(found, "g").child.as_deref().expect("a gate")
}

#[test]
fn an_override_is_never_a_pass() {
    for (by, who) in [
        (BY_NAME, "alice"),
        ("approvers(\"security\")", "carol (security)"),
    ] {
        let found = judged_by(by, "2", &|_| {});
        assert_eq!(found.verdict, Overridden);
        let overridden = inner(&found).overridden.as_ref().expect("overridden");
        assert_eq!(overridden.by, who);
        assert_eq!(overridden.was, Fail);
        assert_eq!(overridden.reason, "the sensor is broken");
        assert_eq!(overridden.until, Some(990_000.0 + 86_400.0));
    }
    // What passes needs none.
    assert_eq!(judged_by(BY_NAME, "1", &|_| {}).verdict, Pass);
    // What is not known can be answered for, too.
    assert_eq!(judged_by(BY_NAME, "null", &|_| {}).verdict, Overridden);
}

#[test]
fn what_the_run_does_not_show_overrides_nothing() {
    let set = |name: &'static str, value: Val| {
        move |run: &mut Run| {
            run.facts.insert(name.to_string(), value.clone());
        }
    };
    let group = "approvers(\"security\")";
    let cases: Vec<(Assessment, &str)> = vec![
        (
            judged_by(BY_NAME, "2", &set("inputs.why", Val::text("  "))),
            "no reason",
        ),
        (
            judged_by(BY_NAME, "2", &|r| r.request.actor = Some("mallory".into())),
            "may not",
        ),
        (
            judged_by(BY_NAME, "2", &|r| r.request.actor = None),
            "nobody says who",
        ),
        (
            judged_by(group, "2", &|r| r.request.approvals.clear()),
            "nothing shows",
        ),
        (
            judged_by(BY_NAME, "2", &|r| r.request.asked = Some(900_000.0)),
            "expired",
        ),
        (
            judged_by(BY_NAME, "2", &|r| r.request.asked = None),
            "nobody says when",
        ),
        (
            judged_by(BY_NAME, "2", &|r| r.now = None),
            "nobody says when",
        ),
        (
            judged_by(BY_NAME, "2", &|r| {
                drop(r.facts.remove("inputs.why"));
            }),
            "isn't known",
        ),
    ];
    for (found, why) in cases {
        assert_eq!(found.verdict, Fail, "{why}");
        let notes = inner(&found).notes.join("; ");
        assert!(notes.contains(why), "{why}: {notes}");
    }
    // Nobody asked for it: no note.
    let found = judged_by(BY_NAME, "2", &set("inputs.skip", Val::Bool(false)));
    assert_eq!(found.verdict, Fail);
    assert!(inner(&found).notes.is_empty());
    let found = judged_by(BY_NAME, "2", &|r| drop(r.facts.remove("inputs.skip")));
    assert_eq!(found.verdict, Fail);
    assert!(inner(&found).notes.is_empty());
}
