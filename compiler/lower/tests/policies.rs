//! Policies: each rule with a program that breaks it and one that keeps it.

use super::errors;

/// A pipeline of one stage, under a policy.
fn program(policy: &str, stage: &str) -> String {
    format!(
        "policy house {{\n{policy}\n}}\npipeline ci {{\n  on push {{ branches = [\"main\"] }}\n  ## Tests.\n  stage test {{\n{stage}\n    run \"make\"\n  }}\n}}\n"
    )
}

/// A rule, what breaks it, what is said, and what keeps it.
#[rustfmt::skip]
const RULES: &[(&str, &str, &str, &str)] = &[
    ("require timeout", "", "stage `test` says no timeout", "timeout = 5m"),
    ("forbid raw", "raw github \"\"\"\n    strategy: {}\n    \"\"\"", "this is a `raw` fragment", ""),
    ("forbid unknown_actions", "use \"acme/tool@0123456789012345678901234567890123456789\"", "`acme/tool` is an action whose inputs are not known", "use \"actions/checkout@v7\""),
    ("forbid unpinned_images", "container db { image = \"postgres:16\" }", "`postgres:16` is an image without its digest", "container db { image = \"postgres:16@sha256:0123456789012345678901234567890123456789012345678901234567890123\" }"),
    ("forbid self_hosted", "runner = self_hosted(\"gpu\")", "stage `test` runs on a machine of your own", "runner = ubuntu"),
    ("forbid write_access", "permission contents { access = write, reason = \"tags\" }", "stage `test` has a right to write", "permission contents { reason = \"reads\" }"),
    ("forbid [raw, may_fail]", "may_fail = true", "stage `test` may fail unseen", ""),
    ("forbid may_fail", "run \"x\" { may_fail = true }", "this step may fail unseen", "run \"x\""),
    ("forbid allow", "allow \"unjustified-edge\" { reason = \"x\" }", "`unjustified-edge` is silenced here", ""),
    ("runners = ubuntu", "runner = macos", "stage `test` runs on another machine", ""),
    ("runners = [ubuntu]", "matrix { os = [ubuntu, windows] }\n runner = matrix.os", "stage `test` runs on another machine", "matrix { os = [ubuntu] }\n runner = matrix.os"),
    ("actions = [\"acme/*\"]", "use \"actions/checkout@v7\"", "`actions/checkout` is not on the list", ""),
    ("actions = \"actions/*\"", "use \"codecov/codecov-action@v5\"", "`codecov/codecov-action` is not on the list", "use \"actions/checkout@v7\""),
];

#[test]
fn each_rule_finds_what_breaks_it_and_nothing_else() {
    for (rule, bad, said, good) in RULES {
        let found = errors(&program(rule, bad));
        assert_eq!(found, [format!("policy-violation: {said}")], "{rule}");
        assert_eq!(errors(&program(rule, good)), Vec::<String>::new(), "{rule}");
    }
}

/// Machines that an earlier stage chooses, and a check that comments.
#[test]
fn what_only_the_run_knows_keeps_no_policy() {
    let text = |policy: &str| {
        format!(
            "policy house {{ {policy} }}\nproject {{ evaluator {{ path = \"gatec\" }} }}\nmetric m: ratio {{ better = higher, report = test.r.pass_rate }}\ngate g {{ require m >= 90% }}\npipeline ci {{\n on pull_request\n stage plan {{ run \"x\" p {{ outputs {{ os = list(string) }} }}, outputs {{ os = step.p.os }} }}\n stage test {{ matrix {{ os = stage.plan.os }}, runner = matrix.os, run \"x\", reports {{ r = junit(\"j.xml\", across = worst) }} }}\n check g {{ comment = pull_request }}\n}}\n"
        )
    };
    let said = |policy: &str| errors(&text(policy));
    let found = said("runners = [ubuntu]");
    assert_eq!(
        found,
        ["policy-violation: stage `test` runs on another machine"]
    );
    let found = said("forbid self_hosted");
    assert_eq!(
        found,
        ["policy-violation: stage `test` runs on a machine of your own"]
    );
    let found = said("forbid write_access");
    assert_eq!(found, ["policy-violation: check `g` has a right to write"]);
    assert_eq!(said("forbid may_fail"), Vec::<String>::new());
}

/// A template's stage is one place in the source, however often it is used.
#[test]
fn a_breach_in_a_template_is_said_once() {
    let found = errors(
        "policy house { forbid may_fail }\ntemplate t { stage s { run \"x\" { may_fail = true } } }\npipeline ci {\n on push\n use t a\n use t b\n}\n",
    );
    assert_eq!(found, ["policy-violation: this step may fail unseen"]);
}

#[test]
fn what_is_not_documented_is_found() {
    let found = errors(&program("require docs", ""));
    let said = "policy-violation: pipeline `ci` has no `##` line that says what it is for";
    assert_eq!(found, [said]);
}

#[test]
fn a_deploy_waits_for_a_gate() {
    let text = |needs: &str| {
        format!(
            "policy p {{ require gate }}\nproject {{ evaluator {{ path = \"gatec\" }} }}\nservice web {{ ports {{ http = 80 }} }}\nenvironment prod {{ namespace = \"prod\" }}\nrollout all {{ rolling {{ max_unavailable = 0 }} }}\nmetric m: ratio {{ better = higher, report = test.r.pass_rate }}\ngate g {{ require m >= 90% }}\npipeline ci {{\n on push {{ branches = [\"main\"] }}\n stage test {{ run \"x\", reports {{ r = junit(\"j.xml\") }} }}\n deploy d {{ service = web, image = \"a@sha256:0\", environment = prod, rollout = all\n {needs} }}\n check g\n}}\n"
        )
    };
    let found = errors(&text(""));
    let said = "policy-violation: deploy `d` waits for no gate".to_string();
    assert!(found.contains(&said), "{found:?}");
    assert!(!errors(&text("needs g")).contains(&said));
}

#[test]
fn a_misspelt_rule_is_one_error() {
    let found = errors(&program("require timeot", ""));
    assert_eq!(found, ["unknown-name: `timeot` is no demand"]);
}
