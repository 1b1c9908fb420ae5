//! Ways out for a mail: a folder with one `.eml` each, or an SMTP server.
