//! The table of Gebiete: one line each, columns separated by tabs, as spreadsheets write it.

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

use super::reading::text_of;
use crate::office::Gebiet;
use crate::problem::report::Report;
use crate::problem::{Problem, Problems};

/// The columns, in any order; the heading line names them.
const COLUMNS: [&str; 6] = ["area_id", "ars", "ags", "name", "kreis", "land"];

/// Reads a table by itself.
pub fn read_file(file: &Path) -> Result<Vec<Gebiet>, Problems> {
    let name = file.display().to_string();
    parse(&name, &text_of(file).map_err(|message| Problem::whole(&name, message))?)
}

/// Reads a table from its text.
pub fn parse(file: &str, text: &str) -> Result<Vec<Gebiet>, Problems> {
    let report = Report::new(file, text);
    let gebiete = read(&report, text);
    report.finish(Ok(gebiete))
}

/// Reads the table. What is wrong is noted in the report; wrong lines are left out.
///
/// Empty lines and lines that begin with `#` are passed over. A byte order mark and line ends of Windows are fine.
pub fn read(report: &Report<'_>, text: &str) -> Vec<Gebiet> {
    let mut columns: Option<Vec<&str>> = None;
    let mut gebiete = Vec::new();
    let mut keys: HashMap<String, usize> = HashMap::new();
    let mut start = 0;
    for (number, raw) in text.split('\n').enumerate() {
        let at = start;
        start += raw.len() + 1;
        let line = raw.trim_end_matches('\r');
        let (line, at) = match line.strip_prefix('\u{feff}') {
            Some(rest) if number == 0 => (rest, at + '\u{feff}'.len_utf8()),
            _ => (line, at),
        };
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let cells = cells(line, at);
        match &columns {
            None => columns = Some(heading(report, &cells, at..at + line.len())),
            Some(columns) => {
                gebiete.extend(gebiet(report, columns, &cells, at..at + line.len(), number + 1, &mut keys));
            }
        }
    }
    if columns.is_none() {
        report.wrong(&(0..0), "die Tabelle ist leer", Some(format!("erste Zeile: {}", COLUMNS.join(" ⇥ "))));
    }
    gebiete
}

type Cell<'t> = (&'t str, Range<usize>);

/// The cells with their places, without surrounding blanks and the quotes that spreadsheets add.
fn cells(line: &str, start: usize) -> Vec<Cell<'_>> {
    let mut at = start;
    line.split('\t')
        .map(|raw| {
            let cell = at..at + raw.len();
            at = cell.end + 1;
            (raw.trim().trim_matches('"'), cell)
        })
        .collect()
}

fn heading<'t>(report: &Report<'_>, cells: &[Cell<'t>], line: Range<usize>) -> Vec<&'t str> {
    for (at, (name, span)) in cells.iter().enumerate() {
        if !COLUMNS.contains(name) {
            report.unknown(span, format!("unbekannte Spalte „{name}“"), name, COLUMNS, None);
        } else if cells.iter().take(at).any(|(earlier, _)| earlier == name) {
            report.wrong(span, format!("die Spalte „{name}“ steht zweimal da"), None);
        }
    }
    for column in ["area_id", "name"] {
        if !cells.iter().any(|(name, _)| *name == column) {
            let hint = format!("Überschrift mit Tabulatoren: {}", COLUMNS.join(" ⇥ "));
            report.wrong(&line, format!("es fehlt die Spalte „{column}“"), Some(hint));
        }
    }
    cells.iter().map(|(name, _)| *name).collect()
}

fn gebiet(
    report: &Report<'_>,
    columns: &[&str],
    cells: &[Cell<'_>],
    line: Range<usize>,
    number: usize,
    keys: &mut HashMap<String, usize>,
) -> Option<Gebiet> {
    if cells.len() > columns.len() {
        report.wrong(
            &line,
            format!("{} Spalten statt {}", cells.len(), columns.len()),
            Some("ein Tabulator zu viel?".to_owned()),
        );
        return None;
    }
    let cell = |column: &str| {
        let at = columns.iter().position(|name| *name == column)?;
        cells.get(at).filter(|(value, _)| !value.is_empty())
    };
    let mut fine = true;
    let mut digits = |column: &str, count: usize| {
        let (value, span) = cell(column)?;
        if value.len() == count && value.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some((*value).to_owned());
        }
        // Spreadsheets drop the zero in front.
        let hint =
            (value.len() + 1 == count).then(|| format!("meinten Sie „0{value}“? Formatieren Sie die Spalte als Text"));
        report.wrong(span, format!("„{column}“ hat {count} Ziffern, hier steht „{value}“"), hint);
        fine = false;
        None
    };
    let (ags, ars) = (digits("ags", 8), digits("ars", 12));
    let (Some((area_id, id_span)), Some((name, _))) = (cell("area_id"), cell("name")) else {
        if columns.contains(&"area_id") && columns.contains(&"name") {
            report.wrong(&line, "„area_id“ und „name“ müssen ausgefüllt sein", None);
        }
        return None;
    };
    let own: [Option<&str>; 3] = [Some(area_id), ags.as_deref(), ars.as_deref()];
    for key in own.into_iter().flatten() {
        if let Some(earlier) = keys.insert(key.to_owned(), number) {
            report.wrong(id_span, format!("der Schlüssel „{key}“ steht schon in Zeile {earlier}"), None);
            fine = false;
        }
    }
    let text = |column: &str| cell(column).map(|(value, _)| (*value).to_owned());
    fine.then(|| Gebiet {
        area_id: (*area_id).to_owned(),
        ags,
        ars,
        name: (*name).to_owned(),
        kreis: text("kreis"),
        land: text("land"),
        ..Gebiet::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<(usize, usize, String)> {
        parse("g.tsv", text).unwrap_err().into_iter().map(|p| (p.line, p.column, p.message)).collect()
    }

    #[test]
    fn a_table_from_a_spreadsheet_is_read() {
        let text =
            "\u{feff}name\tarea_id\tags\r\n# Kommentar\r\n\r\n\"Möckern, Stadt\"\t38693732\t15086140\r\nBund\t1\r\n";
        let gebiete = parse("g.tsv", text).unwrap();
        assert_eq!(gebiete.len(), 2);
        assert_eq!(gebiete[0].name, "Möckern, Stadt");
        assert_eq!(gebiete[0].ags.as_deref(), Some("15086140"));
        assert_eq!(gebiete[1].ags, None);
    }

    #[test]
    fn every_wrong_line_is_told() {
        let text = "area_id\tags\tname\tkries\n1\t1234567\tA\t\n1\t\tB\n\t\tC\n5\t\tD\tx\ty\n";
        assert_eq!(
            problems(text),
            [
                (1, 18, "unbekannte Spalte „kries“".to_owned()),
                (2, 3, "„ags“ hat 8 Ziffern, hier steht „1234567“".to_owned()),
                (3, 1, "der Schlüssel „1“ steht schon in Zeile 2".to_owned()),
                (4, 1, "„area_id“ und „name“ müssen ausgefüllt sein".to_owned()),
                (5, 1, "5 Spalten statt 4".to_owned()),
            ]
        );
        assert_eq!(problems("")[0].2, "die Tabelle ist leer");
    }

    proptest::proptest! {
        #[test]
        fn no_table_panics(text in "(area_id\tname\tags\n)?([0-9a\t\"\r\n#äß ]|\\PC){0,200}") {
            let _ = parse("g.tsv", &text);
        }
    }
}
