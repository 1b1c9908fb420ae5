//! HTML of directories as plain text: the one gate through which their words come in.
//!
//! `ammonia` parses and sanitises; what it leaves (paragraphs, lists, links) becomes lines. Pages escape the text like any other.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::Builder;

/// Bytes of a text that are looked at; service descriptions have a few thousand.
const LONGEST: usize = 64 * 1024;
/// Tags of a text that are looked at. A parser of HTML opens what was not closed anew in every paragraph: without this limit a
/// text of that length could become millions of elements.
const MOST_TAGS: usize = 1000;
/// Lines of a text that are kept.
const MOST_LINES: usize = 200;

static GATE: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut gate = Builder::empty();
    gate.tags(HashSet::from(["a", "br", "div", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "li", "p", "tr"]))
        .clean_content_tags(HashSet::from(["script", "style", "title", "template", "noscript", "iframe", "object"]))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"]))]))
        .url_schemes(HashSet::from(["http", "https"]))
        .link_rel(None);
    gate
});

/// The lines of a text: paragraphs, list items, table rows. Text without any markup gives its own lines.
pub fn lines(html: &str) -> Vec<String> {
    let mut lines = Lines::default();
    let html = shortened(html);
    if !html.contains(['<', '&']) {
        html.lines().for_each(|line| {
            lines.text(line);
            lines.end();
        });
        return lines.done;
    }
    let clean = GATE.clean(html).to_string();
    let mut link = None;
    for piece in clean.split('<') {
        // What ammonia writes is well-formed: a tag ends with the first `>`, text holds none of both.
        let (tag, text) = piece.split_once('>').unwrap_or(("", piece));
        match tag.split([' ', '/']).next().unwrap_or_default() {
            "a" => link = tag.split_once("href=\"").and_then(|(_, rest)| rest.split('"').next()).map(decoded),
            "" if tag == "/a" => lines.link(link.take()),
            "" if !tag.is_empty() => lines.end(),
            "br" | "p" | "div" | "li" | "dd" | "dt" | "tr" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => lines.end(),
            _ => {}
        }
        // Line breaks in HTML are blanks.
        lines.text(&decoded(text));
    }
    lines.end();
    lines.done
}

/// The text in one line.
pub fn line(html: &str) -> Option<String> {
    let line = lines(html).join(" ");
    (!line.is_empty()).then_some(line)
}

/// The text with its lines, `None` if nothing is left.
pub fn text(html: &str) -> Option<String> {
    let text = lines(html).join("\n");
    (!text.is_empty()).then_some(text)
}

#[derive(Default)]
struct Lines {
    current: String,
    done: Vec<String>,
}

impl Lines {
    /// Adds words to the current line; white space is joined, control characters and marks of direction are left out.
    fn text(&mut self, text: &str) {
        let blank = |sign: char| sign.is_whitespace() || sign.is_control();
        if text.is_empty() {
            return;
        }
        if text.starts_with(blank) {
            self.gap();
        }
        for word in text.split(blank).filter(|word| !word.is_empty()) {
            if self.current.len() > LONGEST {
                return;
            }
            self.current.extend(word.chars().filter(|sign| !is_invisible(*sign)));
            self.gap();
        }
        if !text.ends_with(blank) {
            self.current.truncate(self.current.trim_end().len());
        }
    }

    fn gap(&mut self) {
        if !self.current.is_empty() && !self.current.ends_with(' ') {
            self.current.push(' ');
        }
    }

    /// Tells where the link behind the last words leads, unless they say so themselves.
    fn link(&mut self, href: Option<Cow<'_, str>>) {
        // An address with a line break or a mark of direction in it leads nowhere and would break the line.
        let unfit = |sign: char| sign.is_whitespace() || sign.is_control() || is_invisible(sign);
        let Some(href) = href.filter(|href| !href.contains(unfit)) else { return };
        let shown = href.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/');
        if !self.current.contains(shown) {
            self.gap();
            self.current.push('(');
            self.current.push_str(&href);
            self.current.push(')');
        }
    }

    fn end(&mut self) {
        let line = std::mem::take(&mut self.current);
        let line = line.trim();
        if !line.is_empty() && self.done.len() < MOST_LINES {
            self.done.push(line.to_owned());
        }
    }
}

/// Whether this is an internet address that a page may link to, without anything that could break out of a link or mislead in it.
pub fn is_web(text: &str) -> bool {
    let unfit =
        |sign: char| sign.is_whitespace() || sign.is_control() || is_invisible(sign) || matches!(sign, '<' | '>' | '"');
    text.len() <= 2000
        && !text.chars().any(unfit)
        && url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// Marks of direction, joiners and byte order marks: they can make a text look like another.
fn is_invisible(sign: char) -> bool {
    matches!(sign, '\u{00ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The few entities that ammonia writes.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&nbsp;", " ");
    Cow::Owned(text.replace("&amp;", "&"))
}

fn shortened(text: &str) -> &str {
    let mut end = LONGEST.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = &text[..end];
    if let Some((tag, _)) = text.match_indices('<').nth(MOST_TAGS) {
        return &text[..tag];
    }
    // Half a tag at the end would be read as words.
    match text.rfind('<') {
        Some(tag) if end == LONGEST && !text[tag..].contains('>') => &text[..tag],
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_and_items_become_lines() {
        let html =
            "<p>Sie brauchen:</p>\n<ul><li>Ausweis&nbsp;oder Pass</li><li>Foto <b>35</b>×45&nbsp;mm</li></ul>a<br>b";
        assert_eq!(lines(html), ["Sie brauchen:", "Ausweis oder Pass", "Foto 35×45 mm", "a", "b"]);
        assert_eq!(lines("eins\n zwei  drei "), ["eins", "zwei drei"]);
        assert_eq!(line("<p>Di 9-12</p><p>Do 14-18</p>").as_deref(), Some("Di 9-12 Do 14-18"));
        assert_eq!(text("<p> </p>"), None);
    }

    #[test]
    fn a_link_keeps_its_address_unless_the_words_tell_it() {
        assert_eq!(
            lines(
                r#"Siehe <a href="https://amt.example/a?b=1&amp;c">hier</a>, oder <a href="https://amt.example/">amt.example</a>."#
            ),
            ["Siehe hier (https://amt.example/a?b=1&c), oder amt.example."]
        );
        assert_eq!(lines(r#"<a href="javascript:alert(1)">hier</a>"#), ["hier"]);
        assert_eq!(lines("<a href=\"\n<ahref=\">hier</a>"), ["hier"]);
    }

    #[test]
    fn nothing_that_acts_comes_through() {
        let evil = "a<script>alert(1)</script><style>p{}</style><img src=x onerror=alert(1)>b<iframe srcdoc='<p>x'></iframe>\u{202e}c";
        assert_eq!(lines(evil), ["abc"]);
        assert_eq!(lines("1 &lt; 2 &amp;amp; <"), ["1 < 2 &amp; <"]);
    }

    #[test]
    fn a_huge_or_deep_text_is_cut() {
        assert_eq!(lines(&"<p>x</p>".repeat(1000)).len(), MOST_LINES);
        assert!(lines(&"<div>".repeat(20_000)).is_empty());
        assert!(line(&"ä".repeat(LONGEST)).unwrap().len() <= LONGEST + 4);
    }

    #[test]
    fn what_was_never_closed_does_not_multiply() {
        let open: Vec<String> = (0..3000).map(|number| format!("<b a{number}>")).collect();
        assert!(lines(&format!("{}{}", open.concat(), "<p>x".repeat(8000))).len() <= MOST_TAGS);
        assert_eq!(lines(&"<p>x".repeat(8000)).len(), MOST_LINES);
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics_or_keeps_a_line_break(html in "(<[a-z/]{1,6} ?(href=\")?|[<>&\"'=/ \n]|&[a-z]{2,4};|\\PC){0,60}") {
            for line in lines(&html) {
                proptest::prop_assert!(!line.is_empty() && !line.contains(['\n', '\r']));
            }
        }
    }
}
