//! The emitted scripts in a real bash, for every input that matters, against their models.

use super::graphs::{nth, with_gates};
use super::run::Ending;
use super::scripts::{all_ended_well, ended_as_they_should, judged};
use super::workflow::Workflow;
use std::fs;
use std::path::Path;
use std::process::Command;

const RESULTS: [&str; 4] = ["success", "failure", "cancelled", "skipped"];

/// As GitHub starts `shell: bash`.
fn bash(script: &str, env: &[(&str, &str)]) -> Ending {
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]);
    let output = command.envs(env.iter().copied()).output().expect("bash");
    match output.status.success() {
        true => Ending::Success,
        false => Ending::Failure,
    }
}

fn script(workflow: &Workflow, job: &str) -> String {
    let steps = &workflow.jobs[workflow.place(job)].steps;
    steps.last().expect("a step").script.clone()
}

#[test]
fn the_last_jobs_scripts_do_what_their_models_say() {
    let plain = Workflow::read(&super::compiled(&[nth(2, 0)]).1[0]);
    let conditional = Workflow::read(&super::compiled(&[nth(2, 1)]).1[0]);
    let (plain, each) = (
        script(&plain, "all_checks"),
        script(&conditional, "all_checks"),
    );
    for first in RESULTS {
        for second in RESULTS {
            let results = format!("{first} {second}");
            assert_eq!(
                bash(&plain, &[("RESULTS", &results)]),
                all_ended_well(&results),
                "{results}"
            );
            for due in ["true", "false", ""] {
                let jobs = format!("s1 {second} true\ns2 {first} {due}");
                assert_eq!(
                    bash(&each, &[("JOBS", &jobs)]),
                    ended_as_they_should(&jobs),
                    "{jobs}"
                );
            }
        }
    }
}

#[test]
fn a_gates_script_does_what_its_model_says() {
    let gated = &with_gates(&nth(2, 1))[0];
    let workflow = Workflow::read(&super::compiled(std::slice::from_ref(gated)).1[0]);
    let script = script(&workflow, &gated.gate.as_ref().expect("a gate").id());
    let folder = tempfile::tempdir().expect("a folder");
    for verdict in ["pass", "warn", "skipped", "fail", "undecided", "other", ""] {
        for exit in [0, 1, 2, 3, 4] {
            let (ending, word) = judged(exit, verdict);
            let (real, output) = gate(folder.path(), &script, exit, verdict);
            assert_eq!(real, ending, "{verdict} {exit}");
            assert_eq!(output, format!("verdict={word}\n"), "{verdict} {exit}");
        }
    }
}

/// Runs a gate's script with an evaluator that says this.
fn gate(folder: &Path, script: &str, exit: i32, verdict: &str) -> (Ending, String) {
    let at = |name: &str| folder.join(name).display().to_string();
    // The script calls it as a program; bash finds a function of that name first.
    let stub = format!(
        "evaluator() {{ printf '%s\\n' '{verdict}' > '{}'; return {exit}; }}\n",
        at("verdict")
    );
    let _ = fs::remove_file(at("output"));
    let env = [
        ("GATEC", "evaluator"),
        ("GATE", "g"),
        ("PIPELINE", "p"),
        ("GITHUB_EVENT_NAME", "push"),
        ("RUNNER_TEMP", &folder.display().to_string()),
        ("GITHUB_STEP_SUMMARY", &at("summary")),
        ("GITHUB_OUTPUT", &at("output")),
    ];
    let ending = bash(&(stub + script), &env);
    (ending, fs::read_to_string(at("output")).unwrap_or_default())
}
