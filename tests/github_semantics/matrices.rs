//! Cells that conditions add: the list that GitHub makes of the emitted expression.

use super::expression::{Surroundings, Value, condition, evaluate};
use gatec::source::MemoryWorld;

/// A run that was started so.
struct Event(&'static str);

impl Surroundings for Event {
    fn context(&self, name: &str) -> Option<Value> {
        let event = Value::object([("event_name", Value::from(self.0))]);
        (name == "github").then_some(event)
    }

    fn status(&self, function: &str) -> bool {
        panic!("{function}() in a matrix")
    }
}

const EVENTS: [&str; 3] = ["push", "pull_request", "workflow_dispatch"];

/// Values of `os` that the emitted `include` adds in an event.
fn added(rules: &str, event: &'static str) -> Vec<String> {
    let text = format!(
        "pipeline ci {{\n  on push\n  on pull_request\n  on dispatch\n  stage t {{\n    matrix {{\n      py = [\"1\"]\n      {rules}\n    }}\n    run \"x\"\n  }}\n}}\n"
    );
    let world = MemoryWorld::new([("p.gate", text.as_str())]);
    let compilation = gatec::compile(&world, &["p.gate".to_string()]);
    let valid = compilation.valid.expect("a clean program");
    let emitted = gatec::targets::github::emit(&valid);
    assert!(!emitted.diagnostics.has_errors(), "{rules}");
    let workflow: serde_yaml::Value =
        serde_yaml::from_str(&emitted.files[0].content).expect("YAML");
    let include = &workflow["jobs"]["t"]["strategy"]["matrix"]["include"];
    let expr = condition(include.as_str().expect("an expression")).expect("one expression");
    let cells = evaluate(&expr, &Event(event)).all();
    cells.iter().map(|cell| cell.member("py").text()).collect()
}

#[test]
fn cells_with_conditions_of_their_own_are_added_when_these_hold() {
    let push = "include { py = \"2\", when event == push }";
    let pull = "include { py = \"3\", when event == pull_request }";
    let not_push = "include { py = \"4\", when event != push }";
    let always = "include { py = \"5\" }";
    let cases: [(&[&str], [&[&str]; 3]); 4] = [
        (&[push, pull], [&["2"], &["3"], &[]]),
        (&[push, pull, not_push], [&["2"], &["3", "4"], &["4"]]),
        (&[push, always, pull], [&["2", "5"], &["5", "3"], &["5"]]),
        (
            &[always, not_push, push],
            [&["5", "2"], &["5", "4"], &["5", "4"]],
        ),
    ];
    for (rules, wanted) in cases {
        for (event, wanted) in EVENTS.into_iter().zip(wanted) {
            assert_eq!(
                added(&rules.join("\n      "), event),
                wanted,
                "{rules:?} on {event}"
            );
        }
    }
}
