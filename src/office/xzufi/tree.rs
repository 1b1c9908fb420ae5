//! One object of a transfer as a small tree: elements by local name, the attributes that matter, texts; with limits.

use std::borrow::Cow;

/// Most bytes of texts and names of one object.
const MOST_TEXT: usize = 8 * 1024 * 1024;
/// Most bytes of one text.
const LONGEST_TEXT: usize = 256 * 1024;
/// Most elements and texts of one object.
const MOST_NODES: usize = 200_000;
/// Elements inside each other; deeper ones have no meaning in this format.
const DEEPEST: usize = 64;

/// An object, kept in few allocations that serve all objects of a file one after the other.
#[derive(Debug, Default)]
pub struct Tree {
    nodes: Vec<Node>,
    attributes: Vec<(Attribute, Span)>,
    text: String,
    open: Vec<usize>,
    trouble: Option<String>,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    is_text: bool,
    /// Name of an element, or the text.
    span: Span,
    /// The first node behind it and all that is in it.
    end: usize,
    attributes: Span,
}

#[derive(Clone, Copy, Debug)]
struct Span {
    start: usize,
    end: usize,
}

/// The attributes that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// Whose numbers these are.
    SchemeAgencyId,
    /// What kind of number.
    SchemeId,
    /// Language of a text.
    LanguageCode,
    /// What is deleted.
    Klasse,
    /// Which of several kinds an element is (`xsi:type`).
    Type,
}

impl Attribute {
    /// By local name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "schemeAgencyID" => Some(Self::SchemeAgencyId),
            "schemeID" => Some(Self::SchemeId),
            "languageCode" => Some(Self::LanguageCode),
            "klasse" => Some(Self::Klasse),
            "type" => Some(Self::Type),
            _ => None,
        }
    }
}

impl Tree {
    /// Forgets the last object.
    pub fn clear(&mut self) {
        self.nodes.clear();
        self.attributes.clear();
        self.text.clear();
        self.open.clear();
        self.trouble = None;
        // One huge object must not be paid for until the end of the file.
        self.nodes.shrink_to(MOST_NODES / 16);
        self.text.shrink_to(MOST_TEXT / 16);
    }

    /// Why this object cannot be used; the first reason.
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// Notes a reason why the object cannot be used; the rest of it is passed over.
    pub fn refuse(&mut self, reason: impl Into<String>) {
        self.trouble.get_or_insert_with(|| reason.into());
    }

    /// An element begins.
    pub fn start(&mut self, name: &str) {
        if self.open.len() >= DEEPEST {
            self.refuse(format!("mehr als {DEEPEST} Elemente ineinander"));
        }
        if self.nodes.len() >= MOST_NODES {
            self.refuse(format!("mehr als {MOST_NODES} Elemente"));
        }
        if self.trouble.is_some() {
            return;
        }
        let Some(span) = self.keep(name) else { return };
        let (at, attributes) = (self.nodes.len(), self.attributes.len());
        self.open.push(at);
        self.nodes.push(Node {
            is_text: false,
            span,
            end: at + 1,
            attributes: Span { start: attributes, end: attributes },
        });
    }

    /// An attribute of the element that began last.
    pub fn attribute(&mut self, attribute: Attribute, value: &str) {
        if self.trouble.is_some() {
            return;
        }
        let Some(value) = self.keep(value) else { return };
        if let Some(element) = self.nodes.last_mut() {
            self.attributes.push((attribute, value));
            element.attributes.end = self.attributes.len();
        }
    }

    /// The innermost element ends.
    pub fn end(&mut self) {
        if self.trouble.is_some() {
            return;
        }
        if let Some(at) = self.open.pop() {
            self.nodes[at].end = self.nodes.len();
        }
    }

    /// A piece of text in the innermost element; the parser gives texts in pieces.
    pub fn text(&mut self, text: &str) {
        if self.trouble.is_some() || text.is_empty() {
            return;
        }
        let start = self.text.len();
        let goes_on = match self.nodes.last() {
            Some(last) if last.is_text && last.end == self.nodes.len() && last.span.end == start => true,
            _ if text.trim_ascii().is_empty() => return, // between elements
            _ => false,
        };
        let unfit = |byte: &u8| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
        // All bytes at once are looked at faster than one after the other until the first.
        if text.as_bytes().iter().fold(false, |found, byte| found | unfit(byte))
            && let Some(byte) = text.bytes().find(unfit)
        {
            return self.refuse(format!("unzulässiges Zeichen U+{byte:04X}"));
        }
        let Some(span) = self.keep(text) else { return };
        if goes_on {
            let last = self.nodes.last_mut().expect("the last node was looked at above");
            last.span.end = span.end;
            if last.span.end - last.span.start > LONGEST_TEXT {
                self.refuse(format!("ein Text ist länger als {LONGEST_TEXT} Byte"));
            }
        } else if self.nodes.len() >= MOST_NODES {
            self.refuse(format!("mehr als {MOST_NODES} Elemente"));
        } else {
            let attributes = Span { start: 0, end: 0 };
            self.nodes.push(Node { is_text: true, span, end: self.nodes.len() + 1, attributes });
        }
    }

    /// The outermost element.
    pub fn root(&self) -> Option<Element<'_>> {
        (!self.nodes.is_empty()).then_some(Element { tree: self, at: 0 })
    }

    fn keep(&mut self, text: &str) -> Option<Span> {
        if text.len() > LONGEST_TEXT {
            self.refuse(format!("ein Text ist länger als {LONGEST_TEXT} Byte"));
            return None;
        }
        if self.text.len() + text.len() > MOST_TEXT {
            self.refuse(format!("das Objekt ist größer als {MOST_TEXT} Byte"));
            return None;
        }
        let start = self.text.len();
        self.text.push_str(text);
        Some(Span { start, end: self.text.len() })
    }

    fn at(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }
}

/// An element of a tree.
#[derive(Clone, Copy, Debug)]
pub struct Element<'t> {
    tree: &'t Tree,
    at: usize,
}

impl<'t> Element<'t> {
    /// Name without prefix.
    pub fn name(self) -> &'t str {
        self.tree.at(self.node().span)
    }

    /// The elements directly in it.
    pub fn children(self) -> impl Iterator<Item = Element<'t>> {
        self.parts().filter(|part| !part.node().is_text)
    }

    /// The elements of this name directly in it.
    pub fn all(self, name: &str) -> impl Iterator<Item = Element<'t>> {
        self.children().filter(move |child| child.name() == name)
    }

    /// The first element of this name directly in it.
    pub fn first(self, name: &str) -> Option<Element<'t>> {
        self.all(name).next()
    }

    /// The text directly in it, without white space around it.
    pub fn text(self) -> Cow<'t, str> {
        let mut pieces = self.parts().filter(|part| part.node().is_text).map(Self::name);
        let first = pieces.next().unwrap_or_default();
        match pieces.next() {
            None => Cow::Borrowed(first.trim()),
            Some(second) => {
                Cow::Owned(pieces.fold(format!("{first} {second}"), |all, more| all + " " + more).trim().to_owned())
            }
        }
    }

    /// The text of the first element of this name, if there is any.
    pub fn text_of(self, name: &str) -> Option<Cow<'t, str>> {
        self.first(name).map(Self::text).filter(|text| !text.is_empty())
    }

    /// All text in it, elements in it as tags: texts may come as markup instead of escaped.
    pub fn markup(self) -> Cow<'t, str> {
        if self.children().next().is_none() {
            return self.text();
        }
        let mut markup = String::new();
        self.write_markup(&mut markup);
        Cow::Owned(markup)
    }

    /// The value of a code: its `code`, else its own text.
    pub fn code(self) -> Cow<'t, str> {
        self.text_of("code").unwrap_or_else(|| self.text())
    }

    /// The value of an attribute.
    pub fn attribute(self, attribute: Attribute) -> Option<&'t str> {
        let Span { start, end } = self.node().attributes;
        let own = self.tree.attributes.get(start..end).unwrap_or_default();
        own.iter().find(|(name, _)| *name == attribute).map(|(_, value)| self.tree.at(*value).trim())
    }

    fn write_markup(self, markup: &mut String) {
        for part in self.parts() {
            if part.node().is_text {
                markup.push_str(part.name());
            } else {
                markup.push('<');
                markup.push_str(part.name());
                markup.push('>');
                part.write_markup(markup);
                markup.push_str("</");
                markup.push_str(part.name());
                markup.push('>');
            }
        }
    }

    fn parts(self) -> impl Iterator<Item = Element<'t>> {
        let end = self.node().end;
        let first = Some(self.at + 1).filter(|at| *at < end);
        std::iter::successors(first, move |at| Some(self.tree.nodes[*at].end).filter(|next| *next < end))
            .map(move |at| Element { tree: self.tree, at })
    }

    fn node(self) -> Node {
        self.tree.nodes[self.at]
    }
}
