//! The table of codes. A code is stable: it is never renumbered and never reused.

macro_rules! codes {
    ($($variant:ident = $id:literal: $meaning:literal;)*) => {
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

            /// What it says, in a sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }
        }
    };
}

codes! {
    Syntax = "N0101": "The text is not YAML.";
    Limit = "N0102": "The text is larger, deeper or more repetitive than a specification can be.";
    UnknownField = "N0103": "A field has a name that means nothing here.";
    MissingField = "N0104": "A field that is needed is not there.";
    DuplicateKey = "N0105": "The same key stands twice in one map.";
    WrongType = "N0106": "A text stands where a list or a map is needed, or the other way round.";
    NoDocument = "N0107": "The file holds no specification.";
    UnknownDialect = "N0108": "The document does not say which kind of specification it is, or names one that is not known.";
    OneOf = "N0109": "Of several fields exactly one must be there.";
    Empty = "N0110": "A text or a list is empty where something is needed.";
    Unsupported = "N0111": "A feature of YAML is used that specifications do without: tags, merge keys, keys that are not texts.";
    Percentage = "N0201": "A value is not a percentage that can be used.";
    Duration = "N0202": "A value is not a duration that can be used.";
    Window = "N0203": "A window is too short, too long, or does not fit its slices.";
    UnknownWord = "N0204": "A value is not one of the words that are possible here.";
    Name = "N0205": "A name holds characters that names cannot hold.";
    DuplicateName = "N0206": "Two objectives of one service have the same name.";
    Number = "N0207": "A value is not a whole number that can be used.";
    UnknownVariable = "N0208": "A text uses a variable that is not defined, or a variable uses variables.";
    LabelName = "N0209": "A text is not the name of a label, or of one that can be used here.";
    Address = "N0210": "A link is not an address on the web.";
    UnusedVariable = "N0211": "A variable is defined and never used.";
    UnknownObjective = "N0212": "A name is not that of an objective of the service that can stand here.";
    DuplicateEntry = "N0213": "Two entries of a list that must differ have the same name.";
    PositiveNumber = "N0214": "A value is not a number above zero.";
    Time = "N0215": "A value is not a time that can be used.";
    Recurrence = "N0216": "A recurrence rule cannot be read, or leaves open when its times are.";
    Order = "N0217": "Values that belong together are in the wrong order.";
    Misplaced = "N0218": "A field means nothing beside the fields that it stands with.";
    ForeignQuery = "N0219": "A value of the environment holds characters that could make another query of the one it stands in.";
    ContractAboveObjective = "N0220": "A contract promises more than the objective that it is about.";
    Promql = "N0301": "A query is not PromQL.";
    QueryType = "N0302": "A query gives the wrong kind of value.";
    NoWindow = "N0303": "A query for counting events does not say `$window`.";
    ShiftedCounter = "N0304": "A counter is shifted in time by `offset` or `@`.";
    BucketMatcher = "N0305": "A histogram selector has a condition on `le`.";
    NotAComparison = "N0306": "The condition of a slice is not a comparison.";
    NotASelector = "N0307": "A histogram is not written as a plain selector.";
}

#[cfg(test)]
mod tests {
    use super::Code;

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
