//! Which bits of a float differ from the one before.

/// Some bits in a row, as a chunk has it: five bits say how many zeros are in front of them, six below how many they
/// are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window(u64);

impl Window {
    /// All bits: the window before the first. It is in a form that would be too long, which no chunk has: who only reads
    /// windows that are short needs not ask for it.
    pub(super) const WHOLE: Self = Self(0x7ff);

    /// The bits that say how many they are.
    pub(super) const SIZE: u8 = 0x3f;

    /// What the lowest eleven bits say, whether or not that is a window.
    #[inline]
    pub(super) fn raw(bits: u64) -> Self {
        Self(bits & 0x7ff)
    }

    /// The window in the lowest eleven bits, of which zero bits stand for 64; nothing where it is too long for a float.
    #[inline]
    pub(super) fn new(bits: u64) -> Option<Self> {
        let window = Self::raw(bits);
        match (window.leading(), window.bits()) {
            (0, 0) => Some(Self::WHOLE),
            (_, 0) => None,
            (leading, size) => (leading + size <= 64).then_some(window),
        }
    }

    /// How many zeros are in front, unless it is the whole.
    #[inline]
    pub(super) fn leading(self) -> u64 {
        self.0 >> 6
    }

    /// How many bits, unless it is the whole, cut by a mask of at most [`SIZE`](Self::SIZE). Zero where it stands for 64.
    #[inline]
    pub(super) fn masked(self, mask: u8) -> u64 {
        self.0 & u64::from(mask)
    }

    fn bits(self) -> u64 {
        self.masked(Self::SIZE)
    }

    /// How many bits.
    #[inline]
    pub(super) fn size(self) -> u32 {
        if self == Self::WHOLE { 64 } else { self.bits() as u32 }
    }

    /// How many below them are zero.
    #[inline]
    pub(super) fn trailing(self) -> u32 {
        if self == Self::WHOLE { 0 } else { 64 - (self.leading() + self.bits()) as u32 }
    }
}
