//! Reads documents back with a parser, for the tests of several rooms.

use quick_xml::events::Event;
use quick_xml::name::ResolveResult;
use quick_xml::{NsReader, Reader};

/// Reads to the end; says where it is not well-formed. Every prefix must be declared.
pub(in crate::document) fn well_formed(xml: &str) -> Result<(), String> {
    let mut reader = NsReader::from_str(xml);
    reader.config_mut().check_end_names = true;
    loop {
        match reader.read_resolved_event().map_err(|error| error.to_string())? {
            (_, Event::Start(start)) => {
                for attribute in start.attributes() {
                    let attribute = attribute.map_err(|error| error.to_string())?;
                    let (namespace, _) = reader.resolver().resolve_attribute(attribute.key);
                    if matches!(namespace, ResolveResult::Unknown(_)) {
                        return Err("a prefix without namespace".to_owned());
                    }
                }
            }
            (_, Event::Eof) => return Ok(()),
            _ => {}
        }
    }
}

/// The text of the first element with this name.
pub(in crate::document) fn leaf(xml: &str, element: &str) -> Option<String> {
    text(xml, |_, _| Some(true), element)
}

/// The text of the first element with this name inside the question `field`.
pub(in crate::document) fn in_question(xml: &str, field: &str, element: &str) -> Option<String> {
    text(xml, |name, id| (name == "frage").then_some(id == Some(field)), element)
}

/// The text of the first element with this name where it counts; `counts` tells by name and `id` of each element whether what follows
/// counts, if that changes there.
fn text(xml: &str, counts: impl Fn(&str, Option<&str>) -> Option<bool>, element: &str) -> Option<String> {
    let mut reader = Reader::from_str(xml);
    let (mut here, mut inside, mut text) = (false, false, String::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                let id = start.try_get_attribute("id").unwrap();
                here = counts(start.name().as_ref(), id.as_ref().map(|id| &*id.value)).unwrap_or(here);
                inside = here && start.name().as_ref() == element;
            }
            Event::End(end) if inside && end.name().as_ref() == element => return Some(text),
            Event::Text(part) if inside => text.push_str(&part.xml10_content()),
            Event::GeneralRef(part) if inside => text.push_str(match &*part {
                "amp" => "&",
                "lt" => "<",
                "gt" => ">",
                "quot" => "\"",
                "apos" => "'",
                other => panic!("an entity that is not predefined: {other}"),
            }),
            Event::Eof => return None,
            _ => {}
        }
    }
}
