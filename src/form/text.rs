//! Texts of a form with blanks from a closed set, checked when the form is read.

/// A text such as `Die Stelle {{ stelle.name }} entscheidet.`, already taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(pub Vec<Piece>);

/// A literal or a blank of a [`Text`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words as they stand.
    Literal(String),
    /// A blank to fill in.
    Blank(Blank),
}

/// What a blank may stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blank {
    /// `{{ stelle.name }}`: the chosen office.
    StelleName,
    /// `{{ stelle.datenschutz }}`: address of the office's privacy statement, or its name if it has none.
    StelleDatenschutz,
    /// `{{ betreiber.name }}`: the operator.
    BetreiberName,
    /// `{{ betreiber.datenschutz }}`: address of the operator's privacy statement.
    BetreiberDatenschutz,
    /// `{{ leistung.name }}`: the Leistung.
    LeistungName,
    /// `{{ gebiet.name }}`: the Gebiet.
    GebietName,
}

/// A blank that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadBlank {
    /// Where it begins, in bytes of the text.
    pub at: usize,
    /// The blank with its braces, as far as it goes.
    pub written: String,
    /// What is wrong with it.
    pub kind: BadBlankKind,
}

/// What is wrong with a [`BadBlank`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadBlankKind {
    /// No blank has this name.
    Unknown(String),
    /// `{{` without `}}`.
    Unclosed,
    /// `}}` without `{{`.
    Unopened,
}

impl Blank {
    /// Every blank.
    pub const ALL: [Self; 6] = [
        Self::StelleName,
        Self::StelleDatenschutz,
        Self::BetreiberName,
        Self::BetreiberDatenschutz,
        Self::LeistungName,
        Self::GebietName,
    ];

    /// Its name between the braces.
    pub fn name(self) -> &'static str {
        match self {
            Self::StelleName => "stelle.name",
            Self::StelleDatenschutz => "stelle.datenschutz",
            Self::BetreiberName => "betreiber.name",
            Self::BetreiberDatenschutz => "betreiber.datenschutz",
            Self::LeistungName => "leistung.name",
            Self::GebietName => "gebiet.name",
        }
    }

    /// Whether it can be filled only once the citizen has chosen an office.
    pub fn needs_office(self) -> bool {
        matches!(self, Self::StelleName | Self::StelleDatenschutz)
    }
}

impl Text {
    /// Words as they stand, without blanks.
    pub fn plain(words: String) -> Self {
        Self(vec![Piece::Literal(words)])
    }

    /// Takes a text apart, and names every blank that cannot be read and was left out.
    pub fn parse(source: &str) -> (Self, Vec<BadBlank>) {
        let mut pieces = Vec::new();
        let mut bad = Vec::new();
        let mut at = 0;
        while let Some(found) = source[at..].find("{{") {
            let open = at + found;
            literal(&source[at..open], at, &mut pieces, &mut bad);
            let inside = open + 2;
            // A blank never spans lines or another blank, so that a forgotten `}}` does not swallow the rest.
            let limit = source[inside..].find(['{', '\n']).map_or(source.len(), |stop| inside + stop);
            let Some(length) = source[inside..limit].find("}}") else {
                bad.push(BadBlank {
                    at: open,
                    written: source[open..limit].trim_end().to_owned(),
                    kind: BadBlankKind::Unclosed,
                });
                at = limit;
                continue;
            };
            let name = source[inside..inside + length].trim();
            at = inside + length + 2;
            match Blank::ALL.into_iter().find(|blank| blank.name() == name) {
                Some(blank) => pieces.push(Piece::Blank(blank)),
                None => bad.push(BadBlank {
                    at: open,
                    written: source[open..at].to_owned(),
                    kind: BadBlankKind::Unknown(name.to_owned()),
                }),
            }
        }
        literal(&source[at..], at, &mut pieces, &mut bad);
        (Self(pieces), bad)
    }

    /// The words, with every blank filled by `fill`.
    pub fn filled(&self, fill: impl Fn(Blank) -> String) -> String {
        self.0
            .iter()
            .map(|piece| match piece {
                Piece::Literal(words) => words.clone(),
                Piece::Blank(blank) => fill(*blank),
            })
            .collect()
    }

    /// The blanks in order.
    pub fn blanks(&self) -> impl Iterator<Item = Blank> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Blank(blank) => Some(*blank),
            Piece::Literal(_) => None,
        })
    }
}

/// Adds words between two blanks; a `}}` in them belongs to no blank.
fn literal(words: &str, at: usize, pieces: &mut Vec<Piece>, bad: &mut Vec<BadBlank>) {
    bad.extend(words.match_indices("}}").map(|(place, braces)| BadBlank {
        at: at + place,
        written: braces.to_owned(),
        kind: BadBlankKind::Unopened,
    }));
    if !words.is_empty() {
        pieces.push(Piece::Literal(words.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn blanks_are_filled_and_words_stay() {
        let text = Text::parse("Die {{ stelle.name }} in {{gebiet.name}} { } entscheidet.").0;
        let filled = text.filled(|blank| format!("<{}>", blank.name()));
        assert_eq!(filled, "Die <stelle.name> in <gebiet.name> { } entscheidet.");
        assert_eq!(text.blanks().collect::<Vec<_>>(), [Blank::StelleName, Blank::GebietName]);
    }

    #[test]
    fn every_bad_blank_is_named_with_its_place() {
        let bad = Text::parse("a {{ office.name }} b }} c {{ stelle.name\n{{ leistung.name }}").1;
        let seen: Vec<_> = bad.iter().map(|one| (one.at, one.written.as_str())).collect();
        assert_eq!(seen, [(2, "{{ office.name }}"), (22, "}}"), (27, "{{ stelle.name")]);
        assert_eq!(bad[0].kind, BadBlankKind::Unknown("office.name".to_owned()));
        assert_eq!(bad[1].kind, BadBlankKind::Unopened);
        assert_eq!(bad[2].kind, BadBlankKind::Unclosed);
    }

    #[test]
    fn every_blank_is_found_by_its_name() {
        for blank in Blank::ALL {
            let read = Text::parse(&format!("{{{{ {} }}}}", blank.name()));
            assert_eq!(read, (Text(vec![Piece::Blank(blank)]), Vec::new()));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_taken_apart_or_refused(source in "(\\PC|[{} \n]|\\{\\{ stelle\\.name \\}\\})*") {
            let (text, bad) = Text::parse(&source);
            if bad.is_empty() && !source.contains("{{") {
                prop_assert_eq!(text.filled(|_| String::new()), source.as_str());
            }
            for one in bad {
                prop_assert!(source[one.at..].starts_with(&one.written));
            }
        }
    }
}
