//! Zstandard data, frame after frame, each held against its checksum and length.

use std::io::{self, BufRead, ErrorKind, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// How much is decoded before it is handed out: a block, so that it is still near when it is read.
const STRIDE: usize = 1 << 17;

/// How far back a frame may refer, in bytes: as much memory is taken before anything of it is known to be right. What
/// `zstd` makes needs a quarter of it, but for its levels above 20 and its long distances.
const LONGEST_WINDOW: u64 = 1 << 25;

/// Unpacks a sequence of frames.
pub(super) struct ZstdReader<R> {
    source: R,
    decoder: FrameDecoder,
    in_frame: bool,
    /// Bytes given of the present frame.
    given: u64,
}

impl<R: BufRead> ZstdReader<R> {
    pub(super) fn new(source: R) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(LONGEST_WINDOW);
        Self { source, decoder, in_frame: false, given: 0 }
    }

    /// Begins the next frame, passing over those that hold no data; false at the end.
    fn next_frame(&mut self) -> io::Result<bool> {
        loop {
            if self.source.fill_buf()?.is_empty() {
                return Ok(false);
            }
            match self.decoder.reset(&mut self.source) {
                Ok(()) => {
                    (self.in_frame, self.given) = (true, 0);
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let length = u64::from(length);
                    if io::copy(&mut (&mut self.source).take(length), &mut io::sink())? < length {
                        return Err(ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(e) => return Err(self.fault(e)),
            }
        }
    }

    /// Holds a finished frame against what it says of itself.
    fn end_frame(&mut self) -> io::Result<()> {
        self.in_frame = false;
        let stated = self.decoder.get_checksum_from_data();
        if stated.is_some() && stated != self.decoder.get_calculated_checksum() {
            return Err(io::Error::new(ErrorKind::InvalidData, "checksum does not match"));
        }
        // A frame need not state its length; the decoder then says 0.
        let length = self.decoder.content_size();
        if length != 0 && length != self.given {
            return Err(io::Error::new(ErrorKind::InvalidData, "length does not match"));
        }
        Ok(())
    }

    /// The decoder's errors hide that the data just ended; the source knows.
    fn fault(&mut self, e: FrameDecoderError) -> io::Error {
        if let FrameDecoderError::WindowSizeTooBig { requested, .. } = e {
            let message = format!(
                "a frame refers {} MB back, which is more than {} MB; pack it again with `zstd -19`",
                requested >> 20,
                LONGEST_WINDOW >> 20
            );
            return io::Error::new(ErrorKind::InvalidData, message);
        }
        match self.source.fill_buf() {
            Ok([]) => ErrorKind::UnexpectedEof.into(),
            Ok(_) => io::Error::new(ErrorKind::InvalidData, e),
            Err(e) => e,
        }
    }
}

impl<R: BufRead> Read for ZstdReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.in_frame || self.next_frame()? {
            let count = self.decoder.read(buffer)?;
            if count > 0 {
                self.given += count as u64;
                return Ok(count);
            }
            if self.decoder.is_finished() {
                self.end_frame()?;
            } else {
                let strategy = BlockDecodingStrategy::UptoBytes(STRIDE);
                self.decoder.decode_blocks(&mut self.source, strategy).map_err(|e| self.fault(e))?;
            }
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    fn unpack(packed: &[u8]) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        ZstdReader::new(packed).read_to_end(&mut out).map(|_| out)
    }

    /// Bytes that compress somewhat and span several blocks.
    fn text() -> Vec<u8> {
        (0..14_000u32)
            .flat_map(|i| format!("m{{n=\"{}\"}} {}\n", i % 7, i.wrapping_mul(2_654_435_761)).into_bytes())
            .collect()
    }

    #[test]
    fn frames_follow_each_other_and_skippable_ones_are_passed_over() {
        let text = text();
        let mut packed = compress_to_vec(&text[..], CompressionLevel::Fastest);
        packed.extend([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9]);
        packed.extend(compress_to_vec(&b"tail"[..], CompressionLevel::Uncompressed));
        assert_eq!(unpack(&packed).unwrap(), [&text[..], b"tail"].concat());
    }

    #[test]
    fn a_cut_is_seen_wherever_it_is() {
        let packed = compress_to_vec(&text()[..], CompressionLevel::Fastest);
        for length in (1..packed.len()).step_by(9973).chain([packed.len() - 1]) {
            let e = unpack(&packed[..length]).unwrap_err();
            assert_eq!(e.kind(), ErrorKind::UnexpectedEof, "{length}: {e}");
        }
    }

    #[test]
    fn a_frame_that_would_take_much_memory_is_refused_before_it_does() {
        // A window of 72 MB, and nothing in it; then the same behind a frame that is whole.
        let large = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x81, 0x01, 0x00, 0x00];
        let whole = compress_to_vec(&b"x"[..], CompressionLevel::Fastest);
        for packed in [large.to_vec(), [&whole[..], &large].concat()] {
            let taken = allocation_counter::measure(|| {
                let e = unpack(&packed).unwrap_err();
                assert!(e.to_string().starts_with("a frame refers 72 MB back"), "{e}");
            });
            assert!(taken.bytes_max < 4 << 20, "{} bytes", taken.bytes_max);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn a_changed_bit_never_changes_the_text_unseen(at in 0usize..1_000_000, bit in 0u8..8) {
            let text = &text()[..4000];
            let mut packed = compress_to_vec(text, CompressionLevel::Fastest);
            let at = at % packed.len();
            packed[at] ^= 1 << bit;
            if let Ok(unpacked) = unpack(&packed) {
                prop_assert!(unpacked == text, "byte {} bit {}", at, bit);
            }
        }

        #[test]
        fn arbitrary_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let packed = [&[0x28, 0xb5, 0x2f, 0xfd][..], &bytes].concat();
            drop(unpack(&packed));
        }
    }
}
