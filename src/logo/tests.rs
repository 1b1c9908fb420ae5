//! Logos that are good, and every way of being none.

use std::path::Path;

use proptest::prelude::*;

use super::*;

/// A PNG of one colour.
fn png_of(width: u32, height: u32, colour: ::png::ColorType, pixel: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(colour);
    encoder.set_depth(::png::BitDepth::Eight);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&pixel.repeat(width as usize * height as usize)).unwrap();
    writer.finish().unwrap();
    bytes
}

fn svg(inside: &str) -> Vec<u8> {
    format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"200\" height=\"50\">\n{inside}</svg>").into_bytes()
}

fn pixels(logo: &Logo) -> Vec<u8> {
    let mut rgb = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::ZlibDecoder::new(&*logo.packed), &mut rgb).unwrap();
    assert_eq!(rgb.len(), logo.width as usize * logo.height as usize * 3);
    rgb
}

fn trouble(bytes: &[u8]) -> String {
    Logo::parse(bytes, "Wappen").unwrap_err().to_string()
}

#[test]
fn an_svg_is_drawn_as_sharp_as_it_is_printed() {
    let logo = Logo::parse(&svg("<rect width=\"100\" height=\"50\" fill=\"#f00\"/>"), "Rot und Weiß").unwrap();
    assert_eq!((logo.width, logo.height), (708, 177));
    let (width, height) = logo.size();
    assert!((width - 170.0).abs() < 0.5 && (height - 42.5).abs() < 0.5);
    let rgb = pixels(&logo);
    assert_eq!(rgb[..3], [255, 0, 0]);
    assert_eq!(rgb[rgb.len() - 3..], [255, 255, 255], "what is not painted is paper");
}

#[test]
fn transparency_is_laid_on_white() {
    let half = Logo::parse(&png_of(4, 2, ::png::ColorType::Rgba, &[255, 0, 0, 128]), "Rosa").unwrap();
    assert_eq!(pixels(&half)[..3], [255, 127, 127]);
    let clear = svg("<rect width=\"200\" height=\"50\" fill=\"#00f\" opacity=\".5\"/>");
    assert_eq!(pixels(&Logo::parse(&clear, "Hellblau").unwrap())[..3], [128, 128, 255]);
}

#[test]
fn every_colour_type_of_png_is_read() {
    for (colour, pixel) in [
        (::png::ColorType::Grayscale, &[9_u8][..]),
        (::png::ColorType::GrayscaleAlpha, &[9, 255]),
        (::png::ColorType::Rgb, &[9, 9, 9]),
        (::png::ColorType::Rgba, &[9, 9, 9, 255]),
    ] {
        assert_eq!(pixels(&Logo::parse(&png_of(3, 3, colour, pixel), "Grau").unwrap()), [9; 27], "{colour:?}");
    }
}

#[test]
fn a_small_picture_is_not_blown_up() {
    let small = Logo::parse(&png_of(40, 20, ::png::ColorType::Rgb, &[0, 0, 0]), "Klein").unwrap();
    assert_eq!(small.size(), (30.0, 15.0));
    let large = Logo::parse(&png_of(1000, 1000, ::png::ColorType::Rgb, &[0, 0, 0]), "Groß").unwrap();
    assert!((large.size().0 - 48.0).abs() < 0.01);
}

#[test]
fn what_cannot_be_a_logo_is_refused_with_its_reason() {
    assert_eq!(trouble(b"GIF89a"), "das ist weder PNG noch SVG");
    assert_eq!(trouble(b"\xff\xd8\xff\xe0 JPEG"), "das ist weder PNG noch SVG");
    assert_eq!(trouble(b"<html></html>"), "das ist weder PNG noch SVG");
    assert!(trouble(b"<svg").starts_with("das Bild ist beschädigt"));
    assert!(trouble(b"\x89PNG\r\n\x1a\nrest").starts_with("das Bild ist beschädigt"));
    let cut = png_of(300, 300, ::png::ColorType::Rgb, &[1, 2, 3]);
    assert!(trouble(&cut[..cut.len() - 40]).starts_with("das Bild ist beschädigt"));
    let many = png_of(1001, 1000, ::png::ColorType::Grayscale, &[0]);
    assert_eq!(trouble(&many), "das Bild hat 1001 mal 1000 Bildpunkte, erlaubt sind zusammen 1000000");
    assert_eq!(trouble(&vec![b' '; MOST_BYTES + 1]), "die Datei hat 200001 Byte, erlaubt sind 200000");
    assert_eq!(
        trouble(&svg("<rect width=\"9\" height=\"9\" fill=\"#fff\"/>")),
        "auf weißem Papier ist nichts davon zu sehen"
    );
    assert!(Logo::read(Path::new("/gibt/es/nicht.svg"), "x").unwrap_err().to_string().contains("nicht lesbar"));
}

#[test]
fn an_svg_with_fonts_files_scripts_or_copies_is_refused_with_its_place() {
    for name in ["text", "image", "script", "foreignObject", "use", "filter", "animate", "mask", "pattern"] {
        assert_eq!(
            trouble(&svg(&format!("<g>\n  <{name}/></g>"))),
            format!("Zeile 3, Spalte 3: das Element <{name}> wird nicht gezeichnet; wandeln Sie es in Pfade um")
        );
    }
    // Entities could stand for much.
    let bomb =
        b"<!DOCTYPE svg [<!ENTITY a \"aaaa\">]><svg xmlns=\"http://www.w3.org/2000/svg\"><title>&a;</title></svg>";
    assert!(trouble(bomb).starts_with("das Bild ist beschädigt"));
    let many = "<g/>".repeat(25_000);
    assert!(trouble(&svg(&many)).contains("nodes limit"), "{}", trouble(&svg(&many)));
}

#[test]
fn notes_of_drawing_programs_do_not_matter() {
    let drawn = svg(
        "<sodipodi:namedview xmlns:sodipodi=\"http://sodipodi.example\"/><metadata>x</metadata><circle r=\"20\" cx=\"25\" cy=\"25\"/>",
    );
    assert!(Logo::parse(&drawn, "Kreis").is_ok());
}

#[test]
fn the_demos_logo_is_good_and_small() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/mandanten/logo.svg");
    let logo = Logo::read(&file, "Beispiel").unwrap();
    assert!(logo.packed.len() < 12_000, "{}", logo.packed.len());
    assert_eq!(logo, Logo::read(&file, "Beispiel").unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_file_panics(head in prop_oneof![Just(&b"\x89PNG\r\n\x1a\n"[..]), Just(&b"<svg "[..]), Just(&b""[..])], rest in any::<Vec<u8>>()) {
        let _ = Logo::parse(&[head, &rest].concat(), "x");
    }

    #[test]
    fn a_picture_with_any_byte_changed_never_panics(at in 0_usize..2_000, to in any::<u8>()) {
        let mut png = png_of(30, 10, ::png::ColorType::Rgba, &[1, 200, 3, 99]);
        let demo = include_bytes!("../../config/mandanten/logo.svg");
        for bytes in [&mut png, &mut demo.to_vec()] {
            let length = bytes.len();
            bytes[at % length] = to;
            if let Ok(logo) = Logo::parse(bytes, "x") {
                prop_assert!(logo.width * logo.height <= png::MOST_PIXELS);
            }
        }
    }
}
