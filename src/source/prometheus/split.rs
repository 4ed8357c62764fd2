//! Long ranges in pieces that a server takes, and the answers put together again.

use std::collections::BTreeMap;

use super::wire::Decoded;
use crate::base::{Duration, Labels, Point, Series};
use crate::plan::Eval;

/// The most evaluation times of one request. Prometheus takes 11,000.
pub(super) const MOST_POINTS: usize = 10_000;

/// The pieces of at most `most` times that evaluate exactly the times of `eval`, in order. Each begins on a time of
/// `eval`, so nothing is evaluated at another time than asked.
pub(super) fn pieces(eval: Eval, most: usize) -> Vec<Eval> {
    let Eval::Range { start, end, step } = eval else { return vec![eval] };
    let step = Duration::millis(step.as_millis().max(1));
    let (points, most) = (eval.len(), most.max(1));
    (0..points)
        .step_by(most)
        .map(|first| {
            let last = (first + most).min(points) - 1;
            let at = |index: usize| start + step * index as i64;
            Eval::Range { start: at(first), end: at(last).min(end), step }
        })
        .collect()
}

/// One answer of the answers to the pieces, which are in the order of time.
pub(super) fn joined(answers: Vec<Decoded>) -> Decoded {
    let mut series: BTreeMap<Labels, Vec<Point>> = BTreeMap::new();
    let mut samples_read = None;
    let mut infos = Vec::new();
    for answer in answers {
        for Series { labels, points } in answer.matrix {
            series.entry(labels).or_default().extend(points);
        }
        samples_read = match (samples_read, answer.samples_read) {
            (Some(sum), Some(read)) => Some(sum + read),
            (sum, read) => sum.or(read),
        };
        infos.extend(answer.infos);
    }
    infos.sort();
    infos.dedup();
    let matrix = series.into_iter().map(|(labels, points)| Series { labels, points }).collect();
    Decoded { matrix, samples_read, infos }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Moment;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pieces_evaluate_every_time_once(
            start in -100_000i64..100_000,
            length in -10i64..50_000,
            step in 1i64..3_000,
            most in 1usize..40,
        ) {
            let start = Moment::from_millis(start);
            let eval = Eval::Range { start, end: start + Duration::millis(length), step: Duration::millis(step) };
            let pieces = pieces(eval, most);
            let union: Vec<_> = pieces.iter().flat_map(|piece| piece.times()).collect();
            prop_assert_eq!(union, eval.times().collect::<Vec<_>>());
            prop_assert!(pieces.iter().all(|piece| (1..=most).contains(&piece.len())));
        }

        #[test]
        fn joining_the_pieces_gives_the_whole(cut in 0usize..=20, of_b in proptest::collection::vec(any::<bool>(), 20)) {
            let labels = |name: &str| -> Labels { [("name", name)].into_iter().collect() };
            let a: Vec<_> = (0..20).map(|t| Point::float(t, t as f64)).collect();
            let b: Vec<_> = a.iter().zip(&of_b).filter(|(_, has)| **has).map(|(p, _)| p.clone()).collect();
            let part = |keep: &dyn Fn(&Point) -> bool| Decoded {
                matrix: [("a", &a), ("b", &b)]
                    .into_iter()
                    .map(|(name, points)| Series {
                        labels: labels(name),
                        points: points.iter().filter(|p| keep(p)).cloned().collect(),
                    })
                    .filter(|series| !series.points.is_empty())
                    .collect(),
                samples_read: Some(1),
                infos: vec!["x".to_owned()],
            };
            let cut = cut as i64;
            let joined = joined(vec![part(&|p| p.t < cut), part(&|p| p.t >= cut)]);
            prop_assert_eq!(&joined.matrix, &part(&|_| true).matrix);
            prop_assert_eq!((joined.samples_read, joined.infos), (Some(2), vec!["x".to_owned()]));
        }
    }
}
