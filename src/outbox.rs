//! What is posted to the offices.

/// The channels, opened.
pub mod channels;
/// Takes what is due, sends, never throws away.
pub mod courier;
/// What a mail to an office looks like.
pub mod letter;
/// The channel `mail`.
pub mod mail;
/// Where a mail goes: a folder, an SMTP server.
pub mod transport;

/// Why an attempt failed; the type decides whether it is repeated.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// May work later. The text is for the operator and holds no personal data.
    #[error("later: {0}")]
    Later(String),
    /// Will never work without a human.
    #[error("never: {0}")]
    Never(String),
}
