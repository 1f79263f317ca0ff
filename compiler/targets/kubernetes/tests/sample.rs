//! Plans to write manifests of, made by hand.

use crate::diagnostics::Diagnostics;
use crate::plan::*;
use crate::source::{FileId, Span};

pub(super) const GIB: f64 = 1_073_741_824.0;
pub(super) const MIB: f64 = 1_048_576.0;

/// A place in the source; each line another.
pub(super) fn at(line: usize) -> Origin {
    Origin {
        span: Span::new(FileId(0), line * 10, line * 10 + 5),
        docs: None,
        place: format!("system.gate:{line}"),
        ..Origin::default()
    }
}

/// A service that says no more than it must.
pub(super) fn service(id: &str) -> Service {
    Service {
        id: id.to_string(),
        port: 8080,
        replicas: (2, 2),
        scale_at: None,
        resources: Resources {
            cpu: Some((0.1, 0.1)),
            memory: Some((128.0 * MIB, 128.0 * MIB)),
            gpu: None,
        },
        metrics: None,
        health: None,
        ready: None,
        probes: vec![],
        series: vec![],
        env: vec![],
        config: vec![],
        secrets: vec![],
        command: vec![],
        user: None,
        writable: vec![],
        calls: vec![],
        egress: Egress::Listed,
        labels: vec![],
        raw: vec![],
        origin: at(10),
    }
}

pub(super) fn environment(id: &str, overrides: Vec<Overlay>) -> Environment {
    Environment {
        id: id.to_string(),
        namespace: id.replace('_', "-"),
        url: None,
        approval: false,
        login: None,
        prometheus: None,
        push: None,
        install_monitoring: None,
        router: None,
        engine: None,
        overrides,
        origin: at(20),
    }
}

pub(super) fn overlay(service: &str) -> Overlay {
    Overlay {
        service: service.to_string(),
        replicas: None,
        resources: Resources::default(),
        env: vec![],
        origin: at(21),
    }
}

pub(super) fn rollout(id: &str, strategy: Strategy) -> Rollout {
    Rollout {
        id: id.to_string(),
        strategy,
        against: None,
        criteria: vec![],
        promote_early: None,
        promote: None,
        on_failure: "rollback".to_string(),
        origin: at(30),
    }
}

pub(super) fn rolling(max_unavailable: Amount, max_surge: Amount) -> Strategy {
    Strategy::Rolling {
        max_unavailable,
        max_surge,
    }
}

pub(super) fn deploy(service: &str, environment: &str, rollout: &str) -> Node {
    Node {
        id: format!("to_{environment}"),
        title: format!("to_{environment}"),
        origin: at(40),
        needs: vec![],
        when: None,
        timeout: 1200.0,
        kind: NodeKind::Deploy(Deploy {
            services: vec![service.to_string()],
            image: Expr {
                kind: ExprKind::Const(Value::None),
                ty: Type::Str,
                span: Span::default(),
            },
            environment: environment.to_string(),
            rollout: rollout.to_string(),
            verify: None,
            announce: vec![],
        }),
    }
}

pub(super) fn plan(services: Vec<Service>, environments: Vec<Environment>) -> Plan {
    Plan {
        services,
        environments,
        ..Plan::default()
    }
}

/// The plan with a pipeline of these nodes, and these rollouts.
pub(super) fn deployed(mut plan: Plan, nodes: Vec<Node>, rollouts: Vec<Rollout>) -> Plan {
    plan.pipelines.push(Pipeline {
        id: "ci".to_string(),
        nodes,
        ..Pipeline::default()
    });
    plan.rollouts = rollouts;
    plan
}

pub(super) fn valid(plan: Plan) -> ValidPlan {
    ValidPlan::new(plan, &Diagnostics::new()).expect("no findings, so it is valid")
}

/// Two services, three environments, and a little of everything the target writes.
pub(super) fn whole() -> Plan {
    let mut services = vec![policy_server(), encoder(), router()];
    for (line, service) in services.iter_mut().enumerate() {
        service.origin.place = format!("system.gate:{line}");
    }
    let mut plan = plan(services, environments());
    plan.project.name = Some("Carla RL".to_string());
    let mut nodes = vec![];
    for service in ["policy_server", "encoder", "router"] {
        nodes.push(deploy(service, "staging", "quick"));
        nodes.push(deploy(service, "production", "careful"));
    }
    nodes.push(deploy("router", "bench", "careful"));
    let quick = rolling(Amount::Share(0.5), Amount::Share(0.25));
    let careful = rolling(Amount::Absolute(0), Amount::Absolute(1));
    let rollouts = vec![rollout("quick", quick), rollout("careful", careful)];
    deployed(plan, nodes, rollouts)
}

fn policy_server() -> Service {
    let mut service = service("policy_server");
    service.replicas = (3, 10);
    service.resources.cpu = Some((0.5, 2.0));
    service.resources.memory = Some((512.0 * MIB, GIB));
    service.metrics = Some("/metrics".to_string());
    service.health = Some("/healthz".to_string());
    service.origin.docs =
        Some("Answers observations with actions.\nOwned by the driving team.".to_string());
    service
}

fn encoder() -> Service {
    let mut service = service("encoder");
    service.replicas = (1, 1);
    service.resources.gpu = Some(1);
    service.health = Some("/live".to_string());
    service.ready = Some("/ready".to_string());
    service.command = vec!["encoder".to_string(), "--verbose".to_string()];
    service.user = Some(2000);
    service.writable = vec!["/tmp".to_string(), "/var/cache/models".to_string()];
    service.env = vec![
        ("LOG_LEVEL".to_string(), Value::Str("info".to_string())),
        (
            "TIMEOUT".to_string(),
            Value::Number(30.0, Quantity::Duration),
        ),
        ("DEBUG".to_string(), Value::Bool(false)),
    ];
    service.config = vec![
        (
            "SIZES".to_string(),
            Value::List(vec![Value::Number(1.0, Quantity::Number)]),
        ),
        (
            "RULES".to_string(),
            Value::Str("one: 1\ntwo: 2\n".to_string()),
        ),
    ];
    service.secrets = vec![("API_KEY".to_string(), "ENCODER_KEY".to_string())];
    service.labels = vec![("example.com/team".to_string(), "vision".to_string())];
    service.egress = Egress::Open;
    service
}

fn router() -> Service {
    let mut service = service("router");
    service.calls = vec!["policy_server".to_string(), "encoder".to_string()];
    service.raw = vec![Raw {
        target: "kubernetes".to_string(),
        yaml: "kind: Deployment\nspec:\n  template:\n    spec:\n      priorityClassName: high\n"
            .to_string(),
        span: Span::default(),
    }];
    service
}

fn environments() -> Vec<Environment> {
    let mut small = overlay("policy_server");
    small.replicas = Some((1, 2));
    let mut quiet = overlay("encoder");
    quiet.env = vec![
        ("LOG_LEVEL".to_string(), Value::Str("debug".to_string())),
        ("API_KEY".to_string(), Value::Str("none".to_string())),
    ];
    quiet.resources.memory = Some((64.0 * MIB, 96.0 * MIB));
    let mut many = overlay("router");
    many.replicas = Some((4, 4));
    let mut staging = environment("staging", vec![small, quiet, many]);
    staging.origin.docs = Some("Gets every change of develop.".to_string());
    vec![
        staging,
        environment("production", vec![]),
        environment("bench", vec![]),
    ]
}
