//! Words of GitHub's workflows, and what this language says instead.
//!
//! Takes a word or an expression that nothing here knows, gives the way out. It knows no scope:
//! whoever asks has already found that the word isn't declared.

/// What to write instead of a keyword.
pub fn keyword(word: &str) -> Option<&'static str> {
    const WORDS: &[(&str, &str)] = &[
        ("if", "a condition is written `when …`"),
        ("job", "a job is a `stage`: `stage build { … }`"),
        (
            "jobs",
            "jobs are `stage`s, each by itself: `stage build { … }`",
        ),
        ("step", "a step is a `run` or a `use` of a stage"),
        (
            "steps",
            "steps stand in the stage itself: `run \"…\"` and `use …`, in order",
        ),
        (
            "with",
            "inputs stand in the block of the `use`: `use \"…\" { \"node-version\" = \"24\" }`",
        ),
        (
            "strategy",
            "`matrix` stands in the stage itself; `fail_fast` and `max_parallel` stand in it",
        ),
        (
            "services",
            "a service beside the steps is a `container` with a name: `container db { image = \"…\" }`",
        ),
        (
            "permissions",
            "a right is asked for with its reason: `permission contents { access = write, reason = \"…\" }`",
        ),
        (
            "inputs",
            "an input belongs to its event: `on dispatch { input NAME: string }`",
        ),
        (
            "defaults",
            "`shell` and `dir` are attributes of the pipeline",
        ),
        ("depends_on", "write `needs NAME`, or `needs [a, b]`"),
        ("script", "a script is written `run \"…\"`"),
    ];
    find(WORDS, word)
}

/// What to write instead of a function.
pub fn function(name: &str) -> Option<&'static str> {
    const FUNCTIONS: &[(&str, &str)] = &[
        (
            "always",
            "steps that run in any case stand in `cleanup { … }`",
        ),
        (
            "success",
            "leave it out: whatever is needed must have ended well",
        ),
        (
            "failure",
            "steps after a failure stand in `on_failure { … }`; a stage after one that failed says `when stage.NAME == failure`",
        ),
        (
            "failed",
            "a stage after one that failed says `when stage.NAME == failure`",
        ),
        (
            "cancelled",
            "a stage after one that was cancelled says `when stage.NAME == cancelled`",
        ),
        ("startsWith", "write `starts_with`"),
        ("endsWith", "write `ends_with`"),
        ("hashFiles", "write `hash(\"…\")`"),
        (
            "format",
            "write `concat(a, b)`, or `${{ }}` within a string",
        ),
    ];
    find(FUNCTIONS, name)
}

/// What to write instead of a context, where its name stands alone.
pub fn context(name: &str) -> Option<&'static str> {
    const CONTEXTS: &[(&str, &str)] = &[
        (
            "github",
            "facts of a run have names of their own, such as `event`, `branch`, `tag`, `commit` and `actor`",
        ),
        ("secrets", "write `secret.NAME`"),
        ("vars", "write `variable.NAME`"),
        ("steps", "write `step.NAME.OUTPUT`"),
        (
            "needs",
            "write `stage.NAME.OUTPUT`, or `stage.NAME == success`",
        ),
    ];
    find(CONTEXTS, name)
}

/// What to write instead of an expression of GitHub's; `None` if it is none.
pub fn expression(inner: &str) -> Option<String> {
    const FACTS: &[(&str, &str)] = &[
        ("github.sha", "commit"),
        ("github.ref_name", "branch"),
        ("github.ref", "ref"),
        ("github.event_name", "event"),
        ("github.actor", "actor"),
        ("github.repository_owner", "owner"),
        ("github.repository", "repository"),
        ("github.run_id", "run"),
        ("github.workflow", "workflow"),
        ("github.token", "token"),
        ("github.head_ref", "source_branch"),
        ("github.base_ref", "target_branch"),
        ("github.event.number", "pull_request_number"),
        ("github.event.pull_request.number", "pull_request_number"),
    ];
    if let Some(ours) = find(FACTS, inner) {
        return Some(format!("write `${{{{ {ours} }}}}`"));
    }
    let (context, rest) = inner.split_once('.')?;
    let plain = rest
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c));
    let name = |fallback: &'static str| if plain { rest } else { fallback };
    let output = || {
        name("NAME.OUTPUT")
            .replacen(".outputs.", ".", 1)
            .replace('-', "_")
    };
    Some(match context {
        "secrets" => format!("write `${{{{ secret.{} }}}}`", name("NAME")),
        "vars" => format!("write `${{{{ variable.{} }}}}`", name("NAME")),
        "steps" => format!("write `${{{{ step.{} }}}}`", output()),
        "needs" => format!("write `${{{{ stage.{} }}}}`", output()),
        "env" => format!("write the variable itself: `${}`", name("NAME")),
        "github" => "write a fact of the run, such as `commit` or `branch`".to_string(),
        "runner" => "write the shell's own variable, such as `$RUNNER_OS`".to_string(),
        _ => return None,
    })
}

fn find(table: &[(&str, &'static str)], word: &str) -> Option<&'static str> {
    let (_, ours) = table.iter().find(|(theirs, _)| *theirs == word)?;
    Some(ours)
}

#[cfg(test)]
mod tests {
    use super::expression;

    #[test]
    fn an_expression_keeps_its_own_names() {
        let of = |inner: &str| expression(inner).unwrap();
        assert_eq!(of("secrets.TOKEN"), "write `${{ secret.TOKEN }}`");
        assert_eq!(
            of("needs.build.outputs.image-tag"),
            "write `${{ stage.build.image_tag }}`"
        );
        assert_eq!(of("steps.v.outputs.tag"), "write `${{ step.v.tag }}`");
        assert_eq!(of("env.HOME"), "write the variable itself: `$HOME`");
        assert_eq!(of("secrets.A || secrets.B"), "write `${{ secret.NAME }}`");
        assert_eq!(expression("matrix.os"), None);
    }
}
