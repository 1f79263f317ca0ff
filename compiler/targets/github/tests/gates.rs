//! What a gate's job gets: who approved an override, and the way into the store of its baseline.

use super::programs::{said, workflow};

const PROGRAM: &str = r#"
project { evaluator { path = "tools/gatec" } }
metric latency: duration { better = lower, report = bench.results["p95_ms"] * 1ms }
baseline past { STORE }
allow "secret-outside-environment" { reason = "only the gate's own step has it" }
gate speed {
  against = past
  require rise(latency) <= 10%
  OVERRIDE
}
pipeline ci {
  on push { branches = ["main"] }
  EVENTS
  stage bench {
    run "make bench"
    reports { results = json("bench.json") }
  }
  check speed
}
"#;

const DISPATCH: &str = r#"on dispatch {
    input skip: bool { default = false }
    input why: string { default = "" }
  }"#;

fn program(store: &str, asked: &str, events: &str) -> String {
    PROGRAM
        .replace("STORE", store)
        .replace("OVERRIDE", asked)
        .replace("EVENTS", events)
}

fn overridden(by: &str, more: &str) -> String {
    format!("override {{ when inputs.skip, reason = inputs.why, by = {by}{more} }}")
}

/// The lines of a job.
fn job(text: &str, id: &str) -> String {
    let begins = format!("  {id}:");
    let of_it = text.lines().skip_while(|line| *line != begins).skip(1);
    let lines: Vec<&str> = of_it.take_while(|line| line.starts_with("    ")).collect();
    lines.join("\n") + "\n"
}

#[test]
fn a_group_approves_in_its_environment_where_it_is_asked_to() {
    let groups = overridden("approvers(\"Security team\", \"Leads\")", ", expires = 24h");
    let text = workflow(&program("", &groups, DISPATCH));
    for (id, group) in [
        ("approve_speed_security_team", "Security team"),
        ("approve_speed_leads", "Leads"),
    ] {
        let job = job(&text, id);
        for line in [
            "    if: ${{ inputs.skip }}\n",
            "      actions: read # tell who approved\n",
            &format!("    environment: {group}\n"),
            &format!("          GROUP: {group}\n"),
            "      approvals: ${{ steps.look.outputs.approvals }}\n",
        ] {
            assert!(job.contains(line), "{line}\n{job}");
        }
        assert!(!job.contains("needs:"), "{job}");
    }
    let gate = text.split("\n  speed:\n").nth(1).unwrap();
    for line in [
        "      - approve_speed_security_team\n      - approve_speed_leads\n",
        "    if: ${{ !cancelled() }}\n",
        "            ${{ needs.approve_speed_leads.outputs.approvals }}\n",
        "          GATEC_ASKED_AT: ${{ steps.asked.outputs.at }}\n",
    ] {
        assert!(gate.contains(line), "{line}\n{gate}");
    }
}

#[test]
fn a_run_that_cant_ask_waits_for_nobody() {
    let group = overridden("approvers(\"leads\")", "");
    // The pipeline has no such inputs, so none of its runs asks.
    let other = r#"pipeline other {
  on dispatch { input skip: bool { default = false }, input why: string { default = "" } }
  stage bench { run "make bench", reports { results = json("bench.json") } }
  check speed
}"#;
    let text = workflow(&(program("", &group, "") + other));
    assert!(!text.contains("approve_speed"), "{text}");
    assert!(!text.contains("GATEC_APPROVALS"), "{text}");
    // Nor does a job wait where those who started the run may themselves.
    let people = overridden("[\"alice\"]", "");
    let text = workflow(&program("", &people, DISPATCH));
    assert!(
        !text.contains("approve_speed") && !text.contains("steps.asked"),
        "{text}"
    );
}

#[test]
fn a_job_of_that_name_keeps_its_own() {
    let group = overridden("approvers(\"leads\")", "");
    let stage = format!("{DISPATCH}\n  stage approve_speed {{ run \"x\" }}");
    let text = workflow(&program("", &group, &stage));
    assert!(text.contains("\n  approve_speed_2:\n"), "{text}");
    assert!(
        text.contains("needs.approve_speed_2.outputs.approvals"),
        "{text}"
    );
}

#[test]
fn a_role_is_taken_on_and_never_by_a_fork() {
    let store = "store = object_store(\"s3://bucket/a\", region = \"eu-central-1\", role = \"arn:aws:iam::1:role/gates\")";
    let text = workflow(&program(store, "", "on pull_request"));
    for line in [
        "      id-token: write # take on the baseline's role\n",
        "        if: ${{ !(github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name != github.repository) }}\n",
        "          role-to-assume: arn:aws:iam::1:role/gates\n",
        "            --record\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(!text.contains("secrets."), "{text}");
    let text = workflow(&program(store, "", ""));
    assert!(!text.contains("head.repo"), "{text}");
}

#[test]
fn the_secrets_of_a_store_go_to_one_step_and_to_no_fork() {
    let store =
        "store = object_store(\"s3://bucket/a\", key_id = secret.ID, secret_key = secret.KEY)";
    let text = workflow(&program(store, "", "on pull_request"));
    let here = "!(github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name != github.repository)";
    let reason = "# zizmor: ignore[secrets-outside-env] only the gate's own step has it";
    for (name, secret) in [
        ("AWS_ACCESS_KEY_ID", "ID"),
        ("AWS_SECRET_ACCESS_KEY", "KEY"),
    ] {
        let line =
            format!("          {name}: ${{{{ {here} && secrets.{secret} || '' }}}} {reason}\n");
        assert_eq!(text.matches(&line).count(), 1, "{line}\n{text}");
    }
    assert_eq!(text.matches("secrets.").count(), 2, "{text}");
    let without = program(store, "", "").replace("allow \"secret", "#");
    let found = said(&without);
    assert!(
        found
            .iter()
            .all(|f| f.starts_with("secret-outside-environment: ")),
        "{found:?}"
    );
    assert_eq!(found.len(), 2);
}

#[test]
fn a_store_that_anyone_reads_is_not_written_to() {
    let text = workflow(&program("store = object_store(\"s3://bucket/a\")", "", ""));
    assert!(
        !text.contains("--record") && !text.contains("AWS_"),
        "{text}"
    );
    let store =
        "store = prometheus(\"https://p.test\", token = secret.TOKEN), queries { latency = \"x\" }";
    let text = workflow(&program(store, "", ""));
    assert!(
        text.contains("GATEC_PROMETHEUS_TOKEN: ${{ secrets.TOKEN }}"),
        "{text}"
    );
    assert!(!text.contains("--record"), "{text}");
}
