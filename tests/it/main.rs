//! The one integration binary: each module looks at the house from outside.

mod databases;
mod store;
