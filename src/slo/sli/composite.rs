use super::{Empty, Signal};
use crate::base::Duration;

/// Other objectives of the same service, taken together: in each slice of the clock their shares of good make one.
#[derive(Debug, Clone, PartialEq)]
pub struct CompositeSli {
    /// How.
    pub combine: Combine,
    /// Which, in the order written.
    pub members: Vec<Member>,
    /// The length of a slice.
    pub slice: Duration,
    /// What a slice is in which no member had events.
    pub empty: Empty,
}

/// How the shares of good of several objectives make one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Combine {
    /// Their mean, each as much as its weight.
    #[default]
    Weighted,
    /// The lowest: all of them are needed.
    All,
    /// The highest: any of them is enough.
    Any,
    /// Their product: each is needed in turn, and they fail independently of each other.
    Serial,
}

impl Combine {
    /// All of them, by the words with which they are written.
    pub const ALL: [(&'static str, Self); 4] =
        [("weighted", Self::Weighted), ("all", Self::All), ("any", Self::Any), ("serial", Self::Serial)];

    /// The word with which it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Weighted => "weighted",
            Self::All => "all",
            Self::Any => "any",
            Self::Serial => "serial",
        }
    }
}

/// An objective in a composite.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Its name.
    pub slo: String,
    /// How much it counts, where weights do.
    pub weight: f64,
}

impl CompositeSli {
    /// The length of slices where a specification is silent: 5 m.
    pub const SLICE: Duration = Duration::minutes(5);

    pub(super) fn signal(&self) -> Signal {
        Signal::Composite(self.clone())
    }
}
