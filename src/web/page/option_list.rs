//! The choices of a select box as HTML, made once; marking the chosen one is a copy with one insertion.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::form::laender;

/// What an empty select box says.
const NOTHING: &str = "Bitte wählen";

/// Choices as escaped HTML, with the place where each takes its mark.
#[derive(Debug)]
pub struct OptionList {
    html: String,
    places: HashMap<String, usize>,
}

impl OptionList {
    /// Choices of codes with labels, after an empty one.
    pub fn new<'a>(choices: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut html = String::new();
        let mut places = HashMap::new();
        for (code, label) in std::iter::once(("", NOTHING)).chain(choices) {
            html.push_str("<option value=\"");
            escape(code, &mut html);
            html.push('"');
            places.insert(code.to_owned(), html.len());
            html.push('>');
            escape(label, &mut html);
            html.push_str("</option>\n");
        }
        Self { html, places }
    }

    /// The choices with this code chosen; an unknown code chooses the empty one.
    pub fn marked(&self, code: &str) -> String {
        const MARK: &str = " selected";
        let place = self.places.get(code).or_else(|| self.places.get("")).copied().unwrap_or_default();
        let mut marked = String::with_capacity(self.html.len() + MARK.len());
        marked.push_str(&self.html[..place]);
        marked.push_str(MARK);
        marked.push_str(&self.html[place..]);
        marked
    }
}

/// All countries, with this code chosen.
pub fn staaten(code: &str) -> String {
    static LIST: OnceLock<OptionList> = OnceLock::new();
    LIST.get_or_init(|| OptionList::new(laender::staaten().iter().filter_map(|row| Some((row.code, row.staat?)))))
        .marked(code)
}

/// All nationalities, with this code chosen.
pub fn staatsangehoerigkeiten(code: &str) -> String {
    static LIST: OnceLock<OptionList> = OnceLock::new();
    LIST.get_or_init(|| {
        let rows = laender::staatsangehoerigkeiten().iter();
        OptionList::new(rows.filter_map(|row| Some((row.code, row.staatsangehoerigkeit?))))
    })
    .marked(code)
}

/// Appends a text so that it means itself in HTML, between tags and in quoted attributes.
pub fn escape(text: &str, html: &mut String) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            _ => html.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_chosen_code_alone_is_marked() {
        let list = OptionList::new([("1", "eins"), ("2", "zwei")].into_iter());
        assert_eq!(
            list.marked("2"),
            "<option value=\"\">Bitte wählen</option>\n<option value=\"1\">eins</option>\n<option value=\"2\" selected>zwei</option>\n"
        );
        assert!(list.marked("3").starts_with("<option value=\"\" selected>"));
    }

    proptest! {
        #[test]
        fn no_label_and_no_code_breaks_out_of_the_list(code in "\\PC{1,9}", label in "\\PC{0,20}") {
            let html = OptionList::new([(code.as_str(), label.as_str())].into_iter()).marked(&code);
            prop_assert_eq!(html.matches('<').count(), 4);
            prop_assert_eq!(html.matches('"').count(), 4);
            prop_assert_eq!(html.matches(" selected>").count(), 1);
        }
    }
}
