//! TOML to [`Form`](super::Form), or every problem at once with file, line, column and caret.
//!
//! The format is told in `docs/forms.md`, for those who write forms.

mod field;
mod kind;
mod notes;
mod references;
mod step;
#[cfg(test)]
mod tests;
mod texts;

use self::notes::Notes;
use super::Form;
use crate::problem::report::{Legible, Report};
use crate::problem::table::{Placed, Table};
use crate::problem::{Problem, Problems};

/// Most bytes of a form definition.
const MOST_SOURCE: usize = 256 << 10;

/// Reads one form definition; `id` is the name of its directory. Never panics, whatever the text.
pub fn parse(id: &str, file: &str, source: &str) -> Result<Form, Problems> {
    if source.len() > MOST_SOURCE {
        return Err(Problem::whole(file, "Die Datei ist größer als 256 KB.").into());
    }
    let report = Report::new(file, source);
    let document = report.document();
    let mut notes = Notes::default();
    let form = form(id, &Table::root(&report, &document), &mut notes);
    references::check(&notes, &report);
    report.finish(form)
}

fn form(id: &str, table: &Table<'_>, notes: &mut Notes) -> Legible<Form> {
    let id = form_id(id, table.report);
    let version = version(table);
    let title = texts::line(table, "title");
    let language = language(table);
    let pdf_name = pdf_name(table);
    let steps = step::read_all(table, notes);
    table.finish("des Formulars");
    let id = id?;
    Ok(Form {
        pdf_name: pdf_name?.unwrap_or_else(|| format!("{id}.pdf")),
        id,
        version: version?,
        title: title?,
        language: language?,
        steps: steps?,
    })
}

/// The directory's name is part of the address.
fn form_id(id: &str, report: &Report<'_>) -> Legible<String> {
    let fits = (1..=64).contains(&id.len())
        && id.starts_with(|first: char| first.is_ascii_alphanumeric())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !fits {
        let message = format!("Das Verzeichnis „{id}“ geht nicht als Kennung eines Formulars.");
        let hint = "erlaubt sind Buchstaben A bis Z, Ziffern und „-“, höchstens 64";
        return Err(report.wrong(&(0..0), message, Some(hint.to_owned())));
    }
    Ok(id.to_owned())
}

/// The id of a step, section or field.
fn id(table: &Table<'_>, reserved: &[&str]) -> Legible<Placed<String>> {
    let value = table.need("id")?;
    let id = value.string()?;
    let fits = (1..=40).contains(&id.len())
        && id.starts_with(|first: char| first.is_ascii_lowercase())
        && id.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    if !fits {
        let hint = "erlaubt sind Kleinbuchstaben a bis z, Ziffern und „_“, am Anfang ein Buchstabe, höchstens 40; \
                    Umlaute schreibt man ae, oe, ue, ss";
        return Err(value.wrong(format!("„{id}“ geht nicht als Kennung."), Some(hint.to_owned())));
    }
    if reserved.contains(&id) || id.starts_with("xml") {
        return Err(value.wrong(format!("Die Kennung „{id}“ ist dem Programm vorbehalten."), None));
    }
    value.placed()
}

/// The version of a form or a declaration.
fn version(table: &Table<'_>) -> Legible<String> {
    let value = table.need("version")?;
    let version = value.string()?;
    let fits = (1..=32).contains(&version.len())
        && version.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
    if !fits {
        let hint = "erlaubt sind Buchstaben, Ziffern, „.“, „-“ und „_“, zum Beispiel \"1.0\" oder \"2026-09\"";
        return Err(value.wrong(format!("„{version}“ geht nicht als Version."), Some(hint.to_owned())));
    }
    Ok(version.to_owned())
}

fn language(table: &Table<'_>) -> Legible<String> {
    let Some(value) = table.get("language") else { return Ok("de".to_owned()) };
    let language = value.string()?;
    let mut parts = language.split('-');
    let main = parts.next().unwrap_or_default();
    let fits = matches!(main.len(), 2 | 3)
        && main.bytes().all(|byte| byte.is_ascii_lowercase())
        && parts.all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    if !fits {
        let hint = "zum Beispiel \"de\", \"en\" oder \"de-AT\" (BCP 47)".to_owned();
        return Err(value.wrong(format!("„{language}“ ist kein Sprachkürzel."), Some(hint)));
    }
    Ok(language.to_owned())
}

/// The PDF's file name, if it is given: plain letters, because it travels through every mail program.
fn pdf_name(table: &Table<'_>) -> Legible<Option<String>> {
    let Some(value) = table.get("pdf_name") else { return Ok(None) };
    let name = value.string()?;
    let stem = name.strip_suffix(".pdf").unwrap_or_default();
    let fits = (1..=80).contains(&stem.len())
        && !stem.starts_with('.')
        && stem.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
    if !fits {
        let hint = "erlaubt sind Buchstaben A bis Z, Ziffern, „.“, „-“ und „_“; am Ende steht .pdf".to_owned();
        return Err(value.wrong(format!("„{name}“ geht nicht als Name der PDF-Datei."), Some(hint)));
    }
    Ok(Some(name.to_owned()))
}
