//! Makes checksums right in bytes that were changed.

use crate::support::blocks::checksum;

/// Puts the checksum of `bytes[from..to]` behind it.
pub(super) fn seal(bytes: &mut [u8], from: usize, to: usize) -> Option<()> {
    let sum = checksum(bytes.get(from..to)?);
    bytes.get_mut(to..to + 4)?.copy_from_slice(&sum);
    Some(())
}

pub(super) fn be32(bytes: &[u8], at: usize) -> Option<usize> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?) as usize)
}

/// A number in groups of seven bits, and where it ends.
pub(super) fn uvarint(bytes: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let mut value = 0_usize;
    for shift in (0..28).step_by(7) {
        let byte = *bytes.get(at)?;
        at += 1;
        value |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some((value, at));
        }
    }
    None
}
