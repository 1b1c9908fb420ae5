//! SVG → pixels, by resvg. Only shapes and gradients: what needs fonts, other files or scripts is refused by name.

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::roxmltree::{Document, ParsingOptions};
use resvg::usvg::{Options, Tree};

use super::{BOX, LogoError, Picture, SHARP};

/// Elements and texts of a file; a drawn logo has some dozens.
const MOST_NODES: u32 = 20_000;
const SVG: &str = "http://www.w3.org/2000/svg";
/// Elements that are drawn as they are, or that are not meant to be seen. `use` is missing because a few nested ones can
/// stand for millions.
const KNOWN: [&str; 18] = [
    "svg",
    "g",
    "defs",
    "title",
    "desc",
    "metadata",
    "style",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "linearGradient",
    "radialGradient",
    "stop",
    "clipPath",
];

/// Draws an SVG as large as it is printed, on white.
pub(super) fn draw(text: &str) -> Result<Picture, LogoError> {
    // A document type may bring entities that stand for much; entities are not needed.
    let options = ParsingOptions { nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = match Document::parse_with_options(text, options) {
        Ok(document) => document,
        Err(_) if !text.trim_start().starts_with('<') => return Err(LogoError::Type),
        Err(error) => return Err(LogoError::Broken(error.to_string())),
    };
    if !document.root_element().has_tag_name((SVG, "svg")) {
        return Err(LogoError::Type);
    }
    // Drawing programs leave notes of their own in other namespaces.
    let foreign = document.root_element().descendants().find(|node| {
        node.is_element() && node.tag_name().namespace() == Some(SVG) && !KNOWN.contains(&node.tag_name().name())
    });
    if let Some(node) = foreign {
        let at = document.text_pos_at(node.range().start);
        return Err(LogoError::Element { name: node.tag_name().name().to_owned(), line: at.row, column: at.col });
    }
    let tree =
        Tree::from_xmltree(&document, &Options::default()).map_err(|error| LogoError::Broken(error.to_string()))?;
    let size = tree.size();
    let scale = (BOX.0 / size.width()).min(BOX.1 / size.height()) * SHARP;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and the box, by the scale")]
    let pixels = |length: f32| (length * scale).round().max(1.0) as u32;
    let mut map = Pixmap::new(pixels(size.width()), pixels(size.height()))
        .ok_or_else(|| LogoError::Broken("kein Maß".to_owned()))?;
    map.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut map.as_mut());
    let rgb = map.pixels().iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect();
    Ok(Picture { width: map.width(), height: map.height(), rgb })
}
