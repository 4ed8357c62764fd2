use super::Broken;

/// Reads numbers and texts one behind the other, never past the end: what is cut off is [`Broken`].
#[derive(Debug, Clone)]
pub struct Cursor<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Cursor<'b> {
    /// At the first byte.
    pub fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How many bytes were read.
    pub fn at(&self) -> usize {
        self.at
    }

    /// How many bytes are left.
    pub fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// The bytes that are left.
    pub fn rest(&self) -> &'b [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// That something is wrong here.
    pub fn broken(&self, what: impl Into<String>) -> Broken {
        Broken::new(self.at, what)
    }

    /// The next `count` bytes.
    ///
    /// # Errors
    /// Fewer are left.
    pub fn take(&mut self, count: usize) -> Result<&'b [u8], Broken> {
        let Some((taken, _)) = self.rest().split_at_checked(count) else {
            return Err(self.broken(format!("cut off: {count} bytes expected, {} left", self.left())));
        };
        self.at += count;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Broken> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    /// One byte.
    ///
    /// # Errors
    /// The end.
    pub fn u8(&mut self) -> Result<u8, Broken> {
        Ok(u8::from_be_bytes(self.array()?))
    }

    /// Two bytes, the most significant first.
    ///
    /// # Errors
    /// The end.
    pub fn be16(&mut self) -> Result<u16, Broken> {
        Ok(u16::from_be_bytes(self.array()?))
    }

    /// Four bytes, the most significant first.
    ///
    /// # Errors
    /// The end.
    pub fn be32(&mut self) -> Result<u32, Broken> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    /// Eight bytes, the most significant first.
    ///
    /// # Errors
    /// The end.
    pub fn be64(&mut self) -> Result<u64, Broken> {
        Ok(u64::from_be_bytes(self.array()?))
    }

    /// A number in groups of seven bits, the least significant first; all but the last byte have their top bit set.
    ///
    /// # Errors
    /// The end, or a number beyond 64 bits.
    #[inline]
    pub fn uvarint(&mut self) -> Result<u64, Broken> {
        let start = self.at;
        let mut value = 0;
        for (group, &byte) in self.rest().iter().enumerate() {
            if group == 9 && byte > 1 {
                return Err(Broken::new(start, "a number of more than 64 bits"));
            }
            value |= u64::from(byte & 0x7f) << (7 * group);
            if byte < 0x80 {
                self.at += group + 1;
                return Ok(value);
            }
        }
        Err(Broken::new(start, "cut off within a number"))
    }

    /// As [`Cursor::uvarint`], with the sign in the lowest bit.
    ///
    /// # Errors
    /// The end, or a number beyond 64 bits.
    #[inline]
    pub fn varint(&mut self) -> Result<i64, Broken> {
        self.uvarint().map(unzigzag)
    }

    /// A text behind its length in bytes.
    ///
    /// # Errors
    /// The end, or bytes that are not UTF-8.
    pub fn text(&mut self) -> Result<&'b str, Broken> {
        let length = self.length()?;
        let start = self.at;
        let bytes = self.take(length)?;
        str::from_utf8(bytes).map_err(|why| Broken::new(start + why.valid_up_to(), "text that is not UTF-8"))
    }

    /// A length in bytes; no more than are left.
    ///
    /// # Errors
    /// The end, or more bytes than are left.
    pub fn length(&mut self) -> Result<usize, Broken> {
        let start = self.at;
        let length = self.uvarint()?;
        match usize::try_from(length) {
            Ok(length) if length <= self.left() => Ok(length),
            _ => Err(Broken::new(start, format!("cut off: {length} bytes expected, {} left", self.left()))),
        }
    }
}

/// From the sign in the lowest bit to the sign in the highest.
pub(super) fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_format_describes() {
        let bytes = [0, 1, 0xac, 0x02, 0x03, 2, 0xc3, 0xa9, 0, 0, 0, 7];
        let mut cursor = Cursor::new(&bytes);
        assert_eq!(cursor.be16(), Ok(1));
        assert_eq!(cursor.uvarint(), Ok(300));
        assert_eq!(cursor.varint(), Ok(-2));
        assert_eq!(cursor.text(), Ok("é"));
        assert_eq!((cursor.at(), cursor.left()), (8, 4));
        assert_eq!(cursor.be32(), Ok(7));
        assert_eq!(cursor.u8(), Err(Broken::new(12, "cut off: 1 bytes expected, 0 left")));
    }

    #[test]
    fn the_largest_numbers_fit_and_larger_do_not() {
        let mut most = [0xff; 10];
        most[9] = 1;
        assert_eq!(Cursor::new(&most).uvarint(), Ok(u64::MAX));
        assert_eq!(Cursor::new(&most).varint(), Ok(i64::MIN));
        most[9] = 2;
        assert_eq!(Cursor::new(&most).uvarint(), Err(Broken::new(0, "a number of more than 64 bits")));
        assert_eq!(Cursor::new(&[0xff; 11]).uvarint().unwrap_err().what, "a number of more than 64 bits");
        assert_eq!(Cursor::new(&[0x80]).uvarint(), Err(Broken::new(0, "cut off within a number")));
    }

    #[test]
    fn lengths_are_not_trusted() {
        let why = Cursor::new(&[0xff, 0xff, 0x03, 1]).text().unwrap_err();
        assert_eq!(why, Broken::new(0, "cut off: 65535 bytes expected, 1 left"));
        assert_eq!(Cursor::new(&[2, b'a', 0xff]).text(), Err(Broken::new(2, "text that is not UTF-8")));
    }
}
