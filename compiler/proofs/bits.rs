//! Sets of worlds, and conditions as pairs of them.

/// A set of worlds by number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bits {
    words: Vec<u64>,
    len: usize,
}

impl Bits {
    /// No world of `len`.
    pub fn none(len: usize) -> Self {
        Self {
            words: vec![0; len.div_ceil(64)],
            len,
        }
    }

    /// Every world of `len`.
    pub fn all(len: usize) -> Self {
        Self::none(len).not()
    }

    /// Adds a world.
    pub fn set(&mut self, world: usize) {
        if let Some(word) = self.words.get_mut(world / 64) {
            *word |= 1 << (world % 64);
        }
    }

    /// Whether a world is in the set.
    pub fn has(&self, world: usize) -> bool {
        self.words
            .get(world / 64)
            .is_some_and(|w| w >> (world % 64) & 1 == 1)
    }

    /// Whether no world is in the set.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|w| *w == 0)
    }

    /// Whether every world of `other` is in the set.
    pub fn covers(&self, other: &Bits) -> bool {
        self.words
            .iter()
            .zip(&other.words)
            .all(|(a, b)| b & !a == 0)
    }

    /// Whether a world is in both.
    pub fn meets(&self, other: &Bits) -> bool {
        self.words.iter().zip(&other.words).any(|(a, b)| a & b != 0)
    }

    /// Keeps what is also in `other`.
    pub fn keep(&mut self, other: &Bits) {
        self.words
            .iter_mut()
            .zip(&other.words)
            .for_each(|(a, b)| *a &= b);
    }

    /// Adds what is in `other`.
    pub fn add(&mut self, other: &Bits) {
        self.words
            .iter_mut()
            .zip(&other.words)
            .for_each(|(a, b)| *a |= b);
    }

    /// The worlds that are not in the set.
    pub fn not(&self) -> Bits {
        let mut words: Vec<u64> = self.words.iter().map(|w| !w).collect();
        if let (Some(last), used @ 1..) = (words.last_mut(), self.len % 64) {
            *last &= (1 << used) - 1;
        }
        Bits {
            words,
            len: self.len,
        }
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
