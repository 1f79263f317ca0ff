//! What each expression of the language becomes.

use super::build::*;
use crate::plan::*;
use crate::targets::github::context::Context;
use crate::targets::github::expressions::{Lower, Scope};

/// The text of a condition in a pipeline started by a push, a pull request or by hand.
fn condition(expr: &Expr) -> String {
    let (text, found) = lowered(expr);
    assert!(found.is_empty(), "{found:?}");
    text
}

fn lowered(expr: &Expr) -> (String, Vec<String>) {
    let triggers = vec![
        trigger(Event::Push),
        trigger(Event::PullRequest),
        trigger(Event::Dispatch),
    ];
    let mut pipeline = pipeline("ci", triggers, vec![stage_node("build", &[], vec![])]);
    pipeline.inputs = vec![
        input(
            "target",
            InputKind::Text,
            Some(Value::Str("staging".into())),
        ),
        input("fast", InputKind::Bool, Some(Value::Bool(true))),
        input("slow", InputKind::Bool, Some(Value::Bool(false))),
        input("note", InputKind::Text, None),
    ];
    let plan = plan(vec![pipeline]);
    let cx = Context::new(&plan, &plan.pipelines[0]);
    let text = Lower::new(&cx, Scope::Step).truth(expr).to_string();
    let found = cx.into_found().sorted();
    (text, found.into_iter().map(|d| d.message).collect())
}

fn read(name: &str) -> Expr {
    reference(Ref::Input(name.into()))
}

fn field(path: &[&str], ty: Type) -> Expr {
    let path = path.iter().map(|p| p.to_string()).collect();
    expr(ExprKind::Ref(Ref::EventField(path)), ty)
}

fn matches(subject: Expr, pattern: &str) -> Expr {
    binary(Operator::Matches, subject, text(pattern))
}

#[test]
fn branches_are_refs_and_absence_is_false() {
    let branch = || reference(Ref::Branch);
    assert_eq!(
        condition(&branch_is("main")),
        "github.ref == 'refs/heads/main'"
    );
    assert_eq!(
        condition(&binary(Operator::NotEqual, branch(), text("main"))),
        "startsWith(github.ref, 'refs/heads/') && github.ref != 'refs/heads/main'"
    );
    assert_eq!(
        condition(&not(branch_is("main"))),
        "github.ref != 'refs/heads/main'"
    );
    assert_eq!(
        condition(&binary(Operator::Equal, reference(Ref::Tag), text("v1"))),
        "github.ref == 'refs/tags/v1'"
    );
    assert_eq!(
        condition(&binary(
            Operator::Equal,
            branch(),
            reference(Ref::DefaultBranch)
        )),
        "startsWith(github.ref, 'refs/heads/') && \
         github.ref_name == github.event.repository.default_branch"
    );
    assert_eq!(
        condition(&binary(
            Operator::NotEqual,
            reference(Ref::TargetBranch),
            text("main")
        )),
        "github.base_ref != '' && github.base_ref != 'main'"
    );
}

#[test]
fn patterns_become_what_github_can_say() {
    let branch = || reference(Ref::Branch);
    let head = || reference(Ref::SourceBranch);
    assert_eq!(
        condition(&matches(branch(), "release/.*")),
        "startsWith(github.ref, 'refs/heads/release/')"
    );
    assert_eq!(
        condition(&matches(branch(), "main|v1\\.0")),
        "github.ref == 'refs/heads/main' || github.ref == 'refs/heads/v1.0'"
    );
    assert_eq!(
        condition(&matches(branch(), ".*-fix")),
        "startsWith(github.ref, 'refs/heads/') && endsWith(github.ref, '-fix')"
    );
    assert_eq!(
        condition(&matches(head(), ".*bot.*")),
        "contains(github.head_ref, 'bot')"
    );
    let (_, found) = lowered(&matches(branch(), "v[0-9]+"));
    assert_eq!(found.len(), 1);
}

#[test]
fn what_is_absent_compares_false_though_github_takes_null_for_false_and_zero() {
    let early = || field(&["release", "prerelease"], Type::Bool);
    assert_eq!(
        condition(&binary(Operator::Equal, early(), yes(false))),
        "toJSON(github.event.release.prerelease) != 'null' && !github.event.release.prerelease"
    );
    assert_eq!(
        condition(&binary(Operator::Equal, early(), yes(true))),
        "github.event.release.prerelease"
    );
    let count = || field(&["count"], Type::Data);
    assert_eq!(
        condition(&binary(Operator::LessEqual, count(), number(3.0))),
        "toJSON(github.event.count) != 'null' && github.event.count <= 3"
    );
    assert_eq!(
        condition(&binary(Operator::Equal, count(), text("0"))),
        "toJSON(github.event.count) != 'null' && github.event.count == '0'"
    );
    assert_eq!(
        condition(&binary(Operator::NotEqual, read("note"), text("x"))),
        "toJSON(inputs.note) != 'null' && inputs.note != 'x'"
    );
}

#[test]
fn inputs_have_their_defaults_on_events_without_inputs() {
    assert_eq!(
        condition(&binary(Operator::Equal, read("target"), text("x"))),
        "(inputs.target || 'staging') == 'x'"
    );
    let fast = expr(ExprKind::Ref(Ref::Input("fast".into())), Type::Bool);
    assert_eq!(condition(&fast), "toJSON(inputs.fast) != 'false'");
    let slow = expr(ExprKind::Ref(Ref::Input("slow".into())), Type::Bool);
    assert_eq!(condition(&not(slow)), "!inputs.slow");
}

#[test]
fn a_choice_never_falls_through_an_empty_value() {
    let choice = |a, b| call(Func::If, vec![event_is("push"), a, b], Type::Str);
    let wide = |e| binary(Operator::Equal, e, text("z"));
    let value = |e| {
        let text = condition(&wide(e));
        text.trim_end_matches(" == 'z'").to_string()
    };
    assert_eq!(
        value(choice(text("a"), text("b"))),
        "(github.event_name == 'push' && 'a' || 'b')"
    );
    assert_eq!(
        value(choice(text(""), text("b"))),
        "(github.event_name != 'push' && 'b' || '')"
    );
    assert_eq!(
        value(choice(read("note"), reference(Ref::SourceBranch))),
        "format('{0}{1}', github.event_name == 'push' && inputs.note || '', \
         github.event_name != 'push' && github.head_ref || '')"
    );
    let conditions = call(
        Func::If,
        vec![event_is("push"), from_fork(), branch_is("a")],
        Type::Bool,
    );
    assert_eq!(
        condition(&conditions),
        "github.event_name == 'push' && github.event_name == 'pull_request' && \
         github.event.pull_request.head.repo.full_name != github.repository || \
         github.event_name != 'push' && github.ref == 'refs/heads/a'"
    );
}

#[test]
fn constants_fold_and_parentheses_are_few() {
    let both = |a, b| binary(Operator::And, a, b);
    let any = |a, b| binary(Operator::Or, a, b);
    assert_eq!(
        condition(&both(yes(true), branch_is("a"))),
        "github.ref == 'refs/heads/a'"
    );
    assert_eq!(condition(&any(yes(true), branch_is("a"))), "true");
    assert_eq!(
        condition(&both(any(branch_is("a"), branch_is("b")), event_is("push"))),
        "(github.ref == 'refs/heads/a' || github.ref == 'refs/heads/b') && \
         github.event_name == 'push'"
    );
    assert_eq!(
        condition(&branch_is("it's")),
        "github.ref == 'refs/heads/it''s'"
    );
}

#[test]
fn what_github_cannot_say_is_said() {
    let measured = reference(Ref::Metric("latency".into(), Vec::new()));
    let (_, found) = lowered(&binary(Operator::Less, measured, number(1.0)));
    assert_eq!(
        found,
        ["GitHub's expressions have no way to say a measurement; only a gate can judge it"]
    );
    let (_, found) = lowered(&event_is("call"));
    assert_eq!(
        found,
        ["GitHub's expressions have no way to say `event == call`"]
    );
}

#[test]
fn texts_are_joined_with_what_is_known_in_the_pattern() {
    let name = |e| binary(Operator::Equal, reference(Ref::SourceBranch), e);
    let parts = vec![text("a{"), read("note"), text("}"), reference(Ref::Run)];
    assert_eq!(
        condition(&name(call(Func::Concat, parts, Type::Str))),
        "github.head_ref != '' && github.head_ref == format('a{{{0}}}{1}', inputs.note, github.run_id)"
    );
    let known = call(Func::Concat, vec![text("{"), text("}")], Type::Str);
    assert!(condition(&name(known)).ends_with("github.head_ref == '{}'"));
}
