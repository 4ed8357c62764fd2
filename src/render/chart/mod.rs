//! Drawings as SVG: data → text, nothing else.
//!
//! Takes curves of the document, gives a [`Figure`]: a drawing with its title and description, and the same numbers as a
//! table for those who cannot see it. Colours are CSS classes, so that the page decides light and dark. Must not know
//! the page. To add a drawing: one file with one function, called in `html.rs`.

mod axis;
mod burn_down;
mod burn_rate;
mod daily;
mod strip;
mod svg;
mod timeline;

use serde::Serialize;

pub(super) use burn_down::burn_down;
pub(super) use burn_rate::burn_rate;
pub(super) use daily::{daily, spark};
pub(super) use strip::strip;
pub(super) use timeline::timeline;

/// A drawing and its numbers.
#[derive(Debug, Serialize)]
pub(super) struct Figure {
    /// What it shows.
    pub(super) title: String,
    /// How to read it, under the drawing.
    pub(super) caption: String,
    /// The drawing, escaped.
    pub(super) svg: String,
    /// Heads of the table's columns.
    pub(super) columns: Vec<&'static str>,
    /// The table's cells; the first of each row is its head.
    pub(super) rows: Vec<Vec<String>>,
}

/// Most rows of a figure's table.
const ROWS: usize = 32;
