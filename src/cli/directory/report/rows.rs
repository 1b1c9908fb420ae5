//! Rows of the report as text, CSV that is safe in spreadsheets, or JSON; written as they come.

use std::borrow::Cow;
use std::io::{self, Write};

/// How rows are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A sentence a line.
    Text,
    /// Columns with semicolons, a heading first.
    Csv,
    /// One JSON object a line.
    Json,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Befund {
    /// A service that was asked for is not in the directory.
    LeistungUnbekannt,
    /// An area that was asked for is not in the directory.
    GebietUnbekannt,
    /// Nobody decides on this here.
    KeineStelle,
    /// The office has no Kontaktsystem.
    KeinKontaktsystem,
    /// The tenant maps none of its types.
    TypNichtZugeordnet,
    /// No channel can use its mailbox.
    KeinZustellweg,
    /// The office may not be chosen today.
    StelleNichtGueltig,
    /// The privacy statement does not answer.
    DatenschutzNichtErreichbar,
    /// The imprint does not answer.
    ImpressumNichtErreichbar,
    /// The directory did not answer a question.
    NichtBeantwortet,
}

/// One row.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Row<'r> {
    /// What is wrong.
    pub befund: Befund,
    /// The service.
    pub pst_id: &'r str,
    /// Its name.
    pub leistung: &'r str,
    /// The area.
    pub area_id: &'r str,
    /// Its name.
    pub gebiet: &'r str,
    /// The office.
    pub stelle_id: &'r str,
    /// Its name.
    pub stelle: &'r str,
    /// More about it.
    pub hinweis: &'r str,
}

/// Writes rows.
pub struct Rows<W: Write> {
    to: To<W>,
    count: u64,
}

enum To<W: Write> {
    Text(io::BufWriter<W>),
    Csv(Box<csv::Writer<W>>),
    Json(io::BufWriter<W>),
}

const HEADING: [&str; 8] = ["befund", "pst_id", "leistung", "area_id", "gebiet", "stelle_id", "stelle", "hinweis"];

impl Befund {
    /// As people read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::LeistungUnbekannt => "Leistung unbekannt",
            Self::GebietUnbekannt => "Gebiet unbekannt",
            Self::KeineStelle => "keine Stelle",
            Self::KeinKontaktsystem => "kein Kontaktsystem",
            Self::TypNichtZugeordnet => "Kontaktsystem-Typ nicht zugeordnet",
            Self::KeinZustellweg => "kein Zustellweg",
            Self::StelleNichtGueltig => "Stelle heute nicht gültig",
            Self::DatenschutzNichtErreichbar => "Datenschutzhinweise nicht erreichbar",
            Self::ImpressumNichtErreichbar => "Impressum nicht erreichbar",
            Self::NichtBeantwortet => "nicht beantwortet",
        }
    }
}

impl Row<'_> {
    /// A row that says nothing more yet.
    pub fn new(befund: Befund) -> Self {
        let empty = "";
        Self {
            befund,
            pst_id: empty,
            leistung: empty,
            area_id: empty,
            gebiet: empty,
            stelle_id: empty,
            stelle: empty,
            hinweis: empty,
        }
    }

    fn cells(&self) -> [&str; 8] {
        let Self { befund, pst_id, leistung, area_id, gebiet, stelle_id, stelle, hinweis } = *self;
        [befund.name(), pst_id, leistung, area_id, gebiet, stelle_id, stelle, hinweis]
    }
}

impl<W: Write> Rows<W> {
    /// Writes to `to`.
    pub fn new(format: Format, to: W) -> Self {
        let to = match format {
            Format::Text => To::Text(io::BufWriter::new(to)),
            Format::Csv => To::Csv(Box::new(csv::WriterBuilder::new().delimiter(b';').from_writer(to))),
            Format::Json => To::Json(io::BufWriter::new(to)),
        };
        Self { to, count: 0 }
    }

    /// Rows so far.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Writes a row.
    pub fn add(&mut self, row: &Row<'_>) -> io::Result<()> {
        self.heading()?;
        self.count += 1;
        match &mut self.to {
            To::Text(to) => text(to, row),
            To::Csv(to) => {
                to.write_record(row.cells().map(|cell| harmless(cell).into_owned())).map_err(io::Error::other)
            }
            To::Json(to) => {
                serde_json::to_writer(&mut *to, row)?;
                writeln!(to)
            }
        }
    }

    /// Writes out what is left; people read the sum too, programs find it on the error output.
    pub fn end(&mut self, sum: &str) -> io::Result<()> {
        self.heading()?;
        match &mut self.to {
            To::Text(to) => {
                writeln!(to, "{sum}")?;
                return to.flush();
            }
            To::Csv(_) | To::Json(_) => self.flush()?,
        }
        eprintln!("{sum}");
        Ok(())
    }

    /// Lets readers have what was written so far.
    pub fn flush(&mut self) -> io::Result<()> {
        match &mut self.to {
            To::Text(to) | To::Json(to) => to.flush(),
            To::Csv(to) => to.flush(),
        }
    }

    fn heading(&mut self) -> io::Result<()> {
        match &mut self.to {
            To::Csv(to) if self.count == 0 => to.write_record(HEADING).map_err(io::Error::other),
            _ => Ok(()),
        }
    }
}

fn text(to: &mut impl Write, row: &Row<'_>) -> io::Result<()> {
    let Row { befund, pst_id, leistung, area_id, gebiet, stelle_id, stelle, hinweis } = row;
    write!(to, "{}:", befund.name())?;
    for (preposition, name, id) in [("", leistung, pst_id), ("in ", gebiet, area_id), ("bei ", stelle, stelle_id)] {
        match (name.is_empty(), id.is_empty()) {
            (_, true) => {}
            (true, false) => write!(to, " {preposition}{}", printable(id))?,
            (false, false) => write!(to, " {preposition}{} ({})", printable(name), printable(id))?,
        }
    }
    if !hinweis.is_empty() {
        write!(to, ": {}", printable(hinweis))?;
    }
    writeln!(to)
}

/// Nothing that moves a terminal's cursor.
fn printable(text: &str) -> Cow<'_, str> {
    if text.contains(char::is_control) { Cow::Owned(text.replace(char::is_control, " ")) } else { Cow::Borrowed(text) }
}

/// A cell that no spreadsheet takes for a formula: names in a directory were written by others.
fn harmless(cell: &str) -> Cow<'_, str> {
    let cell = printable(cell);
    if cell.trim_start().starts_with(['=', '+', '-', '@', '|', '%', '＝', '＋', '－', '＠']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        cell
    }
}
