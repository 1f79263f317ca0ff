//! Programs, and what of their wording reaches the workflow.

use crate::source::MemoryWorld;
use crate::targets::github::emit;

/// The workflow of a program.
pub fn workflow(text: &str) -> String {
    let world = MemoryWorld::new([("pipeline.gate", text)]);
    let compilation = crate::compile(&world, &["pipeline.gate".to_string()]);
    let valid = compilation.valid;
    let valid = valid.unwrap_or_else(|| panic!("{:?}", compilation.diagnostics));
    let mut files = emit(&valid).files;
    files.swap_remove(0).content
}

/// Codes and messages of what the target says of a program.
pub fn said(text: &str) -> Vec<String> {
    let world = MemoryWorld::new([("pipeline.gate", text)]);
    let compilation = crate::compile(&world, &["pipeline.gate".to_string()]);
    let valid = compilation.valid.expect("a clean program");
    let found = emit(&valid).diagnostics;
    let found = found
        .iter()
        .map(|d| format!("{}: {}", d.code.name(), d.message));
    found.collect()
}

fn stage(inside: &str) -> String {
    format!(
        "import std.rust\npipeline ci_cd {{\n  on push {{ branches = [\"main\"] }}\n  stage test {{\n{inside}\n  }}\n}}\n"
    )
}

#[test]
fn derived_names_keep_capitals() {
    let text = workflow(&stage("run \"x\""));
    assert!(text.contains("\nname: CI/CD\n"), "{text}");
}

#[test]
fn a_list_in_a_name_reads_as_text() {
    let text = "parts = [\"a\", \"b\"]\n".to_string()
        + &stage("run \"x\" { name = \"Test ${{ parts }}\" }");
    assert!(workflow(&text).contains("- name: Test a, b\n"));
}

#[test]
fn a_stage_writes_the_address_of_its_environment() {
    let text = "environment prod { url = \"https://acme.dev\" }\n".to_string()
        + &stage("environment = prod\n run \"x\"");
    let text = workflow(&text);
    assert!(
        text.contains("    environment:\n      name: prod\n      url: https://acme.dev\n"),
        "{text}"
    );
}

#[test]
fn what_a_caller_knows_is_not_described() {
    let text = workflow(
        "pipeline ci {\n  on call {\n    input target: string\n    input share: ratio { at_most = 100% }\n    secret CLOUD_KEY\n    ## Writes the tags.\n    secret TAG_KEY\n  }\n  stage a { run \"echo ${{ inputs.target }} ${{ inputs.share }}\", env { A = secret.CLOUD_KEY, B = secret.TAG_KEY } }\n}\n",
    );
    assert!(!text.contains("description: Target"), "{text}");
    assert!(!text.contains("description: CLOUD"), "{text}");
    assert!(text.contains("description: Writes the tags."), "{text}");
    assert!(
        text.contains("description: Share (in shares of 1, at most 1)"),
        "{text}"
    );
}

#[test]
fn a_script_is_tried_again_as_often_as_it_says() {
    let text = workflow(&stage(
        "retries = 1\n run \"a\" { retries = 3 }\n run \"b\" { retries = 0 }\n run \"c\"",
    ));
    assert!(text.contains("for attempt in $(seq 4)"));
    assert!(text.contains("        run: b\n"));
    assert!(text.contains("for attempt in $(seq 2)"));
    let text = workflow(&stage(
        "use rust.setup { retries = 2, cache = false }\n run \"x\"",
    ));
    assert_eq!(text.matches("for attempt in $(seq 3)").count(), 1);
}

#[test]
fn what_is_no_bash_script_runs_once() {
    let node =
        "use \"actions/setup-node@v7\" { \"node-version\" = \"22\", retries = 2 }\n run \"x\"";
    let action =
        "github-cannot-express: GitHub runs an action once, and only a script can be tried again";
    assert!(said(&stage(node)).contains(&action.to_string()));
    let shell = "github-cannot-express: only bash scripts can be tried again";
    assert!(said(&stage("run \"x\" { retries = 2, shell = pwsh }")).contains(&shell.to_string()));
}

#[test]
fn lists_travel_between_jobs_as_json() {
    let text = workflow(
        r#"
pipeline ci {
  on push { branches = ["main"] }
  stage plan {
    run "./plan.sh" p { outputs { parts = list(string) } }
    use "actions/github-script@v8" q { script = "return 1" }
    outputs { parts = step.p.parts, more = step.q.result }
  }
  stage work {
    matrix { part = stage.plan.parts, more = stage.plan.more }
    run """
      echo "${{ join(stage.plan.parts, " ") }}"
    """
  }
}
"#,
    );
    for line in [
        "parts: ${{ steps.p.outputs.parts }}",
        "part: ${{ fromJSON(needs.plan.outputs.parts) }}",
        "more: ${{ fromJSON(needs.plan.outputs.more) }}",
        "PLAN_PARTS: ${{ join(fromJSON(needs.plan.outputs.parts), ' ') }}",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
}

#[test]
fn a_called_pipeline_gets_numbers_and_truths_as_such() {
    let text = workflow(
        r#"
pipeline ci {
  on push { branches = ["main"] }
  stage scan {
    call "acme/shared/.github/workflows/scan.yml@8f434346648f6b96df89dda901c5176b10a6d83a" {
      depth = 3, deep = true, level = "3"
    }
  }
}
"#,
    );
    let with = "    with:\n      depth: 3\n      deep: true\n      level: '3'\n";
    assert!(text.contains(with), "{text}");
}

#[test]
fn a_container_stands_on_linux() {
    let beside = "container db { image = \"postgres:17\" }\n run \"x\"";
    let windows = "github-cannot-express: GitHub starts no container on `windows`";
    let of = |runner: &str| said(&stage(&format!("{runner}\n{beside}")));
    assert!(of("runner = windows").contains(&windows.to_string()));
    let matrix = "matrix { os = [ubuntu, windows] }\n runner = matrix.os";
    assert!(of(matrix).contains(&windows.to_string()));
    let left_out =
        "matrix { os = [ubuntu, windows], exclude { os = windows } }\n runner = matrix.os";
    assert!(!of(left_out).contains(&windows.to_string()));
    assert!(
        of("runner = ubuntu_arm")
            .iter()
            .all(|s| !s.contains("starts no container"))
    );
}

fn compared(triggers: &str, baseline: &str, criterion: &str) -> String {
    let program = format!(
        "project {{ evaluator {{ path = \"tools/gatec\" }} }}
metric speed: duration {{ better = lower, report = test.results[\"s\"] * 1s }}
{baseline}
gate quick {{
  against = past
  require speed <= 1s
  {criterion}
}}
pipeline ci {{
  {triggers}
  stage test {{ run \"x\", reports {{ results = json(\"r.json\") }} }}
  check quick
}}
"
    );
    workflow(&program)
}

const PUSH: &str = "on push { branches = [\"main\"] }";
const RISE: &str = "require rise(speed) <= 10%";

#[test]
fn a_baseline_is_fetched_before_and_kept_after() {
    let text = compared(PUSH, "baseline past { branch = \"trunk\" }", RISE);
    for part in [
        "actions: read # fetch what earlier runs measured",
        "BASELINES: past gatec-baseline-past trunk",
        "GATEC_BASELINE: ${{ runner.temp }}/baseline",
        "--record",
        "if: ${{ steps.judge.outputs.recorded_past == 'true' }}",
        "path: ${{ runner.temp }}/baseline/past",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let fetch = text.find("- name: Fetch the baselines");
    assert!(fetch < text.find("- name: Judge"), "{text}");
}

#[test]
fn a_run_that_is_of_no_branch_enters_no_baseline() {
    let text = compared("on pull_request { }", "baseline past { }", RISE);
    assert!(text.contains("Fetch the baselines"), "{text}");
    assert!(
        !text.contains("--record") && !text.contains("Keep the baseline"),
        "{text}"
    );
}

#[test]
fn a_baseline_of_the_project_needs_no_fetching() {
    let text = compared(PUSH, "baseline past { store = folder(\"past\") }", RISE);
    assert!(
        !text.contains("GATEC_BASELINE") && !text.contains("actions: read"),
        "{text}"
    );
}

/// A script as GitHub starts it, in a folder of its own.
fn bash(folder: &std::path::Path, script: &str, env: &[(&str, &str)]) -> std::process::Output {
    let mut command = std::process::Command::new("bash");
    command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]);
    let envs = command.current_dir(folder).envs(env.iter().copied());
    envs.output().expect("bash")
}

#[test]
#[allow(clippy::disallowed_methods)] // A script that removes files is shown some.
fn a_report_that_came_with_the_sources_is_removed_before_the_stage_begins() {
    let stage = |rest: &str| {
        workflow(&format!(
            "pipeline ci {{\n {PUSH}\n stage test {{ {rest}\n run \"make\"\n reports {{ r = json(\"out/*.json\") }} }}\n}}\n"
        ))
    };
    let places = |text: &str| {
        let steps = ["name: Check out", "name: Remove older reports", "run: make"];
        steps.map(|step| text.find(step).expect(text))
    };
    assert!(places(&stage("timeout = 5m")).is_sorted());
    let own = stage("checkout = false\n use \"actions/checkout@v7\"");
    assert_eq!(own.matches("- name: Remove older reports").count(), 2);

    let folder = tempfile::tempdir().expect("a folder");
    let at = |path: &str| folder.path().join(path);
    for path in ["gatec-reports/test/_", "out/kept.json", "src"] {
        std::fs::create_dir_all(at(path)).expect("a folder");
    }
    let files = [
        "gatec-reports/test/_/r.json",
        "out/a.json",
        "out/b c.json",
        "-f",
        "src/a.json",
    ];
    for path in files {
        std::fs::write(at(path), "{}").expect("a file");
    }
    let script = super::super::steps::CLEAR;
    let done = bash(
        folder.path(),
        script,
        &[("REPORTS", "out/*.json\n-f\nnone.xml")],
    );
    assert!(done.status.success(), "{done:?}");
    let left: Vec<&str> = files.into_iter().filter(|path| at(path).exists()).collect();
    assert_eq!(left, ["src/a.json"]);
    assert!(at("out/kept.json").is_dir() && !at("gatec-reports").exists());
}

#[test]
fn a_baseline_that_cannot_be_fetched_is_unreadable_and_no_first_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let temp = folder.path().display().to_string();
    // A list that can't be had, and an artifact of it that breaks off.
    for gh in [
        "gh() { return 1; }",
        "gh() { case $2 in */zip) echo half; return 1;; esac; echo 7; }",
    ] {
        let script = format!("{gh}\n{}", super::super::baselines::FETCH);
        let env = [
            ("BASELINES", "past gatec-baseline-past main"),
            ("RUNNER_TEMP", temp.as_str()),
            ("GITHUB_REPOSITORY", "o/r"),
        ];
        let done = bash(folder.path(), &script, &env);
        assert!(done.status.success(), "{done:?}");
        assert!(
            String::from_utf8_lossy(&done.stdout).contains("::warning::"),
            "{done:?}"
        );
        assert!(folder.path().join("baseline/past").is_file());
        std::fs::remove_dir_all(folder.path().join("baseline")).expect("to begin anew");
    }
}

#[test]
fn a_comment_takes_the_place_of_ones_own_and_needs_a_report() {
    let text = workflow(
        "project { evaluator { path = \"tools/gatec\" } }
gate good { require test.r.failed == 0 }
pipeline ci {
  on pull_request { }
  stage test { run \"x\", reports { r = junit(\"r.xml\") } }
  check good { comment = pull_request }
}
",
    );
    let step = text.split_once("- name: Comment").expect(&text).1;
    for part in [
        "[ -s \"${report}\" ] || exit 0",
        ".user.login == \"github-actions[bot]\"",
    ] {
        assert!(step.contains(part), "{step}");
    }
}
