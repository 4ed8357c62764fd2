//! Stored days as budgets count them.

use std::collections::BTreeMap;

use super::counting::{Counting, contract_of, is_counted_by_day};
use crate::base::{Duration, Interval, Stretches};
use crate::budget::{DayCount, Events, Memory, Remembered};
use crate::history::{Book, Day};
use crate::plan::{Plan, Task};
use crate::slo::{Sla, Spec};

/// A remark on each contract whose days cannot be joined.
pub fn not_joined(specs: &[Spec]) -> Vec<String> {
    let remark = |spec: &Spec, sla: &Sla| {
        format!(
            "{}: the contract {} has a cap on what is excluded, which no day can be held against alone: it is judged by \
             what the source tells now, without the history",
            spec.service, sla.name
        )
    };
    let capped = |spec: &Spec| {
        spec.slas
            .iter()
            .filter(|sla| !is_counted_by_day(sla))
            .map(|sla| remark(spec, sla))
            .collect::<Vec<_>>()
    };
    specs.iter().flat_map(capped).collect()
}

/// What is remembered of each task of a plan, as far as it may be counted with it.
pub fn memories(book: &Book, specs: &[Spec], plan: &Plan, spec_hash: &str) -> BTreeMap<usize, Memory> {
    let with_spec = |task: &Task| {
        specs.get(task.spec).filter(|spec| contract_of(spec, task).is_none_or(is_counted_by_day))
    };
    let tasks = plan.tasks.iter().enumerate();
    tasks.filter_map(|(place, task)| Some((place, memory(book, with_spec(task)?, task, spec_hash)))).collect()
}

fn memory(book: &Book, spec: &Spec, task: &Task, spec_hash: &str) -> Memory {
    let counting = Counting::of(spec, task);
    let objective = task.terms.objective.to_string();
    let mut memory = Memory::default();
    let contract = contract_of(spec, task).map(|sla| sla.name.as_str());
    for (group, days) in book.of_objective(&spec.service, &task.terms.name, contract) {
        let mut remembered = Vec::new();
        for kept in days.values() {
            let day = &kept.day;
            if !counting.is_of(day) {
                if group.is_empty() {
                    memory.otherwise.push(Interval::new(day.from, day.to));
                }
                continue;
            }
            remembered.push(Remembered {
                count: count(spec, day),
                other_texts: day.spec_hash != spec_hash,
                other_objective: (day.objective != objective).then(|| day.objective.clone()),
            });
        }
        if !remembered.is_empty() {
            memory.budgets.push((group.clone(), remembered));
        }
    }
    memory
}

/// A stored day as a budget counts it. An exclusion that the specification has no more is not told by name.
fn count(spec: &Spec, day: &Day) -> DayCount {
    let mut raw = Events { bad: day.bad, total: day.total };
    match day.raw {
        Some(known) => raw = Events { bad: known.bad, total: known.total },
        None => day.excluded.iter().for_each(|one| raw += Events { bad: one.bad, total: one.total }),
    }
    let place = |id: &str| spec.exclusions.iter().position(|one| one.id == id);
    let exclusions = day.excluded.iter().filter_map(|one| {
        let events = Events { bad: one.bad, total: one.total };
        Some((place(&one.id)?, Stretches::of(one.times.iter().copied()), events))
    });
    DayCount {
        day: Interval::new(day.from, day.to),
        events: Events { bad: day.bad, total: day.total },
        raw,
        counted: day.events.unwrap_or(day.total),
        excluded: Stretches::of(day.excluded.iter().flat_map(|one| one.times.iter().copied())),
        exclusions: exclusions.collect(),
        looked: Duration::millis((day.coverage.looked_s * 1000.0).round() as i64),
        covered_s: day.coverage.covered_s,
        unusable: Duration::millis((day.coverage.unusable_s * 1000.0).round() as i64),
        gaps: day.coverage.gaps.clone(),
        seen: !day.unseen,
        there: true,
    }
}
