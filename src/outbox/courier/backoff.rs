//! How long to wait before the next attempt: exponential backoff with jitter, up to a limit.

use std::time::Duration;

/// No repetition comes sooner, whatever the settings say.
const SHORTEST: Duration = Duration::from_millis(100);

/// Pause before the next attempt, when this one and `attempts` before it failed: twice as long each time. `chance` spreads it over
/// the upper half of the pause (jitter), so that a thousand deliveries that failed together do not come back together.
pub fn after(attempts: u32, first: Duration, longest: Duration, chance: u32) -> Duration {
    let longest = longest.max(first).max(SHORTEST);
    let whole = first.max(SHORTEST).saturating_mul(1 << attempts.min(30)).min(longest);
    whole / 2 + (whole / 2).mul_f64(f64::from(chance) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_time_doubles_up_to_the_limit() {
        let (first, longest) = (Duration::from_mins(1), Duration::from_hours(1));
        let times: Vec<u64> = (0..8).map(|attempts| after(attempts, first, longest, u32::MAX).as_secs()).collect();
        assert_eq!(times, [60, 120, 240, 480, 960, 1_920, 3_600, 3_600]);
        assert_eq!(after(0, first, longest, 0).as_secs(), 30);
    }

    proptest! {
        #[test]
        fn it_is_never_too_short_nor_too_long(attempts: u32, first in 0_u64..1_000_000, longest in 0_u64..10_000_000, chance: u32) {
            let (first, longest) = (Duration::from_secs(first), Duration::from_secs(longest));
            let time = after(attempts, first, longest, chance);
            prop_assert!(time >= SHORTEST / 2 && time <= longest.max(first).max(SHORTEST));
        }
    }
}
