//! A data file as a stream of whole lines.

use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::path::Path;

use super::fault::Fault;
use super::zstd::ZstdReader;

/// How much text is held at once, unless a line is longer: less than what processors keep near.
const CHUNK: usize = 64 << 10;
/// The longest line read.
const LONGEST_LINE: usize = 16 << 20;
/// The most text read from one file, so that a small packed file cannot fill the machine.
const MOST_TEXT: u64 = 8 << 30;

/// How a file is packed: its name in messages, the ending of its files' names, and the bytes it begins with.
struct Packing {
    name: &'static str,
    ending: &'static str,
    magic: &'static [u8],
    unpack: fn(Bytes) -> Box<dyn Read>,
}

/// A file's bytes as they are on disk.
type Bytes = BufReader<Box<dyn Read>>;

/// The ways of packing that are read.
const PACKINGS: &[Packing] = &[
    Packing {
        name: "gzip",
        ending: ".gz",
        magic: &[0x1f, 0x8b],
        unpack: |source| Box::new(flate2::bufread::MultiGzDecoder::new(source)),
    },
    Packing {
        name: "zstd",
        ending: ".zst",
        magic: &[0x28, 0xb5, 0x2f, 0xfd],
        unpack: |source| Box::new(ZstdReader::new(source)),
    },
];

/// A file's name without the ending of a packed file.
pub(super) fn unpacked_name(name: &str) -> &str {
    PACKINGS.iter().find_map(|packing| name.strip_suffix(packing.ending)).unwrap_or(name)
}

/// The endings of packed files.
pub(super) fn packed_endings() -> impl Iterator<Item = &'static str> {
    PACKINGS.iter().map(|packing| packing.ending)
}

/// A file, unpacked, read as whole lines.
pub(super) struct Input {
    /// The file as it was named.
    pub(super) file: String,
    /// How it is packed, where it is.
    packed: Option<&'static str>,
    source: Box<dyn Read>,
    /// `buffer[..whole]` are lines to hand out, `buffer[..filled]` is what was read.
    buffer: Vec<u8>,
    whole: usize,
    filled: usize,
    /// All text read so far.
    taken: u64,
}

impl Input {
    /// Opens a file.
    pub(super) fn open(path: &Path) -> Result<Self, Fault> {
        let file = path.display().to_string();
        match File::open(path) {
            Ok(bytes) => Self::of_bytes(file, Box::new(bytes)),
            Err(e) => Err(unread(&file, &e)),
        }
    }

    /// A file of this name that holds these bytes, plain or packed.
    pub(super) fn of_bytes(file: String, bytes: Box<dyn Read>) -> Result<Self, Fault> {
        let mut source = BufReader::with_capacity(CHUNK / 4, bytes);
        let start = source.fill_buf().map_err(|e| unread(&file, &e))?;
        let packing = PACKINGS.iter().find(|packing| start.starts_with(packing.magic));
        if packing.is_none()
            && let Some(named) = PACKINGS.iter().find(|packing| file.ends_with(packing.ending))
        {
            let what = format!("not {} data, which its name `…{}` promises", named.name, named.ending);
            return Err(Fault::new(&file, what).help("name the file after what it holds, or pack it again"));
        }
        let source = match packing {
            Some(packing) => (packing.unpack)(source),
            None => Box::new(source),
        };
        Ok(Self::new(file, packing.map(|packing| packing.name), source, CHUNK))
    }

    fn new(file: String, packed: Option<&'static str>, source: Box<dyn Read>, chunk: usize) -> Self {
        Self { file, packed, source, buffer: vec![0; chunk], whole: 0, filled: 0, taken: 0 }
    }

    /// Text that is already in memory, read in pieces of `chunk` bytes.
    #[cfg(test)]
    pub(super) fn of(text: &[u8], chunk: usize) -> Self {
        Self::new("test".to_owned(), None, Box::new(std::io::Cursor::new(text.to_vec())), chunk)
    }

    /// The next lines, none at the end of the file. All end with a line feed, save perhaps the file's last.
    /// Gives the same lines until they are consumed.
    pub(super) fn lines(&mut self) -> Result<&[u8], Fault> {
        while self.whole == 0 {
            if self.filled == self.buffer.len() {
                if self.buffer.len() >= LONGEST_LINE {
                    return Err(Fault::new(
                        &self.file,
                        format!("a line is longer than {LONGEST_LINE} bytes"),
                    ));
                }
                self.buffer.resize(2 * self.buffer.len(), 0);
            }
            let before = self.filled;
            if self.read()? {
                self.whole = self.filled;
                break;
            }
            let line_feed = self.buffer[before..self.filled].iter().rposition(|&byte| byte == b'\n');
            self.whole = line_feed.map_or(0, |at| before + at + 1);
        }
        Ok(&self.buffer[..self.whole])
    }

    /// Reads on, so that the next lines are those given before and more; false where there are no more, or where they
    /// would take too much memory.
    pub(super) fn more(&mut self) -> Result<bool, Fault> {
        if self.buffer.len() >= LONGEST_LINE {
            return Ok(false);
        }
        let before = self.whole;
        self.buffer.resize(2 * self.buffer.len(), 0);
        self.whole = 0;
        Ok(self.lines()?.len() > before)
    }

    /// Lets go of the lines last given.
    pub(super) fn consume(&mut self) {
        self.buffer.copy_within(self.whole..self.filled, 0);
        self.filled -= self.whole;
        self.whole = 0;
    }

    /// Fills the buffer; true at the end of the file.
    fn read(&mut self) -> Result<bool, Fault> {
        while self.filled < self.buffer.len() {
            match self.source.read(&mut self.buffer[self.filled..]) {
                Ok(0) => return Ok(true),
                Ok(count) => {
                    self.filled += count;
                    self.taken += count as u64;
                }
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(self.broken(&e)),
            }
        }
        if self.taken > MOST_TEXT {
            let what =
                format!("holds more than {} GiB of text, the most read from one file", MOST_TEXT >> 30);
            return Err(Fault::new(&self.file, what).help("split it into several files"));
        }
        Ok(false)
    }

    fn broken(&self, e: &std::io::Error) -> Fault {
        match self.packed {
            None => unread(&self.file, e),
            Some(name) if e.kind() == ErrorKind::UnexpectedEof => {
                Fault::new(&self.file, format!("{name} data is cut off")).help("make or copy the file again")
            }
            Some(name) => Fault::new(&self.file, format!("{name} data is corrupt: {e}"))
                .help("make or copy the file again"),
        }
    }
}

fn unread(file: &str, e: &std::io::Error) -> Fault {
    Fault::new(file, format!("cannot be read: {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str, chunk: usize) -> Vec<String> {
        let mut input = Input::of(text.as_bytes(), chunk);
        let mut all = Vec::new();
        loop {
            let lines = String::from_utf8(input.lines().unwrap().to_vec()).unwrap();
            input.consume();
            if lines.is_empty() {
                return all;
            }
            all.push(lines);
        }
    }

    #[test]
    fn lines_are_never_split() {
        assert_eq!(pieces("a\nbb\nccc", 4), ["a\n", "bb\n", "ccc"]);
        assert_eq!(pieces("a\nbb\nccccc\n", 2), ["a\n", "bb\n", "ccccc\n"]);
        assert_eq!(pieces("a\nbb\n", 64), ["a\nbb\n"]);
        assert!(pieces("", 4).is_empty());
    }

    #[test]
    fn a_line_without_end_is_refused_before_it_fills_the_memory() {
        let mut input =
            Input::new("test".to_owned(), None, Box::new(std::io::repeat(b'x').take(64 << 20)), CHUNK);
        let fault = input.lines().unwrap_err();
        assert!(fault.what.contains("a line is longer than"), "{fault}");
        assert!(input.buffer.len() <= LONGEST_LINE);
    }
}
