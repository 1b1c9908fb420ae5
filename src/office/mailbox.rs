//! Whether a text is a mail address that an office may have: plain ASCII, no display name, no comment.

/// Longest address that a mail server must accept (RFC 5321, 4.5.3.1.3, without the angle brackets).
const LONGEST: usize = 254;

/// Whether this is one mail address, `local@domain.tld` (RFC 5321 dot-string and domain).
pub fn is_mailbox(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    text.len() <= LONGEST
        && local.len() <= 64
        && local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atom))
        && domain.contains('.')
        && domain.split('.').all(is_label)
}

fn is_atom(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::is_mailbox;

    #[test]
    fn plain_addresses_are_mailboxes_and_nothing_else_is() {
        for good in ["buergerservice@moeckern.example", "a.b+c@x-y.example", "o'neill@amt.de"] {
            assert!(is_mailbox(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "a@b",
            "a@@b.de",
            "a b@c.de",
            "Amt <a@b.de>",
            "a@b.de,c@d.de",
            "ä@b.de",
            "a@-b.de",
            ".a@b.de",
            "a@b.de\n",
            "a@.de",
        ] {
            assert!(!is_mailbox(bad), "{bad}");
        }
    }
}
