//! What the scripts of the last job and of a gate's job do, as plain functions; the functions
//! are held to the real scripts by bash, see `scripts_do_what_their_models_say`.

use super::run::Ending;

/// "All jobs ended well": the results, one word each.
pub fn all_ended_well(results: &str) -> Ending {
    let well = results.split_whitespace().all(|result| result == "success");
    ending(well)
}

/// "All jobs ended as they should": lines of a job, its result and whether it was due.
pub fn ended_as_they_should(jobs: &str) -> Ending {
    let fine = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        matches!(words[..], [_, "success", _] | [_, "skipped", "false"])
    };
    ending(jobs.lines().all(fine))
}

/// "Judge": the evaluator's exit code is the job's end; it writes the output itself.
pub fn judged(exit: i32) -> Ending {
    ending(exit == 0)
}

fn ending(well: bool) -> Ending {
    if well {
        Ending::Success
    } else {
        Ending::Failure
    }
}
