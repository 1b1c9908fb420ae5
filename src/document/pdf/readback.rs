//! Reads a finished file back with lopdf: pages, structure, text.

use std::collections::BTreeMap;
use std::fmt::Write;

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object, ObjectId};

use crate::document::outline::Outline;

/// A finished file, read back.
pub(super) struct File(pub(super) Document);

impl File {
    /// Prints an outline and reads it back.
    pub(super) fn of(outline: &Outline, xml: Option<&[u8]>) -> Self {
        let bytes = super::print(outline, xml).unwrap();
        Self(Document::load_mem(&bytes).unwrap())
    }

    /// The object itself, behind a reference.
    pub(super) fn follow<'a>(&'a self, object: &'a Object) -> &'a Object {
        match object {
            Object::Reference(id) => self.0.get_object(*id).unwrap(),
            other => other,
        }
    }

    /// What stands under a key, followed.
    pub(super) fn get<'a>(&'a self, dictionary: &'a Dictionary, key: &str) -> &'a Object {
        self.follow(dictionary.get(key.as_bytes()).unwrap_or_else(|_| panic!("{key} is missing")))
    }

    /// The root of the document.
    pub(super) fn catalog(&self) -> &Dictionary {
        self.0.catalog().unwrap()
    }

    /// Pages in order.
    pub(super) fn pages(&self) -> Vec<ObjectId> {
        self.0.page_iter().collect()
    }

    /// All structure elements below the root, parents first.
    pub(super) fn elements(&self) -> Vec<(ObjectId, &Dictionary)> {
        let root = self.get(self.catalog(), "StructTreeRoot").as_dict().unwrap();
        let mut open = vec![root.get(b"K").unwrap().as_reference().unwrap()];
        let mut elements = Vec::new();
        while let Some(id) = open.pop() {
            let element = self.0.get_dictionary(id).unwrap();
            elements.push((id, element));
            open.extend(kids(element).iter().rev().filter_map(|kid| kid.as_reference().ok()));
        }
        elements
    }

    /// Structure type of each element, in reading order.
    pub(super) fn roles(&self) -> Vec<String> {
        self.elements().iter().map(|(_, element)| plain(element.get(b"S").unwrap())).collect()
    }

    /// Marked content of the structure tree: page, number, owner.
    pub(super) fn contents(&self) -> BTreeMap<(ObjectId, i64), ObjectId> {
        let mut contents = BTreeMap::new();
        for (id, element) in self.elements() {
            for kid in kids(element) {
                let (page, mcid) = match &kid {
                    Object::Integer(mcid) => (element.get(b"Pg").unwrap().as_reference().unwrap(), *mcid),
                    Object::Dictionary(mcr) => {
                        (mcr.get(b"Pg").unwrap().as_reference().unwrap(), mcr.get(b"MCID").unwrap().as_i64().unwrap())
                    }
                    _ => continue,
                };
                assert_eq!(contents.insert((page, mcid), id), None, "content belongs to one element only");
            }
        }
        contents
    }

    /// What the file says to a reader who copies it, in the order of its content; artifacts are left out.
    pub(super) fn text(&self) -> String {
        self.pieces().into_iter().map(|(_, said)| said).collect()
    }

    /// What a screen reader says: structure type and text of each element that has text or stands for a picture.
    pub(super) fn told(&self) -> String {
        let pieces: BTreeMap<(ObjectId, i64), String> = self.pieces().into_iter().collect();
        let contents = self.contents();
        let mut told = String::new();
        for (id, element) in self.elements() {
            let role = plain(element.get(b"S").unwrap());
            let alt = element.get(b"Alt").map(|alt| lopdf::decode_text_string(alt).unwrap()).unwrap_or_default();
            let own = contents.iter().filter(|(_, owner)| **owner == id).map(|(place, _)| pieces[place].as_str());
            let said: String = own.chain([alt.as_str()]).collect();
            if !said.is_empty() {
                writeln!(told, "{role}: {said}").unwrap();
            }
        }
        told
    }

    /// Text of each marked content, with its page and number, in the order of the pages' content.
    fn pieces(&self) -> Vec<((ObjectId, i64), String)> {
        let maps: Vec<_> = self.pages().iter().map(|page| self.unicode(*page)).collect();
        let mut pieces = Vec::new();
        for (page, fonts) in self.pages().into_iter().zip(maps) {
            let mut said = String::new();
            let mut font = Vec::new();
            let mut place = 0;
            let mut marks: Vec<Option<String>> = Vec::new();
            for operation in self.operations(page) {
                match operation.operator.as_str() {
                    "Tf" => font = operation.operands[0].as_name().unwrap().to_vec(),
                    "BDC" => {
                        let artifact = operation.operands[0].as_name().unwrap() == b"Artifact";
                        let properties = operation.operands[1].as_dict().unwrap();
                        if let Ok(mcid) = properties.get(b"MCID") {
                            place = mcid.as_i64().unwrap();
                        }
                        let actual =
                            properties.get(b"ActualText").ok().map(|text| lopdf::decode_text_string(text).unwrap());
                        if let Some(text) = &actual {
                            said.push_str(text);
                        }
                        marks.push(if artifact { Some(String::new()) } else { actual });
                    }
                    "EMC" => {
                        let artifact = marks.pop() == Some(Some(String::new()));
                        if marks.is_empty() && !artifact {
                            pieces.push(((page, place), std::mem::take(&mut said).replace('\u{ad}', "")));
                        }
                    }
                    "TJ" if marks.iter().all(Option::is_none) => {
                        for part in operation.operands[0].as_array().unwrap() {
                            if let Object::String(codes, _) = part {
                                for code in codes.chunks(2) {
                                    let code = u16::from_be_bytes([code[0], code[1]]);
                                    assert_ne!(code, 0, "the empty box of a missing character is shown");
                                    said.push_str(&fonts[&font][&code]);
                                }
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        pieces
    }

    /// What is drawn on a page.
    pub(super) fn operations(&self, page: ObjectId) -> Vec<lopdf::content::Operation> {
        Content::decode(&self.0.get_page_content(page)).unwrap().operations
    }

    /// Per font of a page: what each code means.
    pub(super) fn unicode(&self, page: ObjectId) -> BTreeMap<Vec<u8>, BTreeMap<u16, String>> {
        let page = self.0.get_dictionary(page).unwrap();
        let fonts = self.get(self.get(page, "Resources").as_dict().unwrap(), "Font").as_dict().unwrap();
        let mut maps = BTreeMap::new();
        for (name, font) in fonts {
            let font = self.follow(font).as_dict().unwrap();
            let map = self.get(font, "ToUnicode").as_stream().unwrap().get_plain_content().unwrap();
            let mut codes = BTreeMap::new();
            for line in
                String::from_utf8(map).unwrap().lines().filter(|line| line.starts_with('<') && line.contains("> <"))
            {
                let (code, text) = line.split_once("> <").unwrap();
                let units: Vec<u16> = text
                    .trim_end_matches('>')
                    .as_bytes()
                    .chunks(4)
                    .map(|unit| u16::from_str_radix(std::str::from_utf8(unit).unwrap(), 16).unwrap())
                    .collect();
                codes.insert(u16::from_str_radix(&code[1..], 16).unwrap(), String::from_utf16(&units).unwrap());
            }
            maps.insert(name.clone(), codes);
        }
        maps
    }
}

/// Children of a structure element.
pub(super) fn kids(element: &Dictionary) -> Vec<Object> {
    match element.get(b"K") {
        Ok(Object::Array(kids)) => kids.clone(),
        Ok(kid) => vec![kid.clone()],
        Err(_) => Vec::new(),
    }
}

/// A name as text.
pub(super) fn plain(object: &Object) -> String {
    String::from_utf8_lossy(object.as_name().unwrap()).into_owned()
}
