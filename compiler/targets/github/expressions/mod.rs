//! Plan expressions to GitHub's: takes a typed expression and the place it will stand in, gives
//! a [`Tree`]. What GitHub can't say becomes a finding at the expression's place.

mod lower;
mod names;
mod pattern;
mod tree;

pub use lower::{Lower, from_fork};
pub use names::{Scope, variable_name};
pub use tree::Tree;
