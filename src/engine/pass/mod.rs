//! One pass over a store: each series that anyone needs is read once, and all who need it look at it while it is there.
//!
//! Takes [`Consumer`]s, gives them their series one after another in the order of labels. Must not know what they make
//! of them. Series are read and looked at on all cores; only as many are held as there are cores, or little more.

mod line;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Labels;
use crate::promql::Matcher;

use super::tidy::Held;
use super::{Found, Store, StoreError};

/// Which samples are needed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Selection {
    pub(super) matchers: Vec<Matcher>,
    /// The first time needed, in milliseconds.
    pub(super) from: i64,
    /// The last.
    pub(super) to: i64,
}

/// One series, read.
pub(super) struct Read<'a> {
    pub(super) held: &'a Arc<Held>,
    /// The samples that were read for this consumer: all of the series, unless another consumer needed it too and has
    /// them on its account.
    pub(super) samples: u64,
}

/// What a consumer does with what it saw, when its turn comes.
pub(super) type Turn<'a> = Box<dyn FnOnce() + Send + 'a>;

/// Something that looks at every series of a selection once.
pub(super) trait Consumer: Sync {
    fn selection(&self) -> &Selection;

    /// Looks at a series that has samples in the selection's time (and maybe beyond): on any thread, in any order. What
    /// it gives back is run in the order of the labels.
    fn look(&self, read: &Read<'_>) -> Turn<'_>;

    /// The store failed; what was seen is not whole.
    fn fail(&self, error: StoreError);
}

/// Told of how many series are done, of how many.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) + Sync);

/// Shows each consumer its series.
pub(super) fn run(consumers: &[&dyn Consumer], store: &dyn Store, progress: Progress<'_>) {
    let (groups, errands) = errands(consumers, store);
    let count = errands.len();
    let mut done = 0;
    let workers = workers(consumers.len(), &errands);
    let make = |place: usize| errands.get(place).map(|errand| errand.run(&groups, consumers, store));
    line::in_order(count, workers, make, |turns| {
        turns.into_iter().flatten().for_each(|turn| turn());
        done += 1;
        progress(done, count);
    });
}

/// Threads are worth their start from a few series on.
fn workers(consumers: usize, errands: &[Errand]) -> usize {
    const FEW: usize = 8;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    cores.min(errands.len() * consumers / FEW).max(1)
}

/// Consumers of the same matchers, and the time that they need together.
struct Group {
    from: i64,
    to: i64,
    /// Places of consumers.
    members: Vec<usize>,
}

/// A series to be read, and the places of the groups that need it.
struct Errand {
    found: Found,
    groups: Vec<usize>,
}

/// Finds each distinct selection once and each series in them once.
fn errands(consumers: &[&dyn Consumer], store: &dyn Store) -> (Vec<Group>, Vec<Errand>) {
    let mut groups: BTreeMap<&[Matcher], Group> = BTreeMap::new();
    for (place, consumer) in consumers.iter().enumerate() {
        let Selection { matchers, from, to } = consumer.selection();
        let new = Group { from: *from, to: *to, members: Vec::new() };
        let group = groups.entry(matchers).or_insert(new);
        group.from = group.from.min(*from);
        group.to = group.to.max(*to);
        group.members.push(place);
    }
    // A series is read in no more than the time it was found in; which groups will need it is not known yet.
    let from = groups.values().map(|group| group.from).min().unwrap_or(0);
    let to = groups.values().map(|group| group.to).max().unwrap_or(0);
    let mut errands: BTreeMap<Labels, Errand> = BTreeMap::new();
    for (place, (matchers, group)) in groups.iter().enumerate() {
        match store.find(matchers, from, to) {
            Ok(found) => {
                for found in found {
                    let new = |found| Errand { found, groups: Vec::new() };
                    let errand = errands.entry(found.labels.clone()).or_insert_with(|| new(found));
                    errand.groups.push(place);
                }
            }
            Err(error) => group.fail(consumers, &error),
        }
    }
    (groups.into_values().collect(), errands.into_values().collect())
}

impl Group {
    fn consumers<'a>(&self, all: &[&'a dyn Consumer]) -> impl Iterator<Item = &'a dyn Consumer> {
        self.members.iter().filter_map(|place| all.get(*place).copied())
    }

    fn fail(&self, consumers: &[&dyn Consumer], error: &StoreError) {
        self.consumers(consumers).for_each(|consumer| consumer.fail(error.clone()));
    }
}

impl Errand {
    /// Reads the series and shows it to all who need it.
    fn run<'a>(&self, groups: &[Group], consumers: &[&'a dyn Consumer], store: &dyn Store) -> Vec<Turn<'a>> {
        let groups: Vec<&Group> = self.groups.iter().filter_map(|place| groups.get(*place)).collect();
        let from = groups.iter().map(|group| group.from).min().unwrap_or(0);
        let to = groups.iter().map(|group| group.to).max().unwrap_or(0);
        match store.read(&self.found, from, to) {
            Ok(column) => {
                let mut samples = column.count_in(from, to) as u64;
                let held = Arc::new(Held::new(Arc::clone(&column)));
                let members = groups.iter().flat_map(|group| group.consumers(consumers));
                let concerned = members.filter(|consumer| {
                    let selection = consumer.selection();
                    column.any_in(selection.from, selection.to)
                });
                let look = |consumer: &'a dyn Consumer| {
                    consumer.look(&Read { held: &held, samples: std::mem::take(&mut samples) })
                };
                concerned.map(look).collect()
            }
            Err(error) => {
                for group in groups {
                    group.fail(consumers, &error);
                }
                Vec::new()
            }
        }
    }
}
