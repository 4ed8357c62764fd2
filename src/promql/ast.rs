//! The tree of a query.

use super::length::DurationExpr;
use crate::base::{Duration, Moment, Span};

/// A node of a query with the bytes it was read from (an empty span where it was built, not read).
///
/// Compared by kind alone: two trees are equal when they mean the same query, wherever they stood.
#[derive(Debug, Clone)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stood.
    pub span: Span,
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl From<ExprKind> for Expr {
    fn from(kind: ExprKind) -> Self {
        Self { kind, span: Span::default() }
    }
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// A number.
    Number(f64),
    /// A duration such as `5m` where a number stands: its value is its seconds.
    Duration(Duration),
    /// A quoted text.
    String(String),
    /// An instant selector: `up{job="api"} offset 5m @ end()`.
    Selector(Selector),
    /// A range selector: `up[5m]`. The selector carries offset and `@`.
    Range {
        /// What is selected.
        selector: Selector,
        /// How far back.
        range: DurationExpr,
    },
    /// A subquery: `expr[1h:5m] offset 5m @ end()`.
    Subquery {
        /// What is evaluated at each step.
        expr: Box<Expr>,
        /// How far back.
        range: DurationExpr,
        /// How far apart the evaluations are; the engine's default where absent.
        step: Option<DurationExpr>,
        /// Shift into the past (negative: into the future).
        offset: DurationExpr,
        /// Fixed time.
        at: Option<At>,
    },
    /// A function call. The name is spelled as in the language (lower case).
    Call {
        /// The function's name.
        function: String,
        /// Its arguments.
        args: Vec<Expr>,
    },
    /// An aggregation: `sum by (job) (expr)`.
    Aggregate {
        /// Which.
        op: AggregateOp,
        /// The first argument of `topk`, `quantile`, `count_values`...
        param: Option<Box<Expr>>,
        /// What is aggregated.
        expr: Box<Expr>,
        /// Which labels the groups keep.
        grouping: Grouping,
    },
    /// `-expr` or `+expr`.
    Unary {
        /// Which.
        op: UnaryOp,
        /// Of what.
        expr: Box<Expr>,
    },
    /// `lhs op rhs`.
    Binary {
        /// Which.
        op: BinaryOp,
        /// Left.
        lhs: Box<Expr>,
        /// Right.
        rhs: Box<Expr>,
        /// How elements of both sides find each other.
        matching: Matching,
        /// Whether a comparison gives 0 or 1 instead of filtering.
        return_bool: bool,
    },
    /// `(expr)`.
    Paren(Box<Expr>),
}

/// A selection of series.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Selector {
    /// The metric's name where it is written before the braces (or as a bare quoted string in them).
    pub name: Option<String>,
    /// Conditions on labels, as written. A matcher on `__name__` may stand here.
    pub matchers: Vec<Matcher>,
    /// Shift into the past (negative: into the future).
    pub offset: DurationExpr,
    /// Fixed time.
    pub at: Option<At>,
    /// Which values a range has at its edges, or an instant between its neighbours.
    pub edges: Edges,
}

/// Which values a range has at its edges, or an instant between its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Edges {
    /// Samples alone, as they were taken.
    #[default]
    Sampled,
    /// `anchored`: the last sample at or before the range's start, and at or before its end, stand for its edges.
    Anchored,
    /// `smoothed`: the edges are interpolated between the samples on both sides of them.
    Smoothed,
}

impl Edges {
    /// The modifier, where there is one.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Sampled => None,
            Self::Anchored => Some("anchored"),
            Self::Smoothed => Some("smoothed"),
        }
    }
}

/// A condition on a label.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Matcher {
    /// The label.
    pub name: String,
    /// How it is compared.
    pub op: MatchOp,
    /// With what: a text, or a regular expression anchored at both ends.
    pub value: String,
}

/// How a label is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchOp {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `=~`
    Regex,
    /// `!~`
    NotRegex,
}

/// The time that `@` fixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// `@ 1609746000`
    Moment(Moment),
    /// `@ start()`
    Start,
    /// `@ end()`
    End,
}

/// Which labels groups keep.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grouping {
    /// `without (..)` rather than `by (..)`.
    pub without: bool,
    /// The labels named, as written.
    pub labels: Vec<String>,
}

/// How elements of both sides of an operator find each other.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Matching {
    /// `on (..)` rather than `ignoring (..)`.
    pub on: bool,
    /// The labels named.
    pub labels: Vec<String>,
    /// `group_left` or `group_right`.
    pub group: Option<Group>,
    /// What stands for elements that find no other.
    pub fill: Fill,
}

/// The values of elements that are missing on one side of an operator while the other side has them.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Fill {
    /// `fill_left (0)` or `fill (0)`: the value where the left side has no element; none is made up where absent.
    pub left: Option<f64>,
    /// `fill_right (0)` or `fill (0)`: the value where the right side has no element; none is made up where absent.
    pub right: Option<f64>,
}

impl Fill {
    /// Whether nothing is made up on either side.
    pub fn is_none(self) -> bool {
        self.left.is_none() && self.right.is_none()
    }
}

/// Which side of an operator may have many elements for one of the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Group {
    /// `group_left (include)`: many on the left.
    Left(Vec<String>),
    /// `group_right (include)`: many on the right.
    Right(Vec<String>),
}

/// A sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    /// `+`
    Plus,
    /// `-`
    Minus,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// As the language spells it.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

        }
    };
}

words! {
    /// An operator between two expressions.
    BinaryOp {
        /// Sum.
        Add = "+",
        /// Difference.
        Sub = "-",
        /// Product.
        Mul = "*",
        /// Quotient.
        Div = "/",
        /// Remainder, with the sign of the dividend.
        Mod = "%",
        /// Power.
        Pow = "^",
        /// Arc tangent of the quotient.
        Atan2 = "atan2",
        /// Equal.
        Eql = "==",
        /// Not equal.
        Neq = "!=",
        /// Greater.
        Gtr = ">",
        /// Less.
        Lss = "<",
        /// Greater or equal.
        Gte = ">=",
        /// Less or equal.
        Lte = "<=",
        /// A histogram without what it observed above a value.
        TrimUpper = "</",
        /// A histogram without what it observed below a value.
        TrimLower = ">/",
        /// Elements of the left that the right has too.
        And = "and",
        /// Elements of the left and those of the right that the left has not.
        Or = "or",
        /// Elements of the left that the right has not.
        Unless = "unless",
    }
}

impl BinaryOp {
    /// Whether it compares.
    pub fn is_comparison(self) -> bool {
        matches!(self, Self::Eql | Self::Neq | Self::Gtr | Self::Lss | Self::Gte | Self::Lte)
    }

    /// Whether durations can be calculated with it.
    pub fn calculates_durations(self) -> bool {
        matches!(self, Self::Add | Self::Sub | Self::Mul | Self::Div | Self::Mod | Self::Pow)
    }

    /// Whether it cuts histograms.
    pub fn is_trim(self) -> bool {
        matches!(self, Self::TrimUpper | Self::TrimLower)
    }

    /// Whether it works on sets of elements, not on their values.
    pub fn is_set(self) -> bool {
        matches!(self, Self::And | Self::Or | Self::Unless)
    }

    /// How tightly it binds; more is tighter.
    pub fn precedence(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And | Self::Unless => 2,
            Self::Eql
            | Self::Neq
            | Self::Gtr
            | Self::Lss
            | Self::Gte
            | Self::Lte
            | Self::TrimUpper
            | Self::TrimLower => 3,
            Self::Add | Self::Sub => 4,
            Self::Mul | Self::Div | Self::Mod | Self::Atan2 => 5,
            Self::Pow => 6,
        }
    }
}

words! {
    /// An aggregation over the elements of a vector.
    AggregateOp {
        /// Sum.
        Sum = "sum",
        /// Mean.
        Avg = "avg",
        /// Number of elements.
        Count = "count",
        /// Smallest.
        Min = "min",
        /// Largest.
        Max = "max",
        /// The value 1 for every group.
        Group = "group",
        /// Standard deviation.
        Stddev = "stddev",
        /// Variance.
        Stdvar = "stdvar",
        /// The k largest elements.
        Topk = "topk",
        /// The k smallest elements.
        Bottomk = "bottomk",
        /// Number of elements per value.
        CountValues = "count_values",
        /// A quantile.
        Quantile = "quantile",
        /// Any k elements.
        Limitk = "limitk",
        /// A share of the elements.
        LimitRatio = "limit_ratio",
    }
}

impl AggregateOp {
    /// Whether it takes a first argument before the vector.
    pub fn has_param(self) -> bool {
        matches!(
            self,
            Self::Topk | Self::Bottomk | Self::CountValues | Self::Quantile | Self::Limitk | Self::LimitRatio
        )
    }
}

impl Selector {
    /// All series of a metric.
    pub fn metric(name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..Self::default() }
    }

    /// The same selection with one more condition.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, op: MatchOp, value: impl Into<String>) -> Self {
        self.matchers.push(Matcher { name: name.into(), op, value: value.into() });
        self
    }

    /// Every condition, that on the metric's name among them.
    pub fn all_matchers(&self) -> Vec<Matcher> {
        let name = self.name.iter().map(|name| Matcher {
            name: crate::base::METRIC_NAME.to_owned(),
            op: MatchOp::Equal,
            value: name.clone(),
        });
        name.chain(self.matchers.iter().cloned()).collect()
    }
}

impl Expr {
    /// The node itself, whatever brackets stand around it.
    pub fn unparenthesised(&self) -> &Self {
        match &self.kind {
            ExprKind::Paren(inner) => inner.unparenthesised(),
            _ => self,
        }
    }
}

/// Building queries, for rooms that make them. A builder never pastes text: quoting and precedence are the printer's.
impl Expr {
    /// A number.
    pub fn number(value: f64) -> Self {
        ExprKind::Number(value).into()
    }

    /// An instant selector.
    pub fn selector(selector: Selector) -> Self {
        ExprKind::Selector(selector).into()
    }

    /// A range selector.
    pub fn range(selector: Selector, range: Duration) -> Self {
        ExprKind::Range { selector, range: DurationExpr::Fixed(range) }.into()
    }

    /// A function call.
    pub fn call(function: &str, args: impl IntoIterator<Item = Self>) -> Self {
        ExprKind::Call { function: function.to_owned(), args: args.into_iter().collect() }.into()
    }

    /// `(self)`.
    #[must_use]
    pub fn in_brackets(self) -> Self {
        ExprKind::Paren(Box::new(self)).into()
    }

    /// An aggregation that keeps the labels named.
    #[must_use]
    pub fn aggregate_by<S: AsRef<str>>(self, op: AggregateOp, labels: &[S]) -> Self {
        let labels = labels.iter().map(|label| label.as_ref().to_owned()).collect();
        let grouping = Grouping { without: false, labels };
        ExprKind::Aggregate { op, param: None, expr: Box::new(self), grouping }.into()
    }

    /// `self op rhs` with the default matching.
    #[must_use]
    pub fn binary(self, op: BinaryOp, rhs: Self) -> Self {
        self.binary_matching(op, Matching::default(), rhs)
    }

    /// `self op matching rhs`. Operands that bind less tightly are put in brackets by the printer.
    #[must_use]
    pub fn binary_matching(self, op: BinaryOp, matching: Matching, rhs: Self) -> Self {
        ExprKind::Binary { op, lhs: Box::new(self), rhs: Box::new(rhs), matching, return_bool: false }.into()
    }
}
