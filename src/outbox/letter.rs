//! The mail to an office, after the contract: subject, text, XML, PDF, the citizen's files.
