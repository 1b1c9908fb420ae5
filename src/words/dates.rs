//! Dates and times as Germans read them.

use jiff::civil::Date;
use jiff::{Timestamp, Zoned};

use crate::clock;

const MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

/// `19. Juni 2020`.
pub fn long(date: Date) -> String {
    let month = usize::try_from(date.month() - 1).ok().and_then(|month| MONTHS.get(month)).copied().unwrap_or_default();
    format!("{}. {month} {}", date.day(), date.year())
}

/// `09:22 MESZ`, as German clocks showed it; MEZ in winter.
pub fn time(at: Timestamp) -> String {
    clock_time("%H:%M", &clock::berlin(at))
}

/// `19.06.2020 09:22 MESZ`, as German clocks showed it; MEZ in winter.
pub fn date_and_time(at: Timestamp) -> String {
    clock_time("%d.%m.%Y %H:%M", &clock::berlin(at))
}

fn clock_time(pattern: &str, local: &Zoned) -> String {
    let summer = local.time_zone().to_offset_info(local.timestamp()).dst().is_dst();
    format!("{} {}", local.strftime(pattern), if summer { "MESZ" } else { "MEZ" })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn dates_name_the_month() {
        assert_eq!(long(date(2020, 6, 19)), "19. Juni 2020");
        assert_eq!(long(date(2026, 12, 1)), "1. Dezember 2026");
        assert_eq!(long(date(2027, 1, 31)), "31. Januar 2027");
    }

    #[test]
    fn times_are_german_in_summer_and_in_winter() {
        let told = |at: &str| (date_and_time(at.parse().unwrap()), time(at.parse().unwrap()));
        assert_eq!(told("2020-06-19T07:22:35Z"), ("19.06.2020 09:22 MESZ".to_owned(), "09:22 MESZ".to_owned()));
        assert_eq!(told("2020-12-31T23:30:00Z"), ("01.01.2021 00:30 MEZ".to_owned(), "00:30 MEZ".to_owned()));
        // The hour that exists twice is told apart by its name.
        assert_eq!(told("2020-10-25T00:30:00Z").1, "02:30 MESZ");
        assert_eq!(told("2020-10-25T01:30:00Z").1, "02:30 MEZ");
    }
}
