//! The choices of a select box as HTML, made once for each that may be the chosen one.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::form::laender;
use crate::templates::{Html, escape};
use crate::words;

/// Choices as escaped HTML, with the place where each takes its mark.
#[derive(Debug)]
pub struct OptionList {
    html: String,
    choices: HashMap<String, Choice>,
}

/// One choice of a list.
#[derive(Debug)]
struct Choice {
    /// Where the mark is put.
    place: usize,
    /// The list with this choice marked: the same few are chosen again and again.
    marked: OnceLock<Html>,
}

impl OptionList {
    /// Choices of codes with labels, after an empty one.
    pub fn new<'a>(all: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut html = String::new();
        let mut choices = HashMap::new();
        for (code, label) in std::iter::once(("", words::page::CHOOSE)).chain(all) {
            html.push_str("<option value=\"");
            escaped(code, &mut html);
            html.push('"');
            choices.insert(code.to_owned(), Choice { place: html.len(), marked: OnceLock::new() });
            html.push('>');
            escaped(label, &mut html);
            html.push_str("</option>\n");
        }
        Self { html, choices }
    }

    /// The choices with this code chosen; an unknown code chooses the empty one.
    pub fn marked(&self, code: &str) -> Html {
        let choice = self.choices.get(code).or_else(|| self.choices.get(""));
        let Some(Choice { place, marked }) = choice else { return Html::new(self.html.clone()) };
        marked.get_or_init(|| Html::new(format!("{} selected{}", &self.html[..*place], &self.html[*place..]))).clone()
    }
}

/// Appends a text so that it means itself in HTML.
pub fn escaped(text: &str, html: &mut String) {
    // A String takes every text.
    escape(text, html).unwrap_or_default();
}

/// All countries, with this code chosen.
pub fn staaten(code: &str) -> Html {
    static LIST: OnceLock<OptionList> = OnceLock::new();
    LIST.get_or_init(|| OptionList::new(laender::staaten().iter().filter_map(|row| Some((row.code, row.staat?)))))
        .marked(code)
}

/// All nationalities, with this code chosen.
pub fn staatsangehoerigkeiten(code: &str) -> Html {
    static LIST: OnceLock<OptionList> = OnceLock::new();
    LIST.get_or_init(|| {
        let rows = laender::staatsangehoerigkeiten().iter();
        OptionList::new(rows.filter_map(|row| Some((row.code, row.staatsangehoerigkeit?))))
    })
    .marked(code)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_chosen_code_alone_is_marked() {
        let list = OptionList::new([("1", "eins"), ("2", "zwei")].into_iter());
        assert_eq!(
            list.marked("2").as_str(),
            "<option value=\"\">Bitte wählen</option>\n<option value=\"1\">eins</option>\n<option value=\"2\" selected>zwei</option>\n"
        );
        assert!(list.marked("3").as_str().starts_with("<option value=\"\" selected>"));
    }

    proptest! {
        #[test]
        fn no_label_and_no_code_breaks_out_of_the_list(code in "\\PC{1,9}", label in "\\PC{0,20}") {
            let list = OptionList::new([(code.as_str(), label.as_str())].into_iter()).marked(&code);
            let html = list.as_str();
            prop_assert_eq!(html.matches('<').count(), 4);
            prop_assert_eq!(html.matches('"').count(), 4);
            prop_assert_eq!(html.matches(" selected>").count(), 1);
        }
    }
}
