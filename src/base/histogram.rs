/// A native histogram with counts as floats: how many observations fell into each bucket.
///
/// Buckets are given sparsely: `positive_spans` says which are there, `positive` what each of those holds (a count of its
/// own, not cumulative), upwards from zero; `negative` likewise, downwards from zero. Bucket `i` of an exponential schema
/// `n` holds `(2^((i-1)·2^-n), 2^(i·2^-n)]`; with schema [`Histogram::CUSTOM`] bucket `i` ends at `bounds[i]`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Histogram {
    /// How fine the buckets are: -4 to 8, or [`Histogram::CUSTOM`].
    pub schema: i32,
    /// Whether the counter was reset before this sample, where that is known.
    pub hint: ResetHint,
    /// Observations counted.
    pub count: f64,
    /// Sum of the observations; the stale marker where the series ended.
    pub sum: f64,
    /// Observations up to this far from zero go to the zero bucket.
    pub zero_threshold: f64,
    /// Observations in the zero bucket.
    pub zero_count: f64,
    /// Which positive buckets are there.
    pub positive_spans: Spans,
    /// What they hold.
    pub positive: Vec<f64>,
    /// Which negative buckets are there.
    pub negative_spans: Spans,
    /// What they hold.
    pub negative: Vec<f64>,
    /// Upper bounds of custom buckets, ascending, without `+Inf`; empty otherwise.
    pub bounds: std::sync::Arc<[f64]>,
}

/// Runs of neighbouring buckets: how many are left out since the run before (for the first: its index), and how many
/// follow.
pub type Spans = Vec<(i32, u32)>;

/// What a sample says about a reset of its counter before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ResetHint {
    /// It has to be found out.
    #[default]
    Unknown,
    /// It was reset.
    Reset,
    /// It was not.
    NotReset,
    /// It is no counter.
    Gauge,
}

impl Histogram {
    /// The schema of custom buckets.
    pub const CUSTOM: i32 = -53;
}
