//! What a refusal means: later or never.
//!
//! | Where | 4xx, 421 | 5xx |
//! |---|---|---|
//! | connecting, greeting, EHLO, STARTTLS, AUTH | later | later: the server refuses *us*, not this mail; setting things right must not need a touch on every mail |
//! | MAIL FROM | later | later: it is about our sender or our standing, the same for every mail; only 552 (too large) never |
//! | RCPT TO, DATA, after the mail | later | never: about this mailbox or this mail, a human has to look |
//!
//! Everywhere 500 to 504 (out of step, command not known) and 530, 534, 535, 538 (login, encryption) mean later: they are about
//! the conversation. A dropped connection, silence and TLS trouble mean later.
//!
//! Reasons hold the code and the enhanced status (RFC 3463) only: the words of a server may repeat an address or the mail.

use std::error::Error as _;
use std::fmt;

use lettre::transport::smtp::Error;

use crate::outbox::DeliveryError;

/// Where in the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Connecting, greeting, EHLO, STARTTLS.
    Connect,
    /// AUTH.
    Login,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA.
    Data,
    /// The mail itself and the answer to it.
    Content,
}

/// What went wrong, where, and whether it may work later.
#[derive(Debug, PartialEq, Eq)]
pub struct Trouble {
    stage: Stage,
    never: bool,
    reason: String,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "connecting",
            Self::Login => "logging in",
            Self::Mail => "MAIL FROM",
            Self::Rcpt => "RCPT TO",
            Self::Data => "DATA",
            Self::Content => "sending the mail",
        })
    }
}

impl From<Trouble> for DeliveryError {
    fn from(trouble: Trouble) -> Self {
        let reason = format!("SMTP, {}: {}", trouble.stage, trouble.reason);
        if trouble.never { Self::Never(reason) } else { Self::Later(reason) }
    }
}

impl Trouble {
    /// May work later.
    pub fn later(stage: Stage, reason: impl Into<String>) -> Self {
        Self { stage, never: false, reason: reason.into() }
    }

    /// What lettre says happened at this stage.
    pub fn of(stage: Stage, error: &Error) -> Self {
        let cause = || error.source().map(ToString::to_string).unwrap_or_default();
        if let Some(code) = error.status() {
            let code = u16::from(code);
            let status = enhanced_status(&cause()).map(|status| format!(" {status}")).unwrap_or_default();
            return Self { stage, never: is_never(stage, code), reason: format!("refused with {code}{status}") };
        }
        // The causes below are words of the system and of rustls, never of the server.
        let reason = if error.is_response() {
            "the connection ended or the answer is not SMTP".to_owned()
        } else if error.is_client() {
            "the server does not offer what is needed".to_owned()
        } else if error.is_tls() {
            format!("TLS failed: {}", cause())
        } else {
            format!("the connection failed: {}", cause())
        };
        Self::later(stage, reason)
    }
}

fn is_never(stage: Stage, code: u16) -> bool {
    match (stage, code) {
        (_, ..500 | 500..=504 | 530 | 534 | 535 | 538) | (Stage::Connect | Stage::Login, _) => false,
        (Stage::Mail, code) => code == 552,
        (Stage::Rcpt | Stage::Data | Stage::Content, _) => true,
    }
}

/// The enhanced status at the beginning of an answer, for example `5.1.1`.
fn enhanced_status(answer: &str) -> Option<&str> {
    let word = answer.split([' ', '\r', '\n']).next()?;
    let mut parts = word.split('.');
    let class = parts.next()?;
    let number = |part: Option<&str>| {
        part.is_some_and(|part| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let right = matches!(class, "4" | "5") && number(parts.next()) && number(parts.next()) && parts.next().is_none();
    right.then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_about_this_mail_is_never() {
        for stage in [Stage::Connect, Stage::Login] {
            for code in [421, 450, 500, 530, 535, 550, 554] {
                assert!(!is_never(stage, code), "{stage} {code}");
            }
        }
        for code in [421, 451, 503, 530, 550, 553, 554] {
            assert!(!is_never(Stage::Mail, code), "MAIL {code}");
        }
        assert!(is_never(Stage::Mail, 552));
        for stage in [Stage::Rcpt, Stage::Data, Stage::Content] {
            for code in [550, 551, 552, 553, 554, 556] {
                assert!(is_never(stage, code), "{stage} {code}");
            }
            for code in [421, 450, 451, 452, 500, 503, 530, 535] {
                assert!(!is_never(stage, code), "{stage} {code}");
            }
        }
    }

    #[test]
    fn an_enhanced_status_is_digits_and_nothing_else() {
        assert_eq!(enhanced_status("5.1.1 <erika@example.org> unknown"), Some("5.1.1"));
        assert_eq!(enhanced_status("4.7.650\nmore"), Some("4.7.650"));
        for text in ["", "erika@example.org", "5.1", "5.1.1.1", "5.1.erika", "2.0.0 ok", "5.1234.1", "5..1"] {
            assert_eq!(enhanced_status(text), None, "{text}");
        }
    }
}
