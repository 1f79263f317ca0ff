//! `radon cc -j`: complexity of blocks by file.

use std::io::BufRead;

use super::tally::Tally;
use super::{Data, Malformed, Measurements, Reading, quote};

/// Reads a report.
pub fn read(input: &mut dyn BufRead) -> Result<Measurements, Malformed> {
    let Data::Record(files) = Data::read(input)? else {
        return Err(Malformed::new("is not radon's: no object of files"));
    };
    let mut tally = Tally::new("radon", derive);
    for (name, blocks) in &files {
        if let Some(error) = blocks.get("error") {
            let why = error.text().unwrap_or("unreadable");
            return Err(Malformed(format!("lacks {}: {}", quote(name), quote(why))));
        }
        let unlike = || Malformed(format!("is not radon's: {} has no blocks", quote(name)));
        for block in blocks.list().ok_or_else(unlike)? {
            count(block, &mut tally)?;
        }
    }
    Ok(Measurements::Tally(tally))
}

fn count(block: &Data, tally: &mut Tally) -> Result<(), Malformed> {
    let complexity = block
        .get("complexity")
        .and_then(Data::number)
        .filter(|c| *c >= 0.0)
        .ok_or_else(|| Malformed::new("holds a block whose complexity is absent or no number"))?;
    tally.count("blocks", 1.0);
    tally.count("complexity", complexity);
    tally.peak("max", complexity);
    Ok(())
}

fn derive(tally: &Tally, field: &str) -> Option<Result<Reading, Malformed>> {
    const NOTHING: &str = "holds no block, so nothing was measured";
    let blocks = tally.get("blocks");
    Some(match field {
        "blocks" => Ok(blocks.into()),
        "max" if blocks == 0.0 => Err(Malformed::new(NOTHING)),
        "max" => Ok(tally.get("max").into()),
        "mean" => tally.share("complexity", blocks, NOTHING),
        _ => return None,
    })
}
