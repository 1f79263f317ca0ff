//! Earlier results: what an accepted run leaves behind, and what a later one is compared with.
//!
//! Takes the records of a store as text, gives references; pure: where records live, and how they
//! get there, is the command's. Knows no gate and no verdict.

mod history;
mod record;
#[cfg(test)]
mod tests;

pub use history::{History, Kept, Policy, Question, Reference, Statistic};
pub use record::{Broken, Entry, File, Key, Pin, Record, Summary};
