//! Texts with web addresses in them, made clickable.

use super::option_list::escaped;
use crate::templates::Html;
use crate::words;

/// Characters after which an address ends, and those that end a sentence rather than the address.
const AFTER: [char; 6] = ['<', '>', '"', '“', '”', '„'];
const SENTENCE: [char; 8] = ['.', ',', ';', ':', '!', '?', ')', '\''];

/// The text as HTML, with `https://…` and `http://…` as links that open beside the page, so that no entry is lost.
pub fn linked(text: &str) -> Html {
    let mut html = String::with_capacity(text.len() + 200);
    let mut rest = text;
    while let Some(place) = beginning(rest) {
        let (before, from) = rest.split_at(place);
        escaped(before, &mut html);
        let end = from.find(|character: char| character.is_whitespace() || AFTER.contains(&character));
        let address = from[..end.unwrap_or(from.len())].trim_end_matches(SENTENCE);
        // "https://" alone, trimmed of its colon, is no address: print one character and go on.
        if !address.contains("://") {
            escaped(&from[..1], &mut html);
            rest = &from[1..];
            continue;
        }
        html.push_str(
            "<a class=\"kern-link kern-link--no-visited-state\" target=\"_blank\" rel=\"noopener noreferrer\" href=\"",
        );
        escaped(address, &mut html);
        html.push_str("\">");
        escaped(address, &mut html);
        html.push_str("<span class=\"kern-sr-only\"> (");
        escaped(words::page::NEW_WINDOW, &mut html);
        html.push_str(")</span></a>");
        rest = &from[address.len()..];
    }
    escaped(rest, &mut html);
    Html::new(html)
}

fn beginning(text: &str) -> Option<usize> {
    [text.find("https://"), text.find("http://")].into_iter().flatten().min()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn html(text: &str) -> String {
        linked(text).as_str().to_owned()
    }

    #[test]
    fn an_address_becomes_a_link_and_the_sentence_goes_on() {
        let html = html("Erklärung: https://a.example/x?y=1&z=2. Danke & Gruß");
        assert!(html.starts_with("Erklärung: <a "), "{html}");
        assert!(html.contains("href=\"https://a.example/x?y=1&amp;z=2\">"), "{html}");
        assert!(html.ends_with("</a>. Danke &amp; Gruß"), "{html}");
    }

    proptest! {
        #[test]
        fn no_text_breaks_out(text in "(https?://|[a-z.,;:!?<>&\"' äß„“/=-]){0,40}") {
            let html = html(&text);
            let links = html.matches("<a ").count();
            prop_assert_eq!(html.matches('<').count(), links * 4);
            prop_assert_eq!(html.matches('"').count(), links * 10);
        }
    }
}
