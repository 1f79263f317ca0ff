//! One small pipeline in every form, and shapes that are hard to draw.

use super::*;
use crate::plan::{
    Comment, Deploy, Expr, ExprKind, Judge, Need, NeedReason, Node, NodeKind, Stage, Type, Value,
};
use crate::source::Span;

fn node(id: &str, kind: NodeKind, needs: &[(&str, NeedReason)]) -> Node {
    let need = |(node, reason): &(&str, NeedReason)| Need {
        node: node.to_string(),
        reason: *reason,
        span: Span::default(),
    };
    Node {
        id: id.into(),
        title: id.into(),
        origin: Default::default(),
        needs: needs.iter().map(need).collect(),
        when: None,
        timeout: 60.0,
        kind,
    }
}

fn stage() -> NodeKind {
    NodeKind::Stage(Stage::default())
}

fn plan(nodes: Vec<Node>) -> Plan {
    let pipeline = Pipeline {
        id: "ci".into(),
        title: "CI <\"1\">".into(),
        nodes,
        ..Pipeline::default()
    };
    Plan {
        pipelines: vec![pipeline],
        ..Plan::default()
    }
}

fn sample() -> Plan {
    let judge = NodeKind::Judge(Judge {
        gate: "quality".into(),
        evidence: Vec::new(),
        outcomes: Vec::new(),
        comment: Comment::Never,
        html: false,
        explicit: true,
    });
    let image = ExprKind::Const(Value::Str("sha256:0".into()));
    let deploy = NodeKind::Deploy(Deploy {
        services: vec!["api".into()],
        image: Expr {
            kind: image,
            ty: Type::Str,
            span: Span::default(),
        },
        environment: "staging".into(),
        rollout: "all".into(),
        verify: None,
        announce: Vec::new(),
    });
    plan(vec![
        node("lint", stage(), &[]),
        node("test", stage(), &[]),
        node(
            "quality",
            judge,
            &[("lint", NeedReason::Order), ("test", NeedReason::Evidence)],
        ),
        node(
            "ship",
            deploy,
            &[("quality", NeedReason::Order), ("test", NeedReason::Data)],
        ),
    ])
}

#[test]
fn text_lists_layers_and_reasons() {
    let expected = "\
CI <\"1\">
1 ┬ ▢ lint     stage
  └ ▢ test     stage
2 ─ ◇ quality  gate    ← lint, test (evidence)
3 ─ ▲ ship     deploy  to staging  ← test (data), quality
";
    assert_eq!(draw(&sample(), None, Form::Text), expected);
}

#[test]
fn mermaid_escapes_and_distinguishes() {
    let text = draw(&sample(), Some("ci"), Form::Mermaid);
    assert!(text.contains("p0[\"CI #lt;#quot;1#quot;#gt;\"]"), "{text}");
    assert!(text.contains("p0n1 -.-> p0n2"), "{text}");
    assert!(text.contains("p0n1 ==> p0n3"), "{text}");
    assert!(text.contains("p0n2{{\"quality\"}}"), "{text}");
}

#[test]
fn dot_quotes() {
    let text = draw(&sample(), None, Form::Dot);
    assert!(text.contains("label=\"CI <\\\"1\\\">\""), "{text}");
    assert!(
        text.contains("\"ci.test\" -> \"ci.quality\" [style=dashed];"),
        "{text}"
    );
}

#[test]
fn svg_is_well_formed_and_loads_nothing() {
    let text = draw(&sample(), None, Form::Svg);
    let mut reader = quick_xml::Reader::from_str(&text);
    let mut rects = 0;
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => break,
            quick_xml::events::Event::Empty(tag) => {
                rects += usize::from(tag.name().as_ref() == "rect");
            }
            _ => {}
        }
    }
    assert_eq!(rects, 3);
    assert_eq!(
        text.matches("http").count(),
        1,
        "only the namespace is named"
    );
    assert!(!text.contains("href") && !text.contains("@import"));
}

#[test]
fn a_pipeline_of_another_name_is_not_drawn() {
    assert_eq!(draw(&sample(), Some("other"), Form::Text), "");
}

#[test]
fn cycles_and_unknown_needs_are_drawn_as_far_as_they_go() {
    let order = NeedReason::Order;
    let cyclic = plan(vec![
        node("a", stage(), &[("b", order), ("a", order), ("gone", order)]),
        node("b", stage(), &[("a", order)]),
    ]);
    for form in [Form::Text, Form::Svg, Form::Dot, Form::Mermaid] {
        assert!(draw(&cyclic, None, form).contains('b'));
    }
    let empty = plan(Vec::new());
    assert_eq!(draw(&empty, None, Form::Text), "CI <\"1\">\n");
    assert!(draw(&empty, None, Form::Svg).ends_with("</svg>\n"));
}

#[test]
fn a_thousand_nodes_in_a_chain_and_in_a_row() {
    let names: Vec<String> = (0..1000).map(|i| format!("n{i}")).collect();
    let chain = names.iter().enumerate().map(|(i, name)| {
        let before = names
            .get(i.wrapping_sub(1))
            .map(|n| (n.as_str(), NeedReason::Order));
        node(name, stage(), before.as_slice())
    });
    let text = draw(&plan(chain.collect()), None, Form::Text);
    assert!(text.contains("\n1000 ─ ▢ n999  stage   ← n998\n"), "{text}");
    let row = names.iter().map(|name| node(name, stage(), &[]));
    let text = draw(&plan(row.collect()), None, Form::Text);
    assert_eq!(text.lines().count(), 1001);
}
