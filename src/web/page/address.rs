//! Addresses of all pages, path prefix included, as `design/contract.md` fixes them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::draft::{DraftId, Zugang};

/// Characters that may stand bare in a path segment or a query value (RFC 3986, unreserved).
const BARE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Builds addresses below the path prefix.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Addresses {
    prefix: String,
}

impl Addresses {
    /// Addresses below `prefix`, for example `/intelliform`; empty for none. A slash at the end is dropped.
    pub fn new(prefix: &str) -> Self {
        Self { prefix: prefix.trim_end_matches('/').to_owned() }
    }

    /// The prefix itself: empty, or beginning with a slash and ending without.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The root: the demo portal.
    pub fn root(&self) -> String {
        format!("{}/", self.prefix)
    }

    /// A form's base address, with the ids that are known.
    pub fn form(
        &self,
        mandant: &str,
        zugang: Zugang,
        formular: &str,
        pst_id: Option<&str>,
        area_id: Option<&str>,
    ) -> String {
        let mut address =
            format!("{}/forms/{}/{}/{}", self.prefix, encoded(mandant), zugang.as_str(), encoded(formular));
        let mut separator = '?';
        for (name, value) in [("pstId", pst_id), ("areaId", area_id)] {
            if let Some(value) = value {
                address.push(separator);
                address.push_str(name);
                address.push('=');
                address.push_str(&encoded(value));
                separator = '&';
            }
        }
        address
    }

    /// The path to which one application's cookie is limited.
    pub fn application(&self, draft: &DraftId) -> String {
        format!("{}/antrag/{}", self.prefix, draft.as_str())
    }

    /// A step, or one of the fixed places below an application: `vorschau.pdf`, `quittung`, `antrag.pdf`, `antrag.xml`,
    /// `abbrechen`.
    pub fn within(&self, draft: &DraftId, place: &str) -> String {
        format!("{}/{}", self.application(draft), encoded(place))
    }

    /// A tenant's statement: `impressum`, `datenschutz`, `barrierefreiheit`, `hilfe`.
    pub fn statement(&self, name: &str, mandant: &str) -> String {
        format!("{}/{name}?mandant={}", self.prefix, encoded(mandant))
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, BARE).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pilots_deep_link_keeps_its_prefix() {
        let address = Addresses::new("/intelliform/").form(
            "OZG-Antragsassistent",
            Zugang::Standard,
            "OZG-Antragsassistent",
            Some("297492149"),
            Some("38693732"),
        );
        assert_eq!(
            address,
            "/intelliform/forms/OZG-Antragsassistent/standard/OZG-Antragsassistent?pstId=297492149&areaId=38693732"
        );
    }

    #[test]
    fn ids_from_outside_cannot_leave_their_place() {
        let address = Addresses::new("").form("a/../b", Zugang::Test, "f?x", None, Some("1&pstId=2"));
        assert_eq!(address, "/forms/a%2F..%2Fb/test/f%3Fx?areaId=1%26pstId%3D2");
    }
}
