//! Reads the entries of one TOML table by name and type, and reports what is missing, mistyped or unknown.

use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::report::Report;
use crate::form::Text;
use crate::form::text::{BadBlankKind, Blank};
use crate::latin;
use crate::problem::did_you_mean;

/// Most characters of a label or a title.
const LINE: usize = 300;
/// Most characters of a text.
const TEXT: usize = 4_000;

/// A table with the place where it stands.
#[derive(Clone)]
pub(super) struct Table<'t> {
    entries: &'t DeTable<'t>,
    /// Where a missing key is reported.
    pub(super) place: Range<usize>,
}

/// A value with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Placed<T> {
    /// The value.
    pub(super) value: T,
    /// Its bytes in the file.
    pub(super) span: Range<usize>,
}

impl<'t> Table<'t> {
    /// The whole file.
    pub(super) fn root(root: &'t Spanned<DeTable<'t>>) -> Self {
        Self { entries: root.get_ref(), place: 0..0 }
    }

    /// A value that has to be a table.
    pub(super) fn of(value: &'t Spanned<DeValue<'t>>, report: &mut Report<'_>) -> Option<Self> {
        match value.get_ref() {
            DeValue::Table(entries) => Some(Self { entries, place: value.span() }),
            other => {
                mistyped(report, &value.span(), "eine Tabelle { … }", other);
                None
            }
        }
    }

    /// Reports every key that is not among `known`; `what` names the table, for example `eines Feldes`.
    pub(super) fn only(&self, report: &mut Report<'_>, what: &str, known: &[&str]) {
        for key in self.entries.keys() {
            if !known.contains(&key.get_ref().as_ref()) {
                let hint = did_you_mean(key.get_ref(), known.iter().copied())
                    .unwrap_or_else(|| format!("erlaubt sind hier: {}", known.join(", ")));
                report.wrong(
                    &key.span(),
                    format!("Den Schlüssel „{}“ {what} gibt es nicht.", key.get_ref()),
                    Some(hint),
                );
            }
        }
    }

    /// Whether the key stands there, with any value.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Reports that a key is missing.
    pub(super) fn need(&self, report: &mut Report<'_>, key: &str) {
        if !self.has(key) {
            report.missing(&self.place, format!("Hier fehlt der Schlüssel „{key}“."), None);
        }
    }

    /// A string as it stands.
    pub(super) fn string(&self, report: &mut Report<'_>, key: &str) -> Option<Placed<&'t str>> {
        string(self.entries.get(key)?, report)
    }

    /// Words on one line, for people: not empty, no control characters, in normal form C.
    pub(super) fn line(&self, report: &mut Report<'_>, key: &str) -> Option<Placed<String>> {
        let Placed { value, span } = self.string(report, key)?;
        let problem = if value.trim().is_empty() {
            Some(format!("„{key}“ ist leer."))
        } else if value.chars().any(char::is_control) {
            Some(format!("„{key}“ muss auf einer Zeile stehen."))
        } else if value.chars().count() > LINE {
            Some(format!("„{key}“ ist zu lang: höchstens {LINE} Zeichen."))
        } else {
            None
        };
        if let Some(problem) = problem {
            report.wrong(&span, problem, None);
            return None;
        }
        Some(Placed { value: latin::normalise(value.trim()), span })
    }

    /// A text with blanks. Also tells where blanks stand that need a chosen office.
    pub(super) fn text(&self, report: &mut Report<'_>, key: &str) -> Option<Placed<Text>> {
        let Placed { value, span } = self.string(report, key)?;
        if value.trim().is_empty() {
            report.wrong(&span, format!("„{key}“ ist leer."), None);
            return None;
        }
        if value.chars().count() > TEXT {
            report.wrong(&span, format!("„{key}“ ist zu lang: höchstens {TEXT} Zeichen."), None);
            return None;
        }
        match Text::parse(&latin::normalise(value.trim())) {
            Ok(text) => Some(Placed { value: text, span }),
            Err(bad) => {
                let mut from = span.start;
                for one in bad {
                    // The place in the file is looked up by the blank's own letters: a string may hold escapes, so its
                    // places are not the file's places.
                    let found = report.source.get(from..span.end).and_then(|rest| rest.find(&one.written));
                    let place = found.map_or(span.clone(), |at| from + at..from + at + one.written.len());
                    if found.is_some() {
                        from = place.end;
                    }
                    let (message, hint) = match &one.kind {
                        BadBlankKind::Unknown(name) => {
                            let all = Blank::ALL.map(Blank::name);
                            (
                                format!("Die Lücke „{name}“ gibt es nicht."),
                                did_you_mean(name, all)
                                    .unwrap_or_else(|| format!("es gibt die Lücken {}", all.join(", "))),
                            )
                        }
                        BadBlankKind::Unclosed => (
                            "Diese Lücke endet nicht.".to_owned(),
                            "eine Lücke steht auf einer Zeile und endet mit „}}“".to_owned(),
                        ),
                        BadBlankKind::Unopened => (
                            "„}}“ steht hier ohne „{{“.".to_owned(),
                            "eine Lücke sieht so aus: {{ leistung.name }}".to_owned(),
                        ),
                    };
                    report.wrong(&place, message, Some(hint));
                }
                None
            }
        }
    }

    /// `true` or `false`; `false` if the key is absent.
    pub(super) fn flag(&self, report: &mut Report<'_>, key: &str) -> bool {
        let Some(value) = self.entries.get(key) else { return false };
        if let DeValue::Boolean(flag) = value.get_ref() {
            return *flag;
        }
        mistyped(report, &value.span(), "true oder false", value.get_ref());
        false
    }

    /// A whole number.
    pub(super) fn integer(&self, report: &mut Report<'_>, key: &str) -> Option<Placed<i64>> {
        let value = self.entries.get(key)?;
        let span = value.span();
        let DeValue::Integer(digits) = value.get_ref() else {
            mistyped(report, &span, "eine ganze Zahl", value.get_ref());
            return None;
        };
        match i64::from_str_radix(digits.as_str(), digits.radix()) {
            Ok(number) => Some(Placed { value: number, span }),
            Err(_) => {
                report.wrong(&span, "Diese Zahl ist zu groß.", None);
                None
            }
        }
    }

    /// A whole number between two bounds, both allowed; `default` if the key is absent.
    pub(super) fn bounded(
        &self,
        report: &mut Report<'_>,
        key: &str,
        bounds: RangeInclusive<usize>,
        default: usize,
    ) -> Option<Placed<usize>> {
        if !self.has(key) {
            return Some(Placed { value: default, span: self.place.clone() });
        }
        let Placed { value, span } = self.integer(report, key)?;
        match usize::try_from(value) {
            Ok(number) if bounds.contains(&number) => Some(Placed { value: number, span }),
            _ => {
                report.wrong(
                    &span,
                    format!("„{key}“ muss zwischen {} und {} liegen.", bounds.start(), bounds.end()),
                    None,
                );
                None
            }
        }
    }

    /// A size in bytes: a whole number, or a string such as `10 MB`; `default` if the key is absent.
    pub(super) fn size(&self, report: &mut Report<'_>, key: &str, default: u64) -> Option<Placed<u64>> {
        let Some(value) = self.entries.get(key) else {
            return Some(Placed { value: default, span: self.place.clone() });
        };
        let span = value.span();
        let size = match value.get_ref() {
            DeValue::Integer(digits) => u64::from_str_radix(digits.as_str(), digits.radix()).ok(),
            DeValue::String(words) => size(words),
            other => {
                mistyped(report, &span, "eine Größe wie \"10 MB\"", other);
                return None;
            }
        };
        if let Some(size) = size.filter(|size| (1..=super::MOST_BYTES).contains(size)) {
            return Some(Placed { value: size, span });
        }
        report.wrong(
            &span,
            format!("„{key}“ ist keine Größe zwischen 1 Byte und 1 GB."),
            Some("schreiben Sie zum Beispiel \"10 MB\", \"500 KB\" oder eine Zahl von Bytes".to_owned()),
        );
        None
    }

    /// A list.
    pub(super) fn list(&self, report: &mut Report<'_>, key: &str) -> Option<Placed<&'t [Spanned<DeValue<'t>>]>> {
        let value = self.entries.get(key)?;
        let DeValue::Array(items) = value.get_ref() else {
            mistyped(report, &value.span(), "eine Liste [ … ]", value.get_ref());
            return None;
        };
        Some(Placed { value: items, span: value.span() })
    }

    /// A list of strings; with `or_one`, a single string counts as a list of one.
    pub(super) fn strings(
        &self,
        report: &mut Report<'_>,
        key: &str,
        or_one: bool,
    ) -> Option<Placed<Vec<Placed<&'t str>>>> {
        let value = self.entries.get(key)?;
        if or_one && let DeValue::String(word) = value.get_ref() {
            let one = Placed { value: word.as_ref(), span: value.span() };
            return Some(Placed { span: value.span(), value: vec![one] });
        }
        let Placed { value: items, span } = self.list(report, key)?;
        if items.is_empty() {
            report.wrong(&span, format!("„{key}“ ist leer."), None);
            return None;
        }
        let words: Vec<_> = items.iter().filter_map(|item| string(item, report)).collect();
        (words.len() == items.len()).then_some(Placed { value: words, span })
    }

    /// Another table in this one.
    pub(super) fn table(&self, report: &mut Report<'_>, key: &str) -> Option<Self> {
        Self::of(self.entries.get(key)?, report)
    }
}

/// A value that has to be a string.
fn string<'t>(value: &'t Spanned<DeValue<'t>>, report: &mut Report<'_>) -> Option<Placed<&'t str>> {
    if let DeValue::String(words) = value.get_ref() {
        return Some(Placed { value: words.as_ref(), span: value.span() });
    }
    mistyped(report, &value.span(), "ein Text in Anführungszeichen", value.get_ref());
    None
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

/// Reports a value of the wrong type.
fn mistyped(report: &mut Report<'_>, span: &Range<usize>, wanted: &str, found: &DeValue<'_>) {
    let found = match found {
        DeValue::String(_) => "ein Text",
        DeValue::Integer(_) => "eine ganze Zahl",
        DeValue::Float(_) => "eine Kommazahl",
        DeValue::Boolean(_) => "true oder false",
        DeValue::Datetime(_) => "ein Datum",
        DeValue::Array(_) => "eine Liste",
        DeValue::Table(_) => "eine Tabelle",
    };
    report.wrong(span, format!("Hier gehört {wanted} hin, gefunden wurde {found}."), None);
}

#[cfg(test)]
mod tests {
    use super::size;

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
