//! Runs the pest grammar and turns its events into a [`Tree`]. The only file that knows pest.

use super::tree::{Kind, Tree};
use pest::{Parser, Token};

#[derive(pest_derive::Parser)]
#[grammar = "compiler/syntax/gate.pest"]
struct Grammar;

/// The tree of a file.
pub fn file(text: &str) -> Tree {
    run(Rule::file, Kind::File, text)
}

/// The tree of an expression that stands alone.
pub fn inside(text: &str) -> Tree {
    run(Rule::inside, Kind::Inside, text)
}

/// The grammar is total; were it ever not, the whole text is one piece of junk.
fn run(rule: Rule, root: Kind, text: &str) -> Tree {
    let Ok(pairs) = Grammar::parse(rule, text) else {
        let mut tree = Tree::with_capacity(2);
        let root = tree.open(root, 0);
        let junk = tree.open(Kind::Junk, 0);
        tree.close(junk, text.len());
        tree.close(root, text.len());
        return tree;
    };
    let mut tree = Tree::with_capacity(text.len() / 6);
    let mut open = Vec::with_capacity(256);
    for token in pairs.tokens() {
        match token {
            Token::Start { rule, pos } => {
                if let Some(kind) = kind(rule) {
                    open.push(tree.open(kind, pos.pos()));
                }
            }
            Token::End { rule, pos } => {
                if let Some(index) = kind(rule).and_then(|_| open.pop()) {
                    tree.close(index, pos.pos());
                }
            }
        }
    }
    tree
}

/// The kind of a rule's node; silent rules have none.
fn kind(rule: Rule) -> Option<Kind> {
    Some(match rule {
        Rule::file => Kind::File,
        Rule::inside => Kind::Inside,
        Rule::block => Kind::Block,
        Rule::attribute => Kind::Attribute,
        Rule::statement => Kind::Statement,
        Rule::broken => Kind::Broken,
        Rule::argument => Kind::Argument,
        Rule::value => Kind::Value,
        Rule::element => Kind::Element,
        Rule::record => Kind::Record,
        Rule::list => Kind::List,
        Rule::index => Kind::Index,
        Rule::call => Kind::Call,
        Rule::paren => Kind::Paren,
        Rule::named => Kind::Named,
        Rule::name => Kind::Name,
        Rule::field => Kind::Field,
        Rule::number => Kind::Number,
        Rule::prefix => Kind::Prefix,
        Rule::op => Kind::Operator,
        Rule::text => Kind::Text,
        Rule::string => Kind::String,
        Rule::open_text => Kind::OpenText,
        Rule::open_string => Kind::OpenString,
        Rule::apostrophes => Kind::Apostrophes,
        Rule::missing_value => Kind::MissingValue,
        Rule::missing_comma => Kind::MissingComma,
        Rule::missing_close => Kind::MissingClose,
        Rule::missing_brace => Kind::MissingBrace,
        Rule::stray_brace => Kind::StrayBrace,
        Rule::too_deep => Kind::TooDeep,
        Rule::junk | Rule::litter | Rule::rest => Kind::Junk,
        _ => return None,
    })
}
