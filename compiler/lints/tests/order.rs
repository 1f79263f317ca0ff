//! Lints of what runs when.

use super::*;

/// CarlaRL's own order of stages (D1, D2), as a program would say it.
fn carla() -> Plan {
    let mut triggers = both();
    triggers.push(on(Event::Release, &[]));
    plan(
        triggers,
        vec![
            stage("build_and_test"),
            stage("performance_validation")
                .needs(&["build_and_test"])
                .when("event == pull_request or branch == \"main\""),
            stage("security_scan"),
            stage("build_docker")
                .needs(&["build_and_test", "performance_validation"])
                .when("event == push"),
            stage("deploy_staging")
                .needs(&["build_docker", "security_scan"])
                .when("branch == \"develop\""),
            stage("deploy_production")
                .needs(&["deploy_staging"])
                .when("branch == \"main\""),
        ],
    )
}

#[test]
fn both_of_carlas_dead_deploys_are_found_in_one_run() {
    let found = only(&carla(), "unreachable-stage");
    let because = "and a skipped need skips what needs it: change a condition, or don't need it";
    assert_eq!(
        found,
        [
            format!(
                "unreachable-stage: stage `deploy_staging` can never run | \
                 runs only when `branch == \"develop\"` | \
                 stage `performance_validation` runs only when \
                 `event == pull_request or branch == \"main\"` | \
                 `deploy_staging` needs `build_docker`, which needs `performance_validation` | \
                 help: on push to `develop`, stage `performance_validation` is skipped, {because}"
            ),
            format!(
                "unreachable-stage: stage `deploy_production` can never run | \
                 runs only when `branch == \"main\"` | \
                 stage `deploy_staging` runs only when `branch == \"develop\"` | \
                 `deploy_production` needs `deploy_staging` | \
                 help: on push to `main`, stage `deploy_staging` is skipped, {because}"
            ),
        ]
    );
}

#[test]
fn a_condition_without_its_event_names_the_triggers() {
    let dead = plan(
        push(),
        vec![stage("a"), stage("b").when("event == release")],
    );
    assert_eq!(
        only(&dead, "unreachable-stage"),
        [
            "unreachable-stage: stage `b` can never run | runs only when `event == release` | \
          starts on push to main | help: no event fulfils this condition: change it, or add the \
          event with `on`"
        ]
    );
}

#[test]
fn a_skip_that_goes_through_a_gate_is_explained() {
    let mut plan = plan(
        both(),
        vec![
            stage("benchmark").when("branch == \"main\""),
            judge("fast", false).reads(&["benchmark"]),
            deploy("staging", "rolling")
                .needs(&["fast"])
                .when("branch == \"develop\""),
        ],
    );
    plan.metrics.push(metric("rate", "benchmark"));
    let criterion = limit("rate", Operator::GreaterEqual, 0.8, Quantity::Ratio);
    plan.gates.push(gate("fast", vec![criterion]));
    let found = only(&plan, "unreachable-stage").join("\n");
    assert!(found.contains("deploy `staging` can never run"), "{found}");
    assert!(
        found.contains("`staging` needs gate `fast`, which reads `benchmark`"),
        "{found}"
    );
    assert!(
        found.contains("if_skipped = pass }` in gate `fast`"),
        "{found}"
    );

    plan.gates[0].criteria[0].if_skipped = Some(Verdict::Pass);
    assert!(only(&plan, "unreachable-stage").is_empty());
}

#[test]
fn steps_that_never_run_are_found() {
    let with = |condition: &str| {
        let node = stage("test").with(|s| {
            s.steps[0].when = Some(cond(condition));
            s.matrix = Some(Matrix {
                keys: vec![MatrixKey {
                    name: "os".into(),
                    values: MatrixValues::Known(vec![
                        Value::Symbol("ubuntu".into()),
                        Value::Symbol("macos".into()),
                    ]),
                    span: place(),
                }],
                ..Matrix::default()
            });
        });
        codes(&plan(push(), vec![node]))
    };
    assert_eq!(with("event == pull_request"), ["unreachable-stage"]);
    assert_eq!(with("matrix.os == windows"), ["unreachable-stage"]);
    assert!(with("matrix.os == macos").is_empty());
    assert!(with("branch == \"main\"").is_empty());
    assert!(with("variable.SLOW == \"yes\"").is_empty());
}

#[test]
fn an_event_on_which_nothing_runs_is_dead() {
    let nodes = || vec![stage("a").when("event == push"), stage("b").needs(&["a"])];
    let found = only(&plan(both(), nodes()), "dead-trigger");
    assert_eq!(
        found,
        [
            "dead-trigger: `pull_request` starts `ci`, and nothing in it runs then | \
          starts an empty run | stage `a` runs only when `event == push` | \
          help: remove `on pull_request`, or let something run on it"
        ]
    );
    assert!(
        codes(&plan(push(), nodes()))
            .iter()
            .all(|c| *c != "dead-trigger")
    );
}

#[test]
fn circles_are_shown_as_paths() {
    let plain = plan(
        push(),
        vec![
            stage("a").needs(&["c"]),
            stage("b").needs(&["a"]),
            stage("c").uses(&["b"]),
        ],
    );
    assert_eq!(
        only(&plain, "cycle"),
        [
            "cycle: needs go in a circle: `a` → `c` → `b` → `a` | `a` needs `c` | `c` uses `b` | \
          `b` needs `a` | help: one of these needs must go"
        ]
    );
    let own = plan(push(), vec![stage("a").needs(&["a"])]);
    assert_eq!(only(&own, "cycle").len(), 1);
}

#[test]
fn a_gate_before_its_evidence_has_its_own_code() {
    let plan = plan(
        push(),
        vec![
            stage("build").needs(&["good"]),
            stage("test").needs(&["build"]),
            judge("good", false).reads(&["test"]),
        ],
    );
    assert_eq!(
        said_of(&plan)[0],
        "gate-before-evidence: stage `build` needs gate `good`, which can't be judged before it | \
         waits for the gate | `good` reads `test` | `test` needs `build` | \
         help: the circle: `build` → `good` → `test` → `build` | \
         help: let what the gate protects need it, not what it judges"
    );
    assert!(!codes(&plan).contains(&"cycle"));
}

#[test]
fn secrets_and_rights_stay_away_from_forks() {
    let secret = || reference(Ref::Secret("TOKEN".into()), Type::Str);
    let step = |when: &str| {
        let mut step = script("upload");
        step.env = vec![("TOKEN".into(), secret())];
        step.when = (!when.is_empty()).then(|| cond(when));
        step
    };
    let with = |change: &dyn Fn(&mut Stage)| plan(both(), vec![stage("a").with(|s| change(s))]);
    let found = only(&with(&|s| s.steps.push(step(""))), "secret-reaches-fork");
    assert_eq!(
        found,
        [
            "secret-reaches-fork: step `upload` of stage `a` with secret `TOKEN` runs for pull \
          requests from forks | a fork gets here | forks start this, too | \
          help: close it to forks: `when not from_fork`"
        ]
    );
    assert!(serious(&with(&|s| s.steps.push(step("not from_fork")))).is_empty());
    assert!(serious(&with(&|s| s.steps.push(step("event == push")))).is_empty());
    let shared = with(&|s| s.env.push(("TOKEN".into(), secret())));
    assert_eq!(serious(&shared), ["secret-reaches-fork"]);
    let right = |s: &mut Stage| {
        s.permissions.push(Permission {
            scope: "packages".into(),
            write: true,
            reason: "pushes the image".into(),
        });
    };
    assert_eq!(serious(&with(&right)), ["secret-reaches-fork"]);
    let split = with(&|s| {
        right(s);
        s.steps.push(step("not from_fork"));
    });
    assert!(serious(&split).is_empty());
    let closed = plan(both(), vec![stage("a").with(right).when("not from_fork")]);
    assert!(serious(&closed).is_empty());
    let mut optional = with(&|s| s.steps.push(step("")));
    optional.secrets.push(Secret {
        id: "TOKEN".into(),
        optional: true,
        origin: origin(),
    });
    assert!(serious(&optional).is_empty());
    assert_eq!(
        serious(&plan(both(), vec![deploy("d", "r")])),
        ["secret-reaches-fork"]
    );
    assert!(serious(&plan(push(), vec![deploy("d", "r")])).is_empty());
}

#[test]
fn a_wait_for_nothing_is_a_hint() {
    let nodes = vec![stage("long"), stage("next").needs(&["long"])];
    assert_eq!(
        said_of(&plan(push(), nodes)),
        [
            "unjustified-edge: stage `next` waits for `long` and uses nothing of it | \
          could start up to 30m earlier | help: remove the need, or `allow \"unjustified-edge\"` \
          with the reason for it"
        ]
    );
    let used = vec![
        stage("long"),
        stage("next").needs(&["long"]).uses(&["long"]),
    ];
    assert!(codes(&plan(push(), used)).is_empty());
    let acts = stage("next")
        .needs(&["long"])
        .with(|s| s.environment = Some("production".into()));
    assert!(codes(&plan(push(), vec![stage("long"), acts])).is_empty());
}

#[test]
fn schedules_keep_off_the_hour() {
    let with = |lines: &[&str]| {
        let mut trigger = on(Event::Schedule, &[]);
        trigger.cron = lines.iter().map(ToString::to_string).collect();
        codes(&plan(vec![trigger], vec![stage("a")]))
    };
    assert_eq!(with(&["0 2 * * *"]), ["cron-on-the-hour"]);
    assert!(with(&["17 2 * * *"]).is_empty());
    assert_eq!(with(&["17 2 * * *", "17  2 * * *"]), ["duplicate-schedule"]);
}

#[test]
fn one_commit_starts_a_pipeline_once() {
    let with = |branches: &[&str]| {
        let triggers = vec![on(Event::Push, branches), on(Event::PullRequest, &["main"])];
        codes(&plan(triggers, vec![stage("a")]))
    };
    assert_eq!(with(&[]), ["overlapping-triggers"]);
    assert_eq!(with(&["main", "feature/**"]), ["overlapping-triggers"]);
    assert!(with(&["main"]).is_empty());
    assert_eq!(
        with(&["main", "release/*"]),
        ["overlapping-triggers", "pattern-too-narrow"]
    );
}

#[test]
fn one_allow_silences_every_wait() {
    let nodes = vec![
        stage("a"),
        stage("b").needs(&["a"]),
        stage("c").needs(&["b"]),
    ];
    let mut plan = plan(push(), nodes);
    assert_eq!(only(&plan, "unjustified-edge").len(), 2);
    plan.allows.push(allow("unjustified-edge", None));
    assert!(super::super::run(&plan).is_empty());
}

#[test]
fn an_outcome_that_a_need_excludes_is_found() {
    let asked = |outcome: &str, needs: &[&str]| {
        let scan = reference(Ref::Outcome("scan".into()), Type::Symbol("outcome"));
        let wanted = Expr {
            kind: ExprKind::Const(Value::Symbol(outcome.into())),
            ..scan.clone()
        };
        let mut report = stage("report").needs(needs);
        report.when = Some(binary(Operator::Equal, scan, wanted, Type::Bool));
        only(
            &plan(push(), vec![stage("scan"), report]),
            "unreachable-stage",
        )
    };
    let found = asked("failure", &["scan"]).concat();
    assert!(found.contains("leave out `needs scan`"), "{found}");
    assert!(asked("failure", &[]).is_empty());
    assert!(asked("success", &["scan"]).is_empty());
}
