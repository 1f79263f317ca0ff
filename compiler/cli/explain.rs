//! `gatec explain`: the page of a finding, of a block or of a library template, or all of a kind.
//!
//! `docs/reference.md` and `docs/diagnostics.md` are what it prints.

mod library;

use super::args::Explain;
use super::exit::{Exit, Failure};
use super::screen::Screen;
use crate::diagnostics::{Code, nearest, render};
use crate::schema;

pub(super) fn run(args: &Explain, screen: &mut Screen) -> Result<Exit, Failure> {
    let name = args.name.trim();
    let page = Code::from_name(name).map(render::page);
    let whole = || match name {
        "findings" => Some(index()),
        "reference" => Some(schema::reference()),
        _ => None,
    };
    let known = page.or_else(|| schema::page(name)).or_else(whole);
    match known.or_else(|| library::page(name)) {
        Some(page) => {
            screen.data(&page)?;
            Ok(Exit::Ok)
        }
        None => Err(Failure::Usage(unknown(name))),
    }
}

/// Every code in a table, by name.
fn index() -> String {
    let mut codes = Code::ALL.to_vec();
    codes.sort_by_key(|code| code.name());
    let mut text = String::from(INDEX);
    for code in codes {
        let (name, severity) = (code.name(), code.severity().word());
        let summary = code.summary().replace('|', "\\|");
        text += &format!(
            "| [`{name}`](../compiler/diagnostics/codes/{name}.md) | {severity} | {summary} |\n"
        );
    }
    text
}

const INDEX: &str = "\
# Findings

Every finding has a code, and every code a page: what it means, a program that has it and one that
hasn't. `gatec explain CODE` prints it. This index is what `gatec explain findings` prints.

| code | severity | finds that |
| --- | --- | --- |
";

fn unknown(name: &str) -> String {
    let codes = Code::ALL.iter().map(|code| code.name());
    let blocks = schema::all().into_iter().map(|(block, _)| block.keyword);
    let templates = library::names();
    let templates = templates.iter().map(String::as_str);
    let hint = match nearest(name, codes.chain(blocks).chain(templates)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "say a finding's code, such as `syntax-error`, a block, such as `stage`, or a template, such as `node.setup`".into(),
    };
    format!("nothing is called `{name}`; {hint}")
}
