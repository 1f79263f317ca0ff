//! `test` blocks, and the release scorecard that the language was made for.

use super::*;

/// The scorecard of a pipeline that a person wrote out: its formulas, weights and pass marks.
const SCORECARD: &str = r#"
metric egcfg: ratio       { better = higher, report = v.r["egcfg"] }
metric loading: ratio     { better = higher, report = v.r["loading"] }
metric agents: ratio      { better = higher, report = v.r["agents"] }
metric distributed: ratio { better = higher, report = v.r["distributed"] }
metric safety: ratio      { better = higher, report = v.r["safety"] }
metric benchmark: points  { better = higher, report = v.r["benchmark"] * 1pt }
metric seconds: duration  { better = lower, report = v.r["seconds"] * 1s }
metric load: ratio        { better = higher, report = v.r["load"] }
metric memory: ratio      { better = higher, report = v.r["memory"], range = 0%..200% }
baseline accepted { first_run = establish }
gate ai {
  weights { egcfg = 30%, loading = 20%, agents = 25%, distributed = 15%, safety = 10% }
  pass = 90pt
  require safety >= 95%
}
gate speed {
  against = accepted
  score = clamp(0.40 * benchmark + 30pt * load + 30pt * min(memory, 100%)
                - clamp(200pt * rise(seconds), 0pt, 30pt), 0pt, 100pt)
  pass = 85pt
}
gate release {
  weights { gate.ai = 60%, gate.speed = 40% }
  pass = 87pt
  require every_part
}
pipeline ci {
  on push { branches = ["main"] }
  stage v { run "make", reports { r = json("r.json") } }
  check release
}
"#;

fn outcomes(test: &str) -> Vec<Kept> {
    let plan = program(&format!("{SCORECARD}\n{test}"));
    let test = plan.tests.first().expect("a test");
    try_out(&plan, test).into_iter().map(|o| o.result).collect()
}

fn kept(test: &str) {
    let found = outcomes(test);
    assert!(
        !found.is_empty() && found.iter().all(|k| *k == Kept::Yes),
        "{test}: {found:?}"
    );
}

#[test]
fn weights_earn_in_proportion() {
    kept(
        r#"test "t" { given { others = perfect, safety = 0% }
             expect ai == fail { on = [safety], score = 90pt } }"#,
    );
    kept(
        r#"test "t" { given { egcfg = 90%, loading = 80%, agents = 100%, distributed = 95%, safety = 100% }
             expect ai == pass { score = 92.25pt } }"#,
    );
    // Without safety's tests there is no score.
    kept(
        r#"test "t" { given { egcfg = 90%, loading = 80%, agents = 100%, distributed = 95% }
             expect ai == undecided }"#,
    );
}

#[test]
fn a_regression_costs_two_points_a_percent_up_to_thirty() {
    let given = |seconds: &str, more: &str| {
        format!(
            "test \"t\" {{ given {{ benchmark = 100pt, load = 100%, memory = 120%, seconds = {seconds}, baseline {{ seconds = 100s }} }}, expect speed == {more} }}"
        )
    };
    for (seconds, more) in [
        ("100s", "pass { score = 100pt }"),
        ("90s", "pass { score = 100pt }"),
        ("105s", "pass { score = 90pt }"),
        ("107.5s", "pass { score = 85pt }"),
        ("108s", "fail { score = 84pt }"),
        ("115s", "fail { score = 70pt }"),
        ("150s", "fail { score = 70pt }"),
    ] {
        kept(&given(seconds, more));
    }
}

#[test]
fn a_score_is_never_below_zero() {
    kept(
        r#"test "t" { given { benchmark = 10pt, load = 0%, memory = 0%, seconds = 2s, baseline { seconds = 1s } }
             expect speed == fail { score = 0pt } }"#,
    );
}

#[test]
fn the_whole_needs_its_mark_and_every_part() {
    kept(r#"test "t" { given { others = perfect }, expect release == pass { score = 100pt } }"#);
    // 0.6 * 90 + 0.4 * 100 = 94, above the mark; and safety fails its gate.
    kept(
        r#"test "t" { given { others = perfect, safety = 0% }
             expect release == fail { on = [safety], score = 94pt } }"#,
    );
    // Parts that just pass: 0.6 * 90 + 0.4 * 85 = 88.
    kept(
        r#"test "t" { given { egcfg = 90%, loading = 87.5%, agents = 90%, distributed = 90%, safety = 95%
                               benchmark = 100pt, load = 100%, memory = 100%, seconds = 107.5s
                               baseline { seconds = 100s } }
             expect release == pass { score = 88pt } }"#,
    );
}

#[test]
fn a_test_that_is_wrong_is_broken() {
    for (test, says) in [
        (
            r#"given { others = perfect } expect ai == fail"#,
            "comes out as pass",
        ),
        (
            r#"given { others = perfect, safety = 0% } expect ai == fail { score = 91pt }"#,
            "its score is 90pt, not 91pt",
        ),
        (
            r#"given { others = perfect, safety = 0% } expect ai == fail { on = [egcfg] }"#,
            "`egcfg` doesn't decide it",
        ),
        (
            r#"given { others = perfect, safety = 0% } expect release == fail { on = [speed] }"#,
            "`safety` decides it, too",
        ),
        (
            r#"given { safety = 100% } expect ai == pass"#,
            "comes out as undecided",
        ),
    ] {
        let found = outcomes(&format!(
            "test \"t\" {{ {} }}",
            test.replace(" expect", "\n expect")
        ));
        let broken = |k: &Kept| matches!(k, Kept::No(why) if why.join("; ").contains(says));
        assert!(found.iter().any(broken), "{test}: {found:?}");
    }
}

#[test]
fn what_is_not_judged_is_not_kept() {
    let plan = program(&format!(
        r#"{SCORECARD}
service api {{ port = 80, metrics = "/metrics", series up_share: gauge(ratio) }}
metric share_up: ratio {{ better = higher, live = last(up_share) }}
environment production {{ namespace = "p", monitoring {{ prometheus = "prometheus:9090" }} }}
alert down {{ when share_up < 50%, for = 5m, severity = critical }}
test "t" {{
  given {{ live {{ share_up = 10% }} }}
  expect alert.down == fires
}}
"#
    ));
    let test = plan.tests.first().expect("a test");
    let found = try_out(&plan, test);
    assert!(matches!(
        found.first().map(|o| &o.result),
        Some(Kept::NotJudged(why)) if why.contains("promtool")
    ));
}
