//! Writes blocks from the description of their format: what promtool does not write (other index versions, histograms,
//! deleted and out-of-order samples).

use std::path::{Path, PathBuf};

use super::packing::Bits;

/// A series and its chunks: for each its first and last time, encoding and data.
pub(crate) struct Stored {
    /// Sorted by name.
    pub(crate) labels: Vec<(&'static str, &'static str)>,
    pub(crate) chunks: Vec<Chunk>,
}

/// First and last time, encoding, data.
pub(crate) type Chunk = (i64, i64, u8, Vec<u8>);

/// A block to be written.
pub(crate) struct Block {
    pub(crate) ulid: &'static str,
    /// Of the index.
    pub(crate) version: u8,
    /// Sorted by labels.
    pub(crate) series: Vec<Stored>,
    /// The place of a series in the list, and the stretch that is deleted of it.
    pub(crate) tombstones: Vec<(usize, i64, i64)>,
    /// Fields of `meta.json` beside the usual ones, each behind a comma.
    pub(crate) meta: &'static str,
    /// Fields of its `compaction`, likewise.
    pub(crate) compaction: &'static str,
}

impl Default for Block {
    fn default() -> Self {
        let ulid = "01M7WJYY46BNYT7SEJAN7P9EN6";
        Self { ulid, version: 2, series: Vec::new(), tombstones: Vec::new(), meta: "", compaction: "" }
    }
}

fn be32(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap().to_be_bytes()
}

/// CRC-32 with the Castagnoli polynomial, bit by bit.
pub(crate) fn checksum(bytes: &[u8]) -> [u8; 4] {
    let sum = bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ if sum & 1 == 1 { 0x82f6_3b78 } else { 0 })
    });
    (!sum).to_be_bytes()
}

fn uvarint(into: &mut Vec<u8>, value: u64) {
    let mut bits = Bits::default();
    bits.uvarint(value);
    into.extend(bits.bytes);
}

fn varint(into: &mut Vec<u8>, value: i64) {
    let mut bits = Bits::default();
    bits.varint(value);
    into.extend(bits.bytes);
}

fn text(into: &mut Vec<u8>, text: &str) {
    uvarint(into, text.len() as u64);
    into.extend(text.as_bytes());
}

/// A section behind its length, before its checksum.
fn section(into: &mut Vec<u8>, content: &[u8]) {
    into.extend(be32(content.len()));
    into.extend(content);
    into.extend(checksum(content));
}

impl Block {
    /// Writes the block into its own folder within `folder`.
    pub(crate) fn write(&self, folder: &Path) -> PathBuf {
        let path = folder.join(self.ulid);
        std::fs::create_dir_all(path.join("chunks")).unwrap();
        let write = |name: &str, content: &[u8]| {
            #[expect(clippy::disallowed_methods, reason = "a test's own folder")]
            std::fs::write(path.join(name), content).unwrap();
        };
        let (segment, references) = self.chunks();
        let (index, numbers) = self.index(&references);
        write("chunks/000001", &segment);
        write("index", &index);
        write("tombstones", &self.stones(&numbers));
        let chunks = || self.series.iter().flat_map(|series| &series.chunks);
        let (first, last) =
            (chunks().map(|c| c.0).min().unwrap_or(0), chunks().map(|c| c.1).max().unwrap_or(0));
        let meta = format!(
            r#"{{"ulid":"{}","minTime":{first},"maxTime":{},"stats":{{"numSeries":{},"numChunks":{}}},"compaction":{{"level":1{}}},"version":1{}}}"#,
            self.ulid,
            last + 1,
            self.series.len(),
            chunks().count(),
            self.compaction,
            self.meta,
        );
        write("meta.json", meta.as_bytes());
        path
    }

    /// The segment, and where the chunks of each series are in it.
    fn chunks(&self) -> (Vec<u8>, Vec<Vec<u64>>) {
        let mut file = vec![0x85, 0xbd, 0x40, 0xdd, 1, 0, 0, 0];
        let references = self.series.iter().map(|series| {
            let chunks = series.chunks.iter().map(|(_, _, encoding, data)| {
                let at = file.len() as u64;
                uvarint(&mut file, data.len() as u64);
                let summed = [&[*encoding], data.as_slice()].concat();
                file.extend(&summed);
                file.extend(checksum(&summed));
                at
            });
            chunks.collect()
        });
        let references = references.collect();
        (file, references)
    }

    /// The index, and the number of each series in it.
    fn index(&self, references: &[Vec<u64>]) -> (Vec<u8>, Vec<u32>) {
        let labels = || self.series.iter().flat_map(|series| &series.labels);
        let mut symbols: Vec<&str> = labels().flat_map(|(name, value)| [*name, *value]).collect();
        symbols.sort_unstable();
        symbols.dedup();

        let mut file = vec![0xba, 0xaa, 0xd7, 0x00, self.version];
        let symbols_at = file.len();
        let mut content = be32(symbols.len()).to_vec();
        let mut places = Vec::new();
        for symbol in &symbols {
            places.push((symbols_at + 4 + content.len()) as u64);
            text(&mut content, symbol);
        }
        section(&mut file, &content);
        let symbol = |wanted: &str| {
            let number = symbols.iter().position(|symbol| *symbol == wanted).unwrap();
            if self.version == 1 { places[number] } else { number as u64 }
        };

        let series_at = file.len();
        let mut numbers = Vec::new();
        for (series, references) in self.series.iter().zip(references) {
            if self.version > 1 {
                file.resize(file.len().next_multiple_of(16), 0);
            }
            let number = if self.version == 1 { file.len() } else { file.len() / 16 };
            numbers.push(u32::try_from(number).unwrap());
            let mut entry = Vec::new();
            uvarint(&mut entry, series.labels.len() as u64);
            for (name, value) in &series.labels {
                uvarint(&mut entry, symbol(name));
                uvarint(&mut entry, symbol(value));
            }
            uvarint(&mut entry, series.chunks.len() as u64);
            let mut last: Option<(i64, u64)> = None;
            for ((from, to, ..), reference) in series.chunks.iter().zip(references) {
                match last {
                    None => varint(&mut entry, *from),
                    Some((end, _)) => uvarint(&mut entry, from.wrapping_sub(end) as u64),
                }
                uvarint(&mut entry, (to - from) as u64);
                match last {
                    None => uvarint(&mut entry, *reference),
                    Some((_, before)) => varint(&mut entry, *reference as i64 - before as i64),
                }
                last = Some((*to, *reference));
            }
            uvarint(&mut file, entry.len() as u64);
            file.extend(&entry);
            file.extend(checksum(&entry));
        }

        let mut keys: Vec<(&str, &str)> = labels().copied().chain([("", "")]).collect();
        keys.sort_unstable();
        keys.dedup();
        let postings_at = file.len();
        let mut table = be32(keys.len()).to_vec();
        for key in keys {
            table.push(2);
            text(&mut table, key.0);
            text(&mut table, key.1);
            uvarint(&mut table, file.len() as u64);
            let has = |series: &Stored| key == ("", "") || series.labels.contains(&key);
            let list = self.series.iter().zip(&numbers).filter(|(series, _)| has(series));
            let list: Vec<u8> = list.flat_map(|(_, number)| number.to_be_bytes()).collect();
            section(&mut file, &[&be32(list.len() / 4), list.as_slice()].concat());
        }
        let table_at = file.len();
        section(&mut file, &table);
        let contents = [symbols_at, series_at, postings_at, 0, postings_at, table_at];
        let contents: Vec<u8> = contents.iter().flat_map(|at| (*at as u64).to_be_bytes()).collect();
        file.extend(&contents);
        file.extend(checksum(&contents));
        (file, numbers)
    }

    fn stones(&self, numbers: &[u32]) -> Vec<u8> {
        let mut stones = Vec::new();
        for (series, from, to) in &self.tombstones {
            uvarint(&mut stones, u64::from(numbers[*series]));
            varint(&mut stones, *from);
            varint(&mut stones, *to);
        }
        let sum = checksum(&stones);
        [&[0x01, 0x30, 0xba, 0x30, 1], stones.as_slice(), &sum].concat()
    }
}
