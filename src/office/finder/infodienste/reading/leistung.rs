//! What a Leistung says about itself: text blocks by their kind, documents, fees, deadlines.

use jiff::civil::Date;
use serde_json::Value;

use super::super::super::loose::{self, Wrong, day, line, lines, list, raw, text, texts, yes};
use super::link;
use crate::office::leistung::{Unterlage, Vertrauensniveau};
use crate::office::{Leistung, key};

pub(super) fn leistung(value: &Value, today: Date) -> Result<Leistung, Wrong> {
    let pst_id = loose::id(value, "id")?;
    let blocks = Blocks::read(value)?;
    let leika = texts(value, "leikaKeys", "key")?.into_iter().find(|told| key::shape(told) == key::Shape::Leika);
    let mut unterlagen = Unterlage::list(documents(value, today)?);
    if unterlagen.is_empty() {
        unterlagen = Unterlage::list(blocks.of(&["unterlagen"]).into_iter().map(|line| (line, None)));
    }
    let joined = |lines: Vec<String>| (!lines.is_empty()).then(|| lines.join("\n"));
    let level = &value["trustLevel"];
    let told =
        if level.is_object() { [raw(level, "key")?, raw(level, "name")?] } else { [raw(value, "trustLevel")?, None] };
    Ok(Leistung {
        name: line(value, "name")?.unwrap_or_else(|| format!("Verwaltungsleistung {pst_id}")),
        pst_id,
        leika,
        beschreibung: text(value, "teaser")?
            .or_else(|| joined(blocks.of(&["teaser", "kurztext", "kurzbeschreibung"])))
            .or_else(|| joined(blocks.of(&["volltext", "beschreibung"]))),
        voraussetzungen: blocks.of(&["voraussetzung"]),
        unterlagen,
        gebuehren: joined(blocks.of(&["kosten", "gebühr"])).or(joined(charges(value, today)?)),
        frist: joined(blocks.of(&["frist"])).or(joined(periods(value, "periods", today)?)),
        bearbeitungsdauer: joined(blocks.of(&["bearbeitungsdauer"])).or(joined(periods(
            value,
            "servicePeriods",
            today,
        )?)),
        schriftform: yes(value, "writtenFormRequired")?.unwrap_or_default(),
        vertrauensniveau: told.into_iter().flatten().find_map(|told| Vertrauensniveau::parse(&told)),
        gueltigkeit: loose::period(value)?,
        sprachen: texts(value, "languages", "key")?,
    })
}

/// Text blocks: the words of their kind, in small letters, and their lines.
struct Blocks(Vec<(String, Vec<String>)>);

impl Blocks {
    fn read(value: &Value) -> Result<Self, Wrong> {
        let mut blocks = Vec::new();
        for block in list(value, "textBlocks")? {
            let kind = line(&block["type"], "name")?.unwrap_or_default().to_lowercase();
            let mut said = lines(block, "text")?;
            for special in list(block, "specialisations")? {
                said.extend(lines(special, "text")?);
            }
            for external in list(block, "externalLinks")? {
                said.extend(link(external)?);
            }
            blocks.push((kind, said));
        }
        Ok(Self(blocks))
    }

    /// Lines of the blocks whose kind holds one of these words. How long it takes is no deadline, though some call it so.
    fn of(&self, words: &[&str]) -> Vec<String> {
        let fits = |kind: &str| {
            words.iter().any(|word| kind.contains(word)) && (words != ["frist"] || !kind.contains("bearbeitung"))
        };
        self.0.iter().filter(|(kind, _)| fits(kind)).flat_map(|(_, lines)| lines.iter().cloned()).collect()
    }
}

/// The documents that citizens bring ("Eingangsdokument"), not those they get.
fn documents(value: &Value, today: Date) -> Result<Vec<(String, Option<String>)>, Wrong> {
    let mut documents = Vec::new();
    for document in list(value, "documents")? {
        let direction = line(document, "direction")?.unwrap_or_default().to_lowercase();
        let theirs = direction.contains("ausgang") || direction.starts_with("out");
        if let Some(name) = line(document, "name")?
            && !theirs
            && loose::period(document)?.on(today)
        {
            documents.push((name, line(document, "note")?));
        }
    }
    Ok(documents)
}

fn charges(value: &Value, today: Date) -> Result<Vec<String>, Wrong> {
    let mut told = Vec::new();
    for charge in list(value, "charges")? {
        if !loose::period(charge)?.on(today) {
            continue;
        }
        let currency = line(charge, "currency")?.filter(|name| name != "EUR" && name != "€");
        let currency = currency.unwrap_or_else(|| "Euro".to_owned());
        let amount = |field| Ok::<_, Wrong>(raw(charge, field)?.and_then(|told| money(&told, &currency)));
        let (fixed, lower, upper) = (amount("amount")?, amount("lowerLimit")?, amount("upperLimit")?);
        let sum = match (fixed, lower, upper) {
            (Some(fixed), ..) => Some(fixed),
            (None, Some(lower), Some(upper)) => Some(format!("{lower} bis {upper}")),
            (None, Some(lower), None) => Some(format!("ab {lower}")),
            (None, None, Some(upper)) => Some(format!("bis {upper}")),
            (None, None, None) => None,
        };
        told.extend(joined([line(charge, "name")?, sum, line(charge, "note")?]));
    }
    Ok(told)
}

/// `12.5` → `12,50 Euro`.
fn money(told: &str, currency: &str) -> Option<String> {
    let amount: f64 = told.replace(',', ".").parse().ok()?;
    (amount.is_finite() && amount.abs() < 1e12).then(|| format!("{amount:.2} {currency}").replace('.', ","))
}

fn periods(value: &Value, field: &'static str, today: Date) -> Result<Vec<String>, Wrong> {
    let mut told = Vec::new();
    for period in list(value, field)? {
        if !loose::period(period)?.on(today) {
            continue;
        }
        let unit = raw(period, "periodUnit")?.unwrap_or_default();
        let span = match (raw(period, "timeSpan")?, raw(period, "timeSpanTo")?) {
            (Some(from), Some(to)) => Some(format!("{from} bis {to} {}", units(&unit))),
            (Some(only), None) => Some(format!("{only} {}", units(&unit))),
            _ => match (day(period, "dateFrom")?, day(period, "dateTo")?) {
                (Some(from), Some(to)) => Some(format!("{} bis {}", date(from), date(to))),
                (Some(from), None) => Some(format!("ab {}", date(from))),
                (None, Some(to)) => Some(format!("bis {}", date(to))),
                (None, None) => None,
            },
        };
        told.extend(joined([line(period, "name")?, span, line(period, "note")?]));
    }
    Ok(told)
}

fn date(day: Date) -> String {
    day.strftime("%d.%m.%Y").to_string()
}

/// Units of time in words; one that is not known stays as it came.
fn units(unit: &str) -> String {
    let small = unit.to_lowercase();
    let word = match small.trim_end_matches(['e', 'n', 's']) {
        "year" | "jahr" => "Jahre",
        "month" | "monat" => "Monate",
        "week" | "woch" => "Wochen",
        "day" | "tag" => "Tage",
        "workday" | "working_day" | "arbeitstag" | "werktag" => "Arbeitstage",
        "hour" | "stund" => "Stunden",
        "minut" => "Minuten",
        _ => unit,
    };
    word.to_owned()
}

/// `name: what (note)`, as far as there is anything.
fn joined([name, what, note]: [Option<String>; 3]) -> Option<String> {
    let head = match (name, what) {
        (Some(name), Some(what)) => format!("{name}: {what}"),
        (Some(only), None) | (None, Some(only)) => only,
        (None, None) => return note,
    };
    Some(match note {
        Some(note) => format!("{head} ({note})"),
        None => head,
    })
}
