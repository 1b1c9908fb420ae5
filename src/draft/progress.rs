//! Which step is open: derived from the answers, never stored.

use super::Draft;
use super::check::{self, Context};

/// Index of the furthest step that may be opened: the first with complaints, or the last.
pub fn open_until(draft: &Draft, context: &Context<'_>) -> usize {
    let steps = &context.form.steps;
    steps
        .iter()
        .position(|step| !check::complaints(draft, step, context).is_empty())
        .unwrap_or(steps.len().saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::check::take;
    use crate::draft::sample;

    #[test]
    fn steps_open_one_after_the_other() {
        let form = sample::form();
        let mut draft = sample::draft();
        for (index, step) in form.steps.iter().enumerate() {
            sample::within(&form, |context| assert_eq!(open_until(&draft, context), index));
            sample::within(&form, |context| {
                let complaints = take(&mut draft, step, &sample::raw(step), context);
                assert_eq!(complaints, []);
            });
        }
        sample::within(&form, |context| assert_eq!(open_until(&draft, context), form.steps.len() - 1));
    }

    #[test]
    fn a_step_that_became_wrong_closes_those_behind_it() {
        let form = sample::form();
        let mut draft = sample::filled(&form);
        draft.answers.0.remove("nachname");
        sample::within(&form, |context| assert_eq!(open_until(&draft, context), 0));
        let mut draft = sample::filled(&form);
        draft.stellen.clear();
        sample::within(&form, |context| assert_eq!(open_until(&draft, context), 1));
    }
}
