//! One plan with everything in it; the field's checkers find nothing in what it becomes.

use super::build::*;
use crate::plan::*;
use crate::targets::tests::reviewed;

fn lint() -> Node {
    stage_node("lint", &[], vec![run("ruff check src"), run("mypy src")])
}

fn test() -> Node {
    let mut measure = step(
        "Test",
        script(vec![
            Part::Text("pytest --python ".into()),
            Part::Value(matrix_key("python"), Quoting::Bare),
            Part::Text(" \\\n  --label \"on ".into()),
            Part::Value(matrix_key("os"), Quoting::Double),
            Part::Text("\" --junitxml=junit.xml".into()),
        ]),
    );
    measure.measure = true;
    let setup = action(
        "Set up Python",
        "actions/setup-python",
        "v7",
        vec![("python-version", matrix_key("python"))],
    );
    let mut upload = action(
        "Send coverage",
        "codecov/codecov-action",
        "v5",
        vec![
            ("files", text("coverage.xml")),
            ("token", secret("CODECOV_TOKEN")),
        ],
    );
    upload.when = Some(not(from_fork()));
    let mut logs = run("docker compose logs");
    logs.after = After::Failure;
    let mut down = run("docker compose down");
    down.after = After::Always;
    let mut node = stage_node("test", &["lint"], vec![setup, measure, upload, logs, down]);
    node.title = "Build and test".into();
    node.origin.docs = Some("Unit tests on every Python.".into());
    let stage = as_stage(&mut node);
    stage.environment = Some("ci".into());
    stage.runner = Some(Runner::FromMatrix("os".into()));
    stage.matrix = Some(Matrix {
        keys: vec![
            known_key("python", texts(&["3.11", "3.12"])),
            known_key(
                "os",
                vec![
                    Value::Symbol("ubuntu".into()),
                    Value::Symbol("ubuntu_arm".into()),
                ],
            ),
        ],
        exclude: vec![MatrixRule {
            pairs: vec![("os".into(), Value::Symbol("ubuntu_arm".into()))],
            when: Some(event_is("pull_request")),
            span: Default::default(),
        }],
        max_parallel: Some(4),
        ..Matrix::default()
    });
    stage.reports = vec![
        report("results", "junit.xml"),
        report("coverage", "out/coverage.xml"),
    ];
    stage.artifacts = vec![Artifact {
        id: "html".into(),
        paths: vec!["htmlcov/".into(), "site/".into()],
        retention_days: None,
        origin: origin(),
    }];
    stage.services = vec![Container {
        id: "postgres".into(),
        image: "postgres:16".into(),
        env: vec![("POSTGRES_PASSWORD".into(), text("postgres"))],
        ports: vec!["5432:5432".into()],
        volumes: Vec::new(),
        health: Some("pg_isready".into()),
        credentials: None,
        origin: origin(),
    }];
    node
}

fn benchmark() -> Node {
    let bench = step(
        "Benchmark",
        script(vec![
            Part::Text("./bench.sh --environment ".into()),
            Part::Value(reference(Ref::Input("target".into())), Quoting::Bare),
            Part::Text(" --floor ".into()),
            Part::Value(reference(Ref::Input("floor".into())), Quoting::Bare),
        ]),
    );
    let mut node = stage_node("benchmark", &["lint"], vec![bench]);
    node.when = Some(binary(
        Operator::Or,
        event_is("pull_request"),
        binary(
            Operator::In,
            reference(Ref::Branch),
            list(Type::Str, texts(&["main", "develop"])),
        ),
    ));
    let stage = as_stage(&mut node);
    stage.runner = Some(Runner::Machine {
        cores: 4.0,
        memory: Some(8.0 * 1_073_741_824.0),
        disk: Some(10.0 * 1_073_741_824.0),
    });
    stage.retries = 2;
    stage.reports = vec![report("results", "results.json")];
    node
}

fn docs() -> Node {
    let mut node = stage_node("docs", &[], vec![run("make docs")]);
    node.when = Some(expr(ExprKind::Ref(Ref::Changed("docs".into())), Type::Bool));
    as_stage(&mut node).may_fail = true;
    node
}

fn image() -> Node {
    let mut publish = action(
        "Publish",
        "docker/build-push-action",
        "v7",
        vec![
            ("push", yes(true)),
            ("tags", text("ghcr.io/acme/app:latest")),
        ],
    );
    publish.id = Some("publish".into());
    let mut node = stage_node("image", &["release"], vec![publish]);
    node.when = Some(binary(Operator::And, event_is("push"), branch_is("main")));
    let stage = as_stage(&mut node);
    stage.permissions = vec![Permission {
        scope: "packages".into(),
        write: true,
        reason: "push the image".into(),
    }];
    let digest = reference(Ref::StepOutput {
        step: "publish".into(),
        output: "digest".into(),
    });
    stage.outputs = vec![
        ("digest".into(), digest, Default::default()),
        ("unread".into(), text("x"), Default::default()),
    ];
    node
}

fn production() -> Node {
    let deploy = Deploy {
        services: vec!["policy_server".into()],
        image: expr(
            ExprKind::Text(Text {
                parts: vec![
                    Part::Text("ghcr.io/acme/app@".into()),
                    Part::Value(output_of("image", "digest"), Quoting::Message),
                ],
            }),
            Type::Str,
        ),
        environment: "production".into(),
        rollout: "all_at_once".into(),
        verify: None,
        announce: Vec::new(),
    };
    let mut node = node(
        "to_production",
        &[("image", NeedReason::Data)],
        NodeKind::Deploy(deploy),
    );
    node.when = Some(branch_is("main"));
    node
}

pub fn rich() -> Plan {
    let mut judge = judge_node("release", &[("test", "results"), ("benchmark", "results")]);
    if let NodeKind::Judge(judge) = &mut judge.kind {
        judge.comment = Comment::PullRequest;
    }
    let triggers = vec![
        push_to(&["main", "develop", "!wip/**"]),
        Trigger {
            branches: vec!["main".into()],
            paths: vec!["!docs/**".into()],
            ..trigger(Event::PullRequest)
        },
        Trigger {
            types: vec!["published".into()],
            ..trigger(Event::Release)
        },
        Trigger {
            cron: vec!["17 2 * * *".into()],
            ..trigger(Event::Schedule)
        },
        trigger(Event::Dispatch),
        trigger(Event::MergeGroup),
    ];
    let nodes = vec![
        lint(),
        test(),
        benchmark(),
        docs(),
        judge,
        image(),
        production(),
    ];
    let mut pipeline = pipeline("ci_cd", triggers, nodes);
    pipeline.title = "CI/CD".into();
    pipeline.origin.docs = Some("Build it, measure it, ship it.".into());
    pipeline.env = vec![("PYTHONUNBUFFERED".into(), text("1"))];
    pipeline.run_name = Some(Text {
        parts: vec![
            Part::Text("Build of ".into()),
            Part::Value(reference(Ref::Commit), Quoting::Message),
        ],
    });
    pipeline.inputs = vec![
        input(
            "target",
            InputKind::Environment(vec!["staging".into(), "production".into()]),
            Some(Value::Symbol("staging".into())),
        ),
        Input {
            at_least: Some(40.0),
            ..input(
                "floor",
                InputKind::Number(Quantity::Points),
                Some(Value::Number(60.0, Quantity::Points)),
            )
        },
    ];
    pipeline.changed = vec![("docs".into(), vec!["docs/**".into(), "!**/*.txt".into()])];
    let mut plan = plan(vec![pipeline]);
    plan.environments = vec![environment("staging"), environment("production")];
    plan.rollouts = vec![rolling("all_at_once")];
    plan
}

#[test]
fn everything_at_once() {
    let (content, found) = emitted(rich());
    let said: Vec<_> = found
        .iter()
        .map(|d| format!("{}: {}", d.code.name(), d.message))
        .collect();
    assert_eq!(said, Vec::<String>::new());
    reviewed("github", "everything_at_once", &content);
}
