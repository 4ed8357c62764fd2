//! Aggregations that keep some of the elements: `limitk` any, `limit_ratio` a share chosen by hash.

use twox_hash::XxHash64;

use super::track::Track;
use crate::base::Labels;

/// At each step the first `k` members that have a value there.
pub(super) fn limitk(ks: &[f64], members: &[&Track]) -> Vec<Track> {
    let mut left: Vec<u64> = ks.iter().map(|k| if *k < 1.0 { 0 } else { *k as u64 }).collect();
    let mut one_less = |step: usize| match left.get_mut(step) {
        Some(left) if *left > 0 => {
            *left -= 1;
            true
        }
        _ => false,
    };
    members.iter().filter_map(|member| kept(member, &mut one_less)).collect()
}

/// At each step the members whose hash lies in the share: below `ratio`, or for a negative one in its complement.
pub(super) fn limit_ratio(ratios: &[f64], members: &[&Track]) -> Vec<Track> {
    let chosen = |member: &&Track| {
        let place = hash(&member.labels) as f64 / u64::MAX as f64;
        kept(member, |step| {
            let ratio = ratios.get(step).copied().unwrap_or_default().clamp(-1.0, 1.0);
            if ratio >= 0.0 { place < ratio } else { place >= 1.0 + ratio }
        })
    };
    members.iter().filter_map(chosen).collect()
}

/// A series with the cells at the steps that are wanted; nothing where no cell is left.
fn kept(track: &Track, mut wanted: impl FnMut(usize) -> bool) -> Option<Track> {
    let cells = track.cells.iter().enumerate();
    let cells: Vec<_> = cells.map(|(step, cell)| cell.as_ref().filter(|_| wanted(step)).cloned()).collect();
    let any = cells.iter().any(Option::is_some);
    any.then(|| Track { labels: track.labels.clone(), drop_name: track.drop_name, cells })
}

/// The hash of labels as Prometheus keeps them: each text after its length, in one byte or, from 255 on, in three
/// after a mark.
fn hash(labels: &Labels) -> u64 {
    let mut bytes = Vec::new();
    for text in labels.iter().flat_map(|(name, value)| [name, value]) {
        match u8::try_from(text.len()) {
            Ok(length) if length < 255 => bytes.push(length),
            _ => {
                bytes.push(255);
                bytes.extend(text.len().to_le_bytes().iter().take(3));
            }
        }
        bytes.extend(text.as_bytes());
    }
    XxHash64::oneshot(0, &bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::track::cell;

    fn tracks(number: usize) -> Vec<Track> {
        let track = |i: usize| Track {
            labels: [("i", i.to_string())].into_iter().collect(),
            drop_name: false,
            cells: vec![cell(1.0)],
        };
        (0..number).map(track).collect()
    }

    #[test]
    fn hashes_are_those_of_prometheus() {
        let labels: Labels = [("__name__", "up"), ("job", "api")].into_iter().collect();
        assert_eq!(hash(&labels), 0xea45_4d03_9365_4eec);
        assert_eq!(hash(&labels.with("long", &"x".repeat(300))), 0xa560_4a61_626d_0869);
    }

    #[test]
    fn a_share_and_its_complement_are_all() {
        let tracks = tracks(1000);
        let members: Vec<&Track> = tracks.iter().collect();
        let share = limit_ratio(&[0.3], &members);
        let rest = limit_ratio(&[-0.7], &members);
        assert!((250..350).contains(&share.len()), "{}", share.len());
        assert_eq!(share.len() + rest.len(), 1000);
        assert!(share.iter().all(|one| rest.iter().all(|other| other.labels != one.labels)));
        assert_eq!(limitk(&[3.9], &members).len(), 3);
        assert_eq!(limitk(&[0.9], &members).len(), 0);
    }
}
