//! What came of real files of other tools, as a table for `docs/corpora.md`.

use std::fmt;

/// What came of one file.
pub(super) struct Row {
    /// Its path in the corpora.
    pub(super) file: String,
    /// Whether it is read, and why not.
    pub(super) read: String,
    /// How many objectives were found.
    pub(super) objectives: usize,
}

/// A line per file, and their sum.
pub(super) struct Table(pub(super) Vec<Row>);

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| file | read? | objectives |\n|---|---|---:|")?;
        for Row { file, read, objectives } in &self.0 {
            // A bar would end the cell.
            writeln!(f, "| {file} | {} | {objectives} |", read.replace('|', "\\|"))?;
        }
        let refused = self.0.iter().filter(|row| row.read.starts_with("refused")).count();
        let objectives: usize = self.0.iter().map(|row| row.objectives).sum();
        writeln!(
            f,
            "| all {} | {} read, {refused} refused | {objectives} |",
            self.0.len(),
            self.0.len() - refused
        )
    }
}

const FIRST: &str = "<!-- corpora: written by the tests -->\n";
const LAST: &str = "<!-- /corpora -->\n";

/// A text with the table between its two markers.
pub(super) fn with_table(text: &str, table: &Table) -> String {
    let (before, rest) = text.split_once(FIRST).expect("the first marker of the table is missing");
    let (_, after) = rest.split_once(LAST).expect("the last marker of the table is missing");
    format!("{before}{FIRST}{table}{LAST}{after}")
}

#[test]
fn replaces_what_stands_between_the_markers() {
    let row =
        |file: &str, read: &str, objectives| Row { file: file.to_owned(), read: read.to_owned(), objectives };
    let table = Table(vec![row("a.yaml", "yes", 2), row("b.yaml", "refused: a|b", 0)]);
    assert_eq!(
        with_table(&format!("x\n{FIRST}old\n{LAST}y\n"), &table),
        format!(
            "x\n{FIRST}| file | read? | objectives |\n|---|---|---:|\n| a.yaml | yes | 2 |\n\
             | b.yaml | refused: a\\|b | 0 |\n| all 2 | 1 read, 1 refused | 2 |\n{LAST}y\n"
        )
    );
}
