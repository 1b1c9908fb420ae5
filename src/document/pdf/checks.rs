//! Checks of the finished file with lopdf.
