//! What scripts and actions do: installs, caches, tokens, variables without quotes.

use super::*;

/// What `unlocked-install` says of a script: `w`arning or `n`ote, per command.
fn installs(text: &str) -> String {
    let plan = plan(
        push(),
        vec![stage("a").with(|s| s.steps = vec![script(text)])],
    );
    let found = crate::lints::findings(&plan);
    let found = found.iter().filter(|d| d.code == Code::UnlockedInstall);
    found.map(|d| &d.severity.word()[..1]).collect()
}

#[test]
fn installs_that_change_by_themselves_are_found() {
    let scripts = [
        ("curl -sSf https://x | sh", "w"),
        ("curl https://x | sudo -E bash -s -- -y", "w"),
        ("bash <(curl -s https://x)", "w"),
        ("sh -c \"$(curl -fsSL https://x)\"", "w"),
        ("npm install", "w"),
        ("cd web && npm i --no-audit", "w"),
        ("npm install -g typescript", "n"),
        ("npx jscpd src", "n"),
        ("npx -y @scope/tool@latest", "n"),
        ("pip install torch", "n"),
        ("python -m pip install -U 'black[jupyter]'", "n"),
        ("uvx ruff check", "n"),
    ];
    for (text, wanted) in scripts {
        assert_eq!(installs(text), wanted, "{text}");
    }
}

#[test]
fn locked_and_doubtful_installs_are_let_be() {
    let scripts = [
        "curl -sSf https://x -o x && sha256sum --check sums && sh x",
        "curl https://x | jq . ",
        "npm ci",
        "npm install ./local --save-exact",
        "npm install typescript@5.4.2",
        "npm install --prefix web",
        "npm ci && npx eslint .",
        "npx jscpd@4.0.5 src",
        "npx --package=jscpd@4 jscpd",
        "pip install -r requirements.txt torch",
        "pip install --upgrade pip",
        "pip install torch==2.0",
        "pip install . pytest",
        "pip install -e .[dev]",
        "uvx --exclude-newer=2026-01-01 bandit@1.9.4",
        "echo 'npm install'",
        "# pip install torch",
        "cat <<END\npip install torch\nEND",
    ];
    for text in scripts {
        assert_eq!(installs(text), "", "{text}");
    }
}

fn action(name: &str, inputs: &[(&str, &str)]) -> Step {
    let inputs = inputs.iter().map(|(n, v)| (n.to_string(), text(v)));
    Step {
        kind: StepKind::Action(ActionUse {
            name: name.into(),
            version: "v1".into(),
            inputs: inputs.collect(),
        }),
        ..script(name)
    }
}

fn caching(id: &str) -> Node {
    stage(id).with(|s| s.steps = vec![action("actions/setup-node", &[("cache", "npm")])])
}

#[test]
fn a_cache_in_a_release_is_found() {
    let release = || vec![on(Event::Push, &["main"]), on(Event::Release, &[])];
    let found = only(&plan(release(), vec![caching("build")]), "cache-poisoning");
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains("it runs on release"), "{found:#?}");
    let elsewhere = caching("build").when("branch == main");
    assert_eq!(
        only(&plan(release(), vec![elsewhere]), "cache-poisoning"),
        [""; 0]
    );
    assert_eq!(
        only(&plan(push(), vec![caching("build")]), "cache-poisoning"),
        [""; 0]
    );
}

#[test]
fn a_cache_of_what_is_published_is_found_through_its_artifact() {
    let publishing = || stage("out").with(|s| s.steps = vec![script("npm publish")]);
    let through = plan(
        push(),
        vec![caching("build"), publishing().uses(&["build"])],
    );
    let found = only(&through, "cache-poisoning");
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0].contains("stage `out` publishes what it makes (`npm publish`)"),
        "{found:#?}"
    );
    // Only waiting for it carries nothing over.
    let behind = plan(push(), vec![caching("test"), publishing().needs(&["test"])]);
    assert_eq!(only(&behind, "cache-poisoning"), [""; 0]);
    let off = [
        action("actions/setup-go", &[("cache", "false")]),
        action("actions/setup-node", &[("cache", "")]),
        action("actions/checkout", &[]),
        script("npm publish"),
    ];
    let off = stage("out").with(|s| s.steps = off.to_vec());
    assert_eq!(only(&plan(push(), vec![off]), "cache-poisoning"), [""; 0]);
}

fn secret(name: &str) -> Expr {
    reference(Ref::Secret(name.into()), Type::Str)
}

#[test]
fn a_stored_token_is_found_where_it_publishes_to_a_public_registry() {
    let with = |command: &str, name: &str| {
        let mut step = script(command);
        step.env.push((name.into(), secret("TOKEN")));
        let plan = plan(push(), vec![stage("a").with(|s| s.steps = vec![step])]);
        only(&plan, "long-lived-token").len()
    };
    assert_eq!(with("twine upload dist/*", "TWINE_PASSWORD"), 1);
    assert_eq!(with("npm publish", "NODE_AUTH_TOKEN"), 1);
    assert_eq!(with("cargo publish", "CARGO_REGISTRY_TOKEN"), 1);
    assert_eq!(with("npm ci", "NODE_AUTH_TOKEN"), 0);
    assert_eq!(
        with("npm publish --registry https://x", "NODE_AUTH_TOKEN"),
        0
    );
    assert_eq!(with("npm publish", "SLACK_TOKEN"), 0);
}

#[test]
fn a_variable_that_strangers_fill_is_quoted() {
    let with = |text: &str, value: Ref| {
        let mut step = script(text);
        step.env.push(("X".into(), reference(value, Type::Str)));
        let plan = plan(push(), vec![stage("a").with(|s| s.steps = vec![step])]);
        only(&plan, "unquoted-variable").len()
    };
    assert_eq!(with("git switch $X", Ref::SourceBranch), 1);
    assert_eq!(with("git switch \"$X\"", Ref::SourceBranch), 0);
    assert_eq!(with("[[ $X == main ]] && Y=$X make", Ref::SourceBranch), 0);
    assert_eq!(with("git switch $X", Ref::Commit), 0);
}

#[test]
fn a_percentile_needs_samples_beyond_it() {
    let with = |samples: f64, confidence: Option<f64>| {
        let mut plan = plan(
            push(),
            vec![stage("a").with(|s| s.reports.push(report("results")))],
        );
        let mut latency = metric("latency_p99", "a");
        latency.samples = Some(samples);
        latency.ty = Type::Quantity(Quantity::Duration);
        plan.metrics.push(latency);
        let mut criterion = limit("latency_p99", Operator::LessEqual, 0.05, Quantity::Duration);
        criterion.confidence = confidence;
        plan.gates.push(gate("g", vec![criterion]));
        only(&plan, "cannot-tell-apart").len()
    };
    assert_eq!(with(99.0, None), 1);
    assert_eq!(with(100.0, None), 0);
    assert_eq!(with(298.0, Some(0.95)), 1);
    assert_eq!(with(299.0, Some(0.95)), 0);
}

#[test]
fn branches_that_differ_by_case_are_found_where_a_condition_asks() {
    let both = vec![on(Event::Push, &["main", "Main"])];
    let asks = stage("a").when("branch == main");
    assert_eq!(
        only(&plan(both.clone(), vec![asks]), "branch-case").len(),
        1
    );
    assert_eq!(only(&plan(both, vec![stage("a")]), "branch-case"), [""; 0]);
}
