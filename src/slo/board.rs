use crate::promql::Expr;

/// Boards for a service: pictures of its series, beside those of its objectives.
#[derive(Debug, Clone, PartialEq)]
pub struct Boards {
    /// The service.
    pub service: String,
    /// The boards, in the order written.
    pub boards: Vec<Board>,
}

/// One board.
#[derive(Debug, Clone, PartialEq)]
pub struct Board {
    /// Its name, unique in its service.
    pub name: String,
    /// What stands above it.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
    /// What a reader can choose.
    pub variables: Vec<BoardVariable>,
    /// Its panels, in the order written.
    pub panels: Vec<Panel>,
}

/// Something that a reader chooses, which queries name by a dollar.
#[derive(Debug, Clone, PartialEq)]
pub struct BoardVariable {
    /// The name, without the dollar.
    pub name: String,
    /// What stands beside the choice.
    pub label: String,
    /// From what is chosen.
    pub choice: Choice,
}

/// From what a reader chooses.
#[derive(Debug, Clone, PartialEq)]
pub enum Choice {
    /// The values of a label.
    Values {
        /// The label.
        label: String,
        /// The series that have it.
        of: Expr,
    },
    /// Lengths of time, as they are written.
    Lengths(Vec<String>),
}

/// One picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// The row that begins with it, where one does.
    pub row: Option<String>,
    /// What stands above it.
    pub title: String,
    /// What it shows and how to read it.
    pub description: String,
    /// What kind of picture it is.
    pub kind: PanelKind,
    /// Its unit, by Grafana's word.
    pub unit: &'static str,
    /// What is drawn.
    pub queries: Vec<PanelQuery>,
    /// The variable of lengths that stands for `$window`; as long as suits the picture, where none is named.
    pub window: Option<String>,
    /// From which value on it is drawn in red.
    pub limit: Option<Limit>,
}

/// A kind of picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PanelKind {
    /// Lines over time.
    #[default]
    Lines,
    /// The last value, large.
    Number,
    /// The last values as a table.
    Table,
    /// The last values as bars, the largest first.
    Bars,
    /// Coloured stretches of time, one for each value.
    States,
    /// Frequencies of values over time, by colour.
    Heatmap,
}

impl PanelKind {
    /// All of them, by the words with which they are written.
    pub const ALL: [(&'static str, Self); 6] = [
        ("lines", Self::Lines),
        ("number", Self::Number),
        ("table", Self::Table),
        ("bars", Self::Bars),
        ("states", Self::States),
        ("heatmap", Self::Heatmap),
    ];
}

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct PanelQuery {
    /// The query; `$window` is the time between two points, or what the panel's variable says.
    pub expr: Expr,
    /// What a line is called: a text in which `{{label}}` is its label.
    pub legend: Option<String>,
}

/// A bound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// Red from here up.
    Above(f64),
    /// Red from here down.
    Below(f64),
}
