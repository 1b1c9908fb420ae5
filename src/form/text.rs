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

impl Text {
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
}
