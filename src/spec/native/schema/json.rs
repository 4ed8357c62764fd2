//! The table as a JSON Schema of draft 2020-12, for editors and for checks elsewhere.

use serde_json::{Map, Value, json};

use super::{Field, Key, Kind, Of, Shape};
use crate::spec::native::API_VERSION;

/// What a variable looks like: where one stands, the rest cannot be told before it is filled in.
const VARIABLE: &str = r"\$\{";

/// The JSON Schema of a kind of document.
pub fn json(of: Of) -> Value {
    let shapes = of.shapes();
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("title".to_owned(), json!(format!("{} ({API_VERSION})", of.title())));
    let definitions = shapes.iter().map(|shape| (shape.name.to_owned(), map(shape)));
    if let Some(root) = shapes.first() {
        schema.insert("$ref".to_owned(), json!(place(root)));
    }
    schema.insert("$defs".to_owned(), Value::Object(definitions.collect()));
    Value::Object(schema)
}

fn place(shape: &Shape) -> String {
    format!("#/$defs/{}", shape.name)
}

fn map(shape: &Shape) -> Value {
    let Shape { name: _, meaning, fields, one_of } = shape;
    let properties: Map<String, Value> =
        fields.iter().map(|field| (field.name.to_owned(), self::field(field))).collect();
    let needed: Vec<&str> = fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    let mut schema = json!({
        "description": meaning,
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if !needed.is_empty() {
        schema["required"] = json!(needed);
    }
    if !one_of.is_empty() {
        schema["oneOf"] = one_of.iter().map(|name| json!({"required": [name]})).collect();
    }
    schema
}

fn field(field: &Field) -> Value {
    let mut schema = kind(&field.kind);
    schema["description"] = match field.default {
        Some(default) => json!(format!("{} Default: {default}.", field.meaning)),
        None => json!(field.meaning),
    };
    schema
}

fn kind(kind: &Kind) -> Value {
    match kind {
        Kind::Text => json!({"type": ["string", "number", "boolean"], "pattern": r"\S"}),
        Kind::Name => scalar(&["number"], r"[A-Za-z0-9_.-]+"),
        Kind::LabelName => text(r"[A-Za-z_][A-Za-z0-9_]*"),
        Kind::Percentage => {
            percentage(json!({"anyOf": [{"const": 0}, {"exclusiveMinimum": 1, "maximum": 100}]}))
        }
        Kind::Objective => percentage(json!({"exclusiveMinimum": 1, "maximum": 100})),
        Kind::Duration => text(DURATION),
        Kind::Threshold => text(&format!(r"\d+(\.\d+)?m?s|{DURATION}")),
        Kind::Count => any(&[json!({"type": "integer", "minimum": 0}), text(r"\d[\d_]*")]),
        Kind::Positive => {
            any(&[json!({"type": "number", "exclusiveMinimum": 0}), text(r"\d*\.?\d+([eE][+-]?\d+)?")])
        }
        Kind::Number => any(&[json!({"type": "number"}), text(r"[+-]?\d*\.?\d+([eE][+-]?\d+)?")]),
        Kind::Truth | Kind::Switch => any(&[json!({"type": "boolean"}), text("true|false")]),
        Kind::Zone => text(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*"),
        Kind::Moment => text(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?"),
        Kind::TimeOfDay => text(r"\d{1,2}:\d{1,2}"),
        Kind::Days => {
            let stretch = text(r"[A-Za-z]+( *- *[A-Za-z]+)?");
            any(&[stretch.clone(), json!({"type": "array", "items": stretch, "minItems": 1})])
        }
        Kind::Recurrence => text(r"[^:\n]*FREQ=[^:\n]*"),
        Kind::Address => text(r"([hH][tT][tT][pP][sS]?://|[mM][aA][iI][lL][tT][oO]:)\S+"),
        Kind::File => text(r"[^:\n]*/[^\n]*"),
        Kind::Events | Kind::Ratio | Kind::Query | Kind::Histogram => {
            json!({"type": "string", "pattern": r"\S"})
        }
        Kind::Word([only]) => json!({"const": only}),
        Kind::Word(words) => any(&[json!({"enum": words}), json!({"type": "string", "pattern": VARIABLE})]),
        Kind::Map(shape) => json!({"$ref": place(shape)}),
        Kind::Entries(key, value) => {
            let mut schema = json!({"type": "object", "additionalProperties": self::kind(value)});
            if let Some(pattern) = keys(*key) {
                schema["propertyNames"] = json!({"pattern": format!("^({pattern})$")});
            }
            schema
        }
        Kind::List(element) => json!({"type": "array", "items": self::kind(element)}),
        Kind::Either(kinds) => any(&kinds.iter().map(self::kind).collect::<Vec<_>>()),
    }
}

const DURATION: &str = r"(\d+y)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?";

fn keys(key: Key) -> Option<&'static str> {
    match key {
        Key::Any => None,
        Key::Variable => Some(r"[A-Za-z0-9_]+"),
        Key::Label => Some(r"[A-Za-z_][A-Za-z0-9_]*"),
        Key::Duration => Some(DURATION),
    }
}

/// A text of a form, or one with variables.
fn text(pattern: &str) -> Value {
    scalar(&[], pattern)
}

/// A text of a form, one with variables, or something else that YAML takes for its own.
fn scalar(others: &[&str], pattern: &str) -> Value {
    let mut types = vec!["string"];
    types.extend(others);
    let r#type = if others.is_empty() { json!("string") } else { json!(types) };
    json!({"type": r#type, "minLength": 1, "pattern": format!(r"^\s*({pattern})\s*$|{VARIABLE}")})
}

/// With a sign, or as a number that is no share of one by mistake.
fn percentage(mut number: Value) -> Value {
    number["type"] = json!("number");
    any(&[number, text(r"(100(\.0*)?|\d{1,2}(\.\d*)?|\.\d+)\s*%?")])
}

fn any(schemas: &[Value]) -> Value {
    json!({"anyOf": schemas})
}
