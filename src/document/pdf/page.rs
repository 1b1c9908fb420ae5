//! Puts text boxes onto pages, from top to bottom, and opens new pages.

use super::face::{ASCENT, Weight};
use super::shape::Shaper;
use super::tree::{DOCUMENT, NodeId, Picture, Role, Tree};
use super::wording::wrap_wording;
use super::wrap::{Line, wrap};
use crate::logo::Logo;

/// A4 in points.
pub(super) const WIDTH: f32 = 595.276;
/// A4 in points.
pub(super) const HEIGHT: f32 = 841.89;
/// Left margin, wide enough for a punch.
pub(super) const LEFT: f32 = 68.0;
/// Right margin.
pub(super) const RIGHT: f32 = 51.0;
/// From the upper edge to the first line.
pub(super) const TOP: f32 = 64.0;
/// From the lower edge to the last line; the footer stands below.
pub(super) const BOTTOM: f32 = 68.0;
/// Width of the text.
pub(super) const COLUMN: f32 = WIDTH - LEFT - RIGHT;
/// Height of the text.
pub(super) const FULL: f32 = HEIGHT - TOP - BOTTOM;
/// What is higher than this may be torn; the rest of a page is for the hair lines and repeated headings around it.
const TALLEST: f32 = FULL - 36.0;

/// How text looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Style {
    /// Face.
    pub(super) weight: Weight,
    /// Size in points.
    pub(super) size: f32,
    /// From base line to base line in points.
    pub(super) leading: f32,
    /// Grey from 0 (black) to 1; text stays below 0.4 so that its contrast exceeds 5:1.
    pub(super) grey: f32,
}

/// A paragraph, wrapped and owned by a structure element.
#[derive(Debug)]
pub(super) struct TextBox {
    /// Owner.
    pub(super) node: NodeId,
    /// Look.
    pub(super) style: Style,
    /// Lines from top to bottom.
    pub(super) lines: Vec<Line>,
    /// From the left margin.
    pub(super) x: f32,
    /// Space above, left out at the top of a page.
    pub(super) above: f32,
}

impl TextBox {
    fn line_height(&self, line: usize) -> f32 {
        self.style.leading + if line == 0 { self.above } else { 0.0 }
    }
}

/// Boxes that stand below each other.
pub(super) type Stack = Vec<TextBox>;

/// Height of a stack in points.
pub(super) fn height(stack: &[TextBox]) -> f32 {
    stack.iter().map(|text| (0..text.lines.len()).map(|line| text.line_height(line)).sum::<f32>()).sum()
}

/// What must stay together: a whole stack, or the first three lines of one that is higher than a page.
pub(super) fn beginning(stack: &[TextBox]) -> f32 {
    let whole = height(stack);
    if whole <= TALLEST {
        return whole;
    }
    stack.iter().flat_map(|text| (0..text.lines.len()).map(|line| text.line_height(line))).take(3).sum()
}

/// What a piece of content is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Mark {
    /// Content of the structure tree.
    Content {
        /// Structure type, for the tag.
        tag: &'static str,
        /// Number on the page.
        mcid: usize,
    },
    /// Repeated on every page: `Header` or `Footer`.
    Pagination(&'static str),
    /// Decoration.
    Layout,
}

/// A line of text at its place; `y` from the lower edge.
#[derive(Debug)]
pub(super) struct Placed {
    /// From the left edge.
    pub(super) x: f32,
    /// Base line from the lower edge.
    pub(super) y: f32,
    /// The words.
    pub(super) line: Line,
}

/// A filled rectangle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    /// From the left edge.
    pub(super) x: f32,
    /// From the lower edge.
    pub(super) y: f32,
    /// Width.
    pub(super) width: f32,
    /// Height.
    pub(super) height: f32,
    /// Grey from 0 (black) to 1.
    pub(super) grey: f32,
}

/// One marked piece of a page.
#[derive(Debug)]
pub(super) enum Item {
    /// Lines of one look.
    Text {
        /// What they are.
        mark: Mark,
        /// How they look.
        style: Style,
        /// Where they stand.
        lines: Vec<Placed>,
    },
    /// A rule.
    Rule {
        /// What it is.
        mark: Mark,
        /// Where it is.
        rule: Rule,
    },
    /// The logo.
    Logo {
        /// What it is.
        mark: Mark,
        /// Left, lower, right and upper edge.
        frame: [f32; 4],
    },
}

/// Where a stamp stands between the margins.
#[derive(Clone, Copy, Debug)]
pub(super) enum Align {
    /// Flush left.
    Left,
    /// In the middle.
    Centre,
    /// Flush right.
    Right,
}

/// A place to which a bookmark leads.
#[derive(Debug)]
pub(super) struct Bookmark {
    /// What it is called.
    pub(super) title: String,
    /// Page from 0.
    pub(super) page: usize,
    /// Upper edge of the heading.
    pub(super) y: f32,
}

/// The pages so far.
pub(super) struct Pages {
    /// Words.
    pub(super) shaper: Shaper,
    /// Structure.
    pub(super) tree: Tree,
    /// Content of each page.
    pub(super) sheets: Vec<Vec<Item>>,
    /// Headings.
    pub(super) bookmarks: Vec<Bookmark>,
    used: f32,
}

impl Pages {
    /// One empty page.
    pub(super) fn new() -> Self {
        Self { shaper: Shaper::new(), tree: Tree::new(), sheets: vec![Vec::new()], bookmarks: Vec::new(), used: 0.0 }
    }

    /// Wraps a clean line of text into a box of `width` points.
    pub(super) fn text(&mut self, node: NodeId, style: Style, text: &str, x: f32, width: f32) -> TextBox {
        let lines = wrap(&mut self.shaper, style.weight, text, width * 1000.0 / style.size);
        TextBox { node, style, lines, x, above: 0.0 }
    }

    /// As [`Pages::text`], for what the form says: nothing of a person is in it.
    pub(super) fn wording(&mut self, node: NodeId, style: Style, text: &str, x: f32, width: f32) -> TextBox {
        let lines = wrap_wording(&mut self.shaper, style.weight, text, width * 1000.0 / style.size);
        TextBox { node, style, lines, x, above: 0.0 }
    }

    /// Height that is left on the page.
    pub(super) fn room(&self) -> f32 {
        FULL - self.used
    }

    /// The current page, from 0.
    pub(super) fn page(&self) -> usize {
        self.sheets.len() - 1
    }

    /// Upper edge of what comes next, from the lower edge of the paper.
    pub(super) fn top(&self) -> f32 {
        HEIGHT - TOP - self.used
    }

    /// Opens a new page, unless the current one is still empty.
    pub(super) fn turn(&mut self) {
        if self.used > 0.0 {
            self.sheets.push(Vec::new());
            self.used = 0.0;
        }
    }

    /// Leaves space, but not at the top of a page.
    pub(super) fn space(&mut self, points: f32) {
        if self.used > 0.0 {
            self.used += points;
        }
    }

    /// Leaves space, also at the top of a page.
    pub(super) fn advance(&mut self, points: f32) {
        self.used += points;
    }

    /// Places stacks side by side. They are not torn, unless one is higher than a whole page.
    pub(super) fn place(&mut self, stacks: Vec<Stack>) {
        let tallest = stacks.iter().map(|stack| height(stack)).fold(0.0, f32::max);
        if tallest > TALLEST {
            for stack in stacks {
                if beginning(&stack) > self.room() {
                    self.turn();
                }
                self.flow(stack);
            }
            return;
        }
        if tallest > self.room() {
            self.turn();
        }
        let start = self.used;
        for stack in stacks {
            self.used = start;
            for text in stack {
                self.used += text.above;
                self.lines(text.node, text.style, text.x, text.lines);
            }
        }
        self.used = start + tallest;
    }

    /// Places a stack line by line over as many pages as it needs.
    fn flow(&mut self, stack: Stack) {
        for text in stack {
            let mut here = Vec::new();
            let mut need = text.above;
            for line in text.lines {
                need += text.style.leading;
                if need > self.room() {
                    self.lines(text.node, text.style, text.x, std::mem::take(&mut here));
                    self.turn();
                    need = text.style.leading;
                } else if here.is_empty() {
                    // The space above stands before the first line only.
                    self.used += need - text.style.leading;
                    need = text.style.leading;
                }
                here.push(line);
            }
            self.lines(text.node, text.style, text.x, here);
        }
    }

    /// Puts lines at the current height; they fit.
    fn lines(&mut self, node: NodeId, style: Style, x: f32, lines: Vec<Line>) {
        if lines.is_empty() {
            return;
        }
        let page = self.page();
        let mut placed = Vec::with_capacity(lines.len());
        for line in lines {
            let y = self.top() - (style.leading - style.size * 1.2) / 2.0 - style.size * ASCENT;
            self.used += style.leading;
            placed.push(Placed { x: LEFT + x, y, line });
        }
        // A box without any glyph has no content to mark.
        if placed.iter().all(|line| line.line.runs.is_empty()) {
            return;
        }
        let mcid = self.tree.mark(node, page);
        let tag = self.tree.nodes[node].role.tag();
        self.sheets[page].push(Item::Text { mark: Mark::Content { tag, mcid }, style, lines: placed });
    }

    /// Draws the logo flush right below the upper margin of the first page; the height is for what stands beside it.
    pub(super) fn logo(&mut self, logo: &Logo) {
        let (width, height) = logo.size();
        let (right, top) = (LEFT + COLUMN, HEIGHT - TOP);
        let frame = [right - width, top - height, right, top];
        let node = self.tree.add(DOCUMENT, Role::Figure);
        self.tree.nodes[node].picture = Some(Picture { alt: logo.alt.clone(), frame });
        let mcid = self.tree.mark(node, 0);
        let mark = Mark::Content { tag: Role::Figure.tag(), mcid };
        self.sheets[0].push(Item::Logo { mark, frame });
    }

    /// Draws a rule over the whole width at the current height.
    pub(super) fn rule(&mut self, thickness: f32, grey: f32) {
        let rule = Rule { x: LEFT, y: self.top() - thickness, width: COLUMN, height: thickness, grey };
        let page = self.page();
        self.sheets[page].push(Item::Rule { mark: Mark::Layout, rule });
    }

    /// Repeats the headings of columns on a further page of a table, for the eye only.
    pub(super) fn repeat(&mut self, style: Style, columns: &[(&str, f32)]) {
        if columns.is_empty() {
            return;
        }
        let page = self.page();
        let y = self.top() - style.size * ASCENT;
        for (text, x) in columns {
            self.line(page, Mark::Layout, style, text, (LEFT + x, y));
        }
        self.used += style.leading + 2.0;
    }

    /// Puts a line that belongs to no structure element, for example into the footer.
    pub(super) fn stamp(&mut self, page: usize, mark: Mark, style: Style, text: &str, y: f32, align: Align) {
        let spare = COLUMN - self.shaper.run(style.weight, text).width * style.size / 1000.0;
        let x = match align {
            Align::Left => LEFT,
            Align::Centre => LEFT + spare / 2.0,
            Align::Right => LEFT + spare,
        };
        self.line(page, mark, style, text, (x, y));
    }

    fn line(&mut self, page: usize, mark: Mark, style: Style, text: &str, (x, y): (f32, f32)) {
        let line = Line::of(self.shaper.run(style.weight, text));
        self.sheets[page].push(Item::Text { mark, style, lines: vec![Placed { x, y, line }] });
    }
}
