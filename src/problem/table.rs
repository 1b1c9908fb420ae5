//! A TOML table that people wrote, read key by key; every problem is collected with its place.

use std::cell::RefCell;
use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Problem, did_you_mean};

/// Problems kept per file; a file with more is reported as such.
const MOST_PROBLEMS: usize = 100;

/// Collects the problems of one file.
#[derive(Debug)]
pub struct Report<'t> {
    file: &'t str,
    text: &'t str,
    problems: RefCell<Vec<(usize, Problem)>>,
}

/// One table with a fixed set of keys. A key that nobody asked for is a problem, see [`Table::finish`].
#[derive(Debug)]
pub struct Table<'t> {
    report: &'t Report<'t>,
    entries: &'t DeTable<'t>,
    span: Range<usize>,
    asked: Vec<&'static str>,
}

impl<'t> Report<'t> {
    /// A report for `file`, whose whole content is `text`.
    pub fn new(file: &'t str, text: &'t str) -> Self {
        Self { file, text, problems: RefCell::new(Vec::new()) }
    }

    /// Notes a problem at these bytes of the text.
    pub fn add(&self, span: &Range<usize>, message: impl Into<String>, hint: Option<String>) {
        let mut problems = self.problems.borrow_mut();
        if problems.len() < MOST_PROBLEMS {
            let problem = Problem::at(self.file, self.text, span.clone(), message).with_hint(hint);
            problems.push((span.start, problem));
        }
    }

    /// Notes that `word` is not one of `known`, with the nearest of them as a hint.
    pub fn add_unknown<'k>(
        &self,
        span: &Range<usize>,
        message: impl Into<String>,
        word: &str,
        known: impl IntoIterator<Item = &'k str>,
    ) {
        // Longer input is no slip of the pen, and the comparison costs the product of both lengths.
        let hint = if word.len() > 200 { None } else { did_you_mean(word, known) };
        self.add(span, message, hint);
    }

    /// Whether nothing was noted so far.
    pub fn is_empty(&self) -> bool {
        self.problems.borrow().is_empty()
    }

    /// All problems, in the order of the text.
    pub fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|(start, _)| *start);
        problems.into_iter().map(|(_, problem)| problem).collect()
    }

    /// The TOML document, or `None` when its syntax is broken; then all syntax problems are noted.
    pub fn parse(&self) -> Option<Spanned<DeTable<'t>>> {
        let (document, errors) = DeTable::parse_recoverable(self.text);
        for error in &errors {
            let span = error.span().unwrap_or(0..0);
            self.add(
                &span,
                format!("Das ist kein gültiges TOML: {}", error.message()),
                Some("Texte stehen in geraden Anführungszeichen, Listen in eckigen Klammern".to_owned()),
            );
        }
        errors.is_empty().then_some(document)
    }
}

impl<'t> Table<'t> {
    /// The outermost table of a document.
    pub fn root(report: &'t Report<'t>, document: &'t Spanned<DeTable<'t>>) -> Self {
        Self { report, entries: document.get_ref(), span: 0..0, asked: Vec::new() }
    }

    /// Where the table stands.
    pub fn span(&self) -> &Range<usize> {
        &self.span
    }

    /// A text without surrounding blanks; an empty one counts as absent.
    pub fn text(&mut self, key: &'static str) -> Option<Spanned<String>> {
        let value = self.get(key)?;
        as_text(self.report, key, value).filter(|text| !text.get_ref().is_empty())
    }

    /// A text that must be there; otherwise a problem is noted.
    pub fn required_text(&mut self, key: &'static str) -> Option<Spanned<String>> {
        let present = self.get(key);
        let text = present.and_then(|value| as_text(self.report, key, value));
        match &text {
            Some(text) if text.get_ref().is_empty() => {
                self.report.add(&text.span(), format!("„{key}“ darf nicht leer sein"), None);
                None
            }
            None if present.is_none() => {
                self.missing(key);
                None
            }
            _ => text,
        }
    }

    /// A list of texts; absent means empty, empty texts are left out.
    pub fn texts(&mut self, key: &'static str) -> Vec<Spanned<String>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_kind(key, value, "eine Liste von Texten in eckigen Klammern, zum Beispiel [\"eins\", \"zwei\"]");
            return Vec::new();
        };
        let texts = items.iter().filter_map(|item| as_text(self.report, key, item));
        texts.filter(|text| !text.get_ref().is_empty()).collect()
    }

    /// Yes or no; absent means no.
    pub fn yes(&mut self, key: &'static str) -> bool {
        let Some(value) = self.get(key) else { return false };
        if let DeValue::Boolean(yes) = value.get_ref() {
            *yes
        } else {
            self.wrong_kind(key, value, "true (ja) oder false (nein), ohne Anführungszeichen");
            false
        }
    }

    /// A whole number within bounds; absent or wrong gives `None`, wrong is noted.
    pub fn number(&mut self, key: &'static str, bounds: RangeInclusive<u64>) -> Option<u64> {
        let value = self.get(key)?;
        let DeValue::Integer(number) = value.get_ref() else {
            self.wrong_kind(key, value, "eine ganze Zahl ohne Anführungszeichen");
            return None;
        };
        let number = u64::from_str_radix(number.as_str(), number.radix()).ok().filter(|n| bounds.contains(n));
        if number.is_none() {
            let message = format!("„{key}“ muss zwischen {} und {} liegen", bounds.start(), bounds.end());
            self.report.add(&value.span(), message, None);
        }
        number
    }

    /// A table under a key.
    pub fn table(&mut self, key: &'static str) -> Option<Self> {
        let value = self.get(key)?;
        self.as_table(key, value)
    }

    /// A table under a key that must be there; otherwise a problem is noted.
    pub fn required_table(&mut self, key: &'static str) -> Option<Self> {
        if self.entries.contains_key(key) {
            return self.table(key);
        }
        self.asked.push(key);
        self.report.add(&self.span, format!("es fehlt der Abschnitt [{key}]"), None);
        None
    }

    /// The tables of a list: `[[key]]` or `key = [ { … } ]`.
    pub fn tables(&mut self, key: &'static str) -> Vec<Self> {
        let Some(value) = self.get(key) else { return Vec::new() };
        if let DeValue::Array(items) = value.get_ref() {
            items.iter().filter_map(|item| self.as_table(key, item)).collect()
        } else {
            let hint = format!("eine Liste von Tabellen: [[{key}]] oder {key} = [ {{ … }} ]");
            self.wrong_kind(key, value, &hint);
            Vec::new()
        }
    }

    /// For tables with free keys: each key with its value. Such a table needs no [`Table::finish`].
    pub fn texts_by_key(&self) -> Vec<(Spanned<String>, Vec<Spanned<String>>)> {
        let mut found: Vec<_> = self
            .entries
            .iter()
            .map(|(key, value)| {
                let name = key.get_ref().to_string();
                let texts = if let DeValue::Array(items) = value.get_ref() {
                    items.iter().filter_map(|item| as_text(self.report, &name, item)).collect()
                } else {
                    self.wrong_kind(&name, value, "eine Liste von Texten in eckigen Klammern");
                    Vec::new()
                };
                (Spanned::new(key.span(), name), texts)
            })
            .collect();
        found.sort_by_key(|(key, _)| key.span().start);
        found
    }

    /// For tables with free keys whose values are texts, in the order of the text. Such a table needs no [`Table::finish`].
    pub fn text_by_key(&self) -> Vec<(Spanned<String>, Spanned<String>)> {
        let mut found: Vec<_> = self
            .entries
            .iter()
            .filter_map(|(key, value)| {
                let name = key.get_ref().to_string();
                let text = as_text(self.report, &name, value)?;
                Some((Spanned::new(key.span(), name), text))
            })
            .collect();
        found.sort_by_key(|(key, _)| key.span().start);
        found
    }

    /// For tables with free keys whose values are tables again, in the order of the text.
    pub fn tables_by_key(&self) -> Vec<(Spanned<String>, Self)> {
        let mut found: Vec<_> = self
            .entries
            .iter()
            .filter_map(|(key, value)| {
                let name = key.get_ref().to_string();
                let table = self.as_table(&name, value)?;
                Some((Spanned::new(key.span(), name), table))
            })
            .collect();
        found.sort_by_key(|(key, _)| key.span().start);
        found
    }

    /// Notes every key that was not asked for.
    pub fn finish(self) {
        for (key, _) in self.entries {
            let name = key.get_ref().as_ref();
            if !self.asked.contains(&name) {
                let message = format!("unbekannte Angabe „{name}“");
                self.report.add_unknown(&key.span(), message, name, self.asked.iter().copied());
            }
        }
    }

    fn get(&mut self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.push(key);
        self.entries.get(key)
    }

    fn missing(&self, key: &str) {
        self.report.add(&self.span, format!("es fehlt die Angabe „{key}“"), None);
    }

    fn as_table(&self, key: &str, value: &'t Spanned<DeValue<'t>>) -> Option<Self> {
        if let DeValue::Table(entries) = value.get_ref() {
            Some(Self { report: self.report, entries, span: value.span(), asked: Vec::new() })
        } else {
            self.wrong_kind(key, value, "ein Abschnitt oder eine Tabelle in geschweiften Klammern");
            None
        }
    }

    fn wrong_kind(&self, key: &str, value: &Spanned<DeValue<'_>>, expected: &str) {
        wrong_kind(self.report, key, value, expected);
    }
}

fn as_text(report: &Report<'_>, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Spanned<String>> {
    if let DeValue::String(text) = value.get_ref() {
        Some(Spanned::new(value.span(), text.trim().to_owned()))
    } else {
        wrong_kind(report, key, value, "ein Text in Anführungszeichen");
        None
    }
}

fn wrong_kind(report: &Report<'_>, key: &str, value: &Spanned<DeValue<'_>>, expected: &str) {
    let found = match value.get_ref() {
        DeValue::String(_) => "ein Text",
        DeValue::Integer(_) | DeValue::Float(_) => "eine Zahl",
        DeValue::Boolean(_) => "ja/nein",
        DeValue::Datetime(_) => "ein Datum",
        DeValue::Array(_) => "eine Liste",
        DeValue::Table(_) => "eine Tabelle",
    };
    report.add(&value.span(), format!("„{key}“ ist {found}"), Some(format!("erwartet wird {expected}")));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_of_a_table_is_told_with_its_place() {
        let text = "nmae = \"Ä\"\nzahl = 7\n[teil]\nja = \"nein\"\n";
        let report = Report::new("x.toml", text);
        let document = report.parse().unwrap();
        let mut root = Table::root(&report, &document);
        assert!(root.required_text("name").is_none());
        assert_eq!(root.number("zahl", 1..=5), None);
        let mut part = root.table("teil").unwrap();
        assert!(!part.yes("ja"));
        part.finish();
        root.finish();
        let problems = report.into_problems();
        let told: Vec<_> = problems.iter().map(|p| (p.line, p.column, p.width, p.message.as_str())).collect();
        assert_eq!(
            told,
            [
                (1, 1, 1, "es fehlt die Angabe „name“"),
                (1, 1, 4, "unbekannte Angabe „nmae“"),
                (2, 8, 1, "„zahl“ muss zwischen 1 und 5 liegen"),
                (4, 6, 6, "„ja“ ist ein Text"),
            ]
        );
        assert_eq!(problems[1].hint.as_deref(), Some("meinten Sie „name“?"));
        assert_eq!(problems[1].source, "nmae = \"Ä\"");
    }

    #[test]
    fn broken_syntax_is_told_at_its_line() {
        let report = Report::new("x.toml", "a = 1\nb = = 2\n");
        assert!(report.parse().is_none());
        assert_eq!(report.into_problems()[0].line, 2);
    }

    proptest::proptest! {
        #[test]
        fn no_span_however_wrong_panics(text in "\\PC{0,40}\n\\PC{0,40}", start in 0usize..200, end in 0usize..200) {
            let report = Report::new("x", &text);
            report.add(&Range { start, end }, "m", None);
            let problems = report.into_problems();
            proptest::prop_assert!(problems[0].column <= problems[0].source.chars().count() + 1);
        }
    }
}
