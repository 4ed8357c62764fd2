//! Packed records.

use std::io::Read as _;

use ruzstd::decoding::StreamingDecoder;

/// Snappy's densest element makes 64 bytes of three.
const SNAPPY_RATIO: usize = 22;

/// The longest record that is unpacked, in bytes: far more than any scrape takes.
const LONGEST: u64 = 1 << 28;

/// How a record is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Plain,
    Snappy,
    Zstd,
}

/// Unpacks a record into a buffer, whose content is lost, and gives where it stands.
///
/// # Errors
/// What is wrong with it.
pub(super) fn unpacked<'b>(
    packing: Packing,
    packed: &'b [u8],
    buffer: &'b mut Vec<u8>,
) -> Result<&'b [u8], String> {
    buffer.clear();
    match packing {
        Packing::Plain => return Ok(packed),
        Packing::Snappy => {
            let said = |why| format!("record that is no snappy data: {why}");
            let length = snap::raw::decompress_len(packed).map_err(said)?;
            if length > packed.len() * SNAPPY_RATIO {
                return Err(format!("{} bytes of snappy data cannot hold {length}", packed.len()));
            }
            buffer.resize(length, 0);
            snap::raw::Decoder::new().decompress(packed, buffer).map_err(said)?;
        }
        Packing::Zstd => {
            let said = |why: String| format!("record that is no zstd data: {why}");
            let decoder = StreamingDecoder::new(packed).map_err(|why| said(why.to_string()))?;
            decoder.take(LONGEST + 1).read_to_end(buffer).map_err(|why| said(why.to_string()))?;
            if buffer.len() as u64 > LONGEST {
                return Err(format!("record longer than the {} MiB that are read", LONGEST >> 20));
            }
        }
    }
    Ok(buffer)
}
