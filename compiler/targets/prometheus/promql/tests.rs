//! Text of queries, and that every query is read back as the tree it was printed from.

use super::*;
use proptest::prelude::*;

fn series(name: &str) -> Selector {
    Selector {
        name: name.to_string(),
        matchers: vec![Match::equal("job", "api")],
    }
}

fn rate(name: &str) -> Query {
    Query::Over(OverTime::Rate, series(name), 300.0)
}

#[test]
fn a_quantile_reads_as_people_write_it() {
    let query = Query::HistogramQuantile(
        0.95,
        Box::new(rate("x_bucket").aggregate(Aggregation::Sum, &["job".into(), "le".into()])),
    );
    assert_eq!(
        one_line(&query),
        r#"histogram_quantile(0.95, sum by (job, le) (rate(x_bucket{job="api"}[5m])))"#
    );
}

#[test]
fn parentheses_stand_where_they_are_needed_and_nowhere_else() {
    let n = Query::Number;
    let sum = |a, b| n(a).with(Op::Add, n(b));
    let cases = [
        (sum(1.0, 2.0).times(3.0), "(1 + 2) * 3"),
        (n(1.0).with(Op::Subtract, sum(2.0, 3.0)), "1 - (2 + 3)"),
        (sum(1.0, 2.0).with(Op::Add, n(3.0)), "1 + 2 + 3"),
        (
            n(8.0).with(Op::Divide, n(2.0).with(Op::Multiply, n(2.0))),
            "8 / (2 * 2)",
        ),
        (Query::Negate(Box::new(sum(1.0, 2.0))), "-(1 + 2)"),
        (n(2.0).with(Op::Subtract, n(-1.0)), "2 - -1"),
        (
            Query::Opaque("a or b".into()).with(Op::And, rate("c")),
            r#"(a or b) and rate(c{job="api"}[5m])"#,
        ),
        (
            Query::Opaque("rate(a[5m])".into()).with(Op::Less, n(1.0)),
            "rate(a[5m]) < 1",
        ),
        (
            Query::Opaque("sum(a) / sum(b)".into()).with(Op::Subtract, n(1.0)),
            "(sum(a) / sum(b)) - 1",
        ),
        (
            rate("a")
                .with(Op::Greater, n(1.0))
                .with(Op::LessEqual, n(2.0)),
            r#"(rate(a{job="api"}[5m]) > 1) <= 2"#,
        ),
    ];
    for (query, text) in cases {
        assert_eq!(one_line(&query), text);
        assert_eq!(parse_back(text), Ok(()));
    }
}

#[test]
fn long_queries_break_before_operators() {
    let part = |name: &str| rate(name).aggregate(Aggregation::Sum, &["namespace".into()]);
    let query = part("requests_with_a_long_name_total").with(
        Op::Divide,
        part("requests_with_a_longer_name_total").with(Op::Greater, Query::Number(0.0)),
    );
    assert_eq!(
        pretty(&query),
        "sum by (namespace) (rate(requests_with_a_long_name_total{job=\"api\"}[5m]))\n\
         / (sum by (namespace) (rate(requests_with_a_longer_name_total{job=\"api\"}[5m])) > 0)"
    );
    assert_eq!(parse_back(&pretty(&query)), Ok(()));
}

#[test]
fn a_comment_in_the_programs_own_query_hides_nothing() {
    let query =
        own("sum(a) # all of it\n").map(|q| one_line(&q.with(Op::Less, Query::Number(1.0))));
    assert_eq!(query.as_deref(), Ok("(sum(a)) < 1"));
    assert!(own("sum(").is_err());
}

#[test]
fn times_are_whole_units() {
    let cases = [
        (300.0, "5m"),
        (5400.0, "1h30m"),
        (0.5, "500ms"),
        (0.0, "0s"),
        (604_800.0, "7d"),
    ];
    for (seconds, text) in cases {
        assert_eq!(window(seconds), text);
    }
}

#[test]
fn label_values_cannot_break_out() {
    let query = Query::Instant(Selector {
        name: "x".into(),
        matchers: vec![Match::equal("path", "a\"}\\\nb")],
    });
    assert_eq!(one_line(&query), r#"x{path="a\"}\\\nb"}"#);
    assert_eq!(parse_back(&one_line(&query)), Ok(()));
}

#[test]
fn patterns_are_anchored() {
    let pattern = Match {
        label: "status".into(),
        op: MatchOp::Regex,
        value: "5..".into(),
    };
    assert_eq!(pattern.admits("503"), Some(true));
    assert_eq!(pattern.admits("5030"), Some(false));
    assert_eq!(
        Match {
            value: "(".into(),
            ..pattern
        }
        .admits("5"),
        None
    );
}

fn any_query() -> impl Strategy<Value = Query> {
    let leaf = prop_oneof![
        (-1000i32..1000).prop_map(|n| Query::Number(f64::from(n) / 8.0)),
        "[a-z]{1,6}_total".prop_map(|name| rate(&name)),
        "[a-z]{1,6}_bytes".prop_map(|name| Query::Instant(series(&name))),
    ];
    leaf.prop_recursive(4, 24, 2, |inner| {
        let arithmetic = prop_oneof![
            Just(Op::Add),
            Just(Op::Subtract),
            Just(Op::Multiply),
            Just(Op::Divide)
        ];
        prop_oneof![
            (inner.clone(), arithmetic, inner.clone()).prop_map(|(a, op, b)| a.with(op, b)),
            inner.prop_map(|a| Query::Negate(Box::new(a))),
        ]
    })
}

/// A stand-in for a series: some number that depends on its name.
fn stand_in(name: &str) -> f64 {
    name.bytes().map(f64::from).sum::<f64>() / 7.0
}

fn apply(op: &str, a: f64, b: f64) -> f64 {
    match op {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        _ => a / b,
    }
}

fn meant(query: &Query) -> f64 {
    match query {
        Query::Binary {
            op, left, right, ..
        } => {
            let op = match op {
                Op::Add => "+",
                Op::Subtract => "-",
                Op::Multiply => "*",
                _ => "/",
            };
            apply(op, meant(left), meant(right))
        }
        Query::Negate(a) => -meant(a),
        Query::Number(n) => *n,
        Query::Instant(s) | Query::Over(_, s, _) => stand_in(&s.name),
        other => panic!("{other:?}"),
    }
}

fn read(expr: &promql_parser::parser::Expr) -> f64 {
    use promql_parser::parser::Expr;
    match expr {
        Expr::Binary(b) => apply(&b.op.to_string(), read(&b.lhs), read(&b.rhs)),
        Expr::Unary(u) => -read(&u.expr),
        Expr::Paren(p) => read(&p.expr),
        Expr::NumberLiteral(n) => n.val,
        Expr::VectorSelector(s) => stand_in(s.name.as_deref().unwrap_or("")),
        Expr::MatrixSelector(m) => stand_in(m.vs.name.as_deref().unwrap_or("")),
        Expr::Call(c) => read(&c.args.args[0]),
        other => panic!("{other:?}"),
    }
}

proptest! {
    #[test]
    fn what_is_read_is_worth_what_was_meant(query in any_query()) {
        for text in [one_line(&query), pretty(&query)] {
            let expr = promql_parser::parser::parse(&text);
            prop_assert!(expr.is_ok(), "{text}: {expr:?}");
            let (meant, read) = (meant(&query), read(&expr.unwrap()));
            prop_assert!(meant == read || (meant.is_nan() && read.is_nan()), "{}", text);
        }
    }
}
