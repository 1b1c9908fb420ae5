//! Which step is open: derived from the answers, never stored.

use super::Draft;
use super::check::{self, Context};

/// The step that has to be filled before step `index` may be opened; `None` if it is open. Looks at the steps before it only.
pub fn missing_before(draft: &Draft, index: usize, context: &Context<'_>) -> Option<usize> {
    let steps = context.form.steps.iter().take(index);
    steps.enumerate().find(|(_, step)| !check::complaints(draft, step, context).is_empty()).map(|(place, _)| place)
}

/// Index of the furthest step that may be opened: the first with complaints, or the last.
pub fn open_until(draft: &Draft, context: &Context<'_>) -> usize {
    let last = context.form.steps.len().saturating_sub(1);
    missing_before(draft, last, context).unwrap_or(last)
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
        sample::within(&form, |context| {
            let missing: Vec<_> = (0..3).map(|index| missing_before(&draft, index, context)).collect();
            assert_eq!(missing, [None, Some(0), Some(0)]);
        });
        let mut draft = sample::filled(&form);
        draft.stellen.clear();
        sample::within(&form, |context| assert_eq!(open_until(&draft, context), 1));
    }
}
