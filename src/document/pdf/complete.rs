//! Adds to printpdf's document what PDF/A-3 and PDF/UA-1 want and printpdf does not write.

use jiff::Timestamp;
use lopdf::xref::XrefType;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, dictionary};
use ring::digest::{Context, SHA256};

use super::PdfError;
use super::face::Weight;
use super::icc;
use super::pack::pack;
use super::page::{Bookmark, HEIGHT, WIDTH};
use super::paint::LOGO;
use super::tree::{DOCUMENT, Kid, Picture, Tree};
use super::xmp::{About, PRODUCER, packet};
use crate::logo::Logo;

/// Name of the embedded XML.
pub(super) const XML_NAME: &str = "XML-Daten.xml";

/// Completes the document and writes it.
pub(super) fn complete(
    mut document: Document,
    contents: Vec<Vec<u8>>,
    tree: &Tree,
    bookmarks: &[Bookmark],
    about: &About<'_>,
    logo: Option<&Logo>,
    xml: Option<&[u8]>,
) -> Result<Vec<u8>, PdfError> {
    let pages: Vec<ObjectId> = document.page_iter().collect();
    "1.7".clone_into(&mut document.version);
    finish_pages(&mut document, &pages, contents)?;
    drop_empty_resources(&mut document);
    if let (Some(logo), Some(first)) = (logo, pages.first()) {
        hang(&mut document, *first, logo)?;
    }
    let root = structure(&mut document, tree, &pages);
    let outlines = outlines(&mut document, bookmarks, &pages);
    let metadata = document.add_object(
        Stream::new(dictionary! { "Type" => "Metadata", "Subtype" => "XML" }, packet(about).into_bytes())
            .with_compression(false),
    );
    let intent = output_intent(&mut document);
    let file = xml.map(|xml| embed(&mut document, xml, about.at));
    info(&mut document, about);

    let catalog = document.catalog_mut().map_err(write_error)?;
    catalog.set("StructTreeRoot", root);
    catalog.set("MarkInfo", dictionary! { "Marked" => true });
    catalog.set("Lang", Object::string_literal(about.language.as_bytes()));
    catalog.set("ViewerPreferences", dictionary! { "DisplayDocTitle" => true });
    catalog.set("Metadata", metadata);
    catalog.set("OutputIntents", vec![intent]);
    catalog.set("PageMode", "UseOutlines");
    catalog.set("Outlines", outlines);
    if let Some(file) = file {
        catalog.set("AF", vec![Object::Reference(file)]);
        let files = dictionary! { "Names" => vec![text(XML_NAME), Object::Reference(file)] };
        catalog.set("Names", dictionary! { "EmbeddedFiles" => files });
    }
    save(document, about)
}

fn write_error(error: impl std::fmt::Display) -> PdfError {
    PdfError::Write(error.to_string())
}

fn text(text: &str) -> Object {
    if text.is_ascii() {
        Object::string_literal(text.as_bytes())
    } else {
        Object::String(utf16(text), StringFormat::Hexadecimal)
    }
}

/// A PDF text string in UTF-16 with byte order mark (ISO 32000-1, 7.9.2.2).
fn utf16(text: &str) -> Vec<u8> {
    let mut bytes = vec![0xfe, 0xff];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    bytes
}

fn integer(number: usize) -> Object {
    Object::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

/// The same content has the same identifier. It is taken from the packed streams, which are much shorter than what is in them:
/// from the enclosed XML alone if there is one, because it says all that the pages say, and the Vorgangsnummer.
fn identifier(document: &Document, about: &About<'_>) -> Object {
    let streams = || document.objects.values().filter_map(|object| object.as_stream().ok());
    let enclosed = streams().find(|stream| stream.dict.has_type(b"EmbeddedFile"));
    let mut digest = Context::new(&SHA256);
    digest.update(about.title.as_bytes());
    match enclosed {
        Some(xml) => digest.update(&xml.content),
        None => streams().for_each(|stream| digest.update(&stream.content)),
    }
    Object::String(digest.finish().as_ref()[..16].to_vec(), StringFormat::Hexadecimal)
}

/// Pages get their content, say where their parents in the structure tree are found, and that tabs follow it.
fn finish_pages(document: &mut Document, pages: &[ObjectId], contents: Vec<Vec<u8>>) -> Result<(), PdfError> {
    let frame = vec![0.into(), 0.into(), Object::Real(WIDTH), Object::Real(HEIGHT)];
    if pages.len() != contents.len() {
        return Err(write_error("pages are missing"));
    }
    for ((number, id), content) in pages.iter().enumerate().zip(contents) {
        let page = document.get_dictionary_mut(*id).map_err(write_error)?;
        page.set("StructParents", integer(number));
        page.set("Tabs", "S");
        page.set("MediaBox", frame.clone());
        for superfluous in ["TrimBox", "CropBox", "Annots"] {
            page.remove(superfluous.as_bytes());
        }
        let stream = page.get(b"Contents").and_then(Object::as_reference).map_err(write_error)?;
        document.set_object(stream, Stream::new(Dictionary::new(), content));
    }
    Ok(())
}

/// Puts the logo among the resources of a page. Its colours are sRGB, as the output intent says.
fn hang(document: &mut Document, page: ObjectId, logo: &Logo) -> Result<(), PdfError> {
    let picture = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Image",
        "Width" => Object::Integer(logo.width.into()),
        "Height" => Object::Integer(logo.height.into()),
        "ColorSpace" => "DeviceRGB",
        "BitsPerComponent" => 8,
        "Filter" => "FlateDecode",
    };
    let picture = document.add_object(Stream::new(picture, logo.packed.clone()));
    let resources = document.get_dictionary(page).and_then(|page| page.get(b"Resources"));
    let resources = resources.and_then(Object::as_reference).map_err(write_error)?;
    let resources = document.get_dictionary_mut(resources).map_err(write_error)?;
    resources.set("XObject", dictionary! { LOGO => picture });
    Ok(())
}

/// Writes the structure tree and its reverse, the parent tree.
fn structure(document: &mut Document, tree: &Tree, pages: &[ObjectId]) -> ObjectId {
    let root = document.new_object_id();
    let ids: Vec<ObjectId> = tree.nodes.iter().map(|_| document.new_object_id()).collect();
    for (number, node) in tree.nodes.iter().enumerate() {
        let parent = if number == DOCUMENT { root } else { ids[node.parent] };
        let mut element = dictionary! { "S" => node.role.tag(), "P" => parent };
        let home = node.kids.iter().find_map(|kid| match kid {
            Kid::Content { page, .. } => Some(*page),
            Kid::Node(_) => None,
        });
        if let Some(page) = home {
            element.set("Pg", pages[page]);
        }
        let mut kids: Vec<Object> = node
            .kids
            .iter()
            .map(|kid| match *kid {
                Kid::Node(node) => Object::Reference(ids[node]),
                Kid::Content { page, mcid } if Some(page) == home => integer(mcid),
                Kid::Content { page, mcid } => {
                    dictionary! { "Type" => "MCR", "Pg" => pages[page], "MCID" => integer(mcid) }.into()
                }
            })
            .collect();
        if kids.len() == 1 {
            element.set("K", kids.remove(0));
        } else if !kids.is_empty() {
            element.set("K", kids);
        }
        if let Some(scope) = node.role.scope() {
            element.set("A", dictionary! { "O" => "Table", "Scope" => scope });
        }
        if let Some(Picture { alt, frame }) = &node.picture {
            element.set("Alt", text(alt));
            let frame: Vec<Object> = frame.iter().map(|edge| Object::Real(*edge)).collect();
            element.set("A", dictionary! { "O" => "Layout", "Placement" => "Block", "BBox" => frame });
        }
        document.set_object(ids[number], element);
    }
    let mut numbers = Vec::new();
    for (page, owners) in tree.owners.iter().enumerate() {
        numbers.push(integer(page));
        let owners: Vec<Object> = owners.iter().map(|node| Object::Reference(ids[*node])).collect();
        numbers.push(Object::Reference(document.add_object(owners)));
    }
    let parents = document.add_object(dictionary! { "Nums" => numbers });
    document.set_object(
        root,
        dictionary! {
            "Type" => "StructTreeRoot",
            "K" => ids[DOCUMENT],
            "ParentTree" => parents,
            "ParentTreeNextKey" => integer(pages.len()),
        },
    );
    root
}

/// Bookmarks in the order of the document.
fn outlines(document: &mut Document, bookmarks: &[Bookmark], pages: &[ObjectId]) -> ObjectId {
    let root = document.new_object_id();
    let ids: Vec<ObjectId> = bookmarks.iter().map(|_| document.new_object_id()).collect();
    for (number, bookmark) in bookmarks.iter().enumerate() {
        let target = vec![
            Object::Reference(pages[bookmark.page]),
            "XYZ".into(),
            0.into(),
            Object::Real(bookmark.y),
            Object::Null,
        ];
        let mut entry = dictionary! { "Title" => text(&bookmark.title), "Parent" => root, "Dest" => target };
        if let Some(before) = number.checked_sub(1) {
            entry.set("Prev", ids[before]);
        }
        if let Some(next) = ids.get(number + 1) {
            entry.set("Next", *next);
        }
        document.set_object(ids[number], entry);
    }
    let mut outlines = dictionary! { "Type" => "Outlines", "Count" => integer(ids.len()) };
    if let (Some(first), Some(last)) = (ids.first(), ids.last()) {
        outlines.set("First", *first);
        outlines.set("Last", *last);
    }
    document.set_object(root, outlines);
    root
}

fn output_intent(document: &mut Document) -> Object {
    let profile = document.add_object(Stream::new(dictionary! { "N" => 3 }, icc::ready().plain.clone()));
    let intent = dictionary! {
        "Type" => "OutputIntent",
        "S" => "GTS_PDFA1",
        "OutputConditionIdentifier" => text("sRGB"),
        "Info" => text("sRGB IEC61966-2.1"),
        "DestOutputProfile" => profile,
    };
    Object::Reference(document.add_object(intent))
}

/// Embeds the XML as associated file; the office's import job finds it there as well as beside the PDF.
fn embed(document: &mut Document, xml: &[u8], at: Option<Timestamp>) -> ObjectId {
    let mut params = dictionary! { "Size" => integer(xml.len()) };
    if let Some(at) = at {
        params.set("ModDate", date(at));
    }
    let stream = dictionary! { "Type" => "EmbeddedFile", "Subtype" => "application/xml", "Params" => params };
    let stream = document.add_object(Stream::new(stream, xml.to_vec()));
    document.add_object(dictionary! {
        "Type" => "Filespec",
        "F" => text(XML_NAME),
        "UF" => text(XML_NAME),
        "Desc" => text("Die Angaben dieses Antrags als XML"),
        "AFRelationship" => "Data",
        "EF" => dictionary! { "F" => stream, "UF" => stream },
    })
}

/// The document information, saying the same as the XMP packet.
fn info(document: &mut Document, about: &About<'_>) {
    let mut info = dictionary! {
        "Title" => text(about.title),
        "Creator" => text(PRODUCER),
        "Producer" => text(PRODUCER),
    };
    if let Some(at) = about.at {
        info.set("CreationDate", date(at));
        info.set("ModDate", date(at));
    }
    if let Ok(old) = document.trailer.get(b"Info").and_then(Object::as_reference) {
        document.objects.remove(&old);
    }
    let info = document.add_object(info);
    document.trailer.set("Info", info);
}

/// A date of ISO 32000-1, 7.9.4, in UTC.
fn date(at: Timestamp) -> Object {
    Object::string_literal(at.strftime("D:%Y%m%d%H%M%SZ").to_string())
}

fn save(mut document: Document, about: &About<'_>) -> Result<Vec<u8>, PdfError> {
    let [regular, bold] = Weight::ALL.map(|weight| &weight.stock().font);
    pack(&mut document, &[icc::ready(), regular, bold]).map_err(write_error)?;
    let id = identifier(&document, about);
    document.trailer.set("ID", vec![id.clone(), id]);
    let mut bytes = Vec::with_capacity(64 * 1024);
    // Each object by itself with a plain table of places: what every reader of the next decades understands, and the fastest.
    document.reference_table.cross_reference_type = XrefType::CrossReferenceTable;
    document.save_to(&mut bytes).map_err(write_error)?;
    Ok(bytes)
}

/// printpdf gives every page empty dictionaries of images and the like.
fn drop_empty_resources(document: &mut Document) {
    for object in document.objects.values_mut() {
        if let Object::Dictionary(resources) = object
            && resources.has(b"Font")
            && !resources.has(b"Type")
        {
            let font: Dictionary =
                resources.get(b"Font").ok().map(|font| dictionary! { "Font" => font.clone() }).unwrap_or_default();
            *resources = font;
        }
    }
}
