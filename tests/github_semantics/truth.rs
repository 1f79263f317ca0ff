//! The model against what GitHub documents and its runner's issues show: each line one case.

use super::expression::{Surroundings, Template, Value, evaluate, parse};
use super::run::{Cancel, Done, Ending, run};
use super::workflow::Workflow;

struct Nothing;

impl Surroundings for Nothing {
    fn context(&self, name: &str) -> Option<Value> {
        let matrix = [("os", Value::from("Linux")), ("n", Value::Number(3.0))];
        match name {
            "github" => Some(Value::object([("event_name", Value::from("push"))])),
            "matrix" => Some(Value::object(matrix)),
            "needs" => {
                let job = |result| Value::object([("result", Value::from(result))]);
                Some(Value::object([
                    ("a", job("success")),
                    ("b", job("skipped")),
                ]))
            }
            "inputs" | "vars" => Some(Value::object([])),
            _ => None,
        }
    }

    fn status(&self, function: &str) -> bool {
        function == "always"
    }
}

/// An expression and its value as text.
const VALUES: &[(&str, &str)] = &[
    // Literals.
    ("null", ""),
    ("true", "true"),
    ("711", "711"),
    ("-9.2", "-9.2"),
    ("0xff", "255"),
    ("-2.99e-2", "-0.0299"),
    ("'It''s open source!'", "It's open source!"),
    // Contexts: what is not there is null, names are read whatever their case.
    ("github.event_name", "push"),
    ("github['event_name']", "push"),
    ("GitHub.Event_Name", "push"),
    ("github.event.pull_request.number", ""),
    ("inputs.none == null", "true"),
    ("vars.NONE == ''", "true"),
    ("matrix.n + 0", "error"),
    ("matrix.n == 3", "true"),
    // Equality: texts without regard to case, else as numbers.
    ("'main' == 'MAIN'", "true"),
    ("'main' != 'Main'", "false"),
    ("null == 0", "true"),
    ("null == false", "true"),
    ("null == ''", "true"),
    ("null == 'x'", "false"),
    ("true == 1", "true"),
    ("true == '1'", "true"),
    ("true == 'true'", "false"),
    ("false == ''", "true"),
    ("'3.0' == 3", "true"),
    ("'x' == 0", "false"),
    ("'x' != 0", "true"),
    ("fromJSON('[1]') == fromJSON('[1]')", "false"),
    ("fromJSON('{}') == 0", "false"),
    // Order; what is no number is neither more nor less.
    ("'a' < 'B'", "true"),
    ("2 >= '2'", "true"),
    ("'x' < 1", "false"),
    ("'x' >= 1", "false"),
    // Logic gives one of its sides, not a truth.
    ("'a' && 'b'", "b"),
    ("'' || 'default'", "default"),
    ("true && '' || 'b'", "b"),
    ("0 || null || 'c'", "c"),
    ("!''", "true"),
    ("!'false'", "false"),
    ("!fromJSON('[]')", "false"),
    ("!true == false", "true"),
    ("false && true || true", "true"),
    ("false && (true || true)", "false"),
    // Functions.
    ("contains('Hello world', 'LLO')", "true"),
    (
        "contains(fromJSON('[\"push\", \"release\"]'), 'PUSH')",
        "true",
    ),
    ("contains(fromJSON('[\"pushed\"]'), 'push')", "false"),
    ("contains(needs.*.result, 'skipped')", "true"),
    ("startsWith('Hello world', 'he')", "true"),
    ("startsWith(null, '')", "true"),
    ("endsWith('Hello world', 'LD')", "true"),
    (
        "format('Hello {0} {1} {0}', 'Mona', 7)",
        "Hello Mona 7 Mona",
    ),
    ("format('{{{0}}}', true)", "{true}"),
    ("join(needs.*.result, ' ')", "success skipped"),
    ("join(fromJSON('[1, \"a\"]'))", "1,a"),
    ("join('alone', ' ')", "alone"),
    ("toJSON(null)", "null"),
    ("toJSON('a\"b')", "\"a\\\"b\""),
    (
        "toJSON(fromJSON('{\"a\":[1]}'))",
        "{\n  \"a\": [\n    1\n  ]\n}",
    ),
    ("fromJSON('{\"a\":{\"b\":2}}').a.b", "2"),
    ("fromJSON('[4, 5]')[1]", "5"),
    ("fromJSON('false') || 'no'", "no"),
    ("always() && !failure()", "true"),
    ("SUCCESS()", "false"),
];

#[test]
fn expressions_have_their_documented_values() {
    for (text, wanted) in VALUES {
        match parse(text) {
            Ok(expr) => assert_eq!(evaluate(&expr, &Nothing).text(), *wanted, "{text}"),
            Err(why) => assert_eq!(*wanted, "error", "{text}: {why}"),
        }
    }
    let text = Template::parse("a ${{ '}}' }} ${{ matrix.os }}/${{ null }}").expect("a template");
    assert_eq!(text.fill(&Nothing), "a }} Linux/");
    println!("{} expressions", VALUES.len());
}

/// Jobs as `id > needs [? condition]`, what goes wrong (`!id` fails, `~id` is cancelled, `@n`:
/// the run is cancelled after n jobs), and how each job ends, by its first letter.
struct Row {
    line: u32,
    jobs: &'static [&'static str],
    wrong: &'static [&'static str],
    ends: &'static str,
}

macro_rules! rows {
    ($([$($job:literal),*] [$($wrong:literal),*] $ends:literal;)*) => {
        &[$(Row { line: line!(), jobs: &[$($job),*], wrong: &[$($wrong),*], ends: $ends }),*]
    };
}

const ROWS: &[Row] = rows![
    // 1. Without a status function, `success() &&` comes first.
    ["a", "b > a"] [] "ss";
    ["a", "b > a"] ["!a"] "fk";
    ["a", "b > a ? true"] ["!a"] "fk";
    ["a", "b > a ? needs.a.result == 'failure'"] ["!a"] "fk";
    ["a", "b > a ? always() && needs.a.result == 'failure'"] ["!a"] "fs";
    ["a ? false", "b"] [] "ks";
    // 2. `success()` asks all ancestors, and a skipped or cancelled one is none that succeeded.
    ["a ? false", "b > a"] [] "kk";
    ["a", "b > a"] ["~a"] "ck";
    ["a ? false", "b > a ? always()", "c > b"] [] "ksk";
    ["a", "b > a ? always()", "c > b"] ["!a"] "fsk";
    ["a", "b > a ? always()", "c > b ? success()"] ["~a"] "csk";
    ["a ? false", "b > a ? always()", "c > b ? !cancelled() && needs.b.result == 'success'"] [] "kss";
    //    `failure()` is true if any ancestor failed.
    ["a", "b > a ? failure()"] ["!a"] "fs";
    ["a", "b > a ? failure()"] [] "sk";
    ["a", "b > a ? failure()"] ["~a"] "ck";
    ["a", "b > a ? always()", "c > b ? failure()"] ["!a"] "fss";
    ["a ? false", "b > a ? failure()"] [] "kk";
    // 3. `always()` runs on cancellation, too; `!cancelled()` does not.
    ["a", "b > a ? always()"] ["@1"] "ss";
    ["a", "b > a ? !cancelled()"] ["@1"] "sc";
    ["a", "b > a ? cancelled()"] ["@1"] "ss";
    ["a", "b > a ? cancelled()"] [] "sk";
    ["a", "b > a"] ["@1"] "sc";
    ["a", "b > a ? failure()"] ["!a", "@1"] "fs";
    // 4. With a skip on the way, every parent is asked.
    ["a ? false", "b", "c > a,b ? !cancelled() && needs.b.result == 'success'"] [] "kss";
    ["a", "b", "c > a,b ? !cancelled() && needs.b.result == 'success'"] ["!b"] "sfk";
    ["a ? false", "b > a", "c > a,b ? always()"] [] "kks";
    // 5. A result is one of four, and outputs of what was skipped are empty: "no verdict" is none.
    ["a ? false", "b > a ? always() && needs.a.result == 'skipped'"] [] "ks";
    ["a", "b > a ? always() && needs.a.result == 'cancelled'"] ["~a"] "cs";
    ["a ? false", "b > a ? always() && needs.a.outputs.verdict == ''"] [] "ks";
    ["a ? false", "b > a ? always() && needs.a.outputs.verdict == 'pass'"] [] "kk";
    ["a ? false", "b > a ? always() && needs.a.outputs.verdict != 'fail'"] [] "ks";
    ["a", "b > a ? always() && needs.a.outputs.verdict == 'pass'"] [] "ss";
    ["a", "b > a ? always() && needs.a.result != 'failure'"] ["!a"] "fk";
    ["a ? false", "b > a ? always() && needs.a.result != 'failure'"] [] "ks";
    //    Only direct needs can be asked.
    ["a", "b > a", "c > b ? needs.a.result == 'success'"] [] "ssk";
    ["a", "b > a", "c > b ? needs.a.result == null"] [] "sss";
    ["a ? false", "b", "c > a,b ? always() && contains(needs.*.result, 'skipped')"] [] "kss";
];

#[test]
fn jobs_run_by_the_documented_rules() {
    for row in ROWS {
        assert_eq!(
            ends(row),
            row.ends,
            "line {}: {:?} {:?}",
            row.line,
            row.jobs,
            row.wrong
        );
    }
    println!("{} rows", ROWS.len());
}

fn ends(row: &Row) -> String {
    let workflow = Workflow::read(&yaml(row.jobs));
    let cancel = row
        .wrong
        .iter()
        .find_map(|w| w.strip_prefix('@'))
        .map(|after| Cancel {
            after: after.parse().expect("a number"),
            ending: Ending::Cancelled,
        });
    let ended = run(&workflow, &Value::object([]), cancel, &mut |job, _| {
        let is = |sign: &str| row.wrong.contains(&format!("{sign}{}", job.id).as_str());
        let ending = match (is("!"), is("~")) {
            (true, _) => Ending::Failure,
            (_, true) => Ending::Cancelled,
            _ => Ending::Success,
        };
        Done {
            ending,
            outputs: vec![("judge".into(), "verdict".into(), "pass".into())],
        }
    });
    let letter = |ending| match ending {
        Ending::Success => 's',
        Ending::Failure => 'f',
        Ending::Cancelled => 'c',
        Ending::Skipped => 'k',
    };
    ended.iter().map(|e| letter(e.ending)).collect()
}

fn yaml(jobs: &[&str]) -> String {
    let mut text = "jobs:\n".to_string();
    for job in jobs {
        let (head, condition) = job.split_once(" ? ").unwrap_or((job, ""));
        let (id, needs) = head.split_once(" > ").unwrap_or((head, ""));
        text.push_str(&format!("  {id}:\n    needs: [{needs}]\n"));
        if !condition.is_empty() {
            text.push_str(&format!("    if: ${{{{ {condition} }}}}\n"));
        }
        text.push_str("    outputs:\n      verdict: ${{ steps.judge.outputs.verdict }}\n");
    }
    text
}
