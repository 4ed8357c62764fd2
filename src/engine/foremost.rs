//! The k largest or smallest of a step's numbers. Where more are equal than are wanted, those are kept that the heap of
//! Prometheus keeps, which is the same heap as Go's.

use super::quantile::nan_first;
use super::value::Compat;

/// A number with the place of its series.
pub(super) type Placed = (usize, f64);

/// The worst of the numbers kept is at the root.
struct Heap {
    kept: Vec<Placed>,
    largest: bool,
}

/// The `k` largest (or smallest) numbers, the best first. NaN is the worst in either direction.
pub(super) fn foremost(numbers: &[Placed], k: usize, largest: bool, compat: Compat) -> Vec<Placed> {
    let mut heap = Heap { kept: Vec::with_capacity(k.min(numbers.len())), largest };
    for number in numbers {
        match heap.kept.first().copied() {
            _ if heap.kept.len() < k => heap.push(*number),
            Some(root) if heap.gives_way(root.1, number.1, compat) => heap.replace_root(*number, compat),
            _ => {}
        }
    }
    heap.sorted()
}

impl Heap {
    fn is_worse(&self, a: f64, b: f64) -> bool {
        a.is_nan() || if self.largest { a < b } else { a > b }
    }

    /// Whether the worst that is kept is replaced. In Prometheus 2.42 a NaN is, even by another.
    fn gives_way(&self, root: f64, to: f64, compat: Compat) -> bool {
        if root.is_nan() {
            compat == Compat::Prom2 || !to.is_nan()
        } else {
            !to.is_nan() && self.is_worse(root, to)
        }
    }

    fn push(&mut self, number: Placed) {
        self.kept.push(number);
        let mut at = self.kept.len() - 1;
        while at > 0 && self.is_worse_at(at, (at - 1) / 2) {
            self.kept.swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    /// Prometheus 2.42 takes the root out and puts the number in, Prometheus 3 puts it in the root's place.
    fn replace_root(&mut self, number: Placed, compat: Compat) {
        if compat == Compat::Prom2 && self.kept.len() > 1 {
            self.kept.swap_remove(0);
            self.sink();
            self.push(number);
        } else if let Some(root) = self.kept.first_mut() {
            *root = number;
            self.sink();
        }
    }

    /// Moves the root down to where it belongs.
    fn sink(&mut self) {
        let mut at = 0;
        loop {
            let mut child = 2 * at + 1;
            if child >= self.kept.len() {
                return;
            }
            if child + 1 < self.kept.len() && self.is_worse_at(child + 1, child) {
                child += 1;
            }
            if !self.is_worse_at(child, at) {
                return;
            }
            self.kept.swap(at, child);
            at = child;
        }
    }

    fn is_worse_at(&self, a: usize, b: usize) -> bool {
        let value = |at: usize| self.kept.get(at).map_or(f64::NAN, |(_, value)| *value);
        self.is_worse(value(a), value(b))
    }

    /// The best first. A few are sorted as Go sorts so few: by insertion, which turns NaNs around.
    fn sorted(mut self) -> Vec<Placed> {
        const FEW: usize = 12;
        if self.kept.len() > FEW {
            let sign = if self.largest { -1.0 } else { 1.0 };
            self.kept.sort_by(|(_, a), (_, b)| nan_first(-sign * b, -sign * a));
            return self.kept;
        }
        for end in 1..self.kept.len() {
            let mut at = end;
            while at > 0 && self.is_worse_at(at - 1, at) {
                self.kept.swap(at - 1, at);
                at -= 1;
            }
        }
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values(of: &[f64], k: usize, largest: bool) -> Vec<f64> {
        let placed: Vec<Placed> = of.iter().copied().enumerate().collect();
        foremost(&placed, k, largest, Compat::Prom3).into_iter().map(|(_, value)| value).collect()
    }

    #[test]
    fn nan_comes_last_in_either_direction() {
        assert_eq!(values(&[f64::NAN, 1.0, 3.0, 2.0], 3, true), [3.0, 2.0, 1.0]);
        assert_eq!(values(&[1.0, f64::NAN, 3.0, 2.0], 2, false), [1.0, 2.0]);
        assert!(values(&[f64::NAN, 1.0], 2, false)[1].is_nan());
        assert!(values(&[1.0], 0, true).is_empty());
    }

    proptest! {
        #[test]
        fn the_same_values_as_by_sorting(of in prop::collection::vec(-4_i32..4, 0..30), k in 0_usize..25) {
            let of: Vec<f64> = of.into_iter().map(f64::from).collect();
            let mut sorted = of.clone();
            sorted.sort_by(f64::total_cmp);
            sorted.truncate(k);
            prop_assert_eq!(values(&of, k, false), sorted);
        }
    }
}
