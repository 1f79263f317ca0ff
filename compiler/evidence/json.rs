//! Any JSON, to be asked by path.

use super::{Data, Malformed, Measurements};

/// Reads a document.
pub fn read(bytes: &[u8]) -> Result<Measurements, Malformed> {
    Data::parse(bytes).map(Measurements::Data)
}
