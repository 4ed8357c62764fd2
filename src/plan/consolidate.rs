//! Questions that ask about the same samples become one.

use super::task::{EventsTask, Measure, QueryId, SlicesTask, Task};
use super::{Ask, Eval, Query};
use crate::base::{Duration, Moment};

/// Joins questions about the same selection on the same grid of time: their ranges where they touch, and the labels by
/// which they group. An answer then holds more points and finer groups than one objective needs; each takes its own.
pub(super) fn consolidate(queries: &[Query], tasks: &mut [Task]) -> Vec<Query> {
    let mut joined: Vec<Query> = Vec::new();
    let mut places: Vec<QueryId> = vec![0; queries.len()];
    // In the order of time, so that ranges that touch meet each other.
    let mut order: Vec<QueryId> = (0..queries.len()).collect();
    order.sort_by_key(|&id| start(queries[id].eval));
    for id in order {
        let query = &queries[id];
        let place = joined.iter().position(|known| touches(known, query));
        match place {
            Some(place) => join(&mut joined[place], query),
            None => joined.push(query.clone()),
        }
        places[id] = place.unwrap_or(joined.len() - 1);
    }
    for task in tasks {
        move_places(task, &places);
    }
    joined
}

/// Gives a task's questions their new places.
fn move_places(task: &mut Task, places: &[QueryId]) {
    let moved = |ids: &mut Vec<QueryId>| ids.iter_mut().for_each(|id| *id = places[*id]);
    for (_, ids) in &mut task.asked {
        moved(ids);
        ids.sort_unstable();
        ids.dedup();
    }
    task.excluded.iter_mut().flat_map(|one| &mut one.condition).for_each(|one| moved(&mut one.queries));
    match &mut task.measure {
        Measure::Events(EventsTask { part, total, presence, distribution, .. }) => {
            part.iter_mut().chain(total).for_each(|counted| moved(&mut counted.queries));
            presence.iter_mut().for_each(moved);
            if let Some((_, id)) = distribution {
                *id = places[*id];
            }
        }
        Measure::Slices(SlicesTask { value, .. }) => moved(value),
        Measure::Composite(composite) => {
            composite.members.iter_mut().for_each(|(_, member)| move_places(member, places));
        }
        Measure::Nothing(_) => {}
    }
}

fn start(eval: Eval) -> Moment {
    match eval {
        Eval::Instant(at) => at,
        Eval::Range { start, .. } => start,
    }
}

/// Whether two questions can be one: the same samples, on the same grid, with ranges that overlap or follow each other.
fn touches(known: &Query, other: &Query) -> bool {
    let same = match (&known.ask, &other.ask) {
        (
            Ask::Increase { selector, over, cadence, .. },
            Ask::Increase { selector: other, over: others, cadence: theirs, .. },
        ) => selector == other && over == others && cadence == theirs,
        (one, other) => one == other,
    };
    same && match (known.eval, other.eval) {
        (Eval::Range { start, end, step }, Eval::Range { start: from, end: to, step: steps }) => {
            let on_grid = (from - start).as_millis() % step.as_millis().max(1) == 0;
            step == steps && on_grid && from <= last(start, end, step) + step && to >= start
        }
        (one, other) => one == other,
    }
}

fn join(known: &mut Query, other: &Query) {
    if let (Eval::Range { end, .. }, Eval::Range { end: to, .. }) = (&mut known.eval, other.eval) {
        *end = to.max(*end);
    }
    if let (Ask::Increase { by, .. }, Ask::Increase { by: others, .. }) = (&mut known.ask, &other.ask) {
        by.extend(others.iter().filter(|label| !by.contains(label)).cloned().collect::<Vec<_>>());
    }
}

/// The last time that a range meets.
fn last(start: Moment, end: Moment, step: Duration) -> Moment {
    start + Duration::millis((end - start).as_millis() / step.as_millis().max(1) * step.as_millis())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promql::Selector;

    fn growth(by: &[&str], start: i64, end: i64) -> Query {
        let by = by.iter().map(|&label| label.to_owned()).collect();
        let (over, cadence) = (Duration::hours(1), Duration::minutes(1));
        Query {
            ask: Ask::Increase { selector: Selector::metric("m"), by, over, cadence },
            eval: Eval::Range { start: Moment::from_secs(start), end: Moment::from_secs(end), step: over },
        }
    }

    #[test]
    fn ranges_that_touch_are_one_question_with_the_labels_of_all() {
        let hour = 3600;
        let queries = vec![
            growth(&["code"], 2 * hour, 4 * hour),
            growth(&["code", "path"], 0, hour),
            growth(&["code"], 100 * hour, 101 * hour),
            growth(&["code"], 3 * hour + 1, 4 * hour + 1),
        ];
        let joined = consolidate(&queries, &mut []);
        assert_eq!(joined.len(), 3);
        assert!(joined.contains(&growth(&["code", "path"], 0, 4 * hour)));
        assert!(
            joined.contains(&growth(&["code"], 3 * hour + 1, 4 * hour + 1)),
            "another grid is another question"
        );
    }
}
