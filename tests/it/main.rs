//! The one integration binary: each module looks at the house from outside.

mod courier;
mod databases;
mod smtp;
mod store;
