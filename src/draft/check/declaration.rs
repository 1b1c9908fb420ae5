//! Declarations: agreed to is the wording that was shown; another wording has not been agreed to.

use super::{Context, Wrong};
use crate::draft::Answer;
use crate::form::{Field, Text};
use crate::latin;

/// What a ticked box sends.
pub const AGREED: &str = "ja";

/// The wording as it is shown now.
fn wording(text: &Text, context: &Context<'_>) -> String {
    latin::normalise(&text.filled(context.fill))
}

/// The record of an agreement. Agreed to before in the same words, it keeps its time.
pub fn agreed(version: &str, text: &Text, earlier: Option<Answer>, context: &Context<'_>) -> Answer {
    let now = wording(text, context);
    match earlier {
        Some(Answer::Declared { version: then, wording, at }) if then == version && wording == now => {
            Answer::Declared { version: then, wording, at }
        }
        _ => Answer::Declared { version: version.to_owned(), wording: now, at: context.now },
    }
}

/// What is wrong with a declaration that is asked. An agreement to other words (another office was chosen since) counts as
/// none, whether the declaration is mandatory or not: nobody shall have agreed to what was never shown.
pub fn wrong(
    field: &Field,
    version: &str,
    text: &Text,
    answer: Option<&Answer>,
    context: &Context<'_>,
) -> Option<Wrong> {
    match answer {
        Some(Answer::Declared { version: then, wording: shown, .. }) => {
            let same = then == version && *shown == wording(text, context);
            (!same).then_some(Wrong::WordingChanged)
        }
        Some(_) => Some(Wrong::SendAgain),
        None => (!field.optional).then_some(Wrong::Missing),
    }
}
