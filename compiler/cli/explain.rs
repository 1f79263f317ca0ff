//! `gatec explain`: the page of a finding or of a block.

use super::args::Explain;
use super::exit::{Exit, Failure};
use super::screen::Screen;
use crate::diagnostics::{Code, nearest};

pub(super) fn run(args: &Explain, screen: &mut Screen) -> Result<Exit, Failure> {
    let name = args.name.trim();
    let page = Code::from_name(name).map(|code| code.page().to_string());
    match page.or_else(|| block_page(name)) {
        Some(page) => {
            screen.data(&page)?;
            Ok(Exit::Ok)
        }
        None => Err(Failure::Usage(unknown(name))),
    }
}

fn unknown(name: &str) -> String {
    let codes = Code::ALL.iter().map(|code| code.name());
    let hint = match nearest(name, codes.chain(block_names())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "say a finding's code, such as `syntax-error`, or a block, such as `stage`".into(),
    };
    format!("nothing is called `{name}`; {hint}")
}

/// The page of a block kind.
fn block_page(_name: &str) -> Option<String> {
    None
}

/// The names of block kinds.
fn block_names() -> Vec<&'static str> {
    Vec::new()
}
