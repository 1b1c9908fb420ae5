//! Finding names as people type them: without regard to case, umlauts and accents, best match first.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Characters of a query that are looked at.
const LONGEST_QUESTION: usize = 200;
/// Words of a query that are looked at.
const MOST_WORDS: usize = 8;

/// A name prepared for searching.
#[derive(Clone, Debug)]
pub struct Entry {
    name: String,
    words: Vec<String>,
    further: Vec<String>,
}

/// A query prepared for comparing.
#[derive(Clone, Debug)]
pub struct Query {
    whole: String,
    words: Vec<String>,
}

impl Entry {
    /// Prepares a name, and further words that also lead to it (Kreis, Land, synonyms).
    pub fn new<'t>(name: &str, further: impl IntoIterator<Item = &'t str>) -> Self {
        let words = words_of(name);
        let further = further.into_iter().flat_map(words_of).collect();
        Self { name: words.join(" "), words, further }
    }

    /// How well the name answers the query, smaller is better; `None` if it does not.
    pub fn rank(&self, query: &Query) -> Option<u8> {
        let starts = |words: &[String], word: &String| words.iter().any(|own| own.starts_with(word.as_str()));
        if self.name == query.whole {
            Some(0)
        } else if self.words.first().is_some_and(|first| *first == query.whole) {
            Some(1)
        } else if self.name.starts_with(&query.whole) {
            Some(2)
        } else if query.words.iter().all(|word| starts(&self.words, word)) {
            Some(3)
        } else if query.words.iter().all(|word| starts(&self.words, word) || starts(&self.further, word)) {
            // A query that names the place and its Kreis or Land is better than one that names only these.
            Some(if query.words.iter().any(|word| starts(&self.words, word)) { 4 } else { 5 })
        } else if query.words.iter().all(|word| word.len() > 2 && self.name.contains(word.as_str())) {
            Some(6)
        } else {
            None
        }
    }
}

impl Query {
    /// Prepares a query; `None` if it holds no letter and no digit.
    ///
    /// A postcode before or behind the name of a place is passed over.
    pub fn new(raw: &str) -> Option<Self> {
        let shortened: String = raw.chars().take(LONGEST_QUESTION).collect();
        let mut words = words_of(&shortened);
        words.truncate(MOST_WORDS);
        let postcode = |word: &String| word.len() == 5 && word.bytes().all(|byte| byte.is_ascii_digit());
        if !words.iter().all(postcode) {
            words.retain(|word| !postcode(word));
        }
        (!words.is_empty()).then(|| Self { whole: words.join(" "), words })
    }

    /// The words, folded: letters and digits only.
    pub fn words(&self) -> &[String] {
        &self.words
    }
}

/// The items that answer the query, best first, equals in their own order, at most `limit`.
pub fn best<'t, T: 't>(
    query: &Query,
    items: impl Iterator<Item = (&'t Entry, &'t T)>,
    limit: usize,
) -> impl Iterator<Item = &'t T> {
    let mut found: Vec<(u8, &T)> = items.filter_map(|(entry, item)| Some((entry.rank(query)?, item))).collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().take(limit).map(|(_, item)| item)
}

/// The text as it is compared: lower case, without accents, `ä`, `ae` and `a` alike, `ß` as `ss`.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.nfkd().filter(|character| !is_combining_mark(*character)).flat_map(char::to_lowercase) {
        match character {
            'e' if folded.ends_with(['a', 'o', 'u']) => {}
            'ß' => folded.push_str("ss"),
            'æ' => folded.push('a'),
            'ø' | 'œ' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'þ' => folded.push_str("th"),
            'ı' => folded.push('i'),
            // Lower-casing may bring marks again (İ).
            other if is_combining_mark(other) => {}
            other => folded.push(other),
        }
    }
    folded
}

/// The text in lower case as it is written without umlauts: `ä` as `ae`, `ß` as `ss`, other letters without accents.
pub fn spelled_out(text: &str) -> String {
    let mut spelled = String::with_capacity(text.len());
    for character in text.nfkc().flat_map(char::to_lowercase) {
        match character {
            'ä' => spelled.push_str("ae"),
            'ö' => spelled.push_str("oe"),
            'ü' => spelled.push_str("ue"),
            'ß' => spelled.push_str("ss"),
            other => spelled.extend(std::iter::once(other).nfkd().filter(|part| !is_combining_mark(*part))),
        }
    }
    spelled
}

/// The words of a text as they are compared, with a blank between them. An [`Entry`] of this is the same as one of the text.
pub fn folded_words(text: &str) -> String {
    words_of(text).join(" ")
}

fn words_of(text: &str) -> Vec<String> {
    // Split before folding, so that a dropped `e` never joins two words.
    let words = text.split(|character: char| !character.is_alphanumeric() && !is_combining_mark(character));
    words.map(fold).filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_however_its_umlauts_are_typed() {
        let entry = Entry::new("Möckern, Stadt", ["Jerichower Land", "Sachsen-Anhalt"]);
        for typed in
            ["moeckern", "Mockern", "MÖCKERN", "mo\u{308}ckern", " Möck", "39291 Möckern", "Möckern (Jerichower Land)"]
        {
            assert!(entry.rank(&Query::new(typed).unwrap()).is_some(), "{typed}");
        }
        for typed in ["Magdeburg", "kern am See", "Möckern Thüringen"] {
            assert!(entry.rank(&Query::new(typed).unwrap()).is_none(), "{typed}");
        }
    }

    #[test]
    fn umlauts_are_spelled_out_and_nothing_is_left_away() {
        assert_eq!(spelled_out("Aktuelles Überführungs-Maß, Café (İ)"), "aktuelles ueberfuehrungs-mass, cafe (i)");
        assert_eq!(spelled_out("u\u{308}"), "ue");
    }

    #[test]
    fn the_very_name_comes_before_longer_names_and_parts() {
        let names = ["Hohenburg", "Burgstall", "Burg, Stadt", "Burg", "Stadt Burg"];
        let entries: Vec<_> = names.iter().map(|name| (Entry::new(name, []), *name)).collect();
        let query = Query::new("burg").unwrap();
        let found: Vec<_> = best(&query, entries.iter().map(|(entry, name)| (entry, name)), 9).copied().collect();
        assert_eq!(found, ["Burg", "Burg, Stadt", "Burgstall", "Stadt Burg", "Hohenburg"]);
        let few = best(&query, entries.iter().map(|(entry, name)| (entry, name)), 2).count();
        assert_eq!(few, 2);
    }

    #[test]
    fn a_question_without_letters_asks_nothing() {
        assert!(Query::new(" -/. ").is_none());
    }

    proptest::proptest! {
        #[test]
        fn every_beginning_of_a_name_finds_it(name in "[A-Za-zÄÖÜäöüßéşğ]{1,20}", cut in 1usize..20) {
            let beginning: String = name.chars().take(cut).collect();
            let entry = Entry::new(&name, []);
            proptest::prop_assert!(entry.rank(&Query::new(&beginning).unwrap()).is_some());
        }

        #[test]
        fn no_text_panics(name in "\\PC*", typed in "\\PC*") {
            let entry = Entry::new(&name, [name.as_str()]);
            if let Some(query) = Query::new(&typed) {
                let _ = entry.rank(&query);
            }
        }
    }
}
