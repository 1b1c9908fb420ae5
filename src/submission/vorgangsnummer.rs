//! The Vorgangsnummer: `YYYYMMDD` local date, five digits seconds since local midnight, seven digits of 100 ns.
//!
//! The seconds are those that the clock on the wall shows (09:22:35 is 33755), as in the numbers offices know. On the day on
//! which summer time begins, 7,200 to 10,799 are left out. On the day on which it ends, the hour from two to three comes twice,
//! so that two moments may have the same number and a later one a smaller number: uniqueness is the database's duty, and a
//! collision takes the next tick. Nothing may be sorted by the number; a submission has its time besides.

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
    use jiff::civil::{DateTime, date};
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    use super::*;

    fn moment(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// Moments from 2000 to 2099.
    fn any_moment() -> impl Strategy<Value = Timestamp> {
        (946_684_800_i64..4_102_444_800, 0_i32..1_000_000_000)
            .prop_map(|(second, nanosecond)| Timestamp::new(second, nanosecond).unwrap())
    }

    #[test]
    fn midnight_is_second_zero_and_the_day_is_the_german_one() {
        assert_eq!(Vorgangsnummer::at(moment("2026-01-01T23:00:00Z"), 0).as_str(), "20260102000000000000");
        assert_eq!(Vorgangsnummer::at(moment("2026-01-01T22:59:59.9999999Z"), 0).as_str(), "20260101863999999999");
        assert_eq!(Vorgangsnummer::at(moment("2026-01-01T22:59:59.9999999Z"), 1).as_str(), "20260102000000000000");
    }

    #[test]
    fn the_hour_that_summer_time_takes_is_left_out() {
        assert_eq!(Vorgangsnummer::at(moment("2026-03-29T00:59:59Z"), 0).as_str(), "20260329071990000000");
        assert_eq!(Vorgangsnummer::at(moment("2026-03-29T01:00:00Z"), 0).as_str(), "20260329108000000000");
    }

    #[test]
    fn the_hour_that_comes_twice_gives_the_same_number_and_the_next_tick_another() {
        let (summer, winter) = (moment("2026-10-25T00:30:00Z"), moment("2026-10-25T01:30:00Z"));
        assert_eq!(Vorgangsnummer::at(summer, 0), Vorgangsnummer::at(winter, 0));
        assert_eq!(Vorgangsnummer::at(summer, 0).as_str(), "20261025090000000000");
        assert_ne!(Vorgangsnummer::at(summer, 0), Vorgangsnummer::at(winter, 1));
    }

    #[test]
    fn only_twenty_digits_are_a_number() {
        for wrong in [
            "",
            "2020061933755006560",
            "202006193375500656000",
            "2020061933755006560a",
            "２０２００６１９３３７５５００６５６００",
        ] {
            assert_eq!(Vorgangsnummer::parse(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_moment_gives_twenty_digits_that_read_back(at in any_moment(), tick: u32) {
            let number = Vorgangsnummer::at(at, tick);
            prop_assert_eq!(Vorgangsnummer::parse(number.as_str()), Some(number));
        }

        #[test]
        fn distinct_ticks_give_distinct_numbers(at in any_moment(), one in 0_u32..10_000_000, other in 0_u32..10_000_000) {
            // Ten million ticks are one second; numbers come twice only an hour apart.
            prop_assume!(one != other);
            prop_assert_ne!(Vorgangsnummer::at(at, one), Vorgangsnummer::at(at, other));
        }

        #[test]
        fn a_later_moment_of_a_day_has_a_greater_number(day in 0_i32..36_500, early in 0_i64..863_999_999_999, step in 1_i64..863_999_999_999) {
            let zone = TimeZone::get("Europe/Berlin").unwrap();
            let midnight: DateTime = date(2000, 1, 1).checked_add(jiff::Span::new().days(day)).unwrap().into();
            let start = midnight.to_zoned(zone.clone()).unwrap();
            let end = start.tomorrow().unwrap();
            // On the day on which summer time ends, the order holds only within the hours.
            prop_assume!(end.timestamp().duration_since(start.timestamp()) <= SignedDuration::from_hours(24));
            let at = |ticks: i64| start.timestamp().checked_add(SignedDuration::from_nanos(ticks * 100)).unwrap();
            let (first, second) = (at(early), at(early + step));
            prop_assume!(second < end.timestamp());
            prop_assert!(Vorgangsnummer::at(first, 0) < Vorgangsnummer::at(second, 0));
        }
    }

    #[test]
    fn the_pilots_moment_gives_the_pilots_number() {
        let moment: Timestamp = "2020-06-19T09:22:35.0065600+02:00".parse().unwrap();
        assert_eq!(Vorgangsnummer::at(moment, 0).as_str(), "20200619337550065600");
        assert_eq!(Vorgangsnummer::at(moment, 1).as_str(), "20200619337550065601");
    }
}
