//! Right text and the items it makes.

use super::super::ast::{ExprKind, Item};
use super::super::parse_expression;
use super::{CORPUS, expr, read, shape};
use crate::source::FileId;

#[test]
fn the_corpus_has_no_mistake() {
    for text in CORPUS {
        assert!(!shape(text).is_empty());
    }
}

#[test]
fn two_item_forms() {
    assert_eq!(
        shape("a = 1\nk x \"y\" { b = 2, c z }"),
        "a = 1; k x \"y\" { b = 2; c z }"
    );
    assert_eq!(shape("k { a.b.c = 1 }"), "k { a.b.c = 1 }");
    assert_eq!(
        shape("k { \"start args\" = \"--fast\" }"),
        "k { \"start args\" = \"--fast\" }"
    );
    assert_eq!(shape("k {,\n,a = 1,,b = 2,\n}"), "k { a = 1; b = 2 }");
    assert_eq!(shape("\u{feff}a = 1\r\nb = 2\r\n"), "a = 1; b = 2");
    assert_eq!(shape(""), "");
    assert_eq!(shape("\n# only a comment"), "");
}

#[test]
fn arguments_stand_side_by_side() {
    assert_eq!(shape("k x y"), "k x y");
    assert_eq!(shape("k [x]"), "k [x]");
    assert_eq!(shape("k m[x]"), "k m[x]");
    assert_eq!(shape("k m [x]"), "k m [x]");
    assert_eq!(shape("k f(x) (y)"), "k f(x) paren(y)");
    assert_eq!(shape("k x -1"), "k (x - 1)");
    assert_eq!(shape("k -1"), "k (-1)");
    assert_eq!(
        shape("metric a: ratio { by = x }"),
        "metric (a : ratio) { by = x }"
    );
    assert_eq!(shape("k a.b.c { }"), "k a.b.c {  }");
}

#[test]
fn values_may_be_records() {
    assert_eq!(
        shape("a = { b = 1, c = [{ d = 2 }] }"),
        "a = { b = 1; c = [{ d = 2 }] }"
    );
    assert_eq!(shape("k f({ a = 1 })"), "k f({ a = 1 })");
    assert_eq!(shape("k [\n{ a = 1\nb = 2 }\n]"), "k [{ a = 1; b = 2 }]");
}

#[test]
fn precedence() {
    assert_eq!(shape("a = 1 + 2 * 3 - 4"), "a = ((1 + (2 * 3)) - 4)");
    assert_eq!(
        shape("a = x or y and not z == 1"),
        "a = (x or (y and (not (z == 1))))"
    );
    assert_eq!(shape("a = not not x"), "a = (not (not x))");
    assert_eq!(shape("a = --x * y"), "a = ((-(-x)) * y)");
    assert_eq!(shape("a = 1..2 + 3"), "a = (1 .. (2 + 3))");
    assert_eq!(
        shape("a = x in [b] or y =~ \"z\""),
        "a = ((x in [b]) or (y =~ \"z\"))"
    );
    assert_eq!(shape("a = -f(x)[y].z"), "a = (-f(x)[y].z)");
    assert_eq!(shape("a = (1 + 2) * 3"), "a = (paren((1 + 2)) * 3)");
    assert_eq!(shape("k input: x or y"), "k (input : (x or y))");
}

#[test]
fn words_of_operators_end_with_the_word() {
    assert_eq!(
        shape("k order android inside nothing"),
        "k order android inside nothing"
    );
    assert_eq!(shape("a = notify"), "a = notify");
}

#[test]
fn numbers() {
    for text in ["95%", "0.5pp", "20ms", "90pt", "1GiB", "2cores", "25.5"] {
        assert_eq!(shape(&format!("a = {text}")), format!("a = {text}"));
    }
    assert_eq!(shape("a = 1_000_000rps"), "a = 1000000rps");
    assert_eq!(shape("a = 3..10"), "a = (3 .. 10)");
    assert_eq!(shape("a = 0.5cores..2cores"), "a = (0.5cores .. 2cores)");
}

#[test]
fn calls_and_selectors() {
    assert_eq!(
        shape("a = p95(x[e = \"/\"], over = 5m)"),
        "a = p95(x[e=\"/\"], over=5m)"
    );
    assert_eq!(
        shape("a = x[s in [\"a\", \"b\"], t =~ \"5..\"]"),
        "a = x[(s in [\"a\", \"b\"]), (t =~ \"5..\")]"
    );
    assert_eq!(shape("a = f()"), "a = f()");
    assert_eq!(shape("a = f(\n  x,\n  over = 5m,\n)"), "a = f(x, over=5m)");
}

#[test]
fn where_lines_go_on() {
    assert_eq!(shape("a = 1 +\n\n  2\nb = 3"), "a = (1 + 2); b = 3");
    assert_eq!(
        shape("a = x # one\n # two\n  and y\nb = 3"),
        "a = (x and y); b = 3"
    );
    assert_eq!(shape("when x\n  or y\nb = 3"), "when (x or y); b = 3");
    assert_eq!(shape("k x\nindex = 1"), "k x; index = 1");
    assert_eq!(shape("a = [ # c\n 1 # d\n , 2, # e\n]"), "a = [1, 2]");
    assert_eq!(shape("k a { # c\n}\n# d\nb = 1"), "k a {  }; b = 1");
}

#[test]
fn strings() {
    assert_eq!(shape(r#"a = "\"\\\n\t\u{e9}""#), r#"a = "\"\\\n\té""#);
    assert_eq!(shape(r#"a = """#), r#"a = """#);
    assert_eq!(shape("a = \"# no comment { \""), "a = \"# no comment { \"");
}

#[test]
fn text_blocks_lose_their_indentation() {
    let text = |body: &str| match read(&format!("a = \"\"\"{body}\"\"\"")).items.as_slice() {
        [Item::Attribute(a)] => match &a.value.kind {
            ExprKind::Text(text) => text.clone(),
            other => format!("{other:?}"),
        },
        other => format!("{other:?}"),
    };
    assert_eq!(text("\n    x\n      y\n\n    z\n  "), "x\n  y\n\nz");
    assert_eq!(text("one \\d \"two\"."), "one \\d \"two\".");
    assert_eq!(text("\r\n  x\r\n  y\r\n"), "x\ny");
    assert_eq!(text("\n  x\n\n  "), "x\n");
    assert_eq!(text(""), "");
    assert_eq!(text("\n\tx\n\t\ty\n"), "x\n\ty");
}

#[test]
fn doc_comments_belong_to_the_next_item() {
    let parse = read(
        "## One.\n##\n##  Two.\n# no\nk a { ## not me\n  ## Three.\n  b = 1\n\n}\n## Lost.\n\nc = 2\n# plain\nd = 3\n#### banner\ne = 4\n# plain\n## Five.\nf = 5",
    );
    assert!(parse.diagnostics.is_empty());
    let docs = |item: &Item| match item {
        Item::Attribute(a) => a.docs.clone(),
        Item::Statement(s) => s.docs.clone(),
    };
    let outer: Vec<_> = parse.items.iter().map(docs).collect();
    let five = Some("Five.".to_string());
    assert_eq!(outer, [None, None, None, None, five]);
    let Some(Item::Statement(k)) = parse.items.first() else {
        panic!("no statement")
    };
    let inner: Vec<_> = k
        .block
        .iter()
        .flat_map(|b| b.items.iter().map(docs))
        .collect();
    assert_eq!(inner, [Some("Three.".to_string())]);
    let parse = read("## One.\n##\n##  Two.\nk a");
    assert_eq!(
        parse.items.first().and_then(docs),
        Some("One.\n\n Two.".to_string())
    );
}

#[test]
fn expressions_within_strings() {
    let (value, found) = parse_expression(FileId(3), " join(x,\n \" \") ", 100);
    assert!(found.is_empty());
    assert_eq!(expr(&value), "join(x, \" \")");
    assert_eq!(
        (value.span.file, value.span.start, value.span.end),
        (FileId(3), 101, 114)
    );
    let (value, found) = parse_expression(FileId(3), " x y", 100);
    assert_eq!(expr(&value), "x");
    let found = found.sorted();
    assert_eq!(
        found
            .iter()
            .map(|d| d.primary.span.start)
            .collect::<Vec<_>>(),
        [103]
    );
    let (value, found) = parse_expression(FileId(3), "  ", 100);
    assert_eq!((expr(&value), found.sorted().len()), ("?".to_string(), 1));
}

#[test]
fn spans_reach_from_first_to_last_sign() {
    let text = "k a { b = x.y(1) + 2 }";
    let parse = read(text);
    let Some(Item::Statement(k)) = parse.items.first() else {
        panic!("no statement")
    };
    let slice = |span: crate::source::Span| text.get(span.range()).unwrap_or_default();
    assert_eq!(slice(k.span), text);
    let block = k.block.as_ref().map(|b| slice(b.span));
    assert_eq!(block, Some("{ b = x.y(1) + 2 }"));
    let Some(Item::Attribute(b)) = k.block.as_ref().and_then(|b| b.items.first()) else {
        panic!("no attribute")
    };
    assert_eq!(slice(b.value.span), "x.y(1) + 2");
    assert_eq!(slice(b.key_span()), "b");
}

#[test]
fn a_thousand_stages() {
    let mut text = "pipeline big {\n  on push { branches = [\"main\"] }\n".to_string();
    for layer in 0..100 {
        for at in 0..10 {
            let before = |n: usize| format!("gate_{}_{}", layer - 1, (at + n) % 10);
            let needs: Vec<String> = if layer > 0 {
                (0..4).map(before).collect()
            } else {
                vec![]
            };
            text.push_str(&format!(
                "  stage gate_{layer}_{at} {{\n    needs [{}]\n    timeout = 15m\n    run \"pytest tests/gate_{layer}_{at} --junitxml=report.xml\" tests {{\n      env {{ GATE = \"gate-{layer}{at}\" }}\n    }}\n  }}\n",
                needs.join(", ")
            ));
        }
    }
    text.push_str("}\n");
    let parse = read(&text);
    assert!(parse.diagnostics.is_empty());
    let Some(Item::Statement(big)) = parse.items.first() else {
        panic!("no pipeline")
    };
    assert_eq!(big.block.as_ref().map(|b| b.items.len()), Some(1001));
}
