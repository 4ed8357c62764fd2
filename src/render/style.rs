use std::collections::BTreeMap;

use crate::base::Zone;

/// How a report shall look. It changes no number and no verdict.
#[derive(Debug, Clone)]
pub struct Style {
    /// Columns of the terminal.
    pub width: usize,
    /// Whether the terminal understands ANSI colours.
    pub color: bool,
    /// Whether the terminal understands more than ASCII.
    pub unicode: bool,
    /// The user's templates, laid over the built-in ones.
    pub templates: Templates,
    /// The zone in which times are shown.
    pub timezone: Zone,
    /// The report's heading; made from its services where there is none.
    pub title: Option<String>,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            width: 100,
            color: false,
            unicode: true,
            templates: Templates::default(),
            timezone: Zone::UTC,
            title: None,
        }
    }
}

/// Templates by their name, such as `report.html.tera`.
pub type Templates = BTreeMap<String, String>;
