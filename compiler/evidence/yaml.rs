//! Any YAML of one document, to be asked by path.

use std::io::BufRead;

use serde::Deserialize;

use super::{Data, Malformed, Measurements, quote, whole};

/// Reads a document.
pub fn read(input: &mut dyn BufRead) -> Result<Measurements, Malformed> {
    let bytes = whole(input)?;
    let mut documents = serde_yaml::Deserializer::from_slice(&bytes);
    let first = documents
        .next()
        .ok_or_else(|| Malformed::new("holds no document"))?;
    let data = Data::deserialize(first).map_err(|error| explain(&error))?;
    if documents.next().is_some() {
        return Err(Malformed::new(
            "holds several documents, and nobody can say which is meant",
        ));
    }
    match data {
        Data::Null => Err(Malformed::new("holds nothing but comments")),
        data => Ok(Measurements::Data(data)),
    }
}

fn explain(error: &serde_yaml::Error) -> Malformed {
    Malformed(format!(
        "is not YAML that can be read: {}",
        quote(&error.to_string())
    ))
}
