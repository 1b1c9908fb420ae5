//! What may be wrong with an answer: data, never a sentence. `words` says it to the citizen.

use crate::latin::Forbidden;

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The question, where the summary's link leads; empty if it concerns the whole application.
    pub field: String,
    /// What is wrong with it.
    pub wrong: Wrong,
}

/// What is wrong with one question, or with the whole application. What was typed never stands in here, but for a single
/// character that is not permitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It must be answered and is not.
    Missing,
    /// What was refused before would pass now, or an answer is no longer what its question asks for.
    SendAgain,
    /// A code that was not offered.
    NotOffered,
    /// A text with more characters than permitted.
    TooLong {
        /// Most characters.
        max: usize,
        /// How many there are.
        now: usize,
    },
    /// A text with fewer characters than needed.
    TooShort {
        /// Fewest characters.
        min: usize,
    },
    /// A character that the question's datatype does not know.
    Forbidden(Forbidden),
    /// No date with day, month and a year of four digits.
    NoDate,
    /// No day of the calendar, such as 31 February.
    NotInCalendar,
    /// A year that is a slip of the finger.
    Year {
        /// First year that is taken.
        first: i16,
        /// Last year that is taken.
        last: i16,
    },
    /// A date after today, where only the past is asked for.
    Future,
    /// No German postcode.
    Postcode,
    /// A character that is no part of phone numbers; none if it cannot be shown.
    PhoneSign(Option<char>),
    /// Too few digits for a phone number.
    PhoneIncomplete,
    /// No mail address that an office could write to.
    Email,
    /// A character that is no part of an IBAN; none if it cannot be shown.
    IbanSign(Option<char>),
    /// An IBAN begins with the code of a country that has such numbers.
    IbanCountry,
    /// An IBAN with more or fewer characters than those of its country.
    IbanLength {
        /// The country's code, for example `DE`.
        country: String,
        /// How many characters its numbers have, without blanks.
        needed: usize,
        /// How many there are.
        now: usize,
    },
    /// The check digits of an IBAN do not fit the rest of it.
    IbanDigits,
    /// No whole number.
    NotWhole,
    /// A number outside its range; `i64::MIN` and `i64::MAX` mean that this side is open.
    Range {
        /// Least number.
        min: i64,
        /// Greatest number.
        max: i64,
    },
    /// A declaration was agreed to in other words than those shown now.
    WordingChanged,
    /// A file, and the statement that there is no such document.
    FileAndNone,
    /// More files than permitted are there.
    TooManyFiles {
        /// Most files.
        max: usize,
    },
    /// A file that is there is larger than permitted.
    LargeFile {
        /// Most bytes of one file.
        max: u64,
    },
    /// The files that are there are larger than permitted, taken together.
    LargeFiles {
        /// Most bytes of all files of the question.
        max: u64,
    },
    /// A file was not taken in.
    Refused(Refusal),
    /// A rule over several questions is broken.
    Rule {
        /// What the author of the form says about it.
        message: String,
    },
    /// The directory says something else about the chosen office than the citizen agreed to.
    OfficeChanged,
    /// Another window changed the application while it was looked through.
    ChangedElsewhere,
}

/// Why a file was not taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The question takes no files, or is not asked.
    NotAsked,
    /// Nothing is in it.
    Empty,
    /// Its content is neither PDF nor JPEG nor PNG.
    Type,
    /// The question has as many files as it takes.
    Count {
        /// Most files.
        max: usize,
    },
    /// It is larger than one file may be.
    Large {
        /// Most bytes of one file.
        max: u64,
    },
    /// With it, all files together would be larger than they may be.
    NoRoom {
        /// Most bytes of all files together.
        max: u64,
        /// Bytes that are still free.
        free: u64,
    },
}
