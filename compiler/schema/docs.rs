//! The schema as text: `gatec explain stage` and `docs/reference.md`.

use super::{ArgumentKind, Attribute, Block, Keys, Ty, all};

/// The page of a keyword, or `None` if there is no such keyword.
pub fn page(keyword: &str) -> Option<String> {
    let blocks: Vec<_> = all()
        .into_iter()
        .filter(|(b, _)| b.keyword == keyword)
        .collect();
    if blocks.is_empty() {
        return None;
    }
    Some(
        blocks
            .iter()
            .map(|(b, parents)| section(b, parents, "#"))
            .collect::<Vec<_>>()
            .join("\n"),
    )
}

/// The whole reference, in Markdown.
pub fn reference() -> String {
    let mut text = String::from(
        "# Reference\n\nEvery statement of the language, its attributes and what may stand in it. \
         This page is written from the compiler's own table.\n",
    );
    for (block, parents) in all() {
        text += "\n";
        text += &section(block, &parents, "##");
    }
    text
}

fn section(block: &Block, parents: &[&str], heading: &str) -> String {
    let mut text = format!("{heading} `{}`\n\n{}\n", usage(block), block.about);
    if !block.more.is_empty() {
        text += &format!("{}\n", block.more);
    }
    text += &format!("\nStands in: {}.\n", places(parents));
    if !block.attributes.is_empty() {
        text += "\n| attribute | type | without it | says |\n| --- | --- | --- | --- |\n";
        block.attributes.iter().for_each(|a| text += &row(a));
    }
    if let Some(open) = &block.open {
        let keys = match open.keys {
            Keys::New => "your own names",
            Keys::References => "names of metrics, gates or criteria",
        };
        text += &format!("\nKeys: {keys}; values: {}.\n", describe(&open.ty));
    }
    if !block.blocks.is_empty() {
        let inside: Vec<_> = block
            .blocks
            .iter()
            .map(|b| format!("`{}`", b.keyword))
            .collect();
        text += &format!("\nMay hold: {}.\n", inside.join(", "));
    }
    if !block.example.is_empty() {
        text += &format!("\n```gate\n{}\n```\n", block.example);
    }
    text
}

fn places(parents: &[&str]) -> String {
    let named = |p: &&str| match p.is_empty() {
        true => "the top of a file".to_string(),
        false => format!("`{p}`"),
    };
    parents.iter().map(named).collect::<Vec<_>>().join(", ")
}

fn row(attribute: &Attribute) -> String {
    let without = match (attribute.required, attribute.default) {
        (true, _) => "an error".to_string(),
        (false, "") => "—".to_string(),
        (false, text) => text.to_string(),
    };
    let cell = |s: &str| s.replace('|', "\\|");
    format!(
        "| `{}` | {} | {} | {} |\n",
        attribute.name,
        cell(&describe(&attribute.ty)),
        cell(&without),
        cell(attribute.about)
    )
}

fn usage(block: &Block) -> String {
    let mut text = block.keyword.to_string();
    for arg in block.args {
        let name = arg.name.to_uppercase();
        let shown = match arg.kind {
            ArgumentKind::TypedName => arg.name.to_uppercase(),
            _ => name,
        };
        text += &if arg.required {
            format!(" {shown}")
        } else {
            format!(" [{shown}]")
        };
    }
    text
}

/// A type, as said to people.
pub fn describe(ty: &Ty) -> String {
    match ty {
        Ty::Bool => "`true` or `false`".into(),
        Ty::Str => "string".into(),
        Ty::Message => "text with `${{ }}`".into(),
        Ty::Script => "script".into(),
        Ty::Number => "number".into(),
        Ty::Count => "count".into(),
        Ty::Ratio => "ratio (`85%`)".into(),
        Ty::Points => "points (`90pt`)".into(),
        Ty::Duration => "duration (`5m`)".into(),
        Ty::Minutes => "duration (`20m`)".into(),
        Ty::Bytes => "bytes (`512MiB`)".into(),
        Ty::Cpu => "cpu (`0.5cores`)".into(),
        Ty::AnyQuantity => "number with a unit".into(),
        Ty::Symbol(set) => set
            .members
            .iter()
            .map(|m| format!("`{m}`"))
            .collect::<Vec<_>>()
            .join(", "),
        Ty::Many(of) => format!("{}, or a list", describe(of)),
        Ty::RangeOr(of) => format!("{}, or a range `a..b`", describe(of)),
        Ty::Either(types) => types.iter().map(describe).collect::<Vec<_>>().join(" or "),
        Ty::Reference(kinds) => kinds
            .iter()
            .map(|k| k.word().to_string())
            .collect::<Vec<_>>()
            .join(" or "),
        Ty::Condition => "condition on the run".into(),
        Ty::RunValue => "value, also of the run".into(),
        Ty::Known => "value known now".into(),
        Ty::Criterion => "comparison over measurements".into(),
        Ty::Measurement => "value over measurements".into(),
        Ty::FromReport => "value of a report".into(),
        Ty::Live => "value of series".into(),
        Ty::LiveCondition => "condition over series".into(),
        Ty::Constructor(name, []) => (*name).to_string(),
        Ty::Constructor(name, words) => {
            let words: Vec<_> = words.iter().map(|w| format!("`{w}`")).collect();
            format!("{name}: {}", words.join(", "))
        }
        Ty::Answer => "comparison of the answer".into(),
        Ty::Expectation => "`subject == outcome`".into(),
    }
}
