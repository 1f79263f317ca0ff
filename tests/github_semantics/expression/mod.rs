//! GitHub's expressions, written from "Evaluate expressions in workflows and actions" of its
//! documentation. Takes text and surroundings, gives a value; knows nothing of gatec.

mod eval;
mod functions;
mod parse;
mod value;

pub use eval::{Surroundings, evaluate};
pub use parse::{Expr, Operator, parse};
pub use value::Value;

/// A text with `${{ }}` inside, as YAML holds it.
#[derive(Clone, Debug)]
pub struct Template(Vec<Part>);

#[derive(Clone, Debug)]
enum Part {
    Text(String),
    Expr(Expr),
}

impl Template {
    /// Reads a text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(start) = rest.find("${{") {
            let inside = &rest[start + 3..];
            let end = closing(inside).ok_or_else(|| format!("`{text}` is not closed"))?;
            parts.push(Part::Text(rest[..start].to_string()));
            parts.push(Part::Expr(parse(&inside[..end])?));
            rest = &inside[end + 2..];
        }
        parts.push(Part::Text(rest.to_string()));
        Ok(Self(parts))
    }

    /// The text with the values in their places.
    pub fn fill(&self, around: &dyn Surroundings) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Expr(expr) => evaluate(expr, around).text(),
        };
        self.0.iter().map(part).collect()
    }
}

/// The condition of a job or step: braces around it may be left out.
pub fn condition(text: &str) -> Result<Expr, String> {
    let text = text.trim();
    match text.strip_prefix("${{") {
        Some(inside) if closing(inside) == Some(inside.len() - 2) => {
            parse(&inside[..inside.len() - 2])
        }
        Some(_) => Err(format!("`{text}` is more than one expression")),
        None => parse(text),
    }
}

/// Where `}}` stands outside of quotes.
fn closing(text: &str) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, c)| {
        quoted ^= c == '\'';
        (!quoted && text[at..].starts_with("}}")).then_some(at)
    })
}
