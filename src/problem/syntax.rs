//! The errors of TOML itself, in German.

use toml::de::Error;

use super::report::Report;

/// Most errors that are looked at; an open list or text in a long file gives one for every word.
const MOST: usize = 1_000;

/// Notes every error that the TOML reader found, one for each line: the others on the same line follow from it. Behind
/// a list that does not end nothing can be judged.
pub(super) fn note(errors: &[Error], report: &Report<'_>) {
    let start = |error: &Error| error.span().map_or(0, |span| span.start);
    let mut errors: Vec<&Error> = errors.iter().collect();
    errors.sort_by_key(|error| start(error));
    errors.truncate(MOST);
    let open = errors.iter().copied().find(|error| is_in_open_list(error, report.text));
    let end = open.map_or(usize::MAX, |error| report.line(start(error)));
    for error in errors {
        if report.line(start(error)) < end {
            let message = format!("Das ist kein gültiges TOML: {}.", german(error.message()));
            report.syntax(error.span().unwrap_or(0..0), message);
        }
    }
    if let Some(open) = open {
        let message = "Das ist kein gültiges TOML: eine Liste weiter oben endet nicht, ihr fehlt „]“.";
        report.syntax(open.span().unwrap_or(0..0), message);
        report.stop_at(end);
    }
}

/// Whether the error shows that a list swallows what stands behind it: a key or a heading where an item should be.
fn is_in_open_list(error: &Error, source: &str) -> bool {
    let before = error.span().and_then(|span| source.get(..span.start)).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default().trim();
    error.message().starts_with("unexpected `=` in array")
        || (matches!(line, "[" | "[[") && error.message().starts_with("string values must be quoted"))
}

/// The reader's message in German; one that is not known here stays as it is, so that no knowledge is lost.
fn german(message: &str) -> String {
    let (what, expected) = message.split_once(", expected ").unwrap_or((message, ""));
    let german = match what {
        "duplicate key" => "diesen Schlüssel gibt es hier schon",
        "key with no value" | "missing value for key" | "missing value" => "dem Schlüssel fehlt der Wert",
        "missing assignment between key-value pairs" => "zwischen Schlüssel und Wert fehlt das „=“",
        "extra `=`" | "extra assignment between key-value pairs" => "hier steht ein „=“ zu viel",
        "missing comma between key-value pairs" | "missing comma between array elements" => "hier fehlt ein Komma",
        "extra comma in array" | "extra comma in inline table" => "hier steht ein Komma zu viel",
        "string values must be quoted" => "Texte gehören in Anführungszeichen",
        "unclosed array" => "die Liste endet nicht, es fehlt „]“",
        "unclosed inline table" => "die Tabelle endet nicht, es fehlt „}“",
        "unclosed table" => "die Überschrift endet nicht, es fehlt „]“",
        "unclosed array table" => "die Überschrift endet nicht, es fehlt „]]“",
        "invalid unquoted key" | "unquoted keys cannot be empty" => {
            "so darf ein Schlüssel nicht heißen, erlaubt sind Buchstaben, Ziffern, „_“ und „-“"
        }
        "missing key for inline table element" | "invalid inline table element" | "invalid key-value pair" => {
            "hier gehört „schlüssel = wert“ hin"
        }
        "invalid basic string" | "invalid literal string" if !expected.is_empty() => {
            "der Text endet nicht, es fehlt das schließende Anführungszeichen"
        }
        "invalid multi-line basic string" | "invalid multi-line literal string" if !expected.is_empty() => {
            "der mehrzeilige Text endet nicht, es fehlen die drei schließenden Anführungszeichen"
        }
        "missing opening quote" => "vor diesem Text fehlt das Anführungszeichen",
        "missing escaped value" | "too few unicode value digits" => {
            "nach „\\“ steht hier nichts Gültiges, ein „\\“ im Text schreibt man „\\\\“"
        }
        "cannot recurse further; max recursion depth met" | "recursion limit" => "das ist zu tief verschachtelt",
        "invalid value" => "dieser Wert ist nicht lesbar",
        "unexpected key or value" | "unexpected content" => "damit ist an dieser Stelle nichts anzufangen",
        "unexpected leading zero" => "eine Zahl darf nicht mit 0 beginnen; Texte gehören in Anführungszeichen",
        other if expected.is_empty() => return other.to_owned(),
        other => return format!("{other}; erwartet: {expected}"),
    };
    german.to_owned()
}
