//! `mail.url`, understood: which folder or server, how it is protected, who we are there.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use url::{Host, Url};

use super::TransportError;

/// What `mail.url` names.
#[derive(Debug, PartialEq, Eq)]
pub enum Way {
    /// A folder.
    Folder(PathBuf),
    /// An SMTP server.
    Smtp(Server),
}

/// An SMTP server and how to speak with it.
#[derive(Clone, PartialEq, Eq)]
pub struct Server {
    /// Name or IP address, without brackets.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the conversation is protected.
    pub protection: Protection,
    /// User and password.
    pub login: Option<(String, String)>,
    /// The name in EHLO, if not the default.
    pub ehlo: Option<String>,
}

/// How the conversation with a server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// Plain text.
    None,
    /// STARTTLS if offered; the certificate is not checked (RFC 7435).
    Opportunistic,
    /// STARTTLS or nothing; the certificate is checked.
    Required,
    /// TLS from the first byte; the certificate is checked.
    Wrapped,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let login = if self.login.is_some() { ", with login" } else { "" };
        write!(f, "Server({}:{}, {:?}{login})", self.host, self.port, self.protection)
    }
}

impl Way {
    /// Reads `mail.url`.
    pub fn parse(text: &str) -> Result<Self, TransportError> {
        let text = text.trim();
        let (scheme, rest) = text.split_once(':').ok_or_else(|| wrong(FORMS))?;
        match scheme.to_ascii_lowercase().as_str() {
            "file" => folder(rest),
            "smtp" => server(text, false).map(Self::Smtp),
            "smtps" => server(text, true).map(Self::Smtp),
            _ => Err(wrong(FORMS)),
        }
    }
}

const FORMS: &str = "write `file:DIRECTORY`, `smtp://host:port` or `smtps://host:port`";

fn wrong(message: impl Into<String>) -> TransportError {
    TransportError(message.into())
}

fn folder(rest: &str) -> Result<Way, TransportError> {
    let path = match rest.strip_prefix("//") {
        Some(absolute) if absolute.starts_with('/') => absolute,
        Some(_) => return Err(wrong("write `file:DIRECTORY` or `file:///DIRECTORY`, without a host")),
        None => rest,
    };
    if path.is_empty() || path.contains('\0') {
        return Err(wrong("`file:` needs a directory, for example `file:var/mail`"));
    }
    Ok(Way::Folder(PathBuf::from(path)))
}

fn server(text: &str, wrapped: bool) -> Result<Server, TransportError> {
    let url = Url::parse(text).map_err(|error| wrong(format!("{error}; {FORMS}")))?;
    if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
        return Err(wrong("nothing may follow the port but `?tls=…` and `?ehlo=…`"));
    }
    let host = host(&url)?;
    let loopback = host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let mut protection = match (wrapped, loopback) {
        (true, _) => Protection::Wrapped,
        (false, true) => Protection::Opportunistic,
        (false, false) => Protection::Required,
    };
    let mut ehlo = None;
    for (key, value) in url.query_pairs() {
        match (&*key, &*value) {
            ("tls", _) if wrapped => return Err(wrong("`smtps:` is always inside TLS; leave out `tls=`")),
            ("tls", "required") => protection = Protection::Required,
            ("tls", "opportunistic") => protection = Protection::Opportunistic,
            ("tls", "none") => protection = Protection::None,
            ("tls", _) => return Err(wrong("`tls=` is `required`, `opportunistic` or `none`")),
            ("ehlo", name) if is_host_name(name) => ehlo = Some(name.to_owned()),
            ("ehlo", _) => return Err(wrong("`ehlo=` is a host name, for example `antrag.example.org`")),
            _ => return Err(wrong("unknown parameter; known are `tls` and `ehlo`")),
        }
    }
    let login = login(&url)?;
    let checked = matches!(protection, Protection::Required | Protection::Wrapped);
    if login.is_some() && !checked && !loopback {
        return Err(wrong("a password is only sent over checked TLS: use `smtps://` or `?tls=required`"));
    }
    let port = url.port().unwrap_or(if wrapped { 465 } else { 25 });
    if port == 0 {
        return Err(wrong("port 0 is none"));
    }
    Ok(Server { host, port, protection, login, ehlo })
}

fn host(url: &Url) -> Result<String, TransportError> {
    match url.host() {
        Some(Host::Ipv6(ip)) => Ok(ip.to_string()),
        Some(Host::Ipv4(ip)) => Ok(ip.to_string()),
        // In schemes it does not know, the url crate takes any host as it stands: parse it as the web would.
        Some(Host::Domain(name)) => match Host::parse(&percent_decode_str(name).decode_utf8_lossy()) {
            Ok(Host::Domain(name)) if is_host_name(&name) => Ok(name),
            Ok(Host::Ipv4(ip)) => Ok(ip.to_string()),
            _ => Err(wrong("the host is neither a name nor an IP address")),
        },
        None => Err(wrong(format!("the host is missing; {FORMS}"))),
    }
}

fn login(url: &Url) -> Result<Option<(String, String)>, TransportError> {
    if url.username().is_empty() && url.password().is_none() {
        return Ok(None);
    }
    let decode = |part: &str| -> Result<String, TransportError> {
        let text = percent_decode_str(part).decode_utf8().map_err(|_| wrong("user or password is not UTF-8"))?;
        if text.is_empty() || text.contains(char::is_control) {
            return Err(wrong("user and password must both be there, without control characters"));
        }
        Ok(text.into_owned())
    };
    Ok(Some((decode(url.username())?, decode(url.password().unwrap_or_default())?)))
}

fn is_host_name(name: &str) -> bool {
    (1..=253).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn smtp(text: &str) -> Server {
        match Way::parse(text).unwrap() {
            Way::Smtp(server) => server,
            Way::Folder(dir) => panic!("{} is a folder", dir.display()),
        }
    }

    #[test]
    fn folders_are_relative_or_absolute() {
        assert_eq!(Way::parse("file:var/mail").unwrap(), Way::Folder("var/mail".into()));
        assert_eq!(Way::parse("file:/srv/mail").unwrap(), Way::Folder("/srv/mail".into()));
        assert_eq!(Way::parse("file:///srv/mail").unwrap(), Way::Folder("/srv/mail".into()));
        assert!(Way::parse("file://host/mail").is_err());
        assert!(Way::parse("file:").is_err());
    }

    #[test]
    fn a_remote_server_is_protected_unless_said_otherwise_and_a_local_one_where_possible() {
        let remote = smtp("smtp://relay.example.org");
        assert_eq!((remote.port, remote.protection), (25, Protection::Required));
        assert_eq!(smtp("smtp://relay.example.org?tls=none").protection, Protection::None);
        assert_eq!(smtp("smtp://127.0.0.1:2525").protection, Protection::Opportunistic);
        assert_eq!(smtp("smtp://[::1]:2525").host, "::1");
        assert_eq!(smtp("smtp://[::1]:2525").protection, Protection::Opportunistic);
        assert_eq!(smtp("smtp://localhost?tls=required").protection, Protection::Required);
        let wrapped = smtp("smtps://relay.example.org?ehlo=antrag.example.org");
        assert_eq!((wrapped.port, wrapped.protection), (465, Protection::Wrapped));
        assert_eq!(wrapped.ehlo.as_deref(), Some("antrag.example.org"));
        assert_eq!(smtp("smtp://möckern.example:587").host, "xn--mckern-wxa.example");
    }

    #[test]
    fn a_password_is_decoded_never_shown_and_never_risked() {
        let server = smtp("smtps://antrag%40example.org:ge%3Aheim%2F@relay.example.org");
        assert_eq!(server.login, Some(("antrag@example.org".to_owned(), "ge:heim/".to_owned())));
        assert!(!format!("{server:?}").contains("heim"));
        for url in [
            "smtp://u:geheim@relay.example.org?tls=none",
            "smtp://u:geheim@relay.example.org?tls=opportunistic",
            "smtp://u:geheim@relay.example.org:99999",
            "smtp://u:geheim@relay.example.org/path",
            "smtp://u:geheim@relay.example.org?geheim=1",
            "smtp://u:geheim@",
            "geheim",
            "imap://u:geheim@host",
        ] {
            let error = Way::parse(url).unwrap_err().to_string();
            assert!(error.starts_with("mail.url: ") && !error.contains("geheim"), "{error}");
        }
        assert!(smtp("smtp://u:p@127.0.0.1?tls=none").login.is_some());
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(file:|smtp:|smtps:)?(//)?[ -~ä\r\n]{0,60}") {
            let _ = Way::parse(&text);
        }
    }
}
