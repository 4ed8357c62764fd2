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
    Promql = "N0301": "A query is not PromQL.";
    QueryType = "N0302": "A query gives the wrong kind of value.";
    NoWindow = "N0303": "A query for counting events does not say `$window`.";
    ShiftedCounter = "N0304": "A counter is shifted in time by `offset` or `@`.";
    BucketMatcher = "N0305": "A histogram selector has a condition on `le`.";
    NotAComparison = "N0306": "The condition of a slice is not a comparison.";
    NotASelector = "N0307": "A histogram is not written as a plain selector.";
    UnknownReference = "N0530": "A document names another that no file has.";
    DuplicateObject = "N0531": "Two documents of one kind have the same name.";
    DataSource = "N0532": "An indicator's numbers come from something that is not asked in PromQL.";
    NotEvents = "N0533": "The queries of a ratio do not count events that can be added up over time.";
    FixedRange = "N0534": "A query has a fixed range where the window belongs; the window is read.";
    MeanOfRatio = "N0535": "A ratio cannot be taken apart into events; its mean over time is judged.";
    AnchoredWindow = "N0536": "A window of the calendar is not one of its units, or begins where none begins.";
    UnitSense = "N0537": "The unit of a window can be understood in two ways; it is said in which it is.";
    Tolerated = "N0538": "Something is written that OpenSLO does not allow there, and that is clear all the same.";
    Assumed = "N0539": "Something that a specification leaves open is read in its usual sense.";
    UnknownService = "N0540": "A service is not among those that are described.";
    Placeholder = "N0541": "A text holds a placeholder for something that is not known.";
    NoErrorBudgetPolicy = "N0550": "No configuration was read that has the error budget policies.";
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
