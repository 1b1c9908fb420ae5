//! What the reader remembers of ids and their places, for the checks that need the whole form.

use std::ops::Range;

use crate::form::StepKind;
use crate::problem::table::Placed;

/// Everything the checks of the whole form need, even of parts that could not be read completely.
#[derive(Default)]
pub(super) struct Notes {
    /// Steps in order.
    pub(super) steps: Vec<StepNote>,
    /// Ids of sections.
    pub(super) sections: Vec<Placed<String>>,
    /// Questions in form order.
    pub(super) fields: Vec<FieldNote>,
    /// Rules.
    pub(super) rules: Vec<RuleNote>,
    /// Texts with a blank that needs a chosen office: the step, by its place among the steps, and the text.
    pub(super) office_blanks: Vec<(usize, Range<usize>)>,
}

/// One step.
pub(super) struct StepNote {
    /// Its id, if readable.
    pub(super) id: Option<Placed<String>>,
    /// Its kind, if readable.
    pub(super) kind: Option<StepKind>,
    /// Where it stands.
    pub(super) place: Range<usize>,
}

/// One question.
pub(super) struct FieldNote {
    /// Its id, if readable.
    pub(super) id: Option<Placed<String>>,
    /// The step, by its place among the steps.
    pub(super) step: usize,
    /// What it is, as far as other parts may refer to it.
    pub(super) class: Class,
    /// Whether it may stay empty.
    pub(super) optional: bool,
    /// Where it stands.
    pub(super) place: Range<usize>,
    /// Its condition.
    pub(super) when: Option<WhenNote>,
    /// The country question it names.
    pub(super) country: Option<Placed<String>>,
}

/// What other parts of the form may do with a question.
pub(super) enum Class {
    /// The kind could not be read; nothing more is said about it.
    Unreadable,
    /// The responsible office.
    Office,
    /// Shown, not asked.
    Shown,
    /// Files with one question for each document of the Leistung.
    Unterlagen,
    /// Answered by a country's code.
    Country,
    /// Answered by a nationality's code.
    Nationality,
    /// Answered by one of these codes.
    Codes(Vec<String>),
    /// Answered in any other way.
    Other,
}

/// A condition with its places.
pub(super) struct WhenNote {
    /// The earlier question.
    pub(super) field: Placed<String>,
    /// The codes.
    pub(super) is: Vec<Placed<String>>,
}

/// A rule with its places.
pub(super) struct RuleNote {
    /// The step, by its place among the steps.
    pub(super) step: usize,
    /// The questions it names.
    pub(super) fields: Vec<Placed<String>>,
    /// The list of them.
    pub(super) place: Range<usize>,
}

impl Notes {
    /// The question with this id, and its place among all questions. Of two with the same id, the first.
    pub(super) fn field(&self, id: &str) -> Option<(usize, &FieldNote)> {
        self.fields.iter().enumerate().find(|(_, field)| field.id.as_ref().is_some_and(|own| own.value == id))
    }

    /// Every readable id of a question.
    pub(super) fn field_ids(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().filter_map(|field| field.id.as_ref()).map(|id| id.value.as_str())
    }
}
