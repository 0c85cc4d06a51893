//! As much of JSON Schema as the document uses: whatever else stands in it is an error, so that nothing is
//! passed over.

use serde_json::{Map, Value};

/// Words that say something for people, or of numbers that JSON has one kind of.
const SILENT: [&str; 4] = ["title", "description", "default", "format"];

/// Why `value` is not as `schema` says; `whole` is the document that references lead into.
pub(crate) fn fault(whole: &Value, schema: &Value, value: &Value) -> Option<String> {
    let rules = match schema {
        Value::Bool(true) => return None,
        Value::Object(rules) => rules,
        other => return Some(format!("a schema that is {other}")),
    };
    rules.iter().find_map(|(word, rule)| one(whole, rules, (word, rule), value))
}

fn one(
    whole: &Value,
    rules: &Map<String, Value>,
    (word, rule): (&String, &Value),
    value: &Value,
) -> Option<String> {
    let wrong = |yes: bool| (!yes).then(|| format!("{value} is against {word}: {rule}"));
    let each = |schemas: &Value| -> Vec<Option<String>> {
        schemas.as_array().unwrap().iter().map(|schema| fault(whole, schema, value)).collect()
    };
    match word.as_str() {
        word if SILENT.contains(&word) => None,
        "$ref" => fault(whole, lookup(whole, rule.as_str().unwrap()), value),
        "type" => match rule {
            Value::Array(types) => wrong(types.iter().any(|kind| is(kind, value))),
            kind => wrong(is(kind, value)),
        },
        "const" => wrong(value == rule),
        "enum" => wrong(rule.as_array().unwrap().contains(value)),
        "oneOf" => {
            let faults = each(rule);
            let fits = faults.iter().filter(|fault| fault.is_none()).count();
            (fits != 1).then(|| format!("{fits} of the ways fit {value}: {faults:?}"))
        }
        "anyOf" => wrong(each(rule).iter().any(Option::is_none)),
        "minimum" => wrong(value.as_f64().is_none_or(|n| n >= rule.as_f64().unwrap())),
        "maximum" => wrong(value.as_f64().is_none_or(|n| n <= rule.as_f64().unwrap())),
        "required" => {
            let Value::Object(fields) = value else { return None };
            let all = rule.as_array().unwrap().iter();
            wrong(all.clone().all(|name| fields.contains_key(name.as_str().unwrap())))
        }
        "properties" => {
            let Value::Object(fields) = value else { return None };
            let known = rule.as_object().unwrap().iter();
            known.clone().find_map(|(name, schema)| fault(whole, schema, fields.get(name)?))
        }
        "additionalProperties" => {
            let Value::Object(fields) = value else { return None };
            let known = rules.get("properties").and_then(Value::as_object);
            let more =
                fields.iter().filter(|(name, _)| known.is_none_or(|k| !k.contains_key(*name)));
            match rule {
                Value::Bool(false) => wrong(more.count() == 0),
                schema => more.clone().find_map(|(_, value)| fault(whole, schema, value)),
            }
        }
        "items" => {
            let before = rules.get("prefixItems").and_then(Value::as_array).map_or(0, Vec::len);
            let items = value.as_array()?.iter().skip(before);
            items.clone().find_map(|item| fault(whole, rule, item))
        }
        "prefixItems" => {
            let pairs = rule.as_array().unwrap().iter().zip(value.as_array()?);
            pairs.clone().find_map(|(schema, item)| fault(whole, schema, item))
        }
        "minItems" => {
            wrong(value.as_array().is_none_or(|a| a.len() as u64 >= rule.as_u64().unwrap()))
        }
        "maxItems" => {
            wrong(value.as_array().is_none_or(|a| a.len() as u64 <= rule.as_u64().unwrap()))
        }
        other => Some(format!("a word that this check does not know: {other}")),
    }
}

/// What a reference leads to.
pub(crate) fn lookup<'a>(whole: &'a Value, reference: &str) -> &'a Value {
    let path = reference.strip_prefix('#').unwrap();
    whole.pointer(path).unwrap_or_else(|| panic!("nothing is at {reference}"))
}

fn is(kind: &Value, value: &Value) -> bool {
    match kind.as_str().unwrap() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "number" => value.is_number(),
        "integer" => value.is_u64() || value.is_i64(),
        other => panic!("no such type: {other}"),
    }
}

#[test]
fn the_check_finds_faults() {
    use serde_json::json;
    let whole = json!({ "a": { "type": "object", "properties": { "n": { "type": "integer", "minimum": 0 } },
        "required": ["n"], "additionalProperties": false } });
    let schema = json!({ "oneOf": [{ "$ref": "#/a" }, { "type": "string", "enum": ["x"] }] });
    let fits = |value: Value| fault(&whole, &schema, &value).is_none();
    assert!(fits(json!({ "n": 1 })) && fits(json!("x")));
    for bad in [json!({}), json!({ "n": -1 }), json!({ "n": 1, "m": 1 }), json!("y"), json!(null)] {
        assert!(!fits(bad.clone()), "{bad}");
    }
    assert!(fault(&whole, &json!({ "unheard": 1 }), &json!(1)).is_some());
}
