use super::{Empty, Method};
use crate::base::{Duration, Share};

/// The arithmetic by which a well-known provider's contract tells what was unavailable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// A minute in which more than 5 % of the requests failed.
    Atlassian,
    /// The mean over five-minute intervals of the share of requests that did not fail; one without requests is whole.
    Aws,
    /// A minute in which every request failed.
    Azure,
    /// A minute in which more than 10 % of at least 100 requests failed.
    GoogleCloud,
}

impl Preset {
    /// All of them, by the words with which they are written.
    pub const ALL: [(&'static str, Self); 4] = [
        ("atlassian", Self::Atlassian),
        ("aws", Self::Aws),
        ("azure", Self::Azure),
        ("google-cloud", Self::GoogleCloud),
    ];

    /// The word with which it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Atlassian => "atlassian",
            Self::Aws => "aws",
            Self::Azure => "azure",
            Self::GoogleCloud => "google-cloud",
        }
    }

    /// What counts as unavailable by it.
    pub fn method(self) -> Method {
        let minute = |target, min_events, empty| Method::Timeslices {
            slice: Duration::minutes(1),
            target,
            empty,
            min_events,
            consecutive: 1,
        };
        match self {
            Self::Atlassian => minute(Share::whole_percent(95), None, Empty::Good),
            Self::GoogleCloud => minute(Share::whole_percent(90), Some(100), Empty::Good),
            // Any request that succeeded makes the minute available.
            Self::Azure => minute(Share::smallest(), None, Empty::Good),
            Self::Aws => {
                Method::RatioTimeslices { slice: Duration::minutes(5), empty: Empty::Good, min_events: None }
            }
        }
    }

    /// The published contract that has this arithmetic.
    pub fn source(self) -> &'static str {
        match self {
            Self::Atlassian => "Atlassian Cloud service level agreement",
            Self::Aws => "Amazon S3 service level agreement",
            Self::Azure => "service level agreement for Microsoft Online Services (Azure)",
            Self::GoogleCloud => "Google Cloud Run functions service level agreement",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_own_word() {
        for (word, preset) in Preset::ALL {
            assert_eq!(preset.word(), word);
        }
    }
}
