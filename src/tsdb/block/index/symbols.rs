//! All texts of a block, each once.

use super::super::super::file::Stored;
use super::super::super::{Broken, Cursor, Fault};
use super::section;

/// All names and values of labels.
#[derive(Debug, Default)]
pub(super) struct Symbols {
    texts: String,
    /// Where each text ends in `texts`.
    ends: Vec<u32>,
    /// In version 1 a text is not named by its number but by its place in the file.
    places: Option<Vec<u32>>,
}

impl Symbols {
    pub(super) fn read(file: &Stored, at: u64, version: u8) -> Result<Self, Fault> {
        if at == 0 {
            return Ok(Self::default());
        }
        let bytes = section(file, at, "symbols")?;
        let start = at + 4;
        Self::parse(&bytes, (version == 1).then_some(start)).map_err(|why| why.within(file.path(), start))
    }

    fn parse(bytes: &[u8], places_from: Option<u64>) -> Result<Self, Broken> {
        let mut cursor = Cursor::new(bytes);
        let count = cursor.be32()? as usize;
        // Each takes a byte at least.
        if count > cursor.left() {
            return Err(Broken::new(
                0,
                format!("cut off: {count} symbols expected in {} bytes", cursor.left()),
            ));
        }
        let mut texts = String::with_capacity(cursor.left() - count);
        let mut ends = Vec::with_capacity(count);
        let mut places = Vec::new();
        for _ in 0..count {
            places.extend(places_from.map(|from| (from + cursor.at() as u64) as u32));
            texts.push_str(cursor.text()?);
            ends.push(texts.len() as u32);
        }
        Ok(Self { texts, ends, places: places_from.map(|_| places) })
    }

    /// The text that a series names so.
    pub(super) fn get(&self, number: u32) -> Option<&str> {
        let number = match &self.places {
            Some(places) => places.binary_search(&number).ok()?,
            None => number as usize,
        };
        let end = *self.ends.get(number)? as usize;
        let start =
            number.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |start| *start as usize);
        self.texts.get(start..end)
    }
}
