//! Asking a directory many questions for hours: one that it does not answer is told and passed over, a directory that stays dark ends
//! the report.

use std::time::Duration;

use indicatif::ProgressBar;
use jiff::{SignedDuration, Timestamp};

use crate::clock::Clock;
use crate::intake::start::SPRACHE;
use crate::office::finder::FinderError;
use crate::office::finder::asking::Asked;

/// Questions in a row that got no usable answer, after which no other is put: some page answers in the directory's place.
const MOST_IN_A_ROW: u32 = 100;
/// Pause before a directory that is left alone for a while is asked again.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// It asks for fewer questions.
const TOO_MANY: FinderError = FinderError::Status(429);

/// How long, and how often in vain, a directory is asked.
#[derive(Debug)]
pub struct Patience {
    clock: Clock,
    /// Longest time without any answer.
    longest: SignedDuration,
    /// When it answered last; at first, when asking began.
    answered_at: Timestamp,
    answered: u64,
    /// Questions without a usable answer since the last one that had one.
    in_a_row: u32,
    /// Why the last question was not answered.
    cause: Option<FinderError>,
    bar: ProgressBar,
}

/// Why no further question makes sense.
#[derive(Debug, thiserror::Error)]
pub enum Ended {
    /// It does not answer any more.
    #[error("the directory has not answered for {seconds} seconds: {cause}")]
    Dark {
        /// Since its last answer.
        seconds: i64,
        /// What was wrong with the last question.
        cause: FinderError,
    },
    /// It answers, but with nothing that can be used.
    #[error("the directory did not answer {MOST_IN_A_ROW} questions in a row: {0}")]
    InVain(FinderError),
    /// Every question would fail in the same way.
    #[error("{0}")]
    Hopeless(FinderError),
}

impl Patience {
    /// Begins now; waiting is told on the bar.
    pub fn new(clock: Clock, longest: SignedDuration, bar: ProgressBar) -> Self {
        Self { answered_at: clock.now(), clock, longest, answered: 0, in_a_row: 0, cause: None, bar }
    }

    /// What a question brings along now.
    pub fn asked(&self) -> Asked<'static> {
        Asked { now: self.clock.now(), sprache: SPRACHE }
    }

    /// Puts a question, at the time it is then. The inner `Err` concerns this question only, the outer one all that would follow.
    pub async fn ask<T>(
        &mut self,
        question: impl AsyncFn(Asked<'static>) -> Result<T, FinderError>,
    ) -> Result<Result<T, FinderError>, Ended> {
        let mut asked_for_rest = false;
        loop {
            let error = match question(self.asked()).await {
                Ok(answer) => {
                    (self.answered_at, self.in_a_row, self.cause) = (self.clock.now(), 0, None);
                    self.answered = self.answered.saturating_add(1);
                    return Ok(Ok(answer));
                }
                Err(error) => error,
            };
            if error.is_refusal() {
                self.answered_at = self.clock.now();
                return Ok(Err(error));
            }
            if self.is_hopeless(&error) {
                return Err(Ended::Hopeless(error));
            }
            if error == FinderError::Resting {
                self.rest().await?;
            } else if error == TOO_MANY && !asked_for_rest {
                asked_for_rest = true;
                self.cause = Some(error);
            } else {
                self.in_a_row = self.in_a_row.saturating_add(1);
                if self.in_a_row >= MOST_IN_A_ROW {
                    return Err(Ended::InVain(error));
                }
                self.cause = Some(error.clone());
                return Ok(Err(error));
            }
        }
    }

    /// Waits a little while the directory is left alone, as long as that makes sense.
    async fn rest(&mut self) -> Result<(), Ended> {
        let silence = self.answered_at.duration_until(self.clock.now());
        if silence >= self.longest {
            let cause = self.cause.clone().unwrap_or(FinderError::Resting);
            return Err(Ended::Dark { seconds: silence.as_secs(), cause });
        }
        self.bar.set_message(", das Verzeichnis antwortet gerade nicht");
        tokio::time::sleep(LOOK_AGAIN).await;
        self.bar.set_message("");
        Ok(())
    }

    /// Whether the directory was never there to begin with, or does not take the key.
    fn is_hopeless(&self, error: &FinderError) -> bool {
        match error {
            FinderError::NotImported(_) | FinderError::Store(_) => true,
            FinderError::Status(401 | 403) | FinderError::Tls(_) => self.answered == 0,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    fn patience(clock: &Clock) -> Patience {
        Patience::new(clock.clone(), SignedDuration::from_secs(180), ProgressBar::hidden())
    }

    fn minute() -> Clock {
        Clock::fixed(Timestamp::UNIX_EPOCH)
    }

    #[tokio::test(start_paused = true)]
    async fn a_question_that_fails_is_told_and_the_next_one_put() {
        let clock = minute();
        let mut patience = patience(&clock);
        for error in [FinderError::Slow, FinderError::Status(503), FinderError::Garbled("x".to_owned())] {
            let told = patience.ask(async |_| Err::<(), _>(error.clone())).await.unwrap();
            assert_eq!(told, Err(error));
        }
        assert_eq!(patience.ask(async |_| Ok(7)).await.unwrap(), Ok(7));
        assert_eq!(patience.in_a_row, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn while_the_directory_is_left_alone_the_question_waits_and_is_put_at_the_time_it_is_then() {
        let clock = minute();
        let mut patience = patience(&clock);
        let until = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(15);
        let times = Mutex::new(Vec::new());
        let answer = patience.ask(async |asked| {
            times.lock().unwrap().push(asked.now);
            if asked.now < until {
                clock.advance(SignedDuration::from_secs(5));
                return Err(FinderError::Resting);
            }
            Ok("da")
        });
        assert_eq!(answer.await.unwrap(), Ok("da"));
        assert_eq!(times.lock().unwrap().len(), 4);
    }

    #[tokio::test(start_paused = true)]
    async fn a_directory_that_stays_dark_ends_it_with_the_cause() {
        let clock = minute();
        let mut patience = patience(&clock);
        patience.ask(async |_| Err::<(), _>(FinderError::Slow)).await.unwrap().unwrap_err();
        let ended = patience.ask(async |_| {
            clock.advance(SignedDuration::from_secs(15));
            Err::<(), _>(FinderError::Resting)
        });
        let told = ended.await.unwrap_err().to_string();
        assert_eq!(told, "the directory has not answered for 180 seconds: the directory does not answer in time");
    }

    #[tokio::test(start_paused = true)]
    async fn a_directory_that_asks_for_rest_is_asked_the_same_once_more() {
        let clock = minute();
        let mut patience = patience(&clock);
        let answers = Mutex::new(vec![Ok(1), Err(FinderError::Resting), Err(TOO_MANY)]);
        let told = patience.ask(async |_| answers.lock().unwrap().pop().unwrap()).await.unwrap();
        assert_eq!(told, Ok(1));
        assert_eq!(patience.ask(async |_| Err::<(), _>(TOO_MANY)).await.unwrap(), Err(TOO_MANY));
    }

    #[tokio::test(start_paused = true)]
    async fn what_never_reads_ends_it_but_refusals_do_not() {
        let clock = minute();
        let mut patience = patience(&clock);
        for _ in 0..1000 {
            let refused = FinderError::Status(400);
            assert_eq!(patience.ask(async |_| Err::<(), _>(refused.clone())).await.unwrap(), Err(refused));
        }
        let mut count = 0;
        while patience.ask(async |_| Err::<(), _>(FinderError::Garbled("html".to_owned()))).await.is_ok() {
            count += 1;
        }
        assert_eq!(count, MOST_IN_A_ROW - 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_that_is_not_taken_ends_it_at_once_unless_it_was_taken_before() {
        let clock = minute();
        let mut patience = patience(&clock);
        let refused = FinderError::Status(401);
        assert!(patience.ask(async |_| Err::<(), _>(refused.clone())).await.is_err());
        patience.ask(async |_| Ok(())).await.unwrap().unwrap();
        assert_eq!(patience.ask(async |_| Err::<(), _>(refused.clone())).await.unwrap(), Err(refused));
    }
}
