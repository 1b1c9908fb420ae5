//! Reads finished files back with lopdf and holds them against what PDF/A and PDF/UA want; veraPDF does so from outside.

use std::collections::{BTreeMap, BTreeSet};

use super::readback::{File, kids, plain};
use super::samples;
use crate::document::outline::Outline;
use crate::latin;

fn every_sample(check: impl Fn(&str, &Outline, &File)) {
    for (name, outline) in samples::all() {
        let file = File::of(&outline, outline.sealed.is_some().then_some(samples::XML));
        check(name, &outline, &file);
    }
}

#[test]
fn the_catalog_says_what_archives_and_screen_readers_ask() {
    every_sample(|name, outline, file| {
        let catalog = file.catalog();
        assert_eq!(file.get(catalog, "Lang").as_str().unwrap(), b"de");
        assert!(file.get(file.get(catalog, "MarkInfo").as_dict().unwrap(), "Marked").as_bool().unwrap());
        let preferences = file.get(catalog, "ViewerPreferences").as_dict().unwrap();
        assert!(file.get(preferences, "DisplayDocTitle").as_bool().unwrap());
        let intent = file.follow(&file.get(catalog, "OutputIntents").as_array().unwrap()[0]).as_dict().unwrap();
        assert_eq!(file.get(intent, "S").as_name().unwrap(), b"GTS_PDFA1");
        assert_eq!(
            file.get(intent, "DestOutputProfile").as_stream().unwrap().get_plain_content().unwrap(),
            super::icc::srgb()
        );
        let metadata = file.get(catalog, "Metadata").as_stream().unwrap();
        assert!(metadata.dict.get(b"Filter").is_err(), "{name}: archives read it without unpacking");
        let packet = String::from_utf8(metadata.content.clone()).unwrap();
        assert!(packet.contains("<pdfaid:part>3</pdfaid:part>") && packet.contains("<pdfuaid:part>1</pdfuaid:part>"));
        let info = file.get(&file.0.trailer, "Info").as_dict().unwrap();
        let title = lopdf::decode_text_string(file.get(info, "Title")).unwrap();
        assert!(packet.contains(&title) && title.contains(outline.leistung.trim_end()));
        assert_eq!(info.has(b"CreationDate"), outline.sealed.is_some());
        assert_eq!(file.0.version, "1.7");
        let outlines = file.get(catalog, "Outlines").as_dict().unwrap();
        let bookmarks = 1 + outline.sections.len() + usize::from(!outline.attachments.is_empty());
        assert_eq!(file.get(outlines, "Count").as_i64().unwrap(), i64::try_from(bookmarks).unwrap());
    });
}

#[test]
fn every_content_is_marked_once_and_found_from_both_sides() {
    every_sample(|name, _, file| {
        let contents = file.contents();
        let root = file.get(file.catalog(), "StructTreeRoot").as_dict().unwrap();
        let numbers = file.get(file.get(root, "ParentTree").as_dict().unwrap(), "Nums").as_array().unwrap();
        let mut seen = BTreeSet::new();
        for (place, page) in file.pages().into_iter().enumerate() {
            let dictionary = file.0.get_dictionary(page).unwrap();
            assert_eq!(file.get(dictionary, "StructParents").as_i64().unwrap(), i64::try_from(place).unwrap());
            assert_eq!(file.get(dictionary, "Tabs").as_name().unwrap(), b"S");
            let parents = file.follow(&numbers[2 * place + 1]).as_array().unwrap();
            let mut depth = 0;
            for operation in file.operations(page) {
                match operation.operator.as_str() {
                    "BDC" => {
                        depth += 1;
                        let properties = operation.operands[1].as_dict().unwrap();
                        let tag = plain(&operation.operands[0]);
                        if let Ok(mcid) = properties.get(b"MCID") {
                            let mcid = mcid.as_i64().unwrap();
                            assert_eq!(depth, 1);
                            assert!(seen.insert((page, mcid)), "{name}: numbers are used once");
                            let owner = contents[&(page, mcid)];
                            assert_eq!(parents[usize::try_from(mcid).unwrap()].as_reference().unwrap(), owner);
                            let element = file.0.get_dictionary(owner).unwrap();
                            assert_eq!(plain(element.get(b"S").unwrap()), tag);
                        } else {
                            assert!(tag == "Artifact" || tag == "Span", "{name}: {tag}");
                        }
                    }
                    "EMC" => depth -= 1,
                    "TJ" | "Tj" | "f" | "re" | "Do" | "S" => assert!(depth > 0, "{name}: nothing is shown unmarked"),
                    _ => {}
                }
                assert!(depth >= 0);
            }
            assert_eq!(depth, 0, "{name}: what begins ends");
        }
        assert_eq!(seen, contents.keys().copied().collect());
    });
}

#[test]
fn headings_and_tables_are_well_formed() {
    every_sample(|name, outline, file| {
        let roles = file.roles();
        let count = |role: &str| roles.iter().filter(|other| *other == role).count();
        assert_eq!(count("H1"), 1, "{name}");
        assert_eq!(count("Figure"), usize::from(outline.logo.is_some()), "{name}");
        assert_eq!(count("H2"), outline.sections.len() + usize::from(!outline.attachments.is_empty()));
        let rows: usize = outline.sections.iter().map(|section| section.rows.len()).sum();
        assert!(count("TR") >= rows + 2);
        for (_, element) in file.elements() {
            let kids: Vec<String> = kids(element)
                .iter()
                .filter_map(|kid| kid.as_reference().ok())
                .map(|kid| plain(file.0.get_dictionary(kid).unwrap().get(b"S").unwrap()))
                .collect();
            match plain(element.get(b"S").unwrap()).as_str() {
                "TR" => assert!(kids == ["TH", "TD"] || kids == ["TH", "TD", "TD"] || kids == ["TH", "TH", "TH"]),
                "Table" => assert!(!kids.is_empty() && kids.iter().all(|kid| kid == "TR")),
                "TH" => assert!(element.get(b"A").unwrap().as_dict().unwrap().has(b"Scope")),
                "Figure" => {
                    assert_eq!(
                        lopdf::decode_text_string(element.get(b"Alt").unwrap()).unwrap(),
                        outline.logo.as_ref().unwrap().alt
                    );
                    assert_eq!(
                        file.get(element.get(b"A").unwrap().as_dict().unwrap(), "BBox").as_array().unwrap().len(),
                        4
                    );
                }
                "TD" => assert!(kids.iter().all(|kid| kid == "P")),
                _ => {}
            }
        }
    });
}

#[test]
fn fonts_are_embedded_and_every_code_means_something() {
    every_sample(|name, _, file| {
        for page in file.pages() {
            let dictionary = file.0.get_dictionary(page).unwrap();
            let fonts = file.get(file.get(dictionary, "Resources").as_dict().unwrap(), "Font").as_dict().unwrap();
            for (_, font) in fonts {
                let font = file.follow(font).as_dict().unwrap();
                let child = file.follow(&file.get(font, "DescendantFonts").as_array().unwrap()[0]).as_dict().unwrap();
                let descriptor = file.get(child, "FontDescriptor").as_dict().unwrap();
                let program = file.get(descriptor, "FontFile2").as_stream().unwrap().get_plain_content().unwrap();
                assert!(program.starts_with(&[0, 1, 0, 0]) && program.len() < 60_000, "{name}");
            }
            for meaning in file.unicode(page).values().flat_map(BTreeMap::values) {
                assert!(!meaning.contains(['\0', '\u{feff}', '\u{fffe}']), "{name}: {meaning:?}");
            }
        }
    });
}

#[test]
fn the_xml_is_embedded_byte_for_byte_and_only_when_given() {
    let file = File::of(&samples::pilot(), Some(samples::XML));
    let associated = file.get(file.catalog(), "AF").as_array().unwrap();
    let names = file.get(file.get(file.catalog(), "Names").as_dict().unwrap(), "EmbeddedFiles").as_dict().unwrap();
    let names = file.get(names, "Names").as_array().unwrap();
    assert_eq!(names[0].as_str().unwrap(), b"XML-Daten.xml");
    assert_eq!(names[1], associated[0]);
    let specification = file.follow(&associated[0]).as_dict().unwrap();
    assert_eq!(file.get(specification, "AFRelationship").as_name().unwrap(), b"Data");
    let stream = file.get(file.get(specification, "EF").as_dict().unwrap(), "F").as_stream().unwrap();
    assert_eq!(stream.get_plain_content().unwrap(), samples::XML);
    assert_eq!(stream.dict.get(b"Subtype").unwrap().as_name().unwrap(), b"application/xml");

    let preview = File::of(&Outline { sealed: None, ..samples::pilot() }, None);
    assert!(!preview.catalog().has(b"AF") && !preview.catalog().has(b"Names"));
}

#[test]
fn the_logo_is_drawn_once_in_plain_colours() {
    every_sample(|name, outline, file| {
        let pictures: Vec<&lopdf::Stream> = file
            .0
            .objects
            .values()
            .filter_map(|object| object.as_stream().ok())
            .filter(|stream| stream.dict.get(b"Subtype").is_ok_and(|subtype| *subtype == "Image".into()))
            .collect();
        assert_eq!(pictures.len(), usize::from(outline.logo.is_some()), "{name}");
        for picture in pictures {
            assert_eq!(*picture.dict.get(b"ColorSpace").unwrap(), "DeviceRGB".into());
            assert!(!picture.dict.has(b"SMask") && !picture.dict.has(b"Interpolate"), "{name}");
            let drawn: usize = file
                .pages()
                .into_iter()
                .map(|page| file.operations(page).iter().filter(|operation| operation.operator == "Do").count())
                .sum();
            assert_eq!(drawn, 1, "{name}");
        }
    });
}

#[test]
fn a_logo_takes_no_room_from_the_answers_and_nothing_stands_on_it() {
    for (name, outline) in samples::all().into_iter().filter(|(_, outline)| outline.logo.is_some()) {
        let pages = super::sheet::lay_out(&outline);
        let (wide, high) = outline.logo.as_ref().unwrap().size();
        let left = super::page::LEFT + super::page::COLUMN - wide;
        let lower = super::page::HEIGHT - super::page::TOP - high;
        for item in &pages.sheets[0] {
            let super::page::Item::Text { mark: super::page::Mark::Content { .. }, style, lines } = item else {
                continue;
            };
            for line in lines {
                let right = line.x + line.line.ink * style.size / 1000.0;
                assert!(right < left || line.y + style.size < lower, "{name}: {}", line.line.text());
            }
        }
    }
    let first_section = |logo| super::sheet::lay_out(&Outline { logo, ..samples::pilot() }).bookmarks[1].y;
    assert!((first_section(None) - first_section(Some(samples::logo()))).abs() < 0.01);
}

#[test]
fn the_same_outline_gives_the_same_bytes_and_another_gives_another_identifier() {
    let once = super::print(&samples::exotic(), Some(samples::XML)).unwrap();
    assert_eq!(once, super::print(&samples::exotic(), Some(samples::XML)).unwrap());
    let id = |outline: &Outline| File::of(outline, None).0.trailer.get(b"ID").unwrap().clone();
    assert_ne!(id(&samples::pilot()), id(&samples::exotic()));
}

#[test]
fn the_text_says_everything_in_reading_order() {
    let mut outline = samples::pilot();
    let file = File::of(&outline, None);
    let said = file.text();
    let mut at = 0;
    let mut next = |text: &str| {
        let found = said[at..].find(text).unwrap_or_else(|| panic!("{text:?} is missing after {:?}", &said[..at]));
        at += found + text.len();
    };
    for text in [&outline.mandant, &outline.form_title, &outline.leistung, &outline.pst_id] {
        next(text);
    }
    next("20200619337550065600");
    next("19.06.2020 09:22 MESZ");
    next("Stadt Möckern - BürgerserviceAm Markt 1039291 Möckern");
    for section in &outline.sections {
        next(&section.heading());
        for row in &section.rows {
            next(&row.label);
            if let Some(wording) = &row.wording {
                next(wording);
            }
            for line in row.value.lines() {
                next(line);
            }
        }
    }
    for file in &outline.attachments {
        next(&file.name);
        next(&file.sha512[..16]);
    }
    // In winter the zone has another name.
    outline.sealed.as_mut().unwrap().at = "2020-12-19T09:22:35+01:00".parse().unwrap();
    assert!(File::of(&outline, None).text().contains("19.12.2020 09:22 MEZ"));
}

#[test]
fn the_pilots_pdf_says_what_it_always_said() {
    let outline = Outline { logo: Some(samples::logo()), ..samples::pilot() };
    insta::assert_snapshot!(File::of(&outline, Some(samples::XML)).told());
}

#[test]
fn strange_characters_are_shown_as_replacement_and_marks_are_kept() {
    let said = File::of(&samples::exotic(), None).text();
    assert!(said.contains("C\u{304}eren Živko L\u{302}ubica"));
    assert!(said.contains("\u{fffd}\u{fffd} und \u{fffd} und \u{fffd}."));
    assert!(said.contains("a b c d ef\u{a0}g"));
    assert!(said.contains("gesetzgebungsverfahrensbeschleunigungsverordnung"));
    assert!(said.contains(&"0123456789abcdef".repeat(40)));
}

#[test]
fn every_character_and_sequence_of_din_91379_comes_back() {
    let file = File::of(&samples::din_91379(), None);
    let said = file.text();
    for word in samples::characters().iter().map(String::as_str).chain(latin::sequences().iter().copied()) {
        assert!(said.contains(word), "{word:?}");
    }
    assert_eq!(latin::sequences().len(), 149);
    // Some readers lose what follows an inner ActualText; these characters get by without.
    for page in file.pages() {
        assert!(
            file.operations(page)
                .iter()
                .all(|operation| operation.operands.first().is_none_or(|tag| *tag != "Span".into()))
        );
    }
}

#[test]
fn every_page_has_its_number_and_the_mark_of_a_test_or_draft() {
    every_sample(|name, outline, file| {
        let pages = super::sheet::lay_out(outline);
        assert_eq!(pages.sheets.len(), file.pages().len());
        let count = pages.sheets.len();
        for (place, items) in pages.sheets.iter().enumerate() {
            let stamps: Vec<String> = items
                .iter()
                .filter_map(|item| match item {
                    super::page::Item::Text { mark: super::page::Mark::Pagination(_), lines, .. } => {
                        Some(lines[0].line.text())
                    }
                    _ => None,
                })
                .collect();
            assert!(stamps.contains(&format!("Seite {} von {count}", place + 1)), "{name}: {stamps:?}");
            let number = outline.sealed.as_ref().map(|sealed| format!("Vorgangsnummer {}", sealed.vorgangsnummer));
            assert!(stamps.contains(&number.unwrap_or_else(|| "Entwurf – noch nicht eingereicht".to_owned())));
            assert_eq!(stamps.contains(&"TEST – kein echter Antrag".to_owned()), outline.test);
        }
    });
}

#[test]
fn no_line_leaves_the_column_and_no_heading_stands_alone_at_the_foot() {
    for (name, outline) in samples::all() {
        let pages = super::sheet::lay_out(&outline);
        for items in &pages.sheets {
            let mut last = "";
            for item in items {
                let super::page::Item::Text { mark: super::page::Mark::Content { tag, .. }, style, lines } = item
                else {
                    continue;
                };
                last = tag;
                for line in lines {
                    let right = line.x + line.line.ink * style.size / 1000.0;
                    assert!(right <= super::page::LEFT + super::page::COLUMN + 0.1, "{name}: {:?}", line.line.text());
                    assert!(line.y >= super::page::BOTTOM && line.y < super::page::HEIGHT - super::page::TOP, "{name}");
                }
            }
            assert!(last != "H2" && last != "TH", "{name}");
        }
    }
}

#[test]
fn rows_that_fit_on_a_page_are_not_torn() {
    for (name, outline) in samples::all() {
        let pages = super::sheet::lay_out(&outline);
        let tree = &pages.tree;
        let page_of = |node: usize| {
            let mut open = vec![node];
            let mut found = BTreeSet::new();
            while let Some(node) = open.pop() {
                for kid in &tree.nodes[node].kids {
                    match kid {
                        super::tree::Kid::Node(node) => open.push(*node),
                        super::tree::Kid::Content { page, .. } => {
                            found.insert(*page);
                        }
                    }
                }
            }
            found
        };
        for (number, node) in tree.nodes.iter().enumerate() {
            let torn = page_of(number).len() > 1;
            if node.role == super::tree::Role::Row && torn {
                assert!(["lang", "laengster"].contains(&name), "{name}: only free text of many pages is torn");
            }
        }
    }
}

#[test]
fn twenty_pages_of_text_have_twenty_pages() {
    let pages = File::of(&samples::many_pages(20), None).pages().len();
    assert!((17..=22).contains(&pages), "{pages}");
}
