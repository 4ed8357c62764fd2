//! Names that someone may have meant.

use super::ast::AggregateOp;
use super::signatures::SIGNATURES;

/// The function or aggregation that was most likely meant, if any is close.
pub(super) fn nearest(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let functions = SIGNATURES.iter().map(|signature| signature.name);
    let aggregations = AggregateOp::ALL.iter().map(|op| op.word());
    let scored = functions.chain(aggregations).map(|known| (distance(&name, known), known));
    scored
        .min()
        .filter(|(distance, known)| *distance <= known.len().div_ceil(3).min(3))
        .map(|(_, known)| known)
}

/// How many letters must be put in, taken out or changed to make one word of the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, letter) in from.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let first = left;
        for (cell, other) in row.iter_mut().skip(1).zip(&to) {
            let above = *cell;
            left = (diagonal + usize::from(letter != *other)).min(above + 1).min(left + 1);
            diagonal = above;
            *cell = left;
        }
        if let Some(start) = row.first_mut() {
            *start = first;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_offered() {
        for (name, near) in [
            ("Rate", Some("rate")),
            ("icnrease", Some("increase")),
            ("histogram_quantil", Some("histogram_quantile")),
            ("summ", Some("sum")),
            ("histogram_share", None),
            ("x", None),
        ] {
            assert_eq!(nearest(name), near, "{name}");
        }
    }
}
