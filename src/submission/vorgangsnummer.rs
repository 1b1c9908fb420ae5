//! The Vorgangsnummer: `YYYYMMDD` local date, five digits seconds since local midnight, seven digits of 100 ns.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use crate::clock;

/// Twenty digits. Guessable, therefore never an access key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Vorgangsnummer(String);

impl Vorgangsnummer {
    /// The number of a moment, `tick` times 100 ns later: a collision takes the next tick.
    pub fn at(moment: Timestamp, tick: u32) -> Self {
        let moment = moment.saturating_add(SignedDuration::from_nanos(i64::from(tick) * 100)).unwrap_or(Timestamp::MAX);
        let local = clock::berlin(moment);
        let seconds = i32::from(local.hour()) * 3600 + i32::from(local.minute()) * 60 + i32::from(local.second());
        Self(format!("{}{seconds:05}{:07}", local.strftime("%Y%m%d"), local.subsec_nanosecond() / 100))
    }

    /// A number as someone types it.
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 20 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| Self(text.to_owned()))
    }

    /// The twenty digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Vorgangsnummer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pilots_moment_gives_the_pilots_number() {
        let moment: Timestamp = "2020-06-19T09:22:35.0065600+02:00".parse().unwrap();
        assert_eq!(Vorgangsnummer::at(moment, 0).as_str(), "20200619337550065600");
        assert_eq!(Vorgangsnummer::at(moment, 1).as_str(), "20200619337550065601");
    }
}
