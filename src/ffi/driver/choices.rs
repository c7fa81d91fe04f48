//! Decisions made of bytes: those of a fuzzer, or those that a seed gives.

/// Bytes that become decisions. When they have run out, every decision is the first one.
pub struct Choices {
    bytes: Box<dyn Iterator<Item = u8>>,
    ended: bool,
}

impl Choices {
    /// Decisions of these bytes.
    pub fn of(bytes: Vec<u8>) -> Self {
        Self { bytes: Box::new(bytes.into_iter()), ended: false }
    }

    /// Decisions without end, the same ones for the same seed (SplitMix64).
    pub fn seeded(mut seed: u64) -> Self {
        let bytes = std::iter::repeat_with(move || {
            seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (mixed ^ (mixed >> 31)).to_le_bytes()
        });
        Self { bytes: Box::new(bytes.flatten()), ended: false }
    }

    /// Whether a decision lacked its bytes.
    pub fn ended(&self) -> bool {
        self.ended
    }

    pub fn byte(&mut self) -> u8 {
        self.bytes.next().unwrap_or_else(|| {
            self.ended = true;
            0
        })
    }

    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.byte()).collect()
    }

    /// A number below `count`, which is not 0.
    pub fn below(&mut self, count: usize) -> usize {
        usize::from(u16::from_le_bytes([self.byte(), self.byte()])) % count
    }

    pub fn one_of<T: Copy>(&mut self, these: &[T]) -> T {
        these[self.below(these.len())]
    }

    /// Any number of 64 bits.
    pub fn number(&mut self) -> i64 {
        i64::from_le_bytes(std::array::from_fn(|_| self.byte()))
    }
}
