//! Segments of a log: pages of 32 KiB, fragments in them, records in one or more fragments.
//!
//! What may stand at the end of the last segment, and nowhere else, since a server that is writing or was killed
//! leaves it: a header or data of a fragment that goes beyond the end of the file, the first fragments of a record
//! without the rest. That record was never acknowledged, or will be there in a moment: the log ends before it. Where a
//! whole fragment follows behind, the end is not torn but the length wrong, and that is a fault.

use std::io::{ErrorKind, Read};

use super::super::{Broken, Cursor, Fault, verify};
use super::files::Numbered;
use super::unpack::{Packing, unpacked};

/// The size of a page in bytes.
pub(super) const PAGE: usize = 32 << 10;

/// Type, length and checksum in front of a fragment, in bytes.
const HEADER: usize = 7;

const SNAPPY: u8 = 1 << 3;
const ZSTD: u8 = 1 << 4;

/// Which part of a record a fragment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Full,
    First,
    Middle,
    Last,
}

struct Fragment<'p> {
    part: Part,
    packing: Packing,
    data: &'p [u8],
}

/// What stands next in a page.
enum Next<'p> {
    Fragment(Fragment<'p>),
    /// Nothing but zeros.
    Padding,
    /// A fragment that goes on behind the end of the file.
    Torn,
}

/// Hands over every record of a segment, unpacked, in the order in which they were written.
///
/// # Errors
/// What is wrong, in the log or in a record, with the byte at which the fragment or record begins.
pub(super) fn each_record(
    segment: &Numbered,
    mut take: impl FnMut(&[u8]) -> Result<(), String>,
) -> Result<(), Fault> {
    let mut page = vec![0; PAGE];
    let (mut record, mut buffer) = (Vec::new(), Vec::new());
    // Where the record begins whose first fragments were read.
    let mut begun: Option<(u64, Packing)> = None;
    // Where zeros begin behind which nothing may follow.
    let mut ended: Option<u64> = None;
    for start in (0..).step_by(PAGE) {
        let fault = |why: Broken| why.within(&segment.path, start);
        let filled = fill(segment, &mut page)?;
        let page = page.get(..filled).unwrap_or_default();
        let mut cursor = Cursor::new(page);
        while cursor.left() > 0 {
            let (at, left) = (start + cursor.at() as u64, cursor.left());
            let fragment = match next(&mut cursor, filled == PAGE).map_err(fault)? {
                Next::Fragment(fragment) => fragment,
                Next::Padding => {
                    // Less than a header's room is left empty by every writer; more only at the end.
                    if left >= HEADER {
                        ended = ended.or(Some(at));
                    }
                    break;
                }
                Next::Torn if segment.is_last && !holds_fragment(cursor.rest()) => return Ok(()),
                Next::Torn => {
                    return Err(Fault::new(&segment.path, "cut off within a record").at(at).help(REPAIR));
                }
            };
            if let Some(ended) = ended {
                return Err(Fault::new(&segment.path, "zeros within the log").at(ended).help(REPAIR));
            }
            let (from, packing) = match (fragment.part, begun) {
                (Part::Full | Part::First, None) => (at, fragment.packing),
                (Part::Middle | Part::Last, Some(begun)) => begun,
                (part, begun) => {
                    let where_in = if begun.is_some() { "within" } else { "outside" };
                    let what = format!("{part:?} fragment {where_in} a record").to_lowercase();
                    return Err(Fault::new(&segment.path, what).at(at).help(REPAIR));
                }
            };
            if matches!(fragment.part, Part::First | Part::Middle) {
                begun = Some((from, packing));
                record.extend_from_slice(fragment.data);
                continue;
            }
            begun = None;
            let whole = if fragment.part == Part::Full {
                fragment.data
            } else {
                record.extend_from_slice(fragment.data);
                &record
            };
            let taken = unpacked(packing, whole, &mut buffer).and_then(&mut take);
            taken.map_err(|what| Fault::new(&segment.path, what).at(from).help(REPAIR))?;
            record.clear();
        }
        if filled < PAGE {
            break;
        }
    }
    match begun {
        Some((from, _)) if !segment.is_last => {
            Err(Fault::new(&segment.path, "record without its last fragment").at(from).help(REPAIR))
        }
        _ => Ok(()),
    }
}

const REPAIR: &str =
    "take the folder from a backup, or let Prometheus start on a copy of it: it drops what follows";

fn next<'p>(cursor: &mut Cursor<'p>, is_whole: bool) -> Result<Next<'p>, Broken> {
    let at = cursor.at();
    let kind = cursor.u8()?;
    let part = match kind & 0b111 {
        0 => {
            let rest = cursor.rest();
            return match rest.iter().position(|byte| *byte != 0) {
                None if kind == 0 => Ok(Next::Padding),
                place => {
                    let place = at + place.map_or(0, |place| place + 1);
                    Err(Broken::new(place, "zeros to the end of the page expected"))
                }
            };
        }
        1 => Part::Full,
        2 => Part::First,
        3 => Part::Middle,
        4 => Part::Last,
        other => return Err(Broken::new(at, format!("fragment of type {other}, expected 1 to 4"))),
    };
    let packing = match kind & !0b111 {
        0 => Packing::Plain,
        SNAPPY => Packing::Snappy,
        ZSTD => Packing::Zstd,
        other => {
            return Err(Broken::new(at, format!("fragment with flags {other:#04x}, expected 0x08 or 0x10")));
        }
    };
    if cursor.left() < HEADER - 1 && !is_whole {
        return Ok(Next::Torn);
    }
    let (length, checksum) = (usize::from(cursor.be16()?), cursor.be32()?);
    if !is_whole && length > cursor.left() && at + HEADER + length <= PAGE {
        return Ok(Next::Torn);
    }
    let data = cursor.take(length)?;
    verify(data, checksum, at)?;
    Ok(Next::Fragment(Fragment { part, packing, data }))
}

/// Whether a fragment that is not empty begins anywhere in these bytes.
fn holds_fragment(bytes: &[u8]) -> bool {
    (0..bytes.len()).any(|place| {
        let mut cursor = Cursor::new(bytes.get(place..).unwrap_or_default());
        matches!(next(&mut cursor, true), Ok(Next::Fragment(fragment)) if !fragment.data.is_empty())
    })
}

/// Reads until the page is full or the file ends.
fn fill(segment: &Numbered, page: &mut [u8]) -> Result<usize, Fault> {
    let mut filled = 0;
    while let Some(rest) = page.get_mut(filled..)
        && !rest.is_empty()
    {
        match (&segment.file).read(rest) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(why) if why.kind() == ErrorKind::Interrupted => {}
            Err(why) => return Err(Fault::new(&segment.path, format!("cannot be read: {why}"))),
        }
    }
    Ok(filled)
}
