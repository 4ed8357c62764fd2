//! Which of several sorted lists gives the next element.

/// A binary heap in which equal keys keep the order that Prometheus's have, which is that of Go's `container/heap`: it
/// decides which of two samples at one time is seen.
#[derive(Debug)]
pub(super) struct Heap<K, T>(Vec<(K, T)>);

impl<K: Ord, T> Heap<K, T> {
    /// Without elements.
    pub(super) fn new() -> Self {
        Self(Vec::new())
    }

    /// The smallest key.
    pub(super) fn first(&self) -> Option<&K> {
        self.0.first().map(|(key, _)| key)
    }

    pub(super) fn push(&mut self, key: K, value: T) {
        let mut child = self.0.len();
        self.0.push((key, value));
        while child > 0 && self.is_below(child, (child - 1) / 2) {
            self.0.swap(child, (child - 1) / 2);
            child = (child - 1) / 2;
        }
    }

    /// Takes an element with the smallest key.
    pub(super) fn pop(&mut self) -> Option<(K, T)> {
        let taken = (!self.0.is_empty()).then(|| self.0.swap_remove(0))?;
        let mut parent = 0;
        loop {
            let left = 2 * parent + 1;
            let child = if self.is_below(left + 1, left) { left + 1 } else { left };
            if !self.is_below(child, parent) {
                return Some(taken);
            }
            self.0.swap(parent, child);
            parent = child;
        }
    }

    fn is_below(&self, a: usize, b: usize) -> bool {
        matches!((self.0.get(a), self.0.get(b)), (Some((a, _)), Some((b, _))) if a < b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn keys_leave_in_order(mut keys: Vec<u8>) {
            let mut heap = Heap::new();
            for key in &keys {
                heap.push(*key, ());
            }
            let left: Vec<u8> = std::iter::from_fn(|| heap.pop()).map(|(key, ())| key).collect();
            keys.sort_unstable();
            prop_assert_eq!(left, keys);
        }
    }

    #[test]
    fn of_equal_keys_the_last_leaves_second() {
        let mut heap = Heap::new();
        for value in "abcd".chars() {
            heap.push(0, value);
        }
        let left: String = std::iter::from_fn(|| heap.pop()).map(|(_, value)| value).collect();
        assert_eq!(left, "adcb");
    }
}
