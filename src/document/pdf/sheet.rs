//! The application as clerks read it: which text of the outline stands where.

use super::clean::{clean, clean_line};
use super::face::Weight;
use super::page::{Align, BOTTOM, COLUMN, HEIGHT, Item, LEFT, Mark, Pages, Rule, Stack, Style, TOP, beginning};
use super::tree::{DOCUMENT, NodeId, Role};
use crate::document::outline::{Attachment, Outline, Row};
use crate::words::dates;
use crate::words::tongue::GERMAN;

/// Said instead of a Vorgangsnummer.
pub(super) const DRAFT: &str = "Entwurf – noch nicht eingereicht";
/// Said on every page of a test.
const TEST: &str = "TEST – kein echter Antrag";

const TITLE: Style = Style { weight: Weight::Bold, size: 18.0, leading: 23.0, grey: 0.0 };
const HEADING: Style = Style { weight: Weight::Bold, size: 13.5, leading: 18.0, grey: 0.0 };
const LABEL: Style = Style { weight: Weight::Regular, size: 10.0, leading: 13.0, grey: 0.32 };
const VALUE: Style = Style { weight: Weight::Regular, size: 11.5, leading: 15.0, grey: 0.0 };
const STRONG: Style = Style { weight: Weight::Bold, size: 11.5, leading: 15.0, grey: 0.0 };
const SMALL: Style = Style { weight: Weight::Regular, size: 10.0, leading: 13.0, grey: 0.25 };
const FILE: Style = Style { weight: Weight::Regular, size: 10.5, leading: 14.0, grey: 0.0 };
/// White on a dark bar.
const ALARM: Style = Style { weight: Weight::Bold, size: 12.0, leading: 16.0, grey: 1.0 };

const COLUMNS: u8 = 3;
const GAP: f32 = 14.0;
const CELL: f32 = (COLUMN - 2.0 * GAP) / 3.0;
/// A question of more lines than this is not put into a narrow column.
const NARROW_LABEL_LINES: usize = 2;
const BETWEEN_ROWS: f32 = 4.0;

/// The document's title, for the title bar and for archives.
pub(super) fn title(outline: &Outline) -> String {
    let number = outline.sealed.as_ref().map_or(DRAFT, |sealed| sealed.vorgangsnummer.as_str());
    let test = if outline.test { "TEST – " } else { "" };
    clean_line(&format!("{test}{}: {} – {number}", outline.form_title, outline.leistung)).into_owned()
}

/// Lays a whole outline out.
pub(super) fn lay_out(outline: &Outline) -> Pages {
    let mut pages = Pages::new();
    head(&mut pages, outline);
    for section in &outline.sections {
        let heading = clean_line(&section.heading()).into_owned();
        let (h2, table) = open_section(&mut pages, &heading, !section.rows.is_empty());
        let rows = visual_rows(&mut pages, table, &section.rows);
        close_section(&mut pages, h2, &heading, rows, &[]);
    }
    if !outline.attachments.is_empty() {
        attachments(&mut pages, &outline.attachments);
    }
    stamps(&mut pages, outline);
    pages
}

fn head(pages: &mut Pages, outline: &Outline) {
    let mut stack = Stack::new();
    let (beside, high) = outline.logo.as_ref().map_or((0.0, 0.0), |logo| {
        pages.logo(logo);
        (logo.size().0 + GAP, logo.size().1)
    });
    for text in [&outline.mandant, &outline.form_title] {
        let p = pages.tree.add(DOCUMENT, Role::P);
        stack.push(pages.wording(p, SMALL, &clean_line(text), 0.0, COLUMN - beside));
    }
    pages.place(vec![std::mem::take(&mut stack)]);
    pages.space(6.0);
    let h1 = pages.tree.add(DOCUMENT, Role::H1);
    let title = clean_line(&outline.leistung).into_owned();
    let text = pages.wording(h1, TITLE, &title, 0.0, COLUMN - beside);
    bookmark(pages, title);
    pages.place(vec![vec![text]]);
    let below = pages.top() - (HEIGHT - TOP - high);
    if pages.page() == 0 && below > 0.0 {
        pages.space(below);
    }
    paragraph(pages, DOCUMENT, SMALL, &format!("pstId {}", outline.pst_id), &mut stack);
    if outline.test {
        paragraph(pages, DOCUMENT, STRONG, &format!("{TEST}. Bitte nicht bearbeiten."), &mut stack);
        stack.last_mut().expect("a paragraph was added").above = 6.0;
    }
    pages.place(vec![stack]);
    pages.space(8.0);

    let table = pages.tree.add(DOCUMENT, Role::Table);
    let mut first = Vec::new();
    if let Some(sealed) = &outline.sealed {
        first.push(fact(pages, table, "Vorgangsnummer", std::slice::from_ref(&sealed.vorgangsnummer), 0.0, 2.0));
        first.push(fact(pages, table, "Eingereicht am", &[dates::date_and_time(sealed.at)], 2.0 * (CELL + GAP), 1.0));
    } else {
        first.push(fact(pages, table, "Stand", &[DRAFT.to_owned()], 0.0, 3.0));
    }
    let mut rows = vec![first];
    let mut office = vec![outline.stelle.clone().unwrap_or_else(|| GERMAN.unanswered.to_owned())];
    office.extend(outline.stelle_anschrift.iter().cloned());
    rows.push(vec![fact(pages, table, "Zuständige Stelle", &office, 0.0, 3.0)]);
    table_rows(pages, rows, &[]);
}

/// A heading cell with the lines of its answer below it, `cells` wide.
fn fact(pages: &mut Pages, table: NodeId, label: &str, values: &[String], x: f32, cells: f32) -> Stack {
    let width = cells * CELL + (cells - 1.0) * GAP;
    let row = pages.tree.add(table, Role::Row);
    let th = pages.tree.add(row, Role::RowHeader);
    let td = pages.tree.add(row, Role::Cell);
    let mut stack = vec![pages.wording(th, LABEL, &clean_line(label), x, width)];
    value_boxes(pages, td, VALUE, &values.join("\n"), (x, width), &mut stack);
    stack
}

fn paragraph(pages: &mut Pages, parent: NodeId, style: Style, text: &str, stack: &mut Stack) {
    let p = pages.tree.add(parent, Role::P);
    stack.push(pages.text(p, style, &clean_line(text), 0.0, COLUMN));
}

/// The value of a cell: its lines are paragraphs; empty lines are space.
fn value_boxes(pages: &mut Pages, cell: NodeId, style: Style, value: &str, (x, width): (f32, f32), stack: &mut Stack) {
    let value = clean(value);
    let value = value.trim_matches('\n');
    let mut above = 0.0;
    let single = !value.contains('\n');
    for line in value.split('\n') {
        if !single && line.trim_matches(' ').is_empty() {
            above += style.leading * 0.6;
            continue;
        }
        let node = if single { cell } else { pages.tree.add(cell, Role::P) };
        let mut text = pages.text(node, style, line, x, width);
        // Hundreds of empty lines are still one gap.
        text.above = above.min(style.leading * 2.0);
        above = 0.0;
        stack.push(text);
    }
}

fn open_section(pages: &mut Pages, heading: &str, has_rows: bool) -> (Stack, NodeId) {
    let h2 = pages.tree.add(DOCUMENT, Role::H2);
    let table = if has_rows { pages.tree.add(DOCUMENT, Role::Table) } else { DOCUMENT };
    (vec![pages.wording(h2, HEADING, heading, 0.0, COLUMN)], table)
}

/// Places a heading with its rows; it never stands alone at the foot of a page, and neither do the headings of `columns`,
/// which are the first row and are repeated on every further page.
fn close_section(pages: &mut Pages, heading: Stack, title: &str, rows: Vec<Vec<Stack>>, columns: &[(&str, f32)]) {
    let together = if columns.is_empty() { 1 } else { 2 };
    let first: f32 = rows.iter().take(together).map(|row| row_height(row)).sum();
    pages.space(16.0);
    if beginning(&heading) + first > pages.room() {
        pages.turn();
    }
    bookmark(pages, title.to_owned());
    pages.place(vec![heading]);
    pages.space(1.5);
    table_rows(pages, rows, columns);
}

/// What a row needs at least, with its hair line.
fn row_height(row: &[Stack]) -> f32 {
    row.iter().map(|stack| beginning(stack)).fold(0.0, f32::max) + 2.0 * BETWEEN_ROWS
}

fn bookmark(pages: &mut Pages, title: String) {
    let (page, y) = (pages.page(), pages.top());
    pages.bookmarks.push(super::page::Bookmark { title, page, y });
}

/// Places rows with a hair line above each. `columns` are headings to repeat on every further page, with their place.
fn table_rows(pages: &mut Pages, rows: Vec<Vec<Stack>>, columns: &[(&str, f32)]) {
    for row in rows {
        if row_height(&row) > pages.room() {
            pages.turn();
            pages.repeat(LABEL, columns);
        }
        pages.rule(0.5, 0.72);
        pages.advance(BETWEEN_ROWS);
        pages.place(row);
        pages.space(BETWEEN_ROWS);
    }
}

/// One question, ready to be placed: how many cells it takes.
struct Cell {
    stack: Stack,
    cells: u8,
}

/// Puts questions side by side: short ones in one cell of three, longer ones in two, long ones alone.
fn visual_rows(pages: &mut Pages, table: NodeId, rows: &[Row]) -> Vec<Vec<Stack>> {
    let mut result: Vec<Vec<Stack>> = Vec::new();
    let mut taken = COLUMNS;
    for row in rows {
        let node = pages.tree.add(table, Role::Row);
        let cell = question(pages, node, row);
        if taken + cell.cells > COLUMNS {
            result.push(Vec::new());
            taken = 0;
        }
        let shift = f32::from(taken) * (CELL + GAP);
        let stack = cell.stack.into_iter().map(|mut text| {
            text.x += shift;
            text
        });
        result.last_mut().expect("a row was begun").push(stack.collect());
        taken += cell.cells;
    }
    result
}

fn question(pages: &mut Pages, row: NodeId, question: &Row) -> Cell {
    let th = pages.tree.add(row, Role::RowHeader);
    let td = pages.tree.add(row, Role::Cell);
    let label = clean_line(&question.label).into_owned();
    let value = if question.answered { clean(&question.value).into_owned() } else { GERMAN.unanswered.to_owned() };
    let heading = if question.wording.is_some() { STRONG } else { LABEL };
    if !question.long && question.wording.is_none() && !value.contains('\n') {
        for (cells, width) in [(1, CELL), (2, 2.0 * CELL + GAP)] {
            let head = pages.wording(th, heading, &label, 0.0, width);
            let body = pages.text(td, VALUE, &value, 0.0, width);
            if head.lines.len() <= NARROW_LABEL_LINES && body.lines.len() == 1 {
                return Cell { stack: vec![head, body], cells };
            }
        }
    }
    let mut stack = vec![pages.wording(th, heading, &label, 0.0, COLUMN)];
    if let Some(wording) = &question.wording {
        declaration(pages, td, wording, &value, &mut stack);
    } else {
        value_boxes(pages, td, VALUE, &value, (0.0, COLUMN), &mut stack);
    }
    Cell { stack, cells: COLUMNS }
}

fn declaration(pages: &mut Pages, td: NodeId, wording: &str, value: &str, stack: &mut Stack) {
    wording_paragraphs(pages, td, VALUE, wording, stack);
    let from = stack.len();
    // What is answered to a declaration is the program's word, too.
    wording_paragraphs(pages, td, STRONG, &format!("Antwort: {value}"), stack);
    if let Some(first) = stack.get_mut(from) {
        first.above = 2.0;
    }
}

/// As [`value_boxes`], but of wordings and always in paragraphs, because other text follows in the same cell.
fn wording_paragraphs(pages: &mut Pages, cell: NodeId, style: Style, text: &str, stack: &mut Stack) {
    for line in clean(text).split('\n').filter(|line| !line.trim_matches(' ').is_empty()) {
        let p = pages.tree.add(cell, Role::P);
        stack.push(pages.wording(p, style, line, 0.0, COLUMN));
    }
}

fn attachments(pages: &mut Pages, files: &[Attachment]) {
    let heading = "Anlagen";
    let (h2, table) = open_section(pages, heading, true);
    let columns = [("Datei", 0.0), ("Größe", COLUMN - 205.0), ("SHA-512 (Anfang)", COLUMN - 130.0)];
    let widths = [COLUMN - 215.0, 65.0, 130.0];
    let row = pages.tree.add(table, Role::Row);
    let mut cells = Vec::new();
    for ((text, x), width) in columns.into_iter().zip(widths) {
        let th = pages.tree.add(row, Role::ColumnHeader);
        cells.push(vec![pages.wording(th, LABEL, text, x, width)]);
    }
    let mut rows = vec![cells];
    for file in files {
        let row = pages.tree.add(table, Role::Row);
        let digest: String = file.sha512.chars().take(16).collect();
        let texts = [file.name.clone(), GERMAN.length(file.length), digest];
        let mut cells = Vec::new();
        for (place, text) in texts.into_iter().enumerate() {
            let cell = pages.tree.add(row, if place == 0 { Role::RowHeader } else { Role::Cell });
            cells.push(vec![pages.text(cell, FILE, &clean_line(&text), columns[place].1, widths[place])]);
        }
        rows.push(cells);
    }
    close_section(pages, h2, heading, rows, &columns);
}

/// Header and footer of every page, once their number is known.
fn stamps(pages: &mut Pages, outline: &Outline) {
    let count = pages.sheets.len();
    let number = match &outline.sealed {
        Some(sealed) => format!("Vorgangsnummer {}", clean_line(&sealed.vorgangsnummer)),
        None => DRAFT.to_owned(),
    };
    let footer = Mark::Pagination("Footer");
    let header = Mark::Pagination("Header");
    for page in 0..count {
        let rule = Rule { x: LEFT, y: BOTTOM - 14.0, width: COLUMN, height: 0.5, grey: 0.5 };
        pages.sheets[page].push(Item::Rule { mark: footer, rule });
        pages.stamp(page, footer, SMALL, &number, BOTTOM - 28.0, Align::Left);
        pages.stamp(page, footer, SMALL, &format!("Seite {} von {count}", page + 1), BOTTOM - 28.0, Align::Right);
        let mark = if outline.test { Some(TEST) } else { outline.sealed.is_none().then_some(DRAFT) };
        if let Some(mark) = mark {
            let bar = Rule { x: LEFT, y: HEIGHT - 48.0, width: COLUMN, height: 22.0, grey: 0.15 };
            pages.sheets[page].push(Item::Rule { mark: header, rule: bar });
            pages.stamp(page, header, ALARM, mark, HEIGHT - 41.0, Align::Centre);
        }
    }
}
