//! The circuit breaker: a directory that fails again and again is not asked for a while, so that it can recover and nobody waits in
//! vain.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::FinderError;

/// Failures in a row after which the directory is left alone.
const MOST: u32 = 5;
/// A failure that took all the time a question has weighs as much as this many quick ones: a page puts several questions, and may
/// not wait for each of them.
const SLOW: u32 = 3;
/// For how long, in seconds. Then one question tries whether it works again.
const REST: i64 = 15;

/// Counts failures of one directory.
#[derive(Debug, Default)]
pub struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    rests_until: Option<Timestamp>,
}

impl Breaker {
    /// Whether a question may be put now. After a rest the first one may; the others wait for what it learns.
    pub fn may(&self, now: Timestamp) -> Result<(), FinderError> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state.rests_until {
            Some(until) if now < until => Err(FinderError::Resting),
            Some(_) => {
                state.rests_until = Some(after(now, REST));
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// The directory answered.
    pub fn worked(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = State::default();
    }

    /// The directory failed; `rest` are the seconds that it asks to be left alone. `slow`: it took all the
    /// time a question has.
    pub fn failed(&self, now: Timestamp, rest: Option<i64>, slow: bool) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.failures = state.failures.saturating_add(if slow { SLOW } else { 1 });
        if state.failures >= MOST || rest.is_some() {
            state.rests_until = Some(after(now, rest.unwrap_or(REST)));
        }
    }
}

fn after(now: Timestamp, seconds: i64) -> Timestamp {
    now.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_that_fails_again_and_again_is_left_alone_and_then_tried_once() {
        let breaker = Breaker::default();
        let begin = Timestamp::UNIX_EPOCH;
        for _ in 0..MOST {
            assert!(breaker.may(begin).is_ok());
            breaker.failed(begin, None, false);
        }
        assert!(breaker.may(begin).is_err());
        let later = after(begin, REST);
        assert!(breaker.may(later).is_ok(), "one tries");
        assert!(breaker.may(later).is_err(), "the others wait");
        breaker.worked();
        assert!(breaker.may(later).is_ok() && breaker.may(later).is_ok());
    }

    #[test]
    fn nobody_waits_a_third_time_for_a_directory_that_does_not_answer() {
        let breaker = Breaker::default();
        for _ in 0..2 {
            assert!(breaker.may(Timestamp::UNIX_EPOCH).is_ok());
            breaker.failed(Timestamp::UNIX_EPOCH, None, true);
        }
        assert!(breaker.may(Timestamp::UNIX_EPOCH).is_err());
    }

    #[test]
    fn a_directory_that_asks_for_rest_gets_it_at_once() {
        let breaker = Breaker::default();
        breaker.failed(Timestamp::UNIX_EPOCH, Some(60), false);
        assert!(breaker.may(after(Timestamp::UNIX_EPOCH, 59)).is_err());
        assert!(breaker.may(after(Timestamp::UNIX_EPOCH, 60)).is_ok());
    }
}
