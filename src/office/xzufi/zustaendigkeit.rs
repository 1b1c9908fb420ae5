//! Who decides on what where: one row for each Leistung and Gebiet.

use jiff::civil::Date;

use super::tree::{Attribute, Element};
use super::{Art, FIT_CONNECT, Identifier, Object, gebiet, leistung, shown};

/// The scheme under which an office's FIT-Connect destination is given.
const DESTINATION: &str = "urn:de:fitko:fit-connect:xzufi:destination";
/// Longest destination, a signature, in bytes.
const LONGEST_DESTINATION: usize = 16 * 1024;
/// Most rows of one object: Leistungen times Gebiete.
const MOST_ROWS: usize = 100_000;

/// Most bytes of destinations in the rows of one responsibility: every row holds it.
const MOST_SIGNED: usize = 8 * 1024 * 1024;

/// A responsibility for one Leistung in one Gebiet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zuordnung {
    /// Its own id, by which it may be deleted.
    pub id: Option<String>,
    /// Kind of the object that it belongs to.
    pub art: Art,
    /// Id of the office, the online service or the texts that hold there.
    pub traeger: String,
    /// Id or LeiKa key of the Leistung.
    pub leistung: String,
    /// Where, see [`gebiet::key`].
    pub gebiet: String,
    /// Code of the role: `01` decides, `03` only answers questions.
    pub rolle: Option<String>,
    /// First day.
    pub von: Option<Date>,
    /// Last day.
    pub bis: Option<Date>,
    /// FIT-Connect destination of the office for this.
    pub ziel: Option<String>,
}

/// Reads all `zustaendigkeit` of an office or an online service; those that cannot be used are told in `lost`.
pub fn read_inside(object: Element<'_>, id: &IdentifierOf<'_>, lost: &mut Vec<String>) -> Vec<Zuordnung> {
    let mut rows = Vec::new();
    for element in object.all("zustaendigkeit") {
        match read(element, id, id.agency) {
            Ok(read) if rows.len() + read.len() > MOST_ROWS => {
                lost.push(format!("mehr als {MOST_ROWS} Leistungen mal Gebiete; die übrigen fehlen"));
                break;
            }
            Ok(read) => rows.extend(read),
            Err(reason) => lost.push(reason),
        }
    }
    rows
}

/// The object around a Zuständigkeit.
pub struct IdentifierOf<'t> {
    /// Its kind.
    pub art: Art,
    /// Its id.
    pub joined: String,
    /// Whose it is; ids without an agency are theirs too.
    pub agency: &'t str,
}

/// Reads one that came by itself.
pub(super) fn read_transfer(object: Element<'_>) -> Result<Object, String> {
    let above = object.first("uebergeordnetesObjektID").ok_or("„uebergeordnetesObjektID“ fehlt")?;
    let element = object.first("zustaendigkeit").ok_or("„zustaendigkeit“ fehlt")?;
    let own = Identifier::of(element)?;
    let above_id = Identifier::read(above, own.agency)?;
    let online = |word: &str| word == "OD" || word.to_lowercase().contains("onlinedienst");
    let kind = [
        above.attribute(Attribute::SchemeId),
        element.first("id").and_then(|id| id.attribute(Attribute::SchemeId)),
        element.attribute(Attribute::Type),
    ];
    let above_art = if kind.into_iter().flatten().any(online) { Art::Onlinedienst } else { Art::Stelle };
    let above = IdentifierOf { art: above_art, joined: above_id.joined(above_art), agency: above_id.agency };
    Ok(Object {
        art: Art::Zustaendigkeit,
        id: own.joined(Art::Zustaendigkeit),
        keys: Vec::new(),
        name: String::new(),
        words: String::new(),
        content: None,
        zustaendigkeiten: read(element, &above, own.agency)?,
    })
}

fn read(element: Element<'_>, traeger: &IdentifierOf<'_>, agency: &str) -> Result<Vec<Zuordnung>, String> {
    let id = element.first("id").map(|id| Identifier::read(id, agency)).transpose()?;
    let leistungen = element.all("leistungID").map(|id| leistung_key(id, agency)).collect::<Result<Vec<_>, _>>()?;
    let gebiete = element
        .all("gebietID")
        .map(|id| gebiet::key(&id.text(), id.attribute(Attribute::SchemeId)))
        .collect::<Result<Vec<_>, _>>()?;
    if leistungen.is_empty() {
        return Err("„leistungID“ fehlt".to_owned());
    }
    if gebiete.is_empty() {
        return Err("„gebietID“ fehlt: ohne Gebiet wäre die Stelle überall zuständig".to_owned());
    }
    if leistungen.len().saturating_mul(gebiete.len()) > MOST_ROWS {
        return Err(format!("mehr als {MOST_ROWS} Leistungen mal Gebiete"));
    }
    let (von, bis) = leistung::gueltigkeit(element)?;
    let rolle = element.first("rolle").map(|rolle| shown(&rolle.code())).filter(|rolle| !rolle.is_empty());
    let ziel = element
        .all("idSekundaer")
        .find(|id| id.attribute(Attribute::SchemeId) == Some(DESTINATION))
        .map(|id| id.text().into_owned())
        .filter(|ziel| !ziel.is_empty());
    if ziel.as_ref().is_some_and(|ziel| ziel.len() > LONGEST_DESTINATION) {
        return Err(format!("das Ziel für {FIT_CONNECT} ist länger als {LONGEST_DESTINATION} Byte"));
    }
    let signed = ziel.as_ref().map_or(0, String::len).saturating_mul(leistungen.len() * gebiete.len());
    if signed > MOST_SIGNED {
        return Err(format!("das Ziel für {FIT_CONNECT} mal Leistungen mal Gebiete ist mehr als {MOST_SIGNED} Byte"));
    }
    let mut rows = Vec::with_capacity(leistungen.len() * gebiete.len());
    for leistung in &leistungen {
        rows.extend(gebiete.iter().map(|gebiet| Zuordnung {
            id: id.as_ref().map(|id| id.joined(Art::Zustaendigkeit)),
            art: traeger.art,
            traeger: traeger.joined.clone(),
            leistung: leistung.clone(),
            gebiet: gebiet.clone(),
            rolle: rolle.clone(),
            von,
            bis,
            ziel: ziel.clone(),
        }));
    }
    Ok(rows)
}

/// A Leistung is named by its id, or by its LeiKa key.
pub(super) fn leistung_key(id: Element<'_>, agency: &str) -> Result<String, String> {
    if leistung::is_leika(&id.text()) {
        return Ok(id.text().into_owned());
    }
    Ok(Identifier::read(id, agency)?.joined(Art::Leistung))
}
