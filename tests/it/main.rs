//! Integration tests: everything that leaves the house is asserted.

mod courier;
mod smtp;
