//! What coverage formats share: lines and branches, each hit or not, counted once however often
//! a report lists them.

use std::collections::BTreeMap;

/// Lines of one file, each listed or not, hit or not.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    /// By line ÷ 64: which are listed, which are hit.
    blocks: BTreeMap<u32, (u64, u64)>,
}

impl Lines {
    /// A line is listed; whether it is hit anywhere is kept.
    pub fn add(&mut self, line: u32, hit: bool) {
        let (listed, hits) = self.blocks.entry(line / 64).or_default();
        let bit = 1u64 << (line % 64);
        *listed |= bit;
        if hit {
            *hits |= bit;
        }
    }

    /// How many are hit, and how many are listed.
    pub fn count(&self) -> (f64, f64) {
        let count = |of: fn(&(u64, u64)) -> u64| {
            let each = self.blocks.values().map(|block| of(block).count_ones());
            f64::from(each.sum::<u32>())
        };
        (count(|block| block.1), count(|block| block.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_counts_once() {
        let mut lines = Lines::default();
        for (line, hit) in [
            (1, false),
            (63, true),
            (64, false),
            (1, true),
            (u32::MAX, false),
        ] {
            lines.add(line, hit);
        }
        lines.add(63, false);
        assert_eq!(lines.count(), (2.0, 4.0));
    }
}
