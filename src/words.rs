//! All sentences that the program itself says to citizens, in German: one function or one arm of a match per message.
//!
//! Rooms below hand over data ([`Wrong`](crate::draft::check::Wrong) and the like); pages ask here for the words. What authors of
//! forms, tenants and operators read, and what stands in mails and documents for offices, is worded where it is made.

/// What is wrong with an answer.
pub mod complaint;
/// Dates and times as Germans read them.
pub mod dates;
/// What went wrong.
pub mod mishap;
/// What pages say besides their templates.
pub mod page;
/// What differs by language inside of sentences and tables.
pub mod tongue;
