//! Online services: where they are responsible, what they say about privacy there, and how surely they must know who applies.

use serde::{Deserialize, Serialize};

use super::tree::Element;
use super::zustaendigkeit::{IdentifierOf, read_inside};
use super::{Art, Content, Identifier, Object};
use crate::office::clean::is_web;
use crate::office::leistung::Vertrauensniveau;

/// The standard parameter for an office's privacy statement.
const PRIVACY: &str = "efa.datenschutzerklaerung.url";

/// What is kept of an online service: only what this program uses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Onlinedienst {
    /// Its id.
    pub id: String,
    /// Address of the privacy statement that belongs where an office's stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub datenschutz: Option<String>,
    /// How surely it must know who applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vertrauensniveau: Option<Vertrauensniveau>,
}

/// The trust level that a service demands, judged by its online services in one place: the lowest that any of them names.
///
/// Services themselves carry none in XZuFi. An online service may ask for more than the law does, because its user account or an
/// extra of it needs that; none may ask for less. So the lowest is the nearest to what the law demands. One that names no level, or
/// one that is not known, says nothing.
pub fn vertrauensniveau(dienste: &[Onlinedienst]) -> Option<Vertrauensniveau> {
    dienste.iter().filter_map(|dienst| dienst.vertrauensniveau).min()
}

/// Reads an online service; responsibilities that cannot be used are told in `lost`.
pub(super) fn read(object: Element<'_>, lost: &mut Vec<String>) -> Result<Object, String> {
    let id = Identifier::of(object)?;
    let around = IdentifierOf { art: Art::Onlinedienst, joined: id.joined(Art::Onlinedienst), agency: id.agency };
    let zustaendigkeiten = read_inside(object, &around, lost);
    let vertrauensniveau =
        object.all("vertrauensniveau").filter_map(|level| Vertrauensniveau::parse(&level.code())).min();
    let content = Onlinedienst { id: around.joined.clone(), datenschutz: privacy(object), vertrauensniveau };
    Ok(Object {
        art: Art::Onlinedienst,
        id: around.joined,
        keys: Vec::new(),
        name: String::new(),
        words: String::new(),
        content: Some(Content::Onlinedienst(content)),
        zustaendigkeiten,
    })
}

/// The standard parameter, whose name and value stand in elements whose names differ by version; else a link that says so.
fn privacy(object: Element<'_>) -> Option<String> {
    let parameter = object.all("parameter").find_map(|parameter| {
        let name = ["parametername", "name", "schluessel", "bezeichnung"]
            .into_iter()
            .find_map(|name| parameter.text_of(name))?;
        let value = ["parameterwert", "wert", "value"].into_iter().find_map(|name| parameter.text_of(name))?;
        (name.eq_ignore_ascii_case(PRIVACY) && is_web(&value)).then(|| value.into_owned())
    });
    parameter.or_else(|| {
        object.all("link").find_map(|link| {
            let titled = link.all("titel").any(|titel| titel.text().to_lowercase().contains("datenschutz"));
            let address = ["link", "uri"].into_iter().find_map(|name| link.text_of(name))?;
            (titled && is_web(&address)).then(|| address.into_owned())
        })
    })
}
