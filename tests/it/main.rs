//! One integration binary: the walls of the house, and journeys through all of it.

mod architecture;
