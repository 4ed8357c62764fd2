//! Which series meet conditions on their labels.

use super::super::super::{Broken, Cursor, Fault};
use super::Index;
use super::table::Entry;
use crate::promql::CompiledMatcher;

/// The numbers of the series that may meet all conditions, ascending. It narrows as far as that is cheaper than looking
/// at the series themselves; whoever reads their labels has to ask the conditions again.
pub(in crate::tsdb) fn select(index: &Index, matchers: &[&CompiledMatcher]) -> Result<Vec<u32>, Fault> {
    let mut chosen: Option<Vec<u32>> = None;
    // Single values first: they narrow most and cost one list each.
    for matcher in matchers {
        let Some(value) = matcher.equal_to().filter(|value| !value.is_empty()) else { continue };
        let Some(entry) = index.table.get(matcher.name(), value) else { return Ok(Vec::new()) };
        let list = list(index, &entry)?;
        chosen = Some(match chosen {
            Some(chosen) => intersection(&chosen, &list),
            None => list,
        });
    }
    for matcher in matchers {
        if matcher.equal_to().is_some_and(|value| !value.is_empty()) {
            continue;
        }
        // A condition that the empty value meets is met by all series but those with another value.
        let subtracts = matcher.matches("");
        let values = index.table.values(matcher.name());
        let values: Vec<Entry<'_>> =
            values.filter(|entry| matcher.matches(entry.value) != subtracts).collect();
        if chosen.as_ref().is_some_and(|chosen| chosen.len() <= values.len())
            || (subtracts && values.is_empty())
        {
            continue;
        }
        let mut series = Vec::new();
        for value in &values {
            series.append(&mut list(index, value)?);
        }
        series.sort_unstable();
        series.dedup();
        let before = if subtracts { Some(chosen.map_or_else(|| all(index), Ok)?) } else { chosen };
        chosen = Some(match before {
            Some(before) if subtracts => difference(&before, &series),
            Some(before) => intersection(&before, &series),
            None => series,
        });
    }
    chosen.map_or_else(|| all(index), Ok)
}

/// The numbers of all series.
pub(super) fn all(index: &Index) -> Result<Vec<u32>, Fault> {
    match index.table.get("", "") {
        Some(entry) => list(index, &entry),
        None if index.table.is_empty() => Ok(Vec::new()),
        None => Err(Fault::new(index.file.path(), "the list of all series is missing")),
    }
}

fn list(index: &Index, entry: &Entry<'_>) -> Result<Vec<u32>, Fault> {
    let at = entry.postings;
    let bytes = index.section(at, "postings")?;
    parse(&bytes).map_err(|why| why.within(index.file.path(), at.saturating_add(4)))
}

fn parse(bytes: &[u8]) -> Result<Vec<u32>, Broken> {
    let mut cursor = Cursor::new(bytes);
    let count = cursor.be32()? as usize;
    if Some(cursor.left()) != count.checked_mul(4) {
        let what = format!("{count} series expected in {} bytes, which are four each", cursor.left());
        return Err(Broken::new(0, what));
    }
    let (fours, _) = cursor.rest().as_chunks();
    let series: Vec<u32> = fours.iter().map(|four| u32::from_be_bytes(*four)).collect();
    if !series.is_sorted_by(|a, b| a < b) {
        return Err(cursor.broken("postings that do not ascend"));
    }
    Ok(series)
}

/// What is in both. Searches the longer list from where it stood, by steps that double.
fn intersection(a: &[u32], b: &[u32]) -> Vec<u32> {
    let (short, mut long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let mut both = Vec::with_capacity(short.len());
    for wanted in short {
        long = from(long, *wanted);
        if long.first() == Some(wanted) {
            both.push(*wanted);
        }
    }
    both
}

/// What is in the first but not in the second.
fn difference(from: &[u32], without: &[u32]) -> Vec<u32> {
    let mut without = without;
    let keeps = |wanted: &u32| {
        without = self::from(without, *wanted);
        without.first() != Some(wanted)
    };
    from.iter().copied().filter(keeps).collect()
}

/// The rest of a list from the first that is not below.
fn from(list: &[u32], wanted: u32) -> &[u32] {
    let mut step = 1;
    while list.get(step).is_some_and(|found| *found < wanted) {
        step *= 2;
    }
    let near = list.get(..list.len().min(step + 1)).unwrap_or_default();
    list.get(near.partition_point(|found| *found < wanted)..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn sets_are_sets(a: BTreeSet<u8>, b: BTreeSet<u8>) {
            let list = |set: &BTreeSet<u8>| -> Vec<u32> { set.iter().copied().map(u32::from).collect() };
            prop_assert_eq!(intersection(&list(&a), &list(&b)), list(&(&a & &b)));
            prop_assert_eq!(difference(&list(&a), &list(&b)), list(&(&a - &b)));
        }
    }

    #[test]
    fn lists_are_checked() {
        assert_eq!(parse(&[0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3]), Ok(vec![1, 3]));
        assert_eq!(
            parse(&[0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 1]).unwrap_err().what,
            "postings that do not ascend"
        );
        let why = parse(&[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1]).unwrap_err();
        assert_eq!(why.what, "4294967295 series expected in 4 bytes, which are four each");
    }
}
