//! Any JSON, to be asked by path.

use std::io::BufRead;

use super::{Data, Malformed, Measurements};

/// Reads a document.
pub fn read(input: &mut dyn BufRead) -> Result<Measurements, Malformed> {
    Data::read(input).map(Measurements::Data)
}
