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
    Number = "N0207", Error: "A value is not a number that can be used.";
    UnknownVariable = "N0208", Error: "A text uses a variable that is not defined, or a variable uses variables.";
    LabelName = "N0209", Error: "A text is not the name of a label, or of one that can be used here.";
    Address = "N0210", Error: "A link is not an address on the web.";
    UnusedVariable = "N0211", Warning: "A variable is defined and never used.";
    UnknownObjective = "N0212", Error: "A name is not that of an objective of the service that can stand here.";
    DuplicateEntry = "N0213", Error: "Two entries of a list that must differ have the same name.";
    PositiveNumber = "N0214", Error: "A value is not a number above zero.";
    Time = "N0215", Error: "A value is not a time that can be used.";
    Recurrence = "N0216", Error: "A recurrence rule cannot be read, or leaves open when its times are.";
    Order = "N0217", Error: "Values that belong together are in the wrong order.";
    Misplaced = "N0218", Error: "A field means nothing beside the fields that it stands with.";
    ForeignQuery = "N0219", Error: "A value of the environment holds characters that could make another query of the one it stands in.";
    ContractAboveObjective = "N0220", Warning: "A contract promises more than the objective that it is about.";
    NoSuchService = "N0221", Error: "A name is not that of a service that is read.";
    Promql = "N0301", Error: "A query is not PromQL.";
    QueryType = "N0302", Error: "A query gives the wrong kind of value.";
    NoWindow = "N0303", Error: "A query for counting events does not say `$window`.";
    ShiftedCounter = "N0304", Error: "A counter is shifted in time by `offset` or `@`.";
    BucketMatcher = "N0305", Error: "A histogram selector has a condition on `le`.";
    NotAComparison = "N0306", Error: "The condition of a slice is not a comparison.";
    NotASelector = "N0307", Error: "A histogram is not written as a plain selector.";
    DroppedLabel = "N0308", Error: "A query drops a label by which the budget is divided.";
    RateOfSum = "N0401", Warning: "A rate is taken of a sum, or of something else that is no counter.";
    RateOfGauge = "N0402", Warning: "A rate is taken of a metric that goes up and down, as its name tells.";
    RawCounter = "N0403", Warning: "The value of a counter is used as it stands, not its growth.";
    UnaggregatedRatio = "N0404", Warning: "A ratio is taken series by series, without a sum on both sides.";
    SidesNeverMatch = "N0405", Warning: "The sides of an operator have different labels, so they never match.";
    AveragedRatios = "N0406", Warning: "A mean is taken of ratios.";
    QuantileWithoutLe = "N0407", Warning: "A quantile is taken of buckets that were summed without the label `le`.";
    QuantileBound = "N0408", Warning: "A quantile is compared with a bound that may lie between two buckets.";
    InstantRate = "N0409", Warning: "A rate looks at the last two samples alone.";
    FixedRange = "N0410", Warning: "A range is fixed where the window that is asked for is meant.";
    UnseenPartOfSlice = "N0411", Warning: "A range is shorter than the slice that it judges.";
    AbsentAsValue = "N0412", Warning: "The answer of `absent` is used as a number.";
    ZeroWithoutLabels = "N0413", Warning: "A zero without labels stands in for elements that have labels.";
    MatchesAnything = "N0414", Warning: "A condition on a label matches everything, or nothing.";
    PatternAsText = "N0415", Warning: "A pattern is a plain text, or matches less than it seems to.";
    PatternAnchors = "N0416", Warning: "A pattern has `^` or `$`, though it always matches whole values.";
    BoundaryAsText = "N0417", Warning: "The boundary of a bucket is compared as a text.";
    DeprecatedMetric = "N0418", Warning: "A metric has a name that its program no longer uses.";
    SameEvents = "N0419", Warning: "The good or bad events are counted by the same query as all events.";
    WiderThanAll = "N0420", Warning: "The good or bad events are not all among all events.";
    BucketsAndCount = "N0421", Warning: "The buckets and the count of a histogram are asked for under different conditions.";
    ObjectiveOfAll = "N0422", Warning: "An objective leaves no error budget, or leaves most of everything to be bad.";
    TooTight = "N0423", Warning: "An error budget is smaller than one event, or one slice.";
    LittleCoverage = "N0424", Warning: "An objective can be met while most of its window is unknown.";
    RatioOfEvents = "N0425", Warning: "A ratio is averaged over time though its events could be counted.";
    NeverFires = "N0426", Warning: "An alert has a threshold that no share of bad events reaches.";
    LongerThanWindow = "N0427", Warning: "An alert looks further back than the window of its objective.";
    ShorterThanSlice = "N0428", Warning: "The windows of an alert are shorter than a slice.";
    PagesOfShortWindow = "N0429", Warning: "A window is so short that somebody is woken by errors that its budget allows.";
    LabelOfMany = "N0430", Warning: "A budget is divided by a label that can have very many values.";
    NoDescription = "N0431", Warning: "An objective has no description.";
    RuleFile = "N0501", Error: "The document holds Prometheus's rules, not a specification.";
    TemplateAction = "N0502", Error: "A query holds an action of Go's templates that is not `{{.window}}`.";
    NoPlaceholder = "N0503", Error: "A query does not say `{{.window}}`, the time that it counts.";
    SameQuery = "N0504", Error: "One query counts the bad events and all events.";
    Plugin = "N0505", Error: "A plugin is named whose code is not here, or that measures nothing.";
    PluginOption = "N0506", Error: "An option of a plugin has a value that it does not take.";
    MeanOfRatios = "N0507", Warning: "An indicator is a mean of ratios over short times, since its queries count no events.";
    AlertWindows = "N0508", Error: "Alert windows contradict each other, or leave open for which period they are.";
    GroupedApart = "N0509", Error: "The queries of an indicator are grouped by different labels.";
    NotAMetric = "N0510", Error: "A query stands where a metric's name and conditions alone can stand.";
    NoBucket = "N0511", Error: "A latency does not say which bucket is fast enough.";
    SelectedApart = "N0512", Warning: "Two metrics of an indicator are selected by different conditions.";
    ShareOfOne = "N0513", Warning: "A percentage is so small that a share of one was probably meant.";
    LeftOut = "N0514", Warning: "A setting says more than can be kept, and a part of it is left out.";
    UnknownReference = "N0530", Error: "A document names another that no file has.";
    DuplicateObject = "N0531", Error: "Two documents of one kind have the same name.";
    DataSource = "N0532", Error: "An indicator's numbers come from something that is not asked in PromQL.";
    NotEvents = "N0533", Error: "The queries of a ratio do not count events that can be added up over time.";
    RangeAsWindow = "N0534", Warning: "A query has a fixed range where the window belongs; the window is read.";
    AnchoredWindow = "N0536", Error: "A window of the calendar is not one of its units, or begins where none begins.";
    UnitSense = "N0537", Warning: "The unit of a window can be understood in two ways; it is said in which it is.";
    Tolerated = "N0538", Warning: "Something is written that OpenSLO does not allow there, and that is clear all the same.";
    Assumed = "N0539", Warning: "Something that a specification leaves open is read in its usual sense.";
    UnknownService = "N0540", Warning: "A service is not among those that are described.";
    Placeholder = "N0541", Error: "A text holds a placeholder for something that is not known.";
    NoErrorBudgetPolicy = "N0550", Error: "No configuration was read that has the error budget policies.";
    NoMetric = "N0601", Error: "A selector names a metric that has no samples in the window.";
    NoLabel = "N0602", Error: "A selector has a condition on a label that no series of the metric has.";
    NoValue = "N0603", Error: "A selector has a condition that no value of the label meets.";
    NoneTogether = "N0604", Error: "Each condition of a selector is met by some series, all of them by none.";
    NoResult = "N0605", Error: "An expression gives no number, although its selectors match series.";
    NotACounter = "N0606", Error: "What is counted as a counter goes down as often as gauges do.";
    CounterAsGauge = "N0607", Warning: "A counter is used as if its value meant something by itself.";
    HistogramKind = "N0608", Error: "A histogram is of the other kind: native, or with classic buckets.";
    NoGroupLabel = "N0609", Error: "A label by which the budget is divided is on none of the series.";
    ManyGroups = "N0610", Warning: "The budget is divided into more parts than anybody looks at.";
    UngroupedSeries = "N0611", Warning: "Some of the series lack a label by which the budget is divided.";
    OffBoundary = "N0612", Error: "A latency threshold is not a bucket of its histogram.";
    ThresholdUnit = "N0613", Error: "A latency threshold is a bucket if it is read in another unit.";
    MissingBucket = "N0614", Warning: "Some series of a histogram lack a bucket that is counted.";
    BoundarySpellings = "N0615", Warning: "One bucket boundary is spelled in several ways.";
    CountMismatch = "N0616", Warning: "A histogram's count and its last bucket count different events.";
    NotASubset = "N0617", Error: "The good or the bad events are not a part of all events.";
    FewScrapes = "N0618", Warning: "Samples are too far apart for what is measured over a short time.";
    UnevenScrapes = "N0619", Warning: "Samples come at uneven distances.";
    LateStart = "N0620", Warning: "Data begins later than the window.";
    Gaps = "N0621", Warning: "Data has holes within the window.";
    Replicas = "N0622", Warning: "The same series is there more than once.";
    ClockSkew = "N0623", Warning: "The clock of the server and the one here differ.";
    StaleData = "N0624", Warning: "The newest sample is old.";
    OldServer = "N0625", Warning: "The server is older than what is asked of it.";
    ServerRules = "N0626", Warning: "The server evaluates by other rules than Prometheus of today, or does not say what it is.";
    DataEnd = "N0627", Warning: "The data that is read ends before the window does.";
    ObjectiveLost = "N0701", Warning: "An objective cannot be said in the words of the other tool, and is left out.";
    OtherWindow = "N0702", Warning: "The time window of an objective becomes another one.";
    OtherMeasure = "N0703", Warning: "An indicator is measured a little otherwise by the other tool.";
    MethodLost = "N0704", Warning: "A budget is counted in another way: how slices of time are judged is left out.";
    GroupsLost = "N0705", Warning: "The labels that divide a budget are left out: there is one for all their values.";
    LimitsLost = "N0706", Warning: "What must be known before there is a verdict is left out.";
    AlertingLost = "N0707", Warning: "A part of the burn-rate alerts of an objective is left out.";
    OtherName = "N0708", Warning: "An objective gets another name.";
    GateLost = "N0709", Warning: "The limits of a gate are left out.";
    ExclusionsLost = "N0710", Warning: "Time that does not count is left out: it will count.";
    ContractsLost = "N0711", Warning: "Contracts are left out.";
    PlainAlertsLost = "N0712", Warning: "Plain alerts are left out.";
    ServiceLost = "N0713", Warning: "What is said about a service, its owner and its links is left out.";
    NothingAsked = "N0801", Error: "A part of a policy asks for nothing, or does not say of whom.";
    LongOverride = "N0802", Warning: "An override counts for so long that it is a rule.";
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
        !["N06", "N07"].iter().any(|range| self.id().starts_with(range))
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
