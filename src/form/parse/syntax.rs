//! The errors of TOML itself, in German.

use toml::de::Error;

use super::report::Report;

/// Reports every error that the TOML reader found.
pub(super) fn report(errors: &[Error], report: &mut Report<'_>) {
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        report.syntax(span, format!("Das ist kein gültiges TOML: {}.", german(error.message())));
    }
}

/// The reader's message in German; one that is not known here stays as it is, so that no knowledge is lost.
fn german(message: &str) -> String {
    let (what, expected) = message.split_once(", expected ").unwrap_or((message, ""));
    let german = match what {
        "duplicate key" => "diesen Schlüssel gibt es hier schon",
        "key with no value" | "missing value for key" | "missing value" => "dem Schlüssel fehlt der Wert",
        "missing assignment between key-value pairs" => "zwischen Schlüssel und Wert fehlt das „=“",
        "extra `=`" | "extra assignment between key-value pairs" | "unexpected `=` in array" => {
            "hier steht ein „=“ zu viel"
        }
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
