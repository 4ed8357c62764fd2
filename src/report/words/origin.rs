//! Where data was read from, in words.

use super::super::Origin;
use super::count;

/// `8 blocks and the log`; nothing where it was text alone, or a server.
pub fn origins(origins: &[Origin]) -> String {
    let of = |kind: &str| origins.iter().filter(|origin| origin.kind == kind).count();
    let blocks = match of("block") {
        0 => None,
        1 => Some("1 block".to_owned()),
        many => Some(format!("{} blocks", count(many as f64))),
    };
    let head = (of("head") > 0).then(|| "the log".to_owned());
    blocks.into_iter().chain(head).collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_counted_and_the_log_is_named() {
        let of = |kind: &str| Origin {
            path: "data".to_owned(),
            kind: kind.to_owned(),
            from: None,
            to: None,
            series: None,
            samples: None,
            chunks: None,
            level: None,
        };
        for (kinds, expected) in [
            (&[][..], ""),
            (&["text"], ""),
            (&["block"], "1 block"),
            (&["block", "block", "head"], "2 blocks and the log"),
            (&["head"], "the log"),
        ] {
            let all: Vec<Origin> = kinds.iter().map(|kind| of(kind)).collect();
            assert_eq!(origins(&all), expected);
        }
    }
}
