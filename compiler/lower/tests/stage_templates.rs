//! Templates of stages.

use super::{compiled, errors, needs, node};
use crate::plan::Runner;

const CHECKS: &str = r#"
template checks {
  param python: string { default = "3.12" }
  param minutes: duration { default = 7m }
  param on: runner { default = ubuntu }
  param source: string { default = "none" }
  stage lint {
    runner = on
    timeout = minutes
    run "ruff --py ${{ python }} ${{ source }}"
    artifacts { log = "lint.log" }
  }
  stage unit {
    name = "Unit tests"
    use stage.lint.log { to = "in" }
    run "pytest" v { outputs { version = string } }
    outputs { version = step.v.version }
    reports { results = junit("j.xml") }
  }
  stage say { run "echo ${{ stage.unit.version }}" }
}
"#;

fn program(pipeline: &str) -> String {
    format!("{CHECKS}\npipeline ci {{\n  on push {{ branches = [\"main\"] }}\n{pipeline}\n}}\n")
}

#[test]
fn two_uses_have_their_own_stages() {
    let text = program(
        "  use checks\n  use checks old { python = \"3.9\", minutes = 9m, on = macos }\n  stage end { run \"echo ${{ stage.old_unit.version }}\" }",
    );
    let (plan, errors) = compiled(&[("pipeline.gate", &text)]);
    assert_eq!(errors, Vec::<String>::new());
    assert_eq!(needs(node(&plan, "unit")), ["lint"]);
    assert_eq!(needs(node(&plan, "old_unit")), ["old_lint"]);
    assert_eq!(needs(node(&plan, "old_say")), ["old_unit"]);
    assert_eq!(needs(node(&plan, "end")), ["old_unit"]);
    let lint = node(&plan, "old_lint");
    assert_eq!((lint.title.as_str(), lint.timeout), ("Old / Lint", 540.0));
    let runner = lint.as_stage().and_then(|s| s.runner.clone());
    assert_eq!(runner, Some(Runner::Hosted("macos".into())));
    assert_eq!(node(&plan, "old_unit").title, "Old / Unit tests");
    assert_eq!(node(&plan, "lint").timeout, 420.0);
}

#[test]
fn what_a_use_asks_holds_for_each_stage() {
    let text = program(
        "  stage build { run \"make\" v { outputs { tag = string } }\n outputs { tag = step.v.tag } }\n  use checks u { source = stage.build.tag, needs build, when branch == \"main\" }",
    );
    let (plan, errors) = compiled(&[("pipeline.gate", &text)]);
    assert_eq!(errors, Vec::<String>::new());
    for id in ["u_lint", "u_unit", "u_say"] {
        let node = node(&plan, id);
        assert!(needs(node).contains(&"build"), "{id} waits for build");
        assert!(node.when.is_some(), "{id} has the condition");
    }
}

#[test]
fn reports_and_modules_are_found_by_the_given_name() {
    let main = "import ci.lib\nproject { evaluator { path = \"gatec\" } }\nmetric passed: ratio { better = higher, report = u_unit.results.pass_rate }\ngate g { require passed >= 100% }\npipeline ci {\n on push { branches = [\"main\"] }\n use lib.checks u\n check g\n}\n";
    let (plan, errors) = compiled(&[("pipeline.gate", main), ("ci/lib.gate", CHECKS)]);
    assert_eq!(errors, Vec::<String>::new());
    assert!(needs(node(&plan, "g")).contains(&"u_unit"));
}

#[test]
fn two_uses_without_a_name_collide_once() {
    let found = errors(&program("  use checks\n  use checks"));
    assert_eq!(
        found,
        ["duplicate-name: stage or deploy `lint` is declared twice"]
    );
}

#[test]
fn a_template_is_used_where_it_fits() {
    let steps = "template setup { run \"make\" }\n";
    let found = errors(&format!("{steps}{}", program("  use setup")));
    let said = ["template-out-of-place: template `setup` holds steps, and a pipeline holds stages"];
    assert_eq!(found, said);
    let found = errors(&program("  stage all { use checks }"));
    let said = ["template-out-of-place: template `checks` holds stages, and a stage holds steps"];
    assert_eq!(found, said);
    let found = errors(&program(
        "  use \"actions/checkout@v7\"\n  stage a { run \"x\" }",
    ));
    let said =
        "template-out-of-place: `actions/checkout@v7` is a step, and a pipeline holds stages";
    assert_eq!(found, [said]);
}

#[test]
fn a_parameter_is_asked_for_once() {
    let text = "template t {\n param x: string\n stage a { run \"${{ x }}\" }\n stage b { run \"${{ x }}\" }\n}\npipeline ci {\n on push { branches = [\"main\"] }\n use t\n}\n";
    assert_eq!(errors(text), ["missing-parameter: template `t` needs `x`"]);
}
