//! From the stream of a transfer file to changes, one after the other; everything in between is passed over.

use std::collections::VecDeque;
use std::io::{self, BufRead};

use quick_xml::XmlVersion;
use quick_xml::errors::Error as XmlError;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::source::{Counted, PieceTooLong, Position};
use super::tree::{Attribute, Element, Tree};
use super::{Art, Change, Identifier, leistung, onlinedienst, shown, stelle, zustaendigkeit};

/// Elements inside each other; the parser remembers each name.
const DEEPEST: usize = 1000;
/// Attributes of one element; they are compared with each other.
const MOST_ATTRIBUTES: usize = 64;

/// Reads one file.
#[derive(Debug)]
pub struct Transfer<R> {
    xml: Reader<Counted<R>>,
    buffer: Vec<u8>,
    tree: Tree,
    /// Names of the open elements of the envelope that mean something: in `schreibe`, in the head.
    depth: usize,
    /// Depth of the innermost `schreibe`.
    schreibe: Option<usize>,
    /// Depth of the head, in which nothing is an object.
    head: Option<usize>,
    stage: Stage,
    version: Option<String>,
    ready: VecDeque<Item>,
}

/// One thing that a file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Where it stands.
    pub place: Position,
    /// The change, or why it is lost.
    pub change: Result<Change, String>,
}

/// The file is no XZuFi file, or ends in the middle, or cannot be read: nothing of it may be believed.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {message}")]
pub struct Broken {
    /// Where.
    pub place: Position,
    /// What is wrong.
    pub message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Before,
    Inside,
    After,
}

/// What an event means to the one who waits for an object.
enum Step {
    Nothing,
    End,
    Object(Position),
}

impl<R: BufRead> Transfer<R> {
    /// Reads from the beginning of a file.
    pub fn new(source: R) -> Self {
        Self {
            xml: Reader::from_reader(Counted::new(source)),
            buffer: Vec::new(),
            tree: Tree::default(),
            depth: 0,
            schreibe: None,
            head: None,
            stage: Stage::Before,
            version: None,
            ready: VecDeque::new(),
        }
    }

    /// The version that the file says it has.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// Bytes that were read.
    pub fn bytes(&self) -> u64 {
        self.xml.buffer_position()
    }

    /// The next thing the file says; `None` at its end.
    pub fn next_item(&mut self) -> Result<Option<Item>, Broken> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Ok(Some(item));
            }
            match self.envelope()? {
                Step::Nothing => {}
                Step::End => return Ok(None),
                Step::Object(place) => {
                    self.object()?;
                    self.understand(place);
                }
            }
        }
    }

    /// One event outside of objects.
    fn envelope(&mut self) -> Result<Step, Broken> {
        self.buffer.clear();
        let place = self.xml.get_mut().begin_piece();
        let event = self.xml.read_event_into(&mut self.buffer).map_err(|error| broken(place, &error))?;
        let (start, closed) = match &event {
            Event::Start(start) => (start, false),
            Event::Empty(start) => (start, true),
            Event::End(_) => {
                self.depth -= 1;
                self.schreibe = self.schreibe.filter(|depth| *depth <= self.depth);
                self.head = self.head.filter(|depth| *depth <= self.depth);
                if self.depth == 0 {
                    self.stage = Stage::After;
                }
                return Ok(Step::Nothing);
            }
            Event::Eof if self.stage == Stage::After => return Ok(Step::End),
            other => return aside(other, self.stage, place).map(|()| Step::Nothing),
        };
        if self.stage == Stage::After {
            return Err(because(place, "hinter dem Ende der Nachricht steht noch etwas"));
        }
        if self.stage == Stage::Before {
            self.version = Some(version_of(start, place)?);
            self.stage = Stage::Inside;
        }
        let (name, parent) = (start.local_name(), self.schreibe == Some(self.depth));
        let name = name.as_ref();
        let is_object = Art::of_element(name).is_some() || name == "loesche" || name.starts_with("ergebnis") || parent;
        if is_object && self.head.is_none() {
            self.tree.clear();
            begin(&mut self.tree, start, place)?;
            if closed {
                self.tree.end();
                if self.depth == 0 {
                    self.stage = Stage::After;
                }
                self.understand(place);
                return Ok(Step::Nothing);
            }
            return Ok(Step::Object(place));
        }
        check_attributes(start, place)?;
        if closed {
            if self.depth == 0 {
                self.stage = Stage::After;
            }
            return Ok(Step::Nothing);
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(too_deep(place));
        }
        match name {
            "schreibe" if self.schreibe.is_none() => self.schreibe = Some(self.depth),
            "nachrichtenkopf" if self.head.is_none() => self.head = Some(self.depth),
            _ => {}
        }
        Ok(Step::Nothing)
    }

    /// The rest of an object whose start tag was read.
    fn object(&mut self) -> Result<(), Broken> {
        let mut depth = 1_usize;
        while depth > 0 {
            self.buffer.clear();
            let place = self.xml.get_mut().begin_piece();
            let event = self.xml.read_event_into(&mut self.buffer).map_err(|error| broken(place, &error))?;
            match &event {
                Event::Start(start) => {
                    depth += 1;
                    if self.depth + depth > DEEPEST {
                        return Err(too_deep(place));
                    }
                    begin(&mut self.tree, start, place)?;
                }
                Event::Empty(start) => {
                    begin(&mut self.tree, start, place)?;
                    self.tree.end();
                }
                Event::End(_) => {
                    depth -= 1;
                    self.tree.end();
                }
                Event::Text(text) => self.tree.text(&text.xml10_content()),
                Event::CData(text) => self.tree.text(&text.xml10_content()),
                Event::GeneralRef(reference) => {
                    let character = reference.resolve_char_ref().map_err(|error| broken(place, &error))?;
                    match character {
                        Some(character) => self.tree.text(character.encode_utf8(&mut [0; 4])),
                        None => self.tree.text(entity(&reference.xml10_content(), place)?),
                    }
                }
                Event::Eof => return Err(because(place, "die Datei endet mitten in einem Objekt")),
                Event::DocType(_) => return Err(because(place, NO_DTD)),
                Event::Decl(_) => return Err(because(place, "eine XML-Deklaration steht mitten in der Datei")),
                Event::Comment(_) | Event::PI(_) => {}
            }
        }
        if self.depth == 0 {
            self.stage = Stage::After;
        }
        Ok(())
    }

    /// What the object in the tree means.
    fn understand(&mut self, place: Position) {
        let ready = &mut self.ready;
        let mut say = |change| ready.push_back(Item { place, change });
        let Some(root) = self.tree.root() else {
            return say(Err(self.tree.trouble().unwrap_or("das Objekt ist leer").to_owned()));
        };
        if let Some(reason) = self.tree.trouble() {
            return say(Err(format!("{}: {reason}", shown(root.name()))));
        }
        match root.name() {
            "loesche" => deleted(root, &mut say),
            name => match Art::of_element(name) {
                Some(art) => written(art, root, &mut say),
                None => answered(root, &mut say),
            },
        }
    }
}

/// An object to write; its responsibilities are objects of their own kind, each lost alone.
fn written(art: Art, object: Element<'_>, say: &mut impl FnMut(Result<Change, String>)) {
    let mut lost = Vec::new();
    let read = match art {
        Art::Leistung => leistung::read(object),
        Art::Spezialisierung => leistung::read_spezialisierung(object, &mut lost),
        Art::Stelle => stelle::read(object, &mut lost),
        Art::Onlinedienst => onlinedienst::read(object, &mut lost),
        Art::Zustaendigkeit => zustaendigkeit::read_transfer(object),
    };
    // The number helps the editors to find it.
    let number = object.first("id").map(|id| format!(" {}", shown(&id.text()))).unwrap_or_default();
    let told = |reason: String| format!("{}{number}: {reason}", object.name());
    say(read.map(|object| Change::Write(Box::new(object))).map_err(told));
    for reason in lost {
        say(Err(told(format!("zustaendigkeit: {reason}"))));
    }
}

fn deleted(element: Element<'_>, say: &mut impl FnMut(Result<Change, String>)) {
    let klasse = element.attribute(Attribute::Klasse).unwrap_or_default();
    let Some(art) = Art::of_klasse(klasse) else {
        return say(Err(format!("loesche: unbekannte Klasse „{}“", shown(klasse))));
    };
    let mut ids = element.all("id").peekable();
    if ids.peek().is_none() {
        say(Err("loesche: „id“ fehlt".to_owned()));
    }
    for id in ids {
        let id = Identifier::read(id, "").map(|id| Change::Delete { art, id: id.joined(art) });
        say(id.map_err(|reason| format!("loesche {klasse}: {reason}")));
    }
}

/// The answer to a question (XZuFi 2.1): `ergebnisLeistung` is an object or holds some; what `schreibe` holds is none we know.
fn answered(element: Element<'_>, say: &mut impl FnMut(Result<Change, String>)) {
    let inner: Vec<Element<'_>> = element.children().filter(|child| Art::of_element(child.name()).is_some()).collect();
    let art = match element.name() {
        "ergebnisLeistung" => Some(Art::Leistung),
        "ergebnisOrganisationseinheit" => Some(Art::Stelle),
        "ergebnisOnlinedienst" => Some(Art::Onlinedienst),
        _ => None,
    };
    match art {
        Some(art) if inner.is_empty() => written(art, element, say),
        None if inner.is_empty() => say(Err(format!("unbekanntes Objekt „{}“", shown(element.name())))),
        _ => {
            for child in inner {
                if let Some(art) = Art::of_element(child.name()) {
                    written(art, child, say);
                }
            }
        }
    }
}

const NO_DTD: &str = "die Datei hat eine DTD; Dateitypdefinitionen und eigene Entitäten werden nicht gelesen";

/// Events that are neither start nor end of an element, outside of objects.
fn aside(event: &Event<'_>, stage: Stage, place: Position) -> Result<(), Broken> {
    match event {
        Event::DocType(_) => Err(because(place, NO_DTD)),
        Event::Decl(declaration) => match declaration.encoding() {
            Some(Ok(encoding)) if !["utf-8", "utf8", "us-ascii"].contains(&encoding.to_lowercase().as_str()) => {
                Err(because(place, format!("der Zeichensatz „{}“ wird nicht gelesen, nur UTF-8", shown(&encoding))))
            }
            Some(Err(error)) => Err(because(place, error.to_string())),
            _ => Ok(()),
        },
        Event::Eof if stage == Stage::Before => Err(because(place, "die Datei ist leer")),
        Event::Eof => Err(because(place, "die Datei endet mitten in der Nachricht")),
        Event::Text(text) if stage != Stage::Inside && !text.trim_ascii().is_empty() => {
            Err(because(place, "außerhalb der Nachricht steht Text"))
        }
        Event::CData(_) | Event::GeneralRef(_) if stage != Stage::Inside => {
            Err(because(place, "außerhalb der Nachricht steht Text"))
        }
        Event::GeneralRef(reference) => match reference.resolve_char_ref() {
            Ok(Some(_)) => Ok(()),
            Ok(None) => entity(&reference.xml10_content(), place).map(|_| ()),
            Err(error) => Err(broken(place, &error)),
        },
        _ => Ok(()),
    }
}

/// The version of a message, if it is one of XZuFi.
fn version_of(root: &BytesStart<'_>, place: Position) -> Result<String, Broken> {
    let mut of_namespace = None;
    for attribute in root.attributes().take(MOST_ATTRIBUTES) {
        let attribute = attribute.map_err(|error| because(place, error.to_string()))?;
        if attribute.key.as_ref() == "xzufiVersion" {
            return Ok(shown(&attribute.value));
        }
        if attribute.key.as_ref().starts_with("xmlns") && attribute.value.to_lowercase().contains("xzufi") {
            let last = attribute.value.rsplit('/').next().unwrap_or_default();
            of_namespace = Some(shown(&last.replace('_', ".")));
        }
    }
    of_namespace.ok_or_else(|| because(place, "das ist keine XZuFi-Datei: der Namensraum von XZuFi fehlt"))
}

/// Adds an element to the tree, with the attributes that matter; all of them must be well-formed.
fn begin(tree: &mut Tree, start: &BytesStart<'_>, place: Position) -> Result<(), Broken> {
    tree.start(start.local_name().as_ref());
    each_attribute(start, place, |attribute, value| tree.attribute(attribute, value))
}

fn check_attributes(start: &BytesStart<'_>, place: Position) -> Result<(), Broken> {
    each_attribute(start, place, |_, _| ())
}

fn each_attribute(
    start: &BytesStart<'_>,
    place: Position,
    mut found: impl FnMut(Attribute, &str),
) -> Result<(), Broken> {
    for (count, attribute) in start.attributes().enumerate() {
        let attribute = attribute.map_err(|error| because(place, error.to_string()))?;
        if count >= MOST_ATTRIBUTES {
            return Err(because(place, format!("ein Element hat mehr als {MOST_ATTRIBUTES} Attribute")));
        }
        let Some(name) = Attribute::parse(attribute.key.local_name().as_ref()) else { continue };
        let value =
            attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| because(place, error.to_string()))?;
        found(name, &value);
    }
    Ok(())
}

fn entity(name: &str, place: Position) -> Result<&'static str, Broken> {
    quick_xml::escape::resolve_xml_entity(name)
        .ok_or_else(|| because(place, format!("die Entität „&{};“ ist nicht erklärt", shown(name))))
}

fn too_deep(place: Position) -> Broken {
    because(place, format!("mehr als {DEEPEST} Elemente ineinander"))
}

fn because(place: Position, message: impl Into<String>) -> Broken {
    Broken { place, message: message.into() }
}

/// What the parser says. Its words may quote the file: they go to the operator who gave it.
fn broken(place: Position, error: &XmlError) -> Broken {
    let message = match error {
        XmlError::Io(cause) => match cause.get_ref().and_then(|inner| inner.downcast_ref::<PieceTooLong>()) {
            Some(too_long) => too_long.to_string(),
            None => format!("die Datei ist nicht lesbar ({})", io::Error::new(cause.kind(), cause.to_string())),
        },
        other => format!("kein gültiges XML: {}", other.to_string().chars().take(200).collect::<String>()),
    };
    Broken { place, message }
}
