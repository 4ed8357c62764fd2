//! Where the postings of each label are.

use std::ops::Range;

use super::super::super::file::Stored;
use super::super::super::{Broken, Cursor, Fault};
use super::section;

/// For each name and value of a label, where the list of the series that have it is. As in the file, sorted.
#[derive(Debug, Default)]
pub(super) struct Table {
    bytes: Vec<u8>,
    /// Where each entry begins in `bytes`, sorted by name and value.
    entries: Vec<u32>,
}

/// A label, and where its postings are.
pub(super) struct Entry<'t> {
    pub(super) name: &'t str,
    pub(super) value: &'t str,
    pub(super) postings: u64,
}

impl Table {
    pub(super) fn read(file: &Stored, at: u64) -> Result<Self, Fault> {
        if at == 0 {
            return Ok(Self::default());
        }
        let bytes = section(file, at, "the table of postings")?;
        Self::parse(bytes).map_err(|why| why.within(file.path(), at + 4))
    }

    fn parse(bytes: Vec<u8>) -> Result<Self, Broken> {
        let mut cursor = Cursor::new(&bytes);
        let count = cursor.be32()? as usize;
        // Each takes four bytes at least.
        let mut entries = Vec::with_capacity(count.min(cursor.left() / 4));
        for _ in 0..count {
            entries.push(cursor.at() as u32);
            entry(&mut cursor)?;
        }
        if cursor.left() > 0 {
            return Err(cursor.broken(format!("{} bytes behind the last of {count} entries", cursor.left())));
        }
        let mut table = Self { bytes, entries: Vec::new() };
        // In version 1 they need not be sorted.
        if !entries.is_sorted_by(|a, b| table.key(*a) < table.key(*b)) {
            entries.sort_by(|a, b| table.key(*a).cmp(&table.key(*b)));
            let twice =
                entries.windows(2).find(|pair| matches!(pair, [a, b] if table.key(*a) == table.key(*b)));
            if let Some([at, _]) = twice {
                let (name, value) = table.key(*at);
                return Err(Broken::new(*at as usize, format!("label {name}={value:?} stands twice")));
            }
        }
        table.entries = entries;
        Ok(table)
    }

    fn at(&self, at: u32) -> Entry<'_> {
        let mut cursor = Cursor::new(self.bytes.get(at as usize..).unwrap_or_default());
        // All entries were read once.
        entry(&mut cursor).unwrap_or(Entry { name: "", value: "", postings: 0 })
    }

    fn key(&self, at: u32) -> (&str, &str) {
        let Entry { name, value, .. } = self.at(at);
        (name, value)
    }

    /// The entry of a label.
    pub(super) fn get(&self, name: &str, value: &str) -> Option<Entry<'_>> {
        let found = self.entries.binary_search_by(|at| self.key(*at).cmp(&(name, value))).ok()?;
        self.entries.get(found).map(|at| self.at(*at))
    }

    /// The entries of all values of a label, sorted.
    pub(super) fn values(&self, name: &str) -> impl Iterator<Item = Entry<'_>> {
        let first = self.entries.partition_point(|at| self.key(*at).0 < name);
        let last = self.entries.partition_point(|at| self.key(*at).0 <= name);
        self.slice(first..last).iter().map(|at| self.at(*at))
    }

    fn slice(&self, range: Range<usize>) -> &[u32] {
        self.entries.get(range).unwrap_or_default()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

fn entry<'b>(cursor: &mut Cursor<'b>) -> Result<Entry<'b>, Broken> {
    let at = cursor.at();
    let keys = cursor.u8()?;
    if keys != 2 {
        return Err(Broken::new(at, format!("a name and a value expected, found {keys} texts")));
    }
    Ok(Entry { name: cursor.text()?, value: cursor.text()?, postings: cursor.uvarint()? })
}
