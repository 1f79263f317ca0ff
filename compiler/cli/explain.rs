//! `gatec explain`: the page of a finding or of a block.

use super::args::Explain;
use super::exit::{Exit, Failure};
use super::screen::Screen;
use crate::diagnostics::{Code, nearest, render};
use crate::schema;

pub(super) fn run(args: &Explain, screen: &mut Screen) -> Result<Exit, Failure> {
    let name = args.name.trim();
    let page = Code::from_name(name).map(render::page);
    let whole = || (name == "reference").then(schema::reference);
    match page.or_else(|| schema::page(name)).or_else(whole) {
        Some(page) => {
            screen.data(&page)?;
            Ok(Exit::Ok)
        }
        None => Err(Failure::Usage(unknown(name))),
    }
}

fn unknown(name: &str) -> String {
    let codes = Code::ALL.iter().map(|code| code.name());
    let blocks = schema::all().into_iter().map(|(block, _)| block.keyword);
    let hint = match nearest(name, codes.chain(blocks)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "say a finding's code, such as `syntax-error`, or a block, such as `stage`".into(),
    };
    format!("nothing is called `{name}`; {hint}")
}
