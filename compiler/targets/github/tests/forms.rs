//! The forms that real pipelines need, each in a small pipeline.

use super::build::*;
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::*;
use crate::targets::tests::reviewed;

fn codes(found: &[Diagnostic]) -> Vec<Code> {
    found.iter().map(|d| d.code).collect()
}

fn one(nodes: Vec<Node>) -> Plan {
    plan(vec![pipeline("ci", vec![push_to(&["main"])], nodes)])
}

fn raw(yaml: &str) -> Vec<Raw> {
    vec![Raw {
        target: "github".into(),
        yaml: yaml.into(),
        span: Default::default(),
    }]
}

fn service(id: &str, image: &str) -> Container {
    Container {
        id: id.into(),
        image: image.into(),
        env: Vec::new(),
        ports: Vec::new(),
        volumes: Vec::new(),
        health: None,
        credentials: None,
        origin: origin(),
    }
}

/// A called pipeline, machines of one's own, a matrix from an output, shells, a remote call.
fn several() -> Plan {
    let mut plan_node = stage_node("plan", &[], vec![]);
    let mut parts = run("./parts.sh >> \"${GITHUB_OUTPUT}\"");
    parts.id = Some("list".into());
    as_stage(&mut plan_node).steps = vec![parts];
    let listed = reference(Ref::StepOutput {
        step: "list".into(),
        output: "parts".into(),
    });
    as_stage(&mut plan_node).outputs = vec![("parts".into(), listed, Default::default())];

    let powershell = {
        let mut step = step(
            "Say",
            script(vec![
                Part::Text("Write-Output ".into()),
                Part::Value(matrix_key("part"), Quoting::Bare),
                Part::Text(" \"of ".into()),
                Part::Value(reference(Ref::Commit), Quoting::Double),
                Part::Text("\"".into()),
            ]),
        );
        step.shell = Some("pwsh".into());
        step
    };
    let python = {
        let mut step = step(
            "Count",
            script(vec![
                Part::Text("print(".into()),
                Part::Value(matrix_key("part"), Quoting::Bare),
                Part::Text(")".into()),
            ]),
        );
        step.shell = Some("python".into());
        step
    };
    let mut work = stage_node("work", &[], vec![powershell, python]);
    work.needs = vec![Need {
        node: "plan".into(),
        reason: NeedReason::Data,
        span: Default::default(),
    }];
    let list_type = Type::List(Box::new(Type::Str));
    let from = Expr {
        ty: list_type,
        ..output_of("plan", "parts")
    };
    let stage = as_stage(&mut work);
    stage.matrix = Some(Matrix {
        keys: vec![MatrixKey {
            name: "part".into(),
            values: MatrixValues::From(from),
            span: Default::default(),
        }],
        ..Matrix::default()
    });
    stage.reports = vec![report("results", "out/*.xml")];

    let mut own = stage_node("own", &["work"], vec![run("nvidia-smi")]);
    as_stage(&mut own).runner = Some(Runner::Labels(vec!["self-hosted".into(), "gpu".into()]));
    as_stage(&mut own).container = Some(service("", "redis:7"));
    let mut grouped = stage_node("grouped", &["work"], vec![run("true")]);
    as_stage(&mut grouped).runner = Some(Runner::Group("big".into(), vec!["linux".into()]));
    as_stage(&mut grouped).environment = Some("registry".into());
    let mut login = service("", "python:3.12-slim");
    login.credentials = Some((secret("REGISTRY_USER"), secret("REGISTRY_PASSWORD")));
    as_stage(&mut grouped).container = Some(login);

    let mut remote = stage_node("remote", &["own"], vec![]);
    as_stage(&mut remote).checkout = false;
    as_stage(&mut remote).calls = Some(RemoteCall {
        path: "acme/shared/.github/workflows/scan.yml".into(),
        version: "a".repeat(40),
        inputs: vec![("level".into(), text("high"))],
        secrets: Vec::new(),
    });
    let mut take = stage_node("take", &["own"], vec![]);
    as_stage(&mut take).steps = vec![step(
        "Take the parts",
        StepKind::Take {
            node: "work".into(),
            artifact: "dist".into(),
            to: "dist".into(),
        },
    )];
    let gate = judge_node("quality", &[("work", "results")]);
    let mut shipped = stage_node("shipped", &["quality", "take"], vec![run("./ship.sh")]);
    shipped.when = Some(binary(
        Operator::Equal,
        reference(Ref::Outcome("take".into())),
        symbol("outcome", "success"),
    ));

    let nodes = vec![plan_node, work, own, grouped, remote, take, gate, shipped];
    let mut pipeline = pipeline("build_all", vec![trigger(Event::Call)], nodes);
    pipeline.inputs = vec![Input {
        dispatch: false,
        call: true,
        ..input(
            "level",
            InputKind::Choice(vec!["low".into(), "high".into()]),
            None,
        )
    }];
    pipeline.env = vec![("LEVEL".into(), reference(Ref::Input("level".into())))];
    pipeline.call_outputs = vec![("parts".into(), output_of("plan", "parts"))];
    pipeline.dir = Some("sources".into());
    let mut plan = plan(vec![pipeline]);
    plan.project.evaluator = Some(Evaluator::Path("tools/gatec".into()));
    plan
}

#[test]
fn several_forms() {
    let (content, found) = emitted(several());
    assert_eq!(codes(&found), []);
    reviewed("github", "several_forms", &content);
}

#[test]
fn nothing_conditional_needs_one_line_for_all_jobs() {
    let (content, found) = emitted(one(vec![
        stage_node("a", &[], vec![run("true")]),
        stage_node("b", &["a"], vec![run("true")]),
    ]));
    assert_eq!(codes(&found), []);
    assert!(content.contains("RESULTS: ${{ join(needs.*.result, ' ') }}"));
    reviewed(
        "github",
        "nothing_conditional_needs_one_line_for_all_jobs",
        &content,
    );
}

#[test]
fn raw_adds_and_never_overwrites() {
    let mut a = stage_node("a", &[], vec![run("true")]);
    as_stage(&mut a).raw = raw("strategy: {max-parallel: 1}\nenv: {X: 1}");
    let mut b = stage_node("b", &[], vec![run("true")]);
    as_stage(&mut b).raw = raw("runs-on: other\nname: other");
    let mut plan = one(vec![a, b]);
    plan.pipelines[0].raw = raw("on: {issues: {types: [opened]}}");
    let (content, found) = emitted(plan);
    let said: Vec<_> = found.iter().map(|d| d.message.as_str()).collect();
    assert_eq!(
        said,
        [
            "gatec writes `name` itself",
            "gatec writes `runs-on` itself"
        ]
    );
    assert!(content.contains("  issues:\n    types:\n      - opened\n"));
    assert!(content.contains("    strategy:\n      max-parallel: 1\n"));
}

#[test]
fn raw_says_nothing_that_the_checks_rely_on() {
    let said = |at: &str, yaml: &str| {
        let mut step = run("true");
        let mut node = stage_node("a", &[], vec![]);
        if at == "step" {
            step.raw = raw(yaml);
        } else if at == "job" {
            as_stage(&mut node).raw = raw(yaml);
        }
        as_stage(&mut node).steps = vec![step];
        let mut plan = one(vec![node]);
        if at == "workflow" {
            plan.pipelines[0].raw = raw(yaml);
        }
        let (content, found) = emitted(plan);
        let key = yaml.split(':').next().unwrap();
        assert!(!content.contains(&format!("{yaml}\n")), "{content}");
        assert_eq!(codes(&found), [Code::BadRaw], "{at} {yaml}");
        assert!(found[0].message.contains(key), "{found:?}");
        found[0].help.concat()
    };
    let word = |word: &str| format!("say it in the language: `{word}`");
    assert_eq!(
        said("workflow", "permissions: write-all"),
        word("permission")
    );
    assert_eq!(said("workflow", "jobs: {x: {}}"), word("stage"));
    assert_eq!(
        said("job", "permissions: {pages: write}"),
        word("permission")
    );
    assert_eq!(said("job", "if: false"), word("when"));
    assert_eq!(said("job", "continue-on-error: true"), word("may_fail"));
    assert_eq!(said("step", "continue-on-error: true"), word("may_fail"));
    assert_eq!(said("step", "uses: acme/tool@v1"), word("use"));
    assert_eq!(said("job", "enviroment: x"), "did you mean `environment`?");
    assert!(said("step", "nonsense: x").starts_with("a fragment may set name, "));
}

#[test]
fn a_secret_outside_an_environment_is_said_unless_allowed() {
    let deploy = || {
        let mut node = stage_node("a", &[], vec![run("./send.sh")]);
        as_stage(&mut node).env = vec![("TOKEN".into(), secret("TOKEN"))];
        node
    };
    let (_, found) = emitted(one(vec![deploy()]));
    assert_eq!(codes(&found), [Code::SecretOutsideEnvironment]);
    let mut plan = one(vec![deploy()]);
    plan.allows = vec![Allow {
        code: "secret-outside-environment".into(),
        reason: "the token can only read".into(),
        within: None,
        origin: origin(),
    }];
    let (content, found) = emitted(plan);
    assert_eq!(codes(&found), []);
    let ignore =
        "TOKEN: ${{ secrets.TOKEN }} # zizmor: ignore[secrets-outside-env] the token can only read";
    assert!(content.contains(ignore), "{content}");
    assert_eq!(
        content.matches("secrets.TOKEN").count(),
        1,
        "only the step has it"
    );
}

#[test]
fn scripts_hold_constants_and_variables_by_their_quotes() {
    let parts = vec![
        Part::Text("run ".into()),
        Part::Value(
            list(Type::Str, texts(&["a b", "it's", "$HOME"])),
            Quoting::Bare,
        ),
        Part::Text(" \"".into()),
        Part::Value(text("say \"$x\""), Quoting::Double),
        Part::Text("\" ".into()),
        Part::Value(matrix_key("os"), Quoting::Bare),
        Part::Text(" ".into()),
        Part::Value(matrix_key("os"), Quoting::Bare),
        Part::Text("; MATRIX_OS_2=1".into()),
    ];
    let mut node = stage_node("a", &[], vec![step("Run", script(parts))]);
    as_stage(&mut node).env = vec![("MATRIX_OS".into(), text("mine"))];
    as_stage(&mut node).matrix = Some(Matrix {
        keys: vec![known_key("os", texts(&["x", "y"]))],
        ..Matrix::default()
    });
    let (content, found) = emitted(one(vec![node]));
    assert_eq!(codes(&found), []);
    let script = r#"run 'a b' 'it'\''s' '$HOME' "say \"\$x\"" "${MATRIX_OS_3}" "${MATRIX_OS_3}"; MATRIX_OS_2=1"#;
    let read = content
        .lines()
        .find(|l| l.contains("run: "))
        .unwrap_or_default();
    let back: serde_yaml::Value = serde_yaml::from_str(read.trim()).expect("yaml");
    assert_eq!(back["run"].as_str(), Some(script));
    assert!(content.contains("MATRIX_OS_3: ${{ matrix.os }}"));
}

#[test]
fn a_conditional_include_chooses_between_two_lists() {
    let mut node = stage_node("a", &[], vec![run("true")]);
    let rule = |os: &str, when| MatrixRule {
        pairs: vec![("os".into(), Value::Str(os.into()))],
        when,
        span: Default::default(),
    };
    as_stage(&mut node).matrix = Some(Matrix {
        keys: vec![known_key("os", texts(&["x"]))],
        include: vec![rule("y", None), rule("z", Some(event_is("push")))],
        ..Matrix::default()
    });
    as_stage(&mut node).reports = vec![report("r", "r.json")];
    let (content, found) = emitted(one(vec![node, judge_node("g", &[("a", "r")])]));
    assert_eq!(codes(&found), []);
    assert!(content.contains(
        "${{ fromJSON(github.event_name == 'push' && '[{\"os\":\"y\"},{\"os\":\"z\"}]' || '[{\"os\":\"y\"}]') }}"
    ));
    assert!(content.contains(
        "            a/x\n            a/y\n            ${{ github.event_name == 'push' && 'a/z' || '' }}\n"
    ));
}

#[test]
fn ids_differ_whatever_their_case() {
    let (content, _) = emitted(one(vec![
        stage_node("Build", &[], vec![run("true")]),
        stage_node("build", &[], vec![run("true")]),
        stage_node("all__checks", &[], vec![run("true")]),
    ]));
    for id in ["  build:", "  build_2:", "  all_checks:", "  all_checks_2:"] {
        assert!(content.lines().any(|l| l == id), "{id}");
    }
}

#[test]
fn rights_are_spelt_githubs_way_and_writing_wins() {
    let mut node = stage_node("a", &[], vec![run("true")]);
    let right = |scope: &str, write, reason: &str| Permission {
        scope: scope.into(),
        write,
        reason: reason.into(),
    };
    as_stage(&mut node).permissions = vec![
        right("id_token", true, "say who runs"),
        right("packages", false, "pull"),
        right("packages", true, "push"),
    ];
    let (content, _) = emitted(one(vec![node]));
    assert!(content.contains(
        "      contents: read\n      id-token: write # say who runs\n      packages: write # push\n"
    ));
}
