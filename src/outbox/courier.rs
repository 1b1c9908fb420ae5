//! Takes what is due, sends, writes down how it ended; never throws away.
