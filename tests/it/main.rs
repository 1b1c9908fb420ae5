//! One integration binary: the walls of the house, and journeys through all of it.

mod architecture;
mod attacks;
mod broken_forms;
mod courier;
mod databases;
mod directories;
mod docs;
mod documents;
mod house;
mod imports;
mod journeys;
mod kills;
mod kinds;
mod papers;
mod promises;
mod rules;
mod safety;
mod schemas;
mod sentences;
mod smtp;
mod store;
mod unterlagen;
mod versions;
mod ways;
