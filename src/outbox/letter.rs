//! The mail to an office, after the contract: subject, text, XML, PDF, the citizen's files.

/// The citizen's files, streamed out of the store.
pub mod enclosure;
/// Subject and text.
pub mod text;

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use bytes::Bytes;
use lettre::message::header::{ContentDisposition, ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, MultiPart, MultiPartKind, SinglePart};
use lettre::{Address, Message};

use self::enclosure::Enclosure;
use super::DeliveryError;
use crate::office::kanal::Kanal;
use crate::store::submissions::{Cover, DataFile, Package, XML_NAME};

/// The sender of all mails: `mail.from`.
#[derive(Clone, Debug)]
pub struct Sender(Mailbox);

/// A finished mail: the same package always gives the same bytes, so that a repetition is recognised as one.
pub struct Letter {
    /// `<Vorgangsnummer>-mail`: names it in a folder; the same over repetitions.
    pub name: String,
    /// Envelope sender.
    pub from: Address,
    /// Envelope recipient.
    pub to: Address,
    /// The whole mail, ASCII, lines ended by CR LF.
    pub bytes: Bytes,
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Letter({}, {} bytes)", self.name, self.bytes.len())
    }
}

impl Sender {
    /// The sender as the settings give it: `name@example.org` or `Name <name@example.org>`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mailbox = Mailbox::from_str(text.trim()).map_err(|error| {
            format!("mail.from is not a mail address ({error}); write `name@example.org` or `Name <name@example.org>`")
        })?;
        let email = ascii(&mailbox.email).ok_or("mail.from: the part before the @ must be plain ASCII")?;
        let name = mailbox.name.map(|name| text::one_line(&name)).filter(|name| !name.is_empty());
        Ok(Self(Mailbox::new(name, email)))
    }
}

/// Writes the mail of a package to the mailbox `an`. Fails only in ways that need a human.
pub fn write(sender: &Sender, an: &str, package: Package, enclosures: Vec<Enclosure>) -> Result<Letter, DeliveryError> {
    let Package { cover, pdf, xml, further, .. } = package;
    if cover.vorgangsnummer.is_empty() || !cover.vorgangsnummer.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(DeliveryError::Never("the stored cover holds no proper Vorgangsnummer".to_owned()));
    }
    let to = Address::from_str(an.trim()).ok().as_ref().and_then(ascii).ok_or_else(|| {
        DeliveryError::Never("the Kontaktsystem's mailbox is not a mail address that can be reached".to_owned())
    })?;

    let mut names = enclosure::Names::default();
    let mut data = data_files(&cover, xml.into_bytes(), further, &mut names);
    let pdf_name = names.take(&cover.pdf_name, "Antrag.pdf");
    let sizes: Vec<usize> = enclosures.iter().map(|enclosure| enclosure.content.len()).collect();
    let mut parts = MultiPart::builder()
        .kind(MultiPartKind::Mixed)
        // `=_` occurs neither in quoted-printable nor in base64, so no content can close the mail early.
        .boundary(format!("=_{}_Antrag", cover.vorgangsnummer))
        .singlepart(SinglePart::plain(text::body(&cover, &pdf_name, &data, &sizes)));
    let rest = data.split_off(1);
    for Data { name, media_type, content, .. } in data {
        parts = parts.singlepart(attachment(&name, &media_type, content)?);
    }
    parts = parts.singlepart(attachment(&pdf_name, "application/pdf", pdf.into_bytes())?);
    for Data { name, media_type, content, .. } in rest {
        parts = parts.singlepart(attachment(&name, &media_type, content)?);
    }
    for Enclosure { name, media_type, content } in enclosures {
        parts = parts.singlepart(attachment(&names.take(&name, "Anlage"), &media_type, content)?);
    }

    let message = Message::builder()
        .from(sender.0.clone())
        .to(Mailbox::new(None, to.clone()))
        .subject(text::subject(&cover))
        .date(date(&cover))
        .message_id(Some(format!("<{}@{}>", cover.vorgangsnummer, sender.0.email.domain())))
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()))
        .multipart(parts)
        .map_err(|error| DeliveryError::Never(format!("the mail cannot be composed: {error}")))?;
    Ok(Letter {
        name: format!("{}-{}", cover.vorgangsnummer, Kanal::Mail.name()),
        from: sender.0.email.clone(),
        to,
        bytes: message.formatted().into(),
    })
}

/// A data file of the mail.
pub struct Data {
    /// File name.
    pub name: String,
    /// SHA-256, lower-case hex.
    pub sha256: String,
    media_type: String,
    content: Vec<u8>,
}

/// The XML and what else holds the same content; first the one that offices know as `XML-Daten.xml`.
fn data_files(cover: &Cover, xml: Vec<u8>, further: Vec<DataFile>, names: &mut enclosure::Names) -> Vec<Data> {
    let own = Data {
        name: cover.xml_name.clone(),
        sha256: cover.xml_sha256.clone(),
        media_type: "application/xml; charset=utf-8".to_owned(),
        content: xml,
    };
    let further = further.into_iter().map(|DataFile { name, media_type, text, sha256 }| Data {
        name,
        sha256,
        media_type,
        content: text.into_bytes(),
    });
    let mut data: Vec<Data> = std::iter::once(own).chain(further).collect();
    data.sort_by_key(|file| file.name != XML_NAME);
    for file in &mut data {
        file.name = names.take(&file.name, "Daten");
    }
    data
}

/// A part that arrives byte for byte: base64 always, since a mail server may change the line ends of anything else.
fn attachment(name: &str, media_type: &str, content: Vec<u8>) -> Result<SinglePart, DeliveryError> {
    let body = Body::new_with_encoding(content, ContentTransferEncoding::Base64)
        .map_err(|_| DeliveryError::Never("an attachment cannot be encoded".to_owned()))?;
    let content_type = ContentType::parse(media_type).ok().filter(|_| media_type.len() <= 100);
    let octets = || ContentType::parse("application/octet-stream").expect("this media type is well-formed");
    Ok(SinglePart::builder()
        .header(content_type.unwrap_or_else(octets))
        .header(ContentDisposition::attachment(name))
        .body(body))
}

/// The moment of acceptance, not of sending: a repetition must not differ.
fn date(cover: &Cover) -> SystemTime {
    SystemTime::from(cover.at).max(SystemTime::UNIX_EPOCH)
}

/// The address with its domain in ASCII (`xn--…`), if its local part is ASCII; others need SMTPUTF8, which few servers speak.
fn ascii(address: &Address) -> Option<Address> {
    let domain = match url::Host::parse(address.domain()) {
        Ok(url::Host::Domain(domain)) => domain,
        _ => address.domain().to_owned(),
    };
    (address.user().is_ascii() && domain.is_ascii()).then(|| Address::new(address.user(), domain).ok()).flatten()
}

#[cfg(test)]
mod tests;
