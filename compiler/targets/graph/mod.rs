//! Drawings of pipelines: takes a plan, gives text for Markdown, Graphviz, a browser or a
//! terminal. Deterministic, and total even for a plan with errors.

mod dot;
mod layout;
mod mermaid;
mod picture;
mod svg;
#[cfg(test)]
mod tests;
mod text;

use crate::plan::{Pipeline, Plan};
use picture::Picture;

/// The form of a drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A Mermaid flowchart.
    Mermaid,
    /// A Graphviz digraph.
    Dot,
    /// A picture that reads on light and dark ground and loads nothing.
    Svg,
    /// Lines of text, one layer after the other.
    Text,
}

/// Draws every pipeline of a plan, or the one named.
pub fn draw(plan: &Plan, pipeline: Option<&str>, form: Form) -> String {
    let wanted = |p: &&Pipeline| pipeline.is_none_or(|name| p.id == name);
    let pictures: Vec<Picture> = plan
        .pipelines
        .iter()
        .filter(wanted)
        .map(Picture::of)
        .collect();
    match form {
        Form::Mermaid => mermaid::draw(&pictures),
        Form::Dot => dot::draw(&pictures),
        Form::Svg => svg::draw(&pictures),
        Form::Text => text::draw(&pictures),
    }
}
