//! One raw answer to one typed answer, per kind of question.

use jiff::Timestamp;
use validator::ValidateEmail;

use super::text::{self, TextLimits};
use super::{Wrong, date, declaration, iban, number};
use crate::clock;
use crate::draft::unterlagen::FEHLT;
use crate::draft::{Answer, Draft};
use crate::form::{Field, Kind, laender};
use crate::latin::{self, Datatype};

/// Longest place.
const AREA_MAX: usize = 200;
/// Longest postcode abroad.
const POSTCODE_MAX: usize = 15;
/// Longest mail address (RFC 5321, 4.5.3.1.3).
const EMAIL_MAX: usize = 254;
/// Longest phone number with its separators.
const PHONE_MAX: usize = 30;
/// Code of Germany in the official list of countries.
const GERMANY: &str = "000";
/// No refused entry is kept much longer than this.
const PENDING_MAX: usize = 20_000;

/// What reading an answer needs besides its question.
pub struct Surroundings<'a> {
    /// The draft with its offices and its Gebiet.
    pub draft: &'a Draft,
    /// Now.
    pub now: Timestamp,
    /// Code of the country on which a postcode depends, if it is known.
    pub country: Option<&'a str>,
}

/// What counts of the values that a page sent under one name: any tick of a box; the last of a yes and no, so that a hidden
/// default may stand in front; else the first.
pub fn typed<'a>(kind: &Kind, values: &'a [String]) -> &'a str {
    let value = match kind {
        Kind::Declaration { .. } => {
            values.iter().find(|value| value.as_str() == declaration::AGREED).or_else(|| values.first())
        }
        Kind::YesNo => values.last(),
        _ => values.first(),
    };
    value.map_or("", String::as_str)
}

/// A refused entry as it is kept: as typed, but cut where it is far too long, and without NUL, which PostgreSQL cannot store.
pub fn bounded(kind: &Kind, typed: &str) -> String {
    let most = match kind {
        Kind::Text { max, .. } => *max,
        Kind::Area => AREA_MAX,
        Kind::Email => EMAIL_MAX,
        _ => 50,
    };
    // Always one more than permitted, so that what was cut never passes for an answer.
    let bound = most.saturating_mul(4).min(PENDING_MAX).max(most.saturating_add(1));
    typed.chars().filter(|one| *one != '\0').take(bound).collect()
}

/// Reads one entry: the answer, nothing if it is empty, or what is wrong with it. Whether an answer is required
/// is not judged here. Services, files and declarations are not typed in, so they read as nothing.
pub fn read(field: &Field, typed: &str, around: &Surroundings<'_>) -> Result<Option<Answer>, Wrong> {
    if let Kind::Text { datatype, min, max, lines } = &field.kind {
        return free(typed, TextLimits { datatype: *datatype, min: *min, max: *max, lines: *lines > 1 });
    }
    if matches!(field.kind, Kind::Area) {
        return area(typed, around.draft);
    }
    let entry = typed.trim();
    if entry.is_empty() {
        return Ok(None);
    }
    let answer = match &field.kind {
        Kind::Choice { options, .. } => code(entry, options.iter().any(|option| option.code == entry))?,
        Kind::Country => code(entry, laender::staat(entry).is_some())?,
        Kind::Nationality => code(entry, laender::staatsangehoerigkeit(entry).is_some())?,
        Kind::Office => code(entry, around.draft.stellen.iter().any(|found| found.stelle.id == entry))?,
        Kind::Date { past } => Answer::Date(date::read(entry, past.then(|| clock::berlin(around.now).date()))?),
        Kind::Postcode { .. } => return postcode(entry, around.country),
        Kind::Phone => Answer::Text(phone(entry)?),
        Kind::Email => Answer::Text(email(entry)?),
        Kind::Iban => Answer::Text(iban::read(&text::tidy(entry, Datatype::B))?),
        Kind::Number { min, max } => Answer::Number(number::read(entry, *min, *max)?),
        Kind::Unterlage { .. } if entry == FEHLT => Answer::Code(FEHLT.to_owned()),
        Kind::YesNo => match entry {
            "ja" => Answer::YesNo(true),
            "nein" => Answer::YesNo(false),
            _ => return Err(Wrong::NotOffered),
        },
        Kind::Service
        | Kind::Text { .. }
        | Kind::Area
        | Kind::Files { .. }
        | Kind::Unterlage { .. }
        | Kind::Declaration { .. } => return Ok(None),
    };
    Ok(Some(answer))
}

/// An answer as it is typed and read, where people group what machines do not.
pub fn shown(kind: &Kind, answer: &Answer) -> String {
    match (kind, answer) {
        (Kind::Iban, Answer::Text(number)) => iban::in_fours(number),
        _ => answer.raw(),
    }
}

fn free(typed: &str, limits: TextLimits) -> Result<Option<Answer>, Wrong> {
    let text = text::tidy(typed, limits.datatype);
    if text.is_empty() {
        return Ok(None);
    }
    text::check(&text, limits)?;
    Ok(Some(Answer::Text(text)))
}

/// A place. One that is left empty is the Gebiet of the deep link, optional or not, so that documents always show the
/// place; the Gebiet's name comes from the directory and is not the citizen's to correct, so it is taken as it is.
fn area(typed: &str, draft: &Draft) -> Result<Option<Answer>, Wrong> {
    let gebiet = latin::normalise(draft.gebiet.full_name().replace(char::is_control, " ").trim());
    let entry = typed.trim();
    if !gebiet.is_empty() && (entry.is_empty() || entry == gebiet) {
        return Ok(Some(Answer::Text(gebiet)));
    }
    free(typed, TextLimits { datatype: Datatype::B, min: 0, max: AREA_MAX, lines: false })
}

fn code(entry: &str, known: bool) -> Result<Answer, Wrong> {
    if known { Ok(Answer::Code(entry.to_owned())) } else { Err(Wrong::NotOffered) }
}

fn postcode(entry: &str, country: Option<&str>) -> Result<Option<Answer>, Wrong> {
    if country.is_none_or(|code| code == GERMANY) {
        let digits: String = entry.chars().filter(|one| !one.is_whitespace()).collect();
        if digits.len() == 5 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Some(Answer::Text(digits)));
        }
        return Err(Wrong::Postcode);
    }
    free(entry, TextLimits { datatype: Datatype::B, min: 0, max: POSTCODE_MAX, lines: false })
}

fn phone(entry: &str) -> Result<String, Wrong> {
    // Numbers copied from a page come with no-break spaces and long dashes.
    let number = text::tidy(entry, Datatype::B);
    let length = number.chars().count();
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    if let Some(other) = number.chars().find(|one| !matches!(one, '0'..='9' | ' ' | '+' | '(' | ')' | '/' | '-')) {
        let visible = !other.is_control() && !other.is_whitespace();
        return Err(Wrong::PhoneSign(visible.then_some(other)));
    }
    if digits < 3 {
        return Err(Wrong::PhoneIncomplete);
    }
    if length > PHONE_MAX {
        return Err(Wrong::TooLong { max: PHONE_MAX, now: length });
    }
    Ok(number)
}

fn email(entry: &str) -> Result<String, Wrong> {
    let address = latin::normalise(entry);
    let length = address.chars().count();
    if length > EMAIL_MAX {
        return Err(Wrong::TooLong { max: EMAIL_MAX, now: length });
    }
    // The validator takes `name@rechner` and `name@[127.0.0.1]`; no office could write to these.
    let reachable = address.rsplit_once('@').is_some_and(|(_, host)| host.contains('.') && !host.starts_with('['));
    let permitted = !address.contains(|one: char| one.is_control() || one.is_whitespace());
    if reachable && permitted && latin::check(&address, Datatype::C).is_ok() && address.validate_email() {
        return Ok(address);
    }
    Err(Wrong::Email)
}

#[cfg(test)]
mod tests;
