//! What is posted to the offices.

/// Takes what is due, sends, never throws away.
pub mod courier;
/// The mail to an office.
pub mod letter;
/// Ways out: a folder, an SMTP server.
pub mod transport;

/// Why an attempt failed; the type decides about the retry.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// May work later. The text is for the operator and holds no personal data.
    #[error("later: {0}")]
    Later(String),
    /// Will never work without a human.
    #[error("never: {0}")]
    Never(String),
}
