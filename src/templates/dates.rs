//! Dates and times as Germans read them.

use jiff::Zoned;
use jiff::civil::Date;

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

/// `09:22 MESZ`, for a time of Europe/Berlin.
pub fn time_with_zone(local: &Zoned) -> String {
    let zone = if local.offset().seconds() == 7_200 { "MESZ" } else { "MEZ" };
    format!("{:02}:{:02} {zone}", local.hour(), local.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pilots_moment_reads_as_in_germany() {
        let local: Zoned = "2020-06-19T09:22:35.0065600+02:00[Europe/Berlin]".parse().unwrap();
        assert_eq!(long(local.date()), "19. Juni 2020");
        assert_eq!(time_with_zone(&local), "09:22 MESZ");
    }

    #[test]
    fn winter_is_mez() {
        let local: Zoned = "2026-12-01T23:05:00+01:00[Europe/Berlin]".parse().unwrap();
        assert_eq!(long(local.date()), "1. Dezember 2026");
        assert_eq!(time_with_zone(&local), "23:05 MEZ");
    }
}
