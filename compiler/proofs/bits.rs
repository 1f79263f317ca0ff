//! Sets of worlds, and conditions as pairs of them.

/// A set of worlds by number. Up to 64 worlds, the usual case, take no memory of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bits {
    first: u64,
    rest: Vec<u64>,
    len: usize,
}

impl Bits {
    /// No world of `len`.
    pub fn none(len: usize) -> Self {
        Self {
            first: 0,
            rest: vec![0; len.div_ceil(64).saturating_sub(1)],
            len,
        }
    }

    /// Every world of `len`.
    pub fn all(len: usize) -> Self {
        Self::none(len).not()
    }

    fn words(&self) -> impl Iterator<Item = u64> + '_ {
        std::iter::once(self.first).chain(self.rest.iter().copied())
    }

    fn pairs<'a>(&'a self, other: &'a Bits) -> impl Iterator<Item = (u64, u64)> + 'a {
        self.words().zip(other.words())
    }

    fn change(&mut self, other: &Bits, change: impl Fn(&mut u64, u64)) {
        change(&mut self.first, other.first);
        let rest = self.rest.iter_mut().zip(&other.rest);
        rest.for_each(|(a, b)| change(a, *b));
    }

    /// Adds a world.
    pub fn set(&mut self, world: usize) {
        let word = match (world / 64).checked_sub(1) {
            None => Some(&mut self.first),
            Some(at) => self.rest.get_mut(at),
        };
        if let Some(word) = word {
            *word |= 1 << (world % 64);
        }
    }

    /// Whether a world is in the set.
    pub fn has(&self, world: usize) -> bool {
        let word = match (world / 64).checked_sub(1) {
            None => self.first,
            Some(at) => self.rest.get(at).copied().unwrap_or(0),
        };
        word >> (world % 64) & 1 == 1
    }

    /// Whether no world is in the set.
    pub fn is_empty(&self) -> bool {
        self.words().all(|w| w == 0)
    }

    /// Whether every world of `other` is in the set.
    pub fn covers(&self, other: &Bits) -> bool {
        self.pairs(other).all(|(a, b)| b & !a == 0)
    }

    /// Whether a world is in both.
    pub fn meets(&self, other: &Bits) -> bool {
        self.pairs(other).any(|(a, b)| a & b != 0)
    }

    /// Keeps what is also in `other`.
    pub fn keep(&mut self, other: &Bits) {
        self.change(other, |a, b| *a &= b);
    }

    /// Adds what is in `other`.
    pub fn add(&mut self, other: &Bits) {
        self.change(other, |a, b| *a |= b);
    }

    /// The worlds that are not in the set.
    pub fn not(&self) -> Bits {
        let mut bits = Bits {
            first: !self.first,
            rest: self.rest.iter().map(|w| !w).collect(),
            len: self.len,
        };
        // The last word has no worlds beyond `len`.
        let used = self.len - 64 * self.rest.len().min(self.len / 64);
        let last = bits.rest.last_mut().unwrap_or(&mut bits.first);
        if used < 64 {
            *last &= (1 << used) - 1;
        }
        bits
    }

    /// The worlds in the set, in order.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.len).filter(|w| self.has(*w))
    }
}

/// Where a condition can hold and where it surely does; what lies between is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truth {
    /// Worlds in which it can hold.
    pub may: Bits,
    /// Worlds in which it surely holds.
    pub must: Bits,
}

impl Truth {
    /// Holds in every world.
    pub fn always(len: usize) -> Self {
        Self::known(Bits::all(len))
    }

    /// Holds in no world.
    pub fn never(len: usize) -> Self {
        Self::known(Bits::none(len))
    }

    /// Holds in exactly these worlds.
    pub fn known(worlds: Bits) -> Self {
        Self {
            must: worlds.clone(),
            may: worlds,
        }
    }

    /// Can hold in these worlds.
    pub fn possible(worlds: Bits) -> Self {
        Self {
            must: Bits::none(worlds.len),
            may: worlds,
        }
    }

    /// The opposite.
    pub fn not(&self) -> Self {
        Self {
            may: self.must.not(),
            must: self.may.not(),
        }
    }

    /// Narrows to where the other holds, too.
    pub fn keep(&mut self, other: &Truth) {
        self.may.keep(&other.may);
        self.must.keep(&other.must);
    }

    /// Widens to where the other holds.
    pub fn add(&mut self, other: &Truth) {
        self.may.add(&other.may);
        self.must.add(&other.must);
    }
}

#[cfg(test)]
mod tests {
    use super::Bits;

    #[test]
    fn sets_end_where_the_worlds_do() {
        for len in [0, 1, 63, 64, 65, 127, 128, 129, 1024] {
            let all = Bits::all(len);
            assert_eq!(all.iter().count(), len, "{len}");
            assert!(all.not().is_empty());
            let mut even = Bits::none(len);
            (0..len).step_by(2).for_each(|w| even.set(w));
            let odd = even.not();
            assert_eq!(even.iter().count() + odd.iter().count(), len);
            assert!(!even.meets(&odd));
            let mut both = even.clone();
            both.add(&odd);
            assert_eq!(both, all);
            both.keep(&even);
            assert_eq!(both, even);
            assert!(all.covers(&even) && even.covers(&Bits::none(len)));
        }
    }
}
