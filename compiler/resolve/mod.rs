//! Trees to a program: keywords known, names bound, modules brought in.
//!
//! Takes parsed files, gives a [`Program`]; [`eval`] then types any expression of it on demand.
//! An unknown name becomes [`Type::Unknown`](crate::plan::Type), which is silent downstream, so
//! one mistake gives one message.

mod arithmetic;
mod chains;
pub mod eval;
mod expand;
mod foreign;
mod functions;
mod index;
mod interpolate;
mod measures;
mod modules;
mod names;
mod paths;
mod placement;
mod reading;
mod reports;
pub mod scope;
mod selectors;
pub mod shape;
mod symbols;
mod told;
pub mod units;

pub use chains::cut;
pub use eval::Context;
pub use expand::{DECLARATIONS, Expansion, expand};
pub use functions::{callee, plain};
pub use index::quantity_type;
pub use interpolate::words;
pub use modules::{Loaded, load};
pub use names::type_of as names_type_of;
pub use placement::{Placed, Placement};
pub use scope::{Params, PipelineNames, Realm, Scope, StageNames, StepNames};
pub use shape::Shape;
pub use symbols::{Holds, Program, Symbol, TemplateDecl, dotted};
pub use told::{settle, told};
