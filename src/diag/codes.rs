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
    NoMetric = "N0601": "A selector names a metric that has no samples in the window.";
    NoLabel = "N0602": "A selector has a condition on a label that no series of the metric has.";
    NoValue = "N0603": "A selector has a condition that no value of the label meets.";
    NoneTogether = "N0604": "Each condition of a selector is met by some series, all of them by none.";
    NoResult = "N0605": "An expression gives no number, although its selectors match series.";
    NotACounter = "N0606": "What is counted as a counter goes down as often as gauges do.";
    CounterAsGauge = "N0607": "A counter is used as if its value meant something by itself.";
    HistogramKind = "N0608": "A histogram is of the other kind: native, or with classic buckets.";
    NoGroupLabel = "N0609": "A label by which the budget is divided is on none of the series.";
    ManyGroups = "N0610": "The budget is divided into more parts than anybody looks at.";
    UngroupedSeries = "N0611": "Some of the series lack a label by which the budget is divided.";
    OffBoundary = "N0612": "A latency threshold is not a bucket of its histogram.";
    ThresholdUnit = "N0613": "A latency threshold is a bucket if it is read in another unit.";
    MissingBucket = "N0614": "Some series of a histogram lack a bucket that is counted.";
    BoundarySpellings = "N0615": "One bucket boundary is spelled in several ways.";
    CountMismatch = "N0616": "A histogram's count and its last bucket count different events.";
    NotASubset = "N0617": "The good or the bad events are not a part of all events.";
    FewScrapes = "N0618": "Samples are too far apart for what is measured over a short time.";
    UnevenScrapes = "N0619": "Samples come at uneven distances.";
    LateStart = "N0620": "Data begins later than the window.";
    Gaps = "N0621": "Data has holes within the window.";
    Replicas = "N0622": "The same series is there more than once.";
    ClockSkew = "N0623": "The clock of the server and the one here differ.";
    StaleData = "N0624": "The newest sample is old.";
    OldServer = "N0625": "The server is older than what is asked of it.";
    ServerRules = "N0626": "The server evaluates by other rules than Prometheus of today, or does not say what it is.";
    DataEnd = "N0627": "The data that is read ends before the window does.";
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
