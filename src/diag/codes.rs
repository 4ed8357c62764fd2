//! The table of codes. A code is stable: it is never renumbered and never reused. A code without a page in
//! `docs/faults` does not compile.

use super::{Page, Severity};
use crate::base::nearest;

macro_rules! codes {
    ($($variant:ident = $id:literal, $severity:ident: $meaning:literal;)*) => {
        /// A kind of fault, with a number that never changes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $(#[doc = $meaning] $variant,)* }

        impl Code {
            /// All of them, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The number, such as `N0103`.
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// Whether it stops the run.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// What it says, in a sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }

            /// What it is called where a name is needed: `UnknownField`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant),)* }
            }

            /// What there is to know about it.
            pub fn page(self) -> Page {
                Page(match self {
                    $(Self::$variant => include_str!(concat!("../../docs/faults/", $id, ".md")),)*
                })
            }
        }
    };
}

codes! {
    Syntax = "N0101", Error: "The text is not YAML.";
    Limit = "N0102", Error: "The text is larger, deeper or more repetitive than a specification can be.";
    UnknownField = "N0103", Error: "A field has a name that means nothing here.";
    MissingField = "N0104", Error: "A field that is needed is not there.";
    DuplicateKey = "N0105", Error: "The same key stands twice in one map.";
    WrongType = "N0106", Error: "A text stands where a list or a map is needed, or the other way round.";
    NoDocument = "N0107", Error: "The file holds no specification.";
    UnknownDialect = "N0108", Error: "The document does not say which kind of specification it is, or names one that is not known.";
    OneOf = "N0109", Error: "Of several fields exactly one must be there.";
    Empty = "N0110", Error: "A text or a list is empty where something is needed.";
    Unsupported = "N0111", Error: "A feature of YAML is used that specifications do without: tags, merge keys, keys that are not texts.";
    Silence = "N0112", Error: "A comment that silences warnings cannot be read.";
    NotSilenceable = "N0113", Error: "A comment silences a code that is not there, or one that cannot be silenced.";
    UnusedSilence = "N0114", Warning: "A comment silences a warning that is not raised there.";
    Percentage = "N0201", Error: "A value is not a percentage that can be used.";
    Duration = "N0202", Error: "A value is not a duration that can be used.";
    Window = "N0203", Error: "A window is too short, too long, or does not fit its slices.";
    UnknownWord = "N0204", Error: "A value is not one of the words that are possible here.";
    Name = "N0205", Error: "A name holds characters that names cannot hold.";
    DuplicateName = "N0206", Error: "Two objectives of one service have the same name.";
    Number = "N0207", Error: "A value is not a whole number that can be used.";
    UnknownVariable = "N0208", Error: "A text uses a variable that is not defined, or a variable uses variables.";
    LabelName = "N0209", Error: "A text is not the name of a label, or of one that can be used here.";
    Address = "N0210", Error: "A link is not an address on the web.";
    UnusedVariable = "N0211", Warning: "A variable is defined and never used.";
    Promql = "N0301", Error: "A query is not PromQL.";
    QueryType = "N0302", Error: "A query gives the wrong kind of value.";
    NoWindow = "N0303", Error: "A query for counting events does not say `$window`.";
    ShiftedCounter = "N0304", Error: "A counter is shifted in time by `offset` or `@`.";
    BucketMatcher = "N0305", Error: "A histogram selector has a condition on `le`.";
    NotAComparison = "N0306", Error: "The condition of a slice is not a comparison.";
    NotASelector = "N0307", Error: "A histogram is not written as a plain selector.";
}

impl Code {
    /// The code of a number, in capitals or not; else the number that was probably meant.
    pub fn find(id: &str) -> Result<Self, Option<&'static str>> {
        let found = Self::ALL.iter().find(|code| code.id().eq_ignore_ascii_case(id));
        found.copied().ok_or_else(|| nearest(id, Self::ALL.iter().map(|code| code.id())))
    }

    /// Whether the text of a specification alone can raise it. Findings in data (N06xx) and losses of a conversion
    /// (N07xx) need more.
    pub fn is_of_text(self) -> bool {
        self.id() < "N06"
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn a_number_is_found_or_the_nearest_is_told() {
        assert_eq!(Code::find("n0103"), Ok(Code::UnknownField));
        assert_eq!(Code::find("N0193"), Err(Some("N0103")));
        assert_eq!(Code::find("everything"), Err(None));
        assert!(Code::ALL.iter().all(|code| Code::find(code.id()) == Ok(*code)));
    }

    #[test]
    fn numbers_rise_and_every_meaning_is_a_sentence() {
        let ids: Vec<&str> = Code::ALL.iter().map(|code| code.id()).collect();
        assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
        for code in Code::ALL {
            assert!(code.id().len() == 5 && code.id().starts_with('N'), "{}", code.id());
            assert!(code.meaning().ends_with('.') && code.meaning().len() > 20, "{}", code.id());
        }
    }
}
