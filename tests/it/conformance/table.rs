//! What came of a folder of scripts: counts per file, as a table for the README.

use std::fmt;

use super::run::Outcome;

/// What came of the cases of one script.
pub(super) struct Counts {
    pub(super) file: String,
    pub(super) cases: usize,
    pub(super) passed: usize,
    pub(super) failed: usize,
    pub(super) refused: usize,
}

impl Counts {
    pub(super) fn of<'a>(file: &str, outcomes: impl Iterator<Item = &'a Outcome>) -> Self {
        let mut counts = Self { file: file.to_owned(), cases: 0, passed: 0, failed: 0, refused: 0 };
        for outcome in outcomes {
            counts.cases += 1;
            *match outcome {
                Outcome::Passed => &mut counts.passed,
                Outcome::Failed(_) => &mut counts.failed,
                Outcome::Refused(_) => &mut counts.refused,
            } += 1;
        }
        counts
    }
}

/// A line per script, and their sum.
pub(super) struct Table(pub(super) Vec<Counts>);

impl Table {
    fn total(&self) -> Counts {
        let sum = |of: fn(&Counts) -> usize| self.0.iter().map(of).sum();
        Counts {
            file: "all".to_owned(),
            cases: sum(|counts| counts.cases),
            passed: sum(|counts| counts.passed),
            failed: sum(|counts| counts.failed),
            refused: sum(|counts| counts.refused),
        }
    }
}

impl fmt::Display for Table {
    /// As Markdown that also reads well as it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.0.iter().map(|counts| counts.file.len()).max().unwrap_or_default();
        writeln!(f, "| {:width$} | cases | passed | failed | refused |", "script")?;
        writeln!(f, "|{:-<dashes$}|------:|-------:|-------:|--------:|", "", dashes = width + 2)?;
        for Counts { file, cases, passed, failed, refused } in self.0.iter().chain([&self.total()]) {
            writeln!(f, "| {file:width$} | {cases:5} | {passed:6} | {failed:6} | {refused:7} |")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_a_line_per_script_and_their_sum() {
        let outcomes = [Outcome::Passed, Outcome::Failed(String::new()), Outcome::Passed];
        let table = Table(vec![Counts::of("a.test", outcomes.iter())]);
        assert_eq!(
            table.to_string(),
            "| script | cases | passed | failed | refused |\n\
             |--------|------:|-------:|-------:|--------:|\n\
             | a.test |     3 |      2 |      1 |       0 |\n\
             | all    |     3 |      2 |      1 |       0 |\n"
        );
    }
}
