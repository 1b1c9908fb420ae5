//! Reading JSON that people and programs wrote differently: missing, null, a number for a text, one thing for a list of one.
//!
//! What cannot be meant as the expected kind (an object for a text, a text for an object) is [`Wrong`]: the entry that holds it is
//! lost with that reason, and only that entry.

use std::fmt;

use jiff::civil::Date;
use serde_json::Value;

use super::FinderError;
use crate::office::clean;
use crate::office::leistung::Gueltigkeit;

/// Most objects of an answer. Each costs some 600 bytes when it is read, however short it was written: answers as large as they may
/// be would become hundreds of megabytes.
const MOST_OBJECTS: usize = 50_000;
/// Most values of an answer, in lists and objects.
const MOST_VALUES: usize = 250_000;
/// Most entries of an answer that are looked at.
const MOST_ENTRIES: usize = 5_000;
/// Longest single line, in characters: names, parts of addresses, notes.
const LONGEST_LINE: usize = 500;

/// A field of a kind that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    field: &'static str,
    found: &'static str,
}

impl Wrong {
    /// The whole entry is no object.
    pub fn no_object() -> Self {
        Self { field: "entry", found: "no object" }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is {}", self.field, self.found)
    }
}

/// What was read of an answer, and the entries that were lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read<T> {
    /// What was read.
    pub items: Vec<T>,
    /// Why entries were left out; never their content.
    pub lost: Vec<Wrong>,
}

impl<T> Read<T> {
    /// Reads each entry; one that cannot be read is lost with its reason.
    pub fn each<'v>(
        entries: impl IntoIterator<Item = &'v Value>,
        read: impl Fn(&'v Value) -> Result<T, Wrong>,
    ) -> Self {
        let mut all = Self { items: Vec::new(), lost: Vec::new() };
        for (at, entry) in entries.into_iter().enumerate() {
            if at == MOST_ENTRIES {
                all.lost.push(Wrong { field: "entry", found: "one of too many" });
                break;
            }
            match read(entry) {
                Ok(item) => all.items.push(item),
                Err(wrong) => all.lost.push(wrong),
            }
        }
        all
    }

    /// The entries, after the lost ones were logged. If none is left of some, the answer is not to be trusted: that nobody is
    /// responsible was not said.
    pub fn logged(self, adapter: &'static str, what: &'static str) -> Result<Vec<T>, FinderError> {
        let Some(wrong) = self.lost.first() else { return Ok(self.items) };
        let count = self.lost.len();
        // One line for all: a list of millions of broken entries must not fill the log.
        tracing::warn!(adapter, what, count, first = %wrong, "entries of the directory's answer are left out");
        if self.items.is_empty() {
            return Err(FinderError::Garbled(format!("in no entry of {what}: {wrong}")));
        }
        Ok(self.items)
    }
}

/// The answer as JSON, `Err` with place and reason but without content.
pub fn json(bytes: &[u8]) -> Result<Value, String> {
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    if is_excessive(bytes) {
        return Err("it has more parts than any sensible answer".to_owned());
    }
    // The library's own words may quote the answer.
    serde_json::from_slice(bytes)
        .map_err(|error| format!("not JSON (line {}, column {})", error.line(), error.column()))
}

/// Whether the answer would become much larger when it is read than it is. Counts what begins a value outside of texts; what is no JSON
/// may be counted wrongly, since it is not read anyway.
fn is_excessive(bytes: &[u8]) -> bool {
    let (mut objects, mut values, mut in_text, mut escaped) = (0_usize, 0_usize, false, false);
    for byte in bytes {
        if in_text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'{' => objects += 1,
            b',' | b'[' => values += 1,
            _ => {}
        }
    }
    objects > MOST_OBJECTS || objects + values > MOST_VALUES
}

/// A field as it came: text or number, trimmed; empty counts as missing.
pub fn raw(value: &Value, field: &'static str) -> Result<Option<String>, Wrong> {
    match &value[field] {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)),
        Value::Number(number) => Ok(Some(number.to_string())),
        Value::Bool(yes) => Ok(Some(yes.to_string())),
        Value::Array(_) => Err(Wrong { field, found: "a list" }),
        Value::Object(_) => Err(Wrong { field, found: "an object" }),
    }
}

/// A field in one line, markup taken off.
pub fn line(value: &Value, field: &'static str) -> Result<Option<String>, Wrong> {
    Ok(raw(value, field)?.and_then(|text| clean::line(&text)).map(shortened))
}

/// A line that fits into a heading or the subject of a mail.
fn shortened(line: String) -> String {
    match line.char_indices().nth(LONGEST_LINE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// A field with its lines, markup taken off.
pub fn text(value: &Value, field: &'static str) -> Result<Option<String>, Wrong> {
    Ok(raw(value, field)?.and_then(|text| clean::text(&text)))
}

/// A field's lines, markup taken off.
pub fn lines(value: &Value, field: &'static str) -> Result<Vec<String>, Wrong> {
    Ok(raw(value, field)?.map(|text| clean::lines(&text)).unwrap_or_default())
}

/// A field that must be there: the id of an entry.
pub fn id(value: &Value, field: &'static str) -> Result<String, Wrong> {
    if !value.is_object() {
        return Err(Wrong::no_object());
    }
    match raw(value, field)? {
        Some(id) if id.len() <= 300 && !id.chars().any(char::is_control) => Ok(id),
        Some(_) => Err(Wrong { field, found: "no id" }),
        None => Err(Wrong { field, found: "missing" }),
    }
}

/// Yes or no, also as text or number.
pub fn yes(value: &Value, field: &'static str) -> Result<Option<bool>, Wrong> {
    Ok(raw(value, field)?.and_then(|text| match text.to_lowercase().as_str() {
        "true" | "ja" | "j" | "yes" | "1" => Some(true),
        "false" | "nein" | "n" | "no" | "0" => Some(false),
        _ => None,
    }))
}

/// A list; missing and null are empty, a single object is a list of one.
pub fn list<'v>(value: &'v Value, field: &'static str) -> Result<&'v [Value], Wrong> {
    match &value[field] {
        Value::Null => Ok(&[]),
        Value::Array(items) => Ok(items),
        one @ Value::Object(_) => Ok(std::slice::from_ref(one)),
        Value::String(text) if text.trim().is_empty() => Ok(&[]),
        _ => Err(Wrong { field, found: "no list" }),
    }
}

/// A list of texts or of objects that hold the text in `inner`; what is neither is passed over.
pub fn texts(value: &Value, field: &'static str, inner: &'static str) -> Result<Vec<String>, Wrong> {
    let text = |item: &Value| match item {
        Value::String(text) => clean::line(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(_) => line(item, inner).ok().flatten(),
        _ => None,
    };
    match &value[field] {
        one @ (Value::String(_) | Value::Number(_)) => Ok(text(one).into_iter().collect()),
        _ => Ok(list(value, field)?.iter().filter_map(text).collect()),
    }
}

/// An internet address, http or https only; anything else is passed over.
pub fn web(value: &Value, field: &'static str) -> Result<Option<String>, Wrong> {
    Ok(raw(value, field)?.filter(|text| clean::is_web(text)))
}

/// A period of validity: `validFrom` and `validTo`, or, as XZuFi calls it, `gueltigkeit` with `beginn` and `ende`. Of several periods
/// none is taken: a part must not count as the whole.
pub fn period(value: &Value) -> Result<Gueltigkeit, Wrong> {
    let told = Gueltigkeit { von: day(value, "validFrom")?, bis: day(value, "validTo")? };
    match list(value, "gueltigkeit")? {
        [only] if told == Gueltigkeit::default() => {
            Ok(Gueltigkeit { von: day(only, "beginn")?, bis: day(only, "ende")? })
        }
        _ => Ok(told),
    }
}

/// A day, from `2026-08-01` or a moment that begins so.
pub fn day(value: &Value, field: &'static str) -> Result<Option<Date>, Wrong> {
    Ok(raw(value, field)?.and_then(|text| text.get(..10)?.parse().ok()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_is_read_whatever_it_is_written_as() {
        let value = json!({
            "number": 7, "html": "<p>a</p><p>b &amp; c</p>", "empty": " ", "null": null, "yes": "Ja", "one": {"x": 1},
            "when": "2026-08-01T10:00:00Z", "web": "https://a.example", "bad": "javascript:x", "names": ["a", 2, null, {"n": "c"}],
        });
        assert_eq!(raw(&value, "number").unwrap().as_deref(), Some("7"));
        assert_eq!(line(&value, "html").unwrap().as_deref(), Some("a b & c"));
        assert_eq!(lines(&value, "html").unwrap(), ["a", "b & c"]);
        assert_eq!(raw(&value, "empty").unwrap(), None);
        assert_eq!(raw(&value, "missing").unwrap(), None);
        assert_eq!(yes(&value, "yes").unwrap(), Some(true));
        assert_eq!(list(&value, "one").unwrap().len(), 1);
        assert_eq!(list(&value, "null").unwrap().len(), 0);
        assert_eq!(day(&value, "when").unwrap().unwrap().to_string(), "2026-08-01");
        assert_eq!(web(&value, "web").unwrap().as_deref(), Some("https://a.example"));
        assert_eq!(web(&value, "bad").unwrap(), None);
        assert_eq!(texts(&value, "names", "n").unwrap(), ["a", "2", "c"]);
        let long = line(&json!({"x": "ä".repeat(10_000)}), "x").unwrap().unwrap();
        assert_eq!(long.chars().count(), LONGEST_LINE + 1);
    }

    #[test]
    fn a_period_is_read_in_either_way_of_writing() {
        let day = |text: &str| text.parse::<Date>().ok();
        let told = Gueltigkeit { von: day("2026-01-01"), bis: day("2026-12-31") };
        for value in [
            json!({"validFrom": "2026-01-01T00:00:00", "validTo": "2026-12-31"}),
            json!({"gueltigkeit": {"beginn": "2026-01-01", "ende": "2026-12-31"}}),
            json!({"gueltigkeit": [{"beginn": "2026-01-01", "ende": "2026-12-31"}], "validFrom": null}),
        ] {
            assert_eq!(period(&value).unwrap(), told, "{value}");
        }
        let one = json!({"beginn": "2026-01-01"});
        for open in
            [json!({}), json!({"gueltigkeit": []}), json!({"gueltigkeit": [one, one]}), json!({"validTo": "bald"})]
        {
            assert_eq!(period(&open).unwrap(), Gueltigkeit::default(), "{open}");
        }
        assert!(period(&json!({"validTo": {}})).is_err());
    }

    #[test]
    fn what_cannot_be_meant_loses_its_entry_with_the_reason() {
        let entries = [json!({"id": 1}), json!({"id": {}}), json!("text"), json!({"name": "x"})];
        let read = Read::each(&entries, |entry| id(entry, "id"));
        assert_eq!(read.items, ["1"]);
        let reasons: Vec<_> = read.lost.iter().map(ToString::to_string).collect();
        assert_eq!(reasons, ["`id` is an object", "`entry` is no object", "`id` is missing"]);
        assert_eq!(read.logged("x", "ou"), Ok(vec!["1".to_owned()]));
    }

    #[test]
    fn an_answer_of_which_nothing_is_left_is_no_answer() {
        let nothing = Read::<String>::each(&[json!({"name": "x"})], |entry| id(entry, "id"));
        assert!(matches!(nothing.logged("x", "ou"), Err(FinderError::Garbled(_))));
        assert_eq!(Read::<String>::default().logged("x", "ou"), Ok(Vec::new()));
    }

    #[test]
    fn an_answer_of_too_many_parts_is_not_read_and_signs_in_texts_are_none() {
        let many = |one: &str, count: usize| format!("[{}]", vec![one; count].join(","));
        assert!(json(many("{}", MOST_OBJECTS).as_bytes()).is_ok());
        assert!(json(many("{}", MOST_OBJECTS + 1).as_bytes()).is_err());
        assert!(json(many("0", MOST_VALUES).as_bytes()).is_ok());
        assert!(json(many("0", MOST_VALUES + 2).as_bytes()).is_err());
        let text = format!("[\"\\\"{}\"]", "{,[".repeat(MOST_VALUES));
        assert!(json(text.as_bytes()).is_ok());
        let read = Read::each(&vec![json!(7); MOST_ENTRIES + 9], |_| Ok(()));
        assert_eq!((read.items.len(), read.lost.len()), (MOST_ENTRIES, 1));
    }

    #[test]
    fn broken_json_is_told_without_its_words() {
        let told = json(b"{\"name\": Kraehenwinkel}").unwrap_err();
        assert!(told.contains("line 1") && !told.contains("Kraehen"), "{told}");
    }
}
