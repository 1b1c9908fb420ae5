//! A TOML table that people wrote, read key by key; every problem is noted with its place.

use std::cell::RefCell;
use std::fmt::Display;
use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::report::{Legible, Noted, Report};

/// Most words of a list.
const MOST_WORDS: usize = 250;

/// What was read, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Its bytes in the file.
    pub span: Range<usize>,
}

/// One table with a fixed set of keys: a key that nobody asked for is a problem, see [`Table::finish`].
#[derive(Debug)]
pub struct Table<'t> {
    /// Where problems are noted.
    pub report: &'t Report<'t>,
    entries: &'t DeTable<'t>,
    /// Where it stands; a missing key is told here.
    pub span: Range<usize>,
    asked: RefCell<Vec<&'static str>>,
}

/// The value of a key, or an item of its list.
#[derive(Clone, Copy, Debug)]
pub struct Value<'t> {
    /// Where problems are noted.
    pub report: &'t Report<'t>,
    /// The key, for messages.
    pub key: &'t str,
    raw: &'t Spanned<DeValue<'t>>,
}

impl<'t> Table<'t> {
    /// The outermost table of a document.
    pub fn root(report: &'t Report<'t>, document: &'t Spanned<DeTable<'t>>) -> Self {
        Self { report, entries: document.get_ref(), span: 0..0, asked: RefCell::default() }
    }

    /// The value of a key, if it stands there.
    pub fn get(&self, key: &'static str) -> Option<Value<'t>> {
        self.asked.borrow_mut().push(key);
        self.entries.get(key).map(|raw| Value { report: self.report, key, raw })
    }

    /// The value of a key that must stand there.
    pub fn need(&self, key: &'static str) -> Legible<Value<'t>> {
        let missing = || self.report.missing(&self.span, format!("Hier fehlt der Schlüssel „{key}“."), None);
        self.get(key).ok_or_else(missing)
    }

    /// A text without surrounding blanks. One that is empty counts as absent, one that cannot be read is noted.
    pub fn text(&self, key: &'static str) -> Option<Placed<String>> {
        self.get(key)?.text().ok().filter(|text| !text.value.is_empty())
    }

    /// A text that must stand there and not be empty, without surrounding blanks.
    pub fn need_text(&self, key: &'static str) -> Legible<Placed<String>> {
        let text = self.need(key)?.text()?;
        if text.value.is_empty() {
            return Err(self.report.wrong(&text.span, format!("„{key}“ ist leer."), None));
        }
        Ok(text)
    }

    /// A list of texts without surrounding blanks; empty ones are left out, and an absent list is empty.
    pub fn texts(&self, key: &'static str) -> Vec<Placed<String>> {
        self.get(key).map(Value::texts).unwrap_or_default()
    }

    /// `true` or `false`; `false` if the key is absent.
    pub fn flag(&self, key: &'static str) -> bool {
        let Some(value) = self.get(key) else { return false };
        if let DeValue::Boolean(flag) = value.raw.get_ref() {
            return *flag;
        }
        value.mistyped("true oder false");
        false
    }

    /// A whole number between two bounds, both allowed; `otherwise` if the key is absent.
    pub fn number<N>(&self, key: &'static str, bounds: RangeInclusive<N>, otherwise: N) -> Legible<N>
    where
        N: TryFrom<i64> + PartialOrd + Display,
    {
        self.get(key).map_or(Ok(otherwise), |value| value.number(&bounds))
    }

    /// A table in this one.
    pub fn table(&self, key: &'static str) -> Option<Self> {
        self.get(key)?.table().ok()
    }

    /// A table that must stand in this one.
    pub fn need_table(&self, key: &'static str) -> Legible<Self> {
        let missing = || self.report.missing(&self.span, format!("Hier fehlt der Abschnitt [{key}]."), None);
        self.get(key).ok_or_else(missing)?.table()
    }

    /// The tables of a list: `[[key]]` or `key = [ { … } ]`. An absent list is empty.
    pub fn tables(&self, key: &'static str) -> Vec<Self> {
        let items = self.get(key).and_then(|value| value.list().ok()).unwrap_or_default();
        items.into_iter().filter_map(|item| item.table().ok()).collect()
    }

    /// Everything in a table with free keys, in the order of the text. Such a table needs no [`Table::finish`].
    pub fn entries(&self) -> Vec<(Placed<String>, Value<'t>)> {
        let mut found: Vec<_> = self
            .entries
            .iter()
            .map(|(key, raw)| {
                let name: &str = key.get_ref();
                let placed = Placed { value: name.to_owned(), span: key.span() };
                (placed, Value { report: self.report, key: name, raw })
            })
            .collect();
        found.sort_by_key(|(key, _)| key.span.start);
        found
    }

    /// Notes every key that nobody asked for; `what` says whose it is, for example `eines Feldes`.
    pub fn finish(&self, what: &str) {
        self.only(what, &self.asked.borrow());
    }

    /// Notes every key that is not among `known`.
    pub fn only(&self, what: &str, known: &[&str]) {
        for key in self.entries.keys().filter(|key| !known.contains(&key.get_ref().as_ref())) {
            let message = format!("Den Schlüssel „{}“ {what} gibt es nicht.", key.get_ref());
            let all = Some(format!("erlaubt sind hier: {}", known.join(", ")));
            self.report.unknown(&key.span(), message, key.get_ref(), known.iter().copied(), all);
        }
    }
}

impl<'t> Value<'t> {
    /// Where it stands.
    pub fn span(&self) -> Range<usize> {
        self.raw.span()
    }

    /// Notes that it is wrong; the hint says what to do.
    pub fn wrong(&self, message: impl Into<String>, hint: Option<String>) -> Noted {
        self.report.wrong(&self.span(), message, hint)
    }

    /// A string as it stands.
    pub fn string(self) -> Legible<&'t str> {
        if let DeValue::String(words) = self.raw.get_ref() {
            return Ok(words.as_ref());
        }
        Err(self.mistyped("ein Text in Anführungszeichen"))
    }

    /// A string as it stands, with its place.
    pub fn placed(self) -> Legible<Placed<String>> {
        Ok(Placed { value: self.string()?.to_owned(), span: self.span() })
    }

    /// A string without surrounding blanks.
    pub fn text(self) -> Legible<Placed<String>> {
        Ok(Placed { value: self.string()?.trim().to_owned(), span: self.span() })
    }

    /// A list of strings without surrounding blanks; empty ones are left out.
    pub fn texts(self) -> Vec<Placed<String>> {
        let items = self.list().unwrap_or_default();
        items.into_iter().filter_map(|item| item.text().ok()).filter(|text| !text.value.is_empty()).collect()
    }

    /// A list of strings as they stand, or with `or_one` a single string; not empty.
    pub fn words(self, or_one: bool) -> Legible<Vec<Placed<String>>> {
        if or_one && matches!(self.raw.get_ref(), DeValue::String(_)) {
            return Ok(vec![self.placed()?]);
        }
        let items = self.list()?;
        if items.is_empty() || items.len() > MOST_WORDS {
            let problem = if items.is_empty() { "ist leer" } else { "ist zu lang" };
            return Err(self.wrong(format!("„{}“ {problem}.", self.key), None));
        }
        all(items.into_iter().map(Self::placed))
    }

    /// A whole number.
    pub fn integer(self) -> Legible<i64> {
        let DeValue::Integer(digits) = self.raw.get_ref() else { return Err(self.mistyped("eine ganze Zahl")) };
        i64::from_str_radix(digits.as_str(), digits.radix()).map_err(|_| self.wrong("Diese Zahl ist zu groß.", None))
    }

    /// A whole number between two bounds, both allowed.
    pub fn number<N: TryFrom<i64> + PartialOrd + Display>(self, bounds: &RangeInclusive<N>) -> Legible<N> {
        let number = N::try_from(self.integer()?).ok().filter(|number| bounds.contains(number));
        number.ok_or_else(|| {
            let message = format!("„{}“ muss zwischen {} und {} liegen.", self.key, bounds.start(), bounds.end());
            self.wrong(message, None)
        })
    }

    /// A size in bytes up to 1 GB: a whole number, or a string such as `10 MB`.
    pub fn size(self) -> Legible<u64> {
        let size = match self.raw.get_ref() {
            DeValue::Integer(digits) => u64::from_str_radix(digits.as_str(), digits.radix()).ok(),
            DeValue::String(words) => size(words),
            _ => return Err(self.mistyped("eine Größe wie \"10 MB\"")),
        };
        size.filter(|size| (1..=1 << 30).contains(size)).ok_or_else(|| {
            let hint = "schreiben Sie zum Beispiel \"10 MB\", \"500 KB\" oder eine Zahl von Bytes".to_owned();
            self.wrong(format!("„{}“ ist keine Größe zwischen 1 Byte und 1 GB.", self.key), Some(hint))
        })
    }

    /// The items of a list.
    pub fn list(self) -> Legible<Vec<Self>> {
        let items = match self.raw.get_ref() {
            DeValue::Array(items) => items,
            DeValue::Table(_) => return Err(self.mistyped(&format!("eine Liste [[{}]]", self.key))),
            _ => return Err(self.mistyped("eine Liste [ … ]")),
        };
        Ok(items.iter().map(|raw| Self { raw, ..self }).collect())
    }

    /// A table.
    pub fn table(self) -> Legible<Table<'t>> {
        let DeValue::Table(entries) = self.raw.get_ref() else { return Err(self.mistyped("eine Tabelle { … }")) };
        Ok(Table { report: self.report, entries, span: self.span(), asked: RefCell::default() })
    }

    fn mistyped(&self, wanted: &str) -> Noted {
        let found = self.raw.get_ref();
        let name = match found {
            DeValue::String(_) => "ein Text",
            DeValue::Integer(_) => "eine ganze Zahl",
            DeValue::Float(_) => "eine Kommazahl",
            DeValue::Boolean(_) => "true oder false",
            DeValue::Datetime(_) => "ein Datum",
            DeValue::Array(_) => "eine Liste",
            DeValue::Table(_) => "eine Tabelle",
        };
        let message = format!("Hier gehört {wanted} hin, gefunden wurde {name}.");
        match found {
            // After an error in a heading the reader takes a list of tables for a table, and headings in an open list for
            // lists.
            DeValue::Table(_) | DeValue::Array(_) => self.report.missing(&self.span(), message, None),
            _ => self.wrong(message, None),
        }
    }
}

/// Everything that was read, or the first receipt. All of them are read before, so that each problem is noted.
pub fn all<T>(read: impl Iterator<Item = Legible<T>>) -> Legible<Vec<T>> {
    read.collect::<Vec<_>>().into_iter().collect()
}

/// A size as people write it: `10 MB`, `500KB`, `1000000`. 1 KB is 1024 bytes, as file managers on most office machines
/// count, so that a file shown there with the limit's size is not refused.
fn size(words: &str) -> Option<u64> {
    let words = words.trim();
    let digits = words.trim_end_matches(|character: char| !character.is_ascii_digit());
    let factor: u64 = match words[digits.len()..].trim() {
        "" | "B" | "Byte" | "Bytes" => 1,
        "KB" | "kB" | "KiB" => 1 << 10,
        "MB" | "MiB" => 1 << 20,
        "GB" | "GiB" => 1 << 30,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_of_a_table_is_told_with_its_place() {
        let text = "nmae = \"Ä\"\nzahl = 7\n[teil]\nja = \"nein\"\n[liste]\n";
        let report = Report::new("x.toml", text);
        let document = report.document();
        let root = Table::root(&report, &document);
        let noted = root.need_text("name").unwrap_err();
        assert!(root.number("zahl", 1..=5_u64, 1).is_err());
        let part = root.table("teil").unwrap();
        assert!(!part.flag("ja"));
        part.finish("des Abschnitts [teil]");
        assert!(root.tables("liste").is_empty());
        root.finish("der Datei");
        let problems = report.finish::<()>(Err(noted)).unwrap_err();
        let told: Vec<_> = problems.iter().map(|p| (p.line, p.column, p.width, p.message.as_str())).collect();
        assert_eq!(
            told,
            [
                (1, 1, 1, "Hier fehlt der Schlüssel „name“."),
                (1, 1, 4, "Den Schlüssel „nmae“ der Datei gibt es nicht."),
                (2, 8, 1, "„zahl“ muss zwischen 1 und 5 liegen."),
                (4, 6, 6, "Hier gehört true oder false hin, gefunden wurde ein Text."),
                (5, 1, 7, "Hier gehört eine Liste [[liste]] hin, gefunden wurde eine Tabelle."),
            ]
        );
        assert_eq!(problems[1].hint.as_deref(), Some("meinten Sie „name“?"));
        assert_eq!(problems[1].source, "nmae = \"Ä\"");
    }

    #[test]
    fn an_empty_text_counts_as_absent_and_every_limit_is_told() {
        let many = "\"a\", ".repeat(MOST_WORDS + 1);
        let text = format!("leer = \" \"\nnoetig = \" \"\nlang = [{many}]\nkeine = []\nnichts = 0\ngross = \"2 GB\"\n");
        let report = Report::new("x.toml", &text);
        let document = report.document();
        let root = Table::root(&report, &document);
        assert_eq!(root.text("leer"), None);
        assert!(root.need_text("noetig").is_err());
        for key in ["lang", "keine"] {
            assert!(root.need(key).and_then(|value| value.words(false)).is_err());
        }
        for key in ["nichts", "gross"] {
            assert!(root.need(key).and_then(Value::size).is_err());
        }
        let keys: Vec<String> = root.entries().into_iter().map(|(key, _)| key.value).collect();
        assert_eq!(keys, ["leer", "noetig", "lang", "keine", "nichts", "gross"], "in the order of the text");
        let told = report.finish(Ok(())).unwrap_err();
        let told: Vec<_> = told.iter().map(|one| (one.line, one.message.as_str())).collect();
        assert_eq!(
            told,
            [
                (2, "„noetig“ ist leer."),
                (3, "„lang“ ist zu lang."),
                (4, "„keine“ ist leer."),
                (5, "„nichts“ ist keine Größe zwischen 1 Byte und 1 GB."),
                (6, "„gross“ ist keine Größe zwischen 1 Byte und 1 GB."),
            ]
        );
    }

    #[test]
    fn broken_syntax_is_told_at_its_line() {
        let report = Report::new("x.toml", "a = 1\nb = = 2\n");
        drop(report.document());
        assert!(report.clean().is_err());
        assert_eq!(report.finish(Ok(())).unwrap_err()[0].line, 2);
    }

    #[test]
    fn sizes_are_read_as_people_write_them() {
        assert_eq!(size("10 MB"), Some(10 * 1024 * 1024));
        assert_eq!(size(" 500KB "), Some(500 * 1024));
        assert_eq!(size("7"), Some(7));
        for bad in ["", "MB", "1,5 MB", "10 Mb", "-1 KB", "99999999999 GB", "1 MB 2"] {
            assert_eq!(size(bad), None, "{bad}");
        }
    }
}
