use super::Broken;

/// Whether bytes are those of which a checksum was taken (CRC-32 with the Castagnoli polynomial).
///
/// # Errors
/// They are not: both sums, at byte `at`, where the stored one stands.
pub fn verify(bytes: &[u8], stored: u32, at: usize) -> Result<(), Broken> {
    let found = crc32c::crc32c(bytes);
    if found == stored {
        return Ok(());
    }
    Err(Broken::new(at, format!("checksum does not match: stored {stored:08x}, of the data {found:08x}")))
}
