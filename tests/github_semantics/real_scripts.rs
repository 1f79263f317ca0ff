//! The emitted scripts in a real bash, for every input that matters, against their models.

use super::evaluator;
use super::graphs::{nth, program, with_gates};
use super::meaning::Data;
use super::run::Ending;
use super::scripts::{all_ended_well, ended_as_they_should};
use super::workflow::Workflow;
use std::fs;
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

/// A stage's end, its report and the run that judges; what the gate's job must come to.
const JUDGED: [(&str, Option<Data>, &str, Ending, &str); 7] = [
    ("success", Some(Data::Good), "7", Ending::Success, "pass"),
    ("success", Some(Data::Bad), "7", Ending::Failure, "fail"),
    ("success", None, "7", Ending::Failure, "undecided"),
    ("failure", Some(Data::Good), "7", Ending::Failure, "fail"),
    ("skipped", None, "7", Ending::Success, "skipped"),
    ("nonsense", Some(Data::Good), "7", Ending::Failure, ""),
    // A report of another run says nothing of this one.
    (
        "success",
        Some(Data::Good),
        "8",
        Ending::Failure,
        "undecided",
    ),
];

#[test]
fn a_gates_script_does_what_its_model_says() {
    // The third stage runs on every event: the program has no errors.
    let gated = &with_gates(&nth(3, 1))[0];
    let graphs = std::slice::from_ref(gated);
    let workflow = Workflow::read(&super::compiled(graphs).1[0]);
    let gate = gated.gate.as_ref().expect("a gate").id();
    let script = script(&workflow, &gate);
    for (result, data, run, ending, verdict) in JUDGED {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name).display().to_string();
        fs::write(at("graphs.gate"), program(graphs)).expect("a file");
        if let Some(data) = data {
            evaluator::write(&folder.path().join("evidence"), 0, data);
            let manifest =
                "gatec-evidence 1\nfolder s1/_\nrun 7\nattempt 1\ncommit c\nfile r.xml\n";
            fs::write(at("evidence/gatec-manifest"), manifest).expect("a file");
        }
        let env = [
            ("GATEC", env!("CARGO_BIN_EXE_gatec")),
            ("GATE", &gate),
            ("PIPELINE", "p0"),
            ("GATEC_RESULTS", &format!("s1={result}\ns1.when=false")),
            ("GITHUB_EVENT_NAME", "push"),
            ("GITHUB_RUN_ID", run),
            ("GITHUB_RUN_ATTEMPT", "1"),
            ("GITHUB_SHA", "c"),
            ("RUNNER_TEMP", &at("")),
            ("GITHUB_STEP_SUMMARY", &at("summary")),
            ("GITHUB_OUTPUT", &at("output")),
        ];
        let place = format!("cd '{}'\n", at(""));
        assert_eq!(bash(&(place + &script), &env), ending, "{result} {data:?}");
        let said = evaluator::verdict_in(&folder.path().join("output"));
        assert_eq!(said, verdict, "{result} {data:?}");
    }
}
