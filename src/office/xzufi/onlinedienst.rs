//! Online services: where they are responsible, and what they say about privacy there (EfA parameters).

use serde::{Deserialize, Serialize};

use super::tree::Element;
use super::zustaendigkeit::{IdentifierOf, read_inside};
use super::{Art, Content, Identifier, Object};
use crate::office::clean::is_web;

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
}

/// Reads an online service; responsibilities that cannot be used are told in `lost`.
pub(super) fn read(object: Element<'_>, lost: &mut Vec<String>) -> Result<Object, String> {
    let id = Identifier::of(object)?;
    let around = IdentifierOf { art: Art::Onlinedienst, joined: id.joined(Art::Onlinedienst), agency: id.agency };
    let zustaendigkeiten = read_inside(object, &around, lost);
    Ok(Object {
        art: Art::Onlinedienst,
        id: around.joined.clone(),
        keys: Vec::new(),
        name: String::new(),
        words: String::new(),
        content: Some(Content::Onlinedienst(Onlinedienst { id: around.joined, datenschutz: privacy(object) })),
        zustaendigkeiten,
    })
}

/// Name and value stand in elements whose names differ by version.
fn privacy(object: Element<'_>) -> Option<String> {
    object.all("parameter").find_map(|parameter| {
        let name = ["parametername", "name", "schluessel", "bezeichnung"]
            .into_iter()
            .find_map(|name| parameter.text_of(name))?;
        let value = ["parameterwert", "wert", "value"].into_iter().find_map(|name| parameter.text_of(name))?;
        (name.eq_ignore_ascii_case(PRIVACY) && is_web(&value)).then(|| value.into_owned())
    })
}
