//! What the targets do with their bytes: a reader's reads them as one format, then asks for
//! everything; `program` takes them for a program.

mod program;

use gatec::evidence::{Chosen, Measured, Measurements, Part, Table, read};

pub use libfuzzer_sys::fuzz_target;
pub use program::program;

/// A target for the reader of a format.
#[macro_export]
macro_rules! reader {
    ($format:literal) => {
        $crate::fuzz_target!(|bytes: &[u8]| $crate::ask($format, bytes));
    };
}

/// Reads a report of any bytes; whatever comes out must be a value or a reason.
pub fn ask(format: &str, mut bytes: &[u8]) {
    let Ok(found) = read(format, &mut bytes) else {
        return;
    };
    let fields = gatec::schema::formats::find(format).map_or(&[][..], |f| f.fields);
    for field in fields {
        if let Measurements::Tally(tally) = &found {
            if let Ok(reading) = tally.field(field.name) {
                assert!(reading.low <= reading.high, "{}: {reading:?}", field.name);
            }
        }
        let _ = found.samples(Part::Field(field.name), None);
    }
    let _ = found.samples(Part::Path("a[*].b"), Some("c"));
    if let Measurements::Table(table) = &found {
        rows(table, format);
    }
    let _ = found.notes();
    let twice = found.clone().merge(found);
    drop(twice);
}

/// Asks each row for each field of its format.
fn rows(table: &Table, format: &str) {
    let rows = gatec::schema::formats::find(format).and_then(|f| f.rows.as_ref());
    for key in table.keys() {
        let Ok(Chosen::One(key, row)) = table.choose(key) else {
            panic!("{format}: no row {key:?}");
        };
        for field in rows.map_or(&[][..], |r| r.fields) {
            if let Ok(Measured::One(reading)) = table.field_of(key, row, field.name) {
                assert!(reading.low <= reading.high, "{}: {reading:?}", field.name);
            }
            let _ = table.samples(Some(key), field.name);
        }
    }
    let _ = table.choose("*a");
}
