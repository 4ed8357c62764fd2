/// The candidate that somebody probably meant by a misspelt word: the one with the fewest edits, the first of several,
/// if they are few for its length. Case, `_` and `-` count for nothing.
pub fn nearest<'n>(word: &str, candidates: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let plain = |text: &str| -> Vec<char> {
        text.chars().filter(|c| *c != '_' && *c != '-').flat_map(char::to_lowercase).take(40).collect()
    };
    let word = plain(word);
    let candidates: Vec<&str> = candidates.into_iter().collect();
    // `alerts` for `alerting`: too far for a slip of the fingers, but not for one of the memory.
    let stem = word.strip_suffix(&['s']).unwrap_or(&word);
    let begun = |candidate: &&&str| stem.len() >= 5 && plain(candidate).starts_with(stem);
    let begun = candidates.iter().find(begun).copied();
    let scored = candidates.into_iter().map(|candidate| (edits(&word, &plain(candidate)), candidate));
    let (distance, best) = scored.min_by_key(|(distance, _)| *distance)?;
    if distance <= best.len().div_ceil(4).min(3) { Some(best) } else { begun }
}

/// The fewest insertions, removals, replacements and swaps of neighbours that make `a` into `b` (optimal string
/// alignment, a form of the Damerau–Levenshtein distance).
fn edits(a: &[char], b: &[char]) -> usize {
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut best = (rows[i][j] + usize::from(x != y)).min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_what_was_meant_and_does_not_guess_wildly() {
        let known = ["name", "objective", "window", "min_events", "min_coverage", "by"];
        for (word, meant) in [
            ("objectve", Some("objective")),
            ("Objective", Some("objective")),
            ("minEvents", Some("min_events")),
            ("nmae", Some("name")),
            ("windows", Some("window")),
            ("coverages", None),
            ("object", Some("objective")),
            ("target", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), meant, "{word}");
        }
    }
}
