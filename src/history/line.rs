//! One line: a JSON object that begins with its number and how many of its batch follow, and ends in a checksum over all
//! that stands before it.

use serde_json::{Map, Value};

/// The end of every line: `,"crc":"0123abcd"}`.
const MARK: &str = ",\"crc\":\"";
const DIGITS: usize = 8;
const END: &str = "\"}";

/// A line that is as it was written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) seq: u64,
    /// How many lines that were written together with it follow.
    pub(super) left: u64,
    /// What it says.
    pub(super) fields: Map<String, Value>,
}

impl Line {
    /// The line as text, with its end.
    pub(super) fn write(&self) -> String {
        let mut whole = Map::new();
        whole.insert("seq".to_owned(), self.seq.into());
        whole.insert("left".to_owned(), self.left.into());
        let said = self.fields.iter().filter(|(name, _)| !["seq", "left", "crc"].contains(&name.as_str()));
        whole.extend(said.map(|(name, value)| (name.clone(), value.clone())));
        let text = Value::Object(whole).to_string();
        let body = text.strip_suffix('}').unwrap_or(&text);
        format!("{body}{MARK}{:08x}{END}\n", crc32c::crc32c(body.as_bytes()))
    }

    /// Reads a line without its end.
    ///
    /// # Errors
    /// Why it is not as it was written.
    pub(super) fn read(line: &[u8]) -> Result<Self, String> {
        let sum_at = line.len().checked_sub(MARK.len() + DIGITS + END.len());
        let (body, sum) = sum_at.map_or((line, &[][..]), |at| line.split_at(at));
        let sum = sum
            .strip_prefix(MARK.as_bytes())
            .and_then(|rest| rest.strip_suffix(END.as_bytes()))
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .ok_or("it does not end in a checksum")?;
        let found = format!("{:08x}", crc32c::crc32c(body));
        if sum != found {
            return Err(format!("its checksum says {sum}, what stands there makes {found}"));
        }
        let mut fields: Map<String, Value> =
            serde_json::from_slice(line).map_err(|why| format!("it is not JSON: {why}"))?;
        let mut number = |name: &str| fields.shift_remove(name).and_then(|value| value.as_u64());
        let (seq, left) = (number("seq"), number("left"));
        fields.shift_remove("crc");
        match (seq, left) {
            (Some(seq), Some(left)) => Ok(Self { seq, left, fields }),
            _ => Err("it has no number".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line() -> Line {
        let fields = serde_json::json!({"kind": "day", "bad": 0.1, "later": {"a": [1, null]}});
        Line { seq: 7, left: 2, fields: fields.as_object().unwrap().clone() }
    }

    #[test]
    fn reads_back_as_it_was_written() {
        let text = line().write();
        assert!(text.starts_with(r#"{"seq":7,"left":2,"kind":"day","bad":0.1,"#), "{text}");
        assert_eq!(Line::read(text.trim_end().as_bytes()), Ok(line()));
        assert!(serde_json::from_str::<Value>(&text).is_ok(), "plain JSON");
    }

    proptest! {
        #[test]
        fn one_changed_byte_is_found(place in 0usize..60, byte: u8) {
            let text = line().write();
            let mut bytes = text.trim_end().as_bytes().to_vec();
            let place = place % bytes.len();
            prop_assume!(bytes[place] != byte);
            bytes[place] = byte;
            prop_assert!(Line::read(&bytes).is_err());
        }

        #[test]
        fn a_part_of_a_line_is_none(length in 0usize..80) {
            let text = line().write();
            prop_assume!(length < text.len() - 1);
            prop_assert!(Line::read(&text.as_bytes()[..length]).is_err());
        }
    }
}
