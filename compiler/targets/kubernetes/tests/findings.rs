//! What the target refuses or says, one test each.

use super::sample::*;
use crate::diagnostics::{Code, Severity};
use crate::plan::*;
use crate::source::Span;
use crate::targets::kubernetes::emit;

fn codes(plan: Plan) -> Vec<(Code, Severity)> {
    let found = emit(&valid(plan)).diagnostics.sorted();
    found.iter().map(|d| (d.code, d.severity)).collect()
}

fn error(code: Code) -> Vec<(Code, Severity)> {
    vec![(code, Severity::Error)]
}

fn quick() -> Strategy {
    rolling(Amount::Absolute(0), Amount::Absolute(1))
}

#[test]
fn two_names_that_become_one() {
    assert_eq!(
        codes(plan(vec![service("a_b"), service("A_b")], vec![])),
        error(Code::NameCollision)
    );
    let environments = vec![environment("prod", vec![]), environment("Prod", vec![])];
    let found = codes(plan(vec![], environments));
    assert!(
        found.contains(&(Code::NameCollision, Severity::Error)),
        "{found:?}"
    );
}

#[test]
fn a_name_that_is_no_dns_label() {
    assert_eq!(
        codes(plan(vec![service(&"a".repeat(64))], vec![])),
        error(Code::InvalidName)
    );
    let mut place = environment("prod", vec![]);
    place.namespace = "Prod_1".to_string();
    assert_eq!(
        codes(plan(vec![service("a")], vec![place])),
        error(Code::InvalidName)
    );
}

#[test]
fn labels_that_the_cluster_or_gatec_does_not_leave_to_the_program() {
    let labelled = |key: &str, value: &str| {
        let mut service = service("a");
        service.labels = vec![(key.to_string(), value.to_string())];
        codes(plan(vec![service], vec![]))
    };
    assert_eq!(labelled("team", "two words"), error(Code::InvalidName));
    assert_eq!(labelled("the team", "ml"), error(Code::InvalidName));
    assert_eq!(
        labelled("app.kubernetes.io/name", "b"),
        error(Code::NameCollision)
    );
    assert_eq!(labelled("team", "ml"), vec![]);
}

#[test]
fn a_variable_with_two_sources() {
    let mut service = service("a");
    service.env = vec![("KEY".to_string(), Value::Str("x".to_string()))];
    service.secrets = vec![("KEY".to_string(), "KEY".to_string())];
    assert_eq!(
        codes(plan(vec![service], vec![])),
        error(Code::NameCollision)
    );
}

#[test]
fn a_rollout_that_comes_later() {
    let ab = Strategy::Ab {
        split: 0.5,
        sticky: None,
        sample: None,
        at_most: 600.0,
    };
    let base = plan(vec![service("a")], vec![environment("prod", vec![])]);
    let nodes = vec![deploy("a", "prod", "slow"), deploy("a", "prod", "slow")];
    let used = deployed(base.clone(), nodes, vec![rollout("slow", ab.clone())]);
    // Once, however many deploys use it.
    assert_eq!(
        codes(used)
            .iter()
            .filter(|(c, _)| *c == Code::NotYet)
            .count(),
        1
    );
    let unused = deployed(
        base,
        vec![deploy("a", "prod", "fast")],
        vec![rollout("slow", ab), rollout("fast", quick())],
    );
    assert_eq!(codes(unused), vec![]);
}

#[test]
fn early_promotion_comes_later() {
    let mut early = rollout(
        "slow",
        Strategy::Canary {
            steps: vec![0.5, 1.0],
            hold: 600.0,
        },
    );
    let never = Expr::constant(Value::Bool(false), Type::Bool, Span::default());
    early.promote_early = Some((0.5, never, Span::default()));
    let base = plan(vec![service("a")], vec![environment("prod", vec![])]);
    let used = deployed(base, vec![deploy("a", "prod", "slow")], vec![early]);
    assert_eq!(codes(used), error(Code::NotYet));
}

#[test]
fn a_monitoring_stack_is_a_note() {
    let mut place = environment("prod", vec![]);
    place.install_monitoring = Some(Span::default());
    let found = codes(plan(vec![service("a")], vec![place]));
    assert_eq!(found, vec![(Code::NotYet, Severity::Note)]);
}

#[test]
fn a_host_can_not_be_allowed_by_name() {
    let mut service = service("a");
    service.calls = vec!["api.example.com".to_string()];
    assert_eq!(codes(plan(vec![service], vec![])), error(Code::NotYet));
}

#[test]
fn a_rollout_that_can_not_move() {
    let stuck = |unavailable, surge| {
        let base = plan(vec![service("a")], vec![environment("prod", vec![])]);
        let rollouts = vec![rollout("r", rolling(unavailable, surge))];
        codes(deployed(base, vec![deploy("a", "prod", "r")], rollouts))
    };
    assert_eq!(
        stuck(Amount::Absolute(0), Amount::Absolute(0)),
        error(Code::StuckRollout)
    );
    // Half a per cent of missing replicas is none.
    assert_eq!(
        stuck(Amount::Share(0.005), Amount::Share(0.0)),
        error(Code::StuckRollout)
    );
    assert_eq!(stuck(Amount::Absolute(0), Amount::Share(0.001)), vec![]);
}

#[test]
fn deploys_that_disagree() {
    let base = plan(vec![service("a")], vec![environment("prod", vec![])]);
    let nodes = vec![deploy("a", "prod", "one"), deploy("a", "prod", "two")];
    let two = rolling(Amount::Absolute(1), Amount::Absolute(0));
    let rollouts = vec![rollout("one", quick()), rollout("two", two)];
    let found = codes(deployed(base.clone(), nodes.clone(), rollouts));
    assert_eq!(found, error(Code::ConflictingRollouts));
    let alike = vec![rollout("one", quick()), rollout("two", quick())];
    assert_eq!(codes(deployed(base, nodes, alike)), vec![]);
}

#[test]
fn a_scale_without_a_measure() {
    let mut scaled = service("a");
    scaled.replicas = (2, 4);
    scaled.resources.cpu = None;
    assert_eq!(
        codes(plan(vec![scaled.clone()], vec![])),
        error(Code::ScalingWithoutCpu)
    );
    let mut here = overlay("a");
    here.resources.cpu = Some((1.0, 1.0));
    let said = plan(vec![scaled], vec![environment("prod", vec![here])]);
    assert_eq!(codes(said), vec![]);
}

#[test]
fn a_scale_from_nothing() {
    let mut scaled = service("a");
    scaled.replicas = (0, 4);
    assert_eq!(codes(plan(vec![scaled], vec![])), error(Code::OutOfRange));
    let mut here = overlay("a");
    here.replicas = Some((0, 1));
    let plan = plan(vec![service("a")], vec![environment("prod", vec![here])]);
    assert_eq!(codes(plan), error(Code::OutOfRange));
}

#[test]
fn an_override_without_a_deploy() {
    let places = vec![
        environment("prod", vec![overlay("a")]),
        environment("staging", vec![]),
    ];
    let base = plan(vec![service("a")], places);
    let nodes = vec![deploy("a", "staging", "r")];
    let found = codes(deployed(base, nodes, vec![rollout("r", quick())]));
    assert_eq!(found, vec![(Code::UnusedOverride, Severity::Warning)]);
}

fn with_raw(yaml: &str) -> Plan {
    let mut service = service("a");
    service.raw = vec![Raw {
        target: "kubernetes".to_string(),
        yaml: yaml.to_string(),
        span: Span::default(),
    }];
    plan(vec![service], vec![])
}

#[test]
fn a_fragment_without_an_object_to_lie_on() {
    for yaml in [
        "spec: {}",
        "kind: Ingress",
        "kind: 3",
        "- kind: Service",
        "kind: [",
        "",
    ] {
        assert_eq!(codes(with_raw(yaml)), error(Code::BadRaw), "{yaml:?}");
    }
}

#[test]
fn a_fragment_adds_and_never_changes() {
    let taken = "kind: Deployment\nspec: {template: {spec: {containers: [{name: a, image: b}]}}}";
    assert_eq!(codes(with_raw(taken)), error(Code::BadRaw));
    let yaml = "kind: Deployment\nspec: {template: {spec: {containers: [{name: a, tty: true}, {name: b}]}}}";
    let emitted = emit(&valid(with_raw(yaml)));
    assert!(emitted.diagnostics.is_empty());
    let text = &emitted
        .files
        .iter()
        .find(|f| f.path.ends_with("deployment.yaml"))
        .unwrap()
        .content;
    assert!(
        text.contains("\n          tty: true\n        - name: b\n"),
        "{text}"
    );
}

#[test]
fn fragments_for_other_targets_are_left_to_them() {
    let mut plan = with_raw("kind: nonsense");
    plan.services[0].raw[0].target = "prometheus".to_string();
    assert_eq!(codes(plan), vec![]);
}
