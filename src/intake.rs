//! The counter: every use case, without HTTP.
