//! The server's JSON to values.
//!
//! Liberal in form (unknown keys, missing lists, `null` for nothing), strict in substance: an answer with warnings, a
//! native histogram or points out of order is never a number.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::base::{Labels, Matrix, Point, Series};
use crate::plan::NoAnswer;

/// What a server answered, understood.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Decoded {
    /// The values, sorted by labels.
    pub(super) matrix: Matrix,
    /// How many samples the server says that it read.
    pub(super) samples_read: Option<u64>,
    /// Remarks that do not make the answer less than whole.
    pub(super) infos: Vec<String>,
}

/// Reads an answer to `query` or `query_range`.
pub(super) fn decode(body: &[u8]) -> Result<Decoded, NoAnswer> {
    let (data, infos) = success::<Data>(body)?;
    let Some(data) = data else { return Err(malformed("the answer has no `data`")) };
    let samples_read = data.stats.as_ref().and_then(|stats| stats.pointer("/samples/totalQueryableSamples"));
    let samples_read = samples_read.and_then(Value::as_u64);
    Ok(Decoded { matrix: matrix(&data.result_type, data.result)?, samples_read, infos })
}

/// The `data` of a whole answer, and its remarks.
pub(super) fn success<'a, D: Deserialize<'a>>(body: &'a [u8]) -> Result<(Option<D>, Vec<String>), NoAnswer> {
    let envelope: Envelope<D> = match serde_json::from_slice(body) {
        Ok(envelope) => envelope,
        // What else is wrong with it does not matter where the server says that it failed.
        Err(fault) => return Err(refusal(None, body).unwrap_or_else(|| unreadable(body, &fault))),
    };
    if envelope.status != "success" {
        return Err(envelope.refused(None));
    }
    let (remarks, warnings): (Vec<_>, Vec<_>) =
        envelope.warnings.into_iter().flatten().partition(|text| text.starts_with("PromQL info:"));
    let cut =
        envelope.is_partial.unwrap_or_default().then(|| "the server calls its answer partial".to_owned());
    let warnings: Vec<_> = warnings.into_iter().chain(cut).collect();
    if !warnings.is_empty() {
        return Err(NoAnswer::Partial(warnings));
    }
    Ok((envelope.data, remarks.into_iter().chain(envelope.infos.into_iter().flatten()).collect()))
}

/// What the server says where it says that it failed; nothing where the body is no such answer.
pub(super) fn refusal(status: Option<u16>, body: &[u8]) -> Option<NoAnswer> {
    let envelope: Envelope<IgnoredAny> = serde_json::from_slice(body).ok()?;
    (envelope.status != "success").then(|| envelope.refused(status))
}

/// The kind of error that a body names, such as `bad_data` or `execution`.
pub(super) fn error_type(body: &[u8]) -> Option<String> {
    serde_json::from_slice::<Envelope<IgnoredAny>>(body).ok()?.error_type
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase", bound = "D: Deserialize<'de>")]
struct Envelope<D> {
    status: String,
    data: Option<D>,
    error_type: Option<String>,
    error: Option<String>,
    warnings: Option<Vec<String>>,
    infos: Option<Vec<String>>,
    is_partial: Option<bool>,
}

impl<D> Envelope<D> {
    fn refused(self, status: Option<u16>) -> NoAnswer {
        let error = self.error.unwrap_or_else(|| format!("status `{}` without a reason", self.status));
        // VictoriaMetrics gives the HTTP status as the type of error, which would be said twice.
        let said = match self.error_type {
            Some(kind) if !kind.is_empty() && kind.parse::<u16>().is_err() => format!("{kind}: {error}"),
            _ => error,
        };
        NoAnswer::Rejected { status, said }
    }
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    result_type: String,
    result: Option<Vec<Item>>,
    stats: Option<Value>,
}

/// One item of `result`: a series of a vector or matrix, or one of the two items of a scalar or string.
enum Item {
    Series(RawSeries),
    Time(f64),
    Text(String),
}

#[derive(serde::Deserialize)]
struct RawSeries {
    #[serde(default)]
    metric: BTreeMap<String, String>,
    value: Option<RawPoint>,
    #[serde(default, deserialize_with = "or_nothing")]
    values: Vec<RawPoint>,
    histogram: Option<IgnoredAny>,
    histograms: Option<Vec<IgnoredAny>>,
}

/// `[seconds, "value"]`.
struct RawPoint(i64, f64);

fn or_nothing<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<RawPoint>, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = Item;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a series, a time or a value")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Item, A::Error> {
                RawSeries::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(Item::Series)
            }
            fn visit_f64<E: Error>(self, time: f64) -> Result<Item, E> {
                Ok(Item::Time(time))
            }
            fn visit_i64<E: Error>(self, time: i64) -> Result<Item, E> {
                Ok(Item::Time(time as f64))
            }
            fn visit_u64<E: Error>(self, time: u64) -> Result<Item, E> {
                Ok(Item::Time(time as f64))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Item, E> {
                Ok(Item::Text(text.to_owned()))
            }
        }

        deserializer.deserialize_any(Either)
    }
}

impl<'de> Deserialize<'de> for RawPoint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pair;

        impl<'de> Visitor<'de> for Pair {
            type Value = RawPoint;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a pair of a time and a value in quotes")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<RawPoint, A::Error> {
                let time: f64 = seq.next_element()?.ok_or_else(|| A::Error::invalid_length(0, &self))?;
                let Number(value) = seq.next_element()?.ok_or_else(|| A::Error::invalid_length(1, &self))?;
                match seq.next_element::<IgnoredAny>()? {
                    None => Ok(RawPoint(millis(time), value)),
                    Some(_) => Err(A::Error::invalid_length(3, &self)),
                }
            }
        }

        deserializer.deserialize_seq(Pair)
    }
}

/// A number in quotes, or without.
struct Number(f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Quoted;

        impl Visitor<'_> for Quoted {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number in quotes")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Number, E> {
                number(text)
                    .map(Number)
                    .ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
            }
            fn visit_f64<E: Error>(self, value: f64) -> Result<Number, E> {
                Ok(Number(value))
            }
            fn visit_i64<E: Error>(self, value: i64) -> Result<Number, E> {
                Ok(Number(value as f64))
            }
            fn visit_u64<E: Error>(self, value: u64) -> Result<Number, E> {
                Ok(Number(value as f64))
            }
        }

        deserializer.deserialize_any(Quoted)
    }
}

/// Reads `1.5`, `NaN`, `+Inf`, `-Inf`.
fn number(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// Seconds, which a float holds only nearly, to the millisecond that was meant.
fn millis(seconds: f64) -> i64 {
    (seconds * 1000.0).round() as i64
}

fn matrix(result_type: &str, result: Option<Vec<Item>>) -> Result<Matrix, NoAnswer> {
    let items = result.unwrap_or_default();
    match (result_type, items.as_slice()) {
        ("vector" | "matrix", _) => {
            let mut matrix = items.into_iter().map(series).collect::<Result<Matrix, _>>()?;
            matrix.retain(|series| !series.points.is_empty());
            matrix.sort_by(|a, b| a.labels.cmp(&b.labels));
            match matrix.windows(2).find(|pair| matches!(pair, [a, b] if a.labels == b.labels)) {
                Some([twice, ..]) => {
                    Err(malformed(&format!("the series {} stands in it twice", twice.labels)))
                }
                _ => Ok(matrix),
            }
        }
        ("scalar", [Item::Time(time), Item::Text(value)]) => match number(value) {
            Some(value) => {
                Ok(vec![Series { labels: Labels::new(), points: vec![Point::float(millis(*time), value)] }])
            }
            None => Err(malformed(&format!("the scalar {value:?} is not a number"))),
        },
        ("string", _) => Err(malformed("the answer is a text, not a number")),
        (other, _) => Err(malformed(&format!("the answer is not a well-formed result of type {other:?}"))),
    }
}

fn series(item: Item) -> Result<Series, NoAnswer> {
    let Item::Series(raw) = item else { return Err(malformed("a value stands where a series is expected")) };
    let labels: Labels = raw.metric.into_iter().collect();
    if raw.histogram.is_some() || raw.histograms.is_some_and(|all| !all.is_empty()) {
        return Err(malformed(&format!(
            "the series {labels} holds native histograms, which are not supported here"
        )));
    }
    let points: Vec<_> =
        raw.value.into_iter().chain(raw.values).map(|RawPoint(t, value)| Point::float(t, value)).collect();
    if points.windows(2).any(|pair| matches!(pair, [a, b] if a.t >= b.t)) {
        return Err(malformed(&format!("the points of {labels} are not in the order of time")));
    }
    Ok(Series { labels, points })
}

fn malformed(why: &str) -> NoAnswer {
    NoAnswer::Malformed(why.to_owned())
}

/// Why a body is no JSON that can be used.
fn unreadable(body: &[u8], fault: &serde_json::Error) -> NoAnswer {
    match fault.classify() {
        _ if body.is_empty() => malformed("the answer is empty"),
        serde_json::error::Category::Eof => {
            malformed(&format!("the answer ends in its middle, after {} bytes", body.len()))
        }
        serde_json::error::Category::Data => {
            malformed(&format!("the answer is JSON of another form: {fault}"))
        }
        _ => malformed(&format!("the answer is not JSON: {}", first_words(body))),
    }
}

/// The beginning of a body that is not what it should be, fit to stand in a message.
pub(super) fn first_words(body: &[u8]) -> String {
    words(body, 80)
}

/// The beginning of a body, at most so many characters of it, fit to stand in a message.
pub(super) fn words(body: &[u8], most: usize) -> String {
    let start = String::from_utf8_lossy(body.get(..4 * most).unwrap_or(body)).into_owned();
    let plain = start.replace(|c: char| c.is_control() || c == char::REPLACEMENT_CHARACTER, " ");
    let words = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(most) {
        Some((end, _)) => format!("`{}…`", words.get(..end).unwrap_or_default()),
        None => format!("`{words}`"),
    }
}

/// Whether a body is a web page. JSON that is called one by its server is not.
pub(super) fn is_html(content_type: &str, body: &[u8]) -> bool {
    let start = body.trim_ascii_start();
    let looks_so = [&b"<!doctype"[..], b"<html", b"<head", b"<body"]
        .iter()
        .any(|tag| start.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag)));
    looks_so || (content_type.starts_with("text/html") && !start.starts_with(b"{"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn body(data: &str, more: &str) -> Vec<u8> {
        format!(r#"{{"status":"success","data":{data}{more}}}"#).into_bytes()
    }

    fn why(body: &[u8]) -> String {
        decode(body).unwrap_err().to_string()
    }

    #[test]
    fn reads_a_matrix_sorted_with_odd_numbers_and_times() {
        let body = body(
            r#"{"result":[{"metric":{"b":"1"},"values":[[1.001,"NaN"],[2,"+Inf"],[1763294400.123,"-Inf"]]},
                {"metric":{"a":"1","x":""},"values":[[1435781430.781,"1e3"]],"new":{"k":[1]}},
                {"metric":{"z":"1"},"values":null}],
                "resultType":"matrix","stats":{"samples":{"totalQueryableSamples":42}}}"#,
            r#","infos":["PromQL info: metric might not be a counter"],"warnings":null,"later":1"#,
        );
        let answer = decode(&body).unwrap();
        let text: Vec<_> = answer
            .matrix
            .iter()
            .flat_map(|s| {
                s.points.iter().map(|p| format!("{} {} {}", s.labels, p.t, p.value.float().unwrap()))
            })
            .collect();
        let expected = [
            r#"{a="1"} 1435781430781 1000"#,
            r#"{b="1"} 1001 NaN"#,
            r#"{b="1"} 2000 inf"#,
            r#"{b="1"} 1763294400123 -inf"#,
        ];
        assert_eq!(text, expected);
        assert_eq!(answer.samples_read, Some(42));
        assert_eq!(answer.infos, ["PromQL info: metric might not be a counter"]);
    }

    #[test]
    fn reads_a_vector_a_scalar_and_nothing() {
        let one = |data: &str| decode(&body(data, "")).unwrap().matrix;
        let vector = one(r#"{"resultType":"vector","result":[{"metric":{},"value":[1,"2.5"]}]}"#);
        assert_eq!(vector, one(r#"{"resultType":"scalar","result":[1,"2.5"]}"#));
        assert_eq!(vector.len(), 1);
        assert_eq!(one(r#"{"resultType":"vector","result":null}"#), []);
        assert_eq!(one(r#"{"resultType":"matrix","result":[]}"#), []);
    }

    #[test]
    fn an_answer_that_is_not_whole_is_no_answer() {
        let data = r#"{"resultType":"vector","result":[]}"#;
        assert_eq!(
            decode(&body(data, r#","warnings":["store gone","PromQL info: fine"]"#)),
            Err(NoAnswer::Partial(vec!["store gone".to_owned()]))
        );
        assert!(matches!(decode(&body(data, r#","isPartial":true"#)), Err(NoAnswer::Partial(_))));
        assert_eq!(
            decode(&body(data, r#","warnings":["PromQL info: fine"],"isPartial":false"#)).unwrap().infos,
            ["PromQL info: fine"]
        );
    }

    #[test]
    fn the_server_s_own_words_are_kept() {
        let refused = br#"{"status":"error","errorType":"bad_data","error":"1:5: parse error","data":7}"#;
        let said = "bad_data: 1:5: parse error".to_owned();
        assert_eq!(decode(refused), Err(NoAnswer::Rejected { status: None, said }));
        let victoria = br#"{"status":"error","errorType":"422","error":"too many"}"#;
        let said = "too many".to_owned();
        assert_eq!(refusal(Some(422), victoria), Some(NoAnswer::Rejected { status: Some(422), said }));
    }

    #[test]
    fn says_what_is_wrong_with_a_body() {
        let vector = |result: &str| body(&format!(r#"{{"resultType":"vector","result":{result}}}"#), "");
        for (body, part) in [
            (b"".to_vec(), "empty"),
            (br#"{"status":"success","data":{"resu"#.to_vec(), "after 33 bytes"),
            (b"\x00\xffwhat\n is".to_vec(), "not JSON: `what is`"),
            (b"[1]".to_vec(), "another form"),
            (b"{\"status\":\"success\"}".to_vec(), "no `data`"),
            (vector(r#"[{"metric":{"a":"b"},"histogram":[1,{}]}]"#), r#"{a="b"} holds native histograms"#),
            (vector(r#"[{"metric":{},"value":[1,"x"]}]"#), "number in quotes"),
            (vector(r#"[{"metric":{},"value":[1,"1",2]}]"#), "pair"),
            (vector(r#"[{"metric":{},"value":[1,"1"]},{"metric":{},"value":[1,"2"]}]"#), "twice"),
            (vector(r#"[{"metric":{},"values":[[2,"1"],[1,"1"]]}]"#), "order of time"),
            (vector("[1]"), "where a series"),
            (body(r#"{"resultType":"string","result":[1,"x"]}"#, ""), "a text"),
            (body(r#"{"resultType":"scalar","result":[1]}"#, ""), "scalar"),
            (body(r#"{"resultType":"streams","result":[]}"#, ""), "streams"),
        ] {
            let why = why(&body);
            assert!(why.contains(part), "{why} should contain {part}");
        }
    }

    #[test]
    fn knows_a_web_page() {
        assert!(is_html("", b"\n <!DOCTYPE html>") && is_html("text/html; charset=utf-8", b""));
        assert!(!is_html("text/html", b" {}") && !is_html("application/json", b"{}") && !is_html("", b"<"));
        assert_eq!(first_words(&[b'a'; 500]).chars().count(), 83);
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
            let _ = decode(&bytes);
            let _ = first_words(&bytes);
            let _ = refusal(None, &bytes);
        }

        #[test]
        fn a_damaged_answer_never_panics(at in 0usize..200, with: u8, cut in 0usize..200) {
            let mut body = body(
                r#"{"resultType":"matrix","result":[{"metric":{"a":"b"},"values":[[1,"2"],[2.5,"NaN"]]}]}"#,
                r#","warnings":[],"infos":null"#,
            );
            let len = body.len();
            body[at % len] = with;
            let _ = decode(&body);
            prop_assert!(decode(&body[..cut % len]).is_err());
        }

        #[test]
        fn every_float_survives(value: f64, t in 0i64..4_000_000_000_000) {
            let seconds = t as f64 / 1000.0;
            let body = body(
                &format!(r#"{{"resultType":"vector","result":[{{"metric":{{}},"value":[{seconds},"{value}"]}}]}}"#), "");
            let point = decode(&body).unwrap().matrix[0].points[0].clone();
            prop_assert_eq!(point.t, t);
            let read = point.value.float().unwrap();
            prop_assert!(read.to_bits() == value.to_bits() || (read.is_nan() && value.is_nan()));
        }
    }
}
