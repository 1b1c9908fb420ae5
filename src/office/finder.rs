//! Directories on the network: which offices decide on this Leistung in this Gebiet, asked of each in its own words.

/// How a directory is asked over the network.
pub mod asking;
/// When a directory is left alone.
mod breaker;
/// REST of the Infodienste.
pub mod infodienste;
/// Tolerant reading of JSON.
mod loose;
/// Search service of the federal PVOG.
pub mod pvog;
/// Routing API of FIT-Connect.
pub mod routing;

use super::Organisationseinheit;

/// Most offices for one Leistung in one Gebiet: a draft holds all of them.
const MOST_OFFICES: usize = 50;
/// Most addresses of an office.
const MOST_ADDRESSES: usize = 10;
/// Most Kontaktsysteme of an office; the parameters of online services count as such.
const MOST_SYSTEMS: usize = 200;
/// Longest mailbox, in bytes; a signed FIT-Connect destination has one or two thousand.
const LONGEST_MAILBOX: usize = 8 * 1024;
/// Longest signature of a FIT-Connect destination, in bytes.
const LONGEST_SIGNATURE: usize = 16 * 1024;

/// Why a finder gives no answer. The citizen never reads the cause.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FinderError {
    /// No connection, or it broke.
    #[error("the directory cannot be reached: {0}")]
    Unreachable(String),
    /// The server is not the one it says, or does not speak TLS as we do.
    #[error("no secure connection to the directory: {0}")]
    Tls(String),
    /// No whole answer within the time limit.
    #[error("the directory does not answer in time")]
    Slow,
    /// It refused or failed; the status says which (401 and 403: the key).
    #[error("the directory answers with status {0}")]
    Status(u16),
    /// The answer is larger than any sensible one.
    #[error("the directory's answer is too large")]
    TooLarge,
    /// It sends us to another server.
    #[error("the directory redirects to another server")]
    Redirect,
    /// The answer does not read.
    #[error("the directory's answer does not read: {0}")]
    Garbled(String),
    /// An imported directory that was never imported, or whose store is not at hand.
    #[error("the directory {0} was never imported: antragsassistent directory import")]
    NotImported(String),
    /// The store that holds an imported directory failed.
    #[error("the imported directory cannot be read: {0}")]
    Store(String),
    /// So many ask at once that this question did not get its turn.
    #[error("too many questions to the directory at once")]
    Busy,
    /// It failed often and is left alone for a while.
    #[error("the directory failed repeatedly and is left alone for some seconds")]
    Resting,
}

impl FinderError {
    /// Name in metrics.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "unreachable",
            Self::Tls(_) => "tls",
            Self::Slow => "slow",
            Self::Status(_) => "status",
            Self::TooLarge => "too_large",
            Self::Redirect => "redirect",
            Self::Garbled(_) => "garbled",
            Self::NotImported(_) => "not_imported",
            Self::Store(_) => "store",
            Self::Busy => "busy",
            Self::Resting => "resting",
        }
    }

    /// Whether the directory understood and said no: it works, this question does not. Not so a key that it does not take.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Status(status) if (400..500).contains(status) && ![401, 403, 408, 429].contains(status))
    }

    /// Whether the same question may be answered later: then an answer without this part must not count as a whole one.
    pub fn is_passing(&self) -> bool {
        !self.is_refusal() && !matches!(self, Self::Garbled(_) | Self::TooLarge | Self::Redirect)
    }
}

/// Offices once each, in their order, at most [`MOST_OFFICES`].
fn once_each(mut stellen: Vec<Organisationseinheit>) -> Vec<Organisationseinheit> {
    let mut seen = std::collections::HashSet::new();
    stellen.retain(|stelle| seen.insert(stelle.id.clone()));
    if stellen.len() > MOST_OFFICES {
        tracing::warn!(offices = stellen.len(), "more offices than anybody can choose from: the first are taken");
        stellen.truncate(MOST_OFFICES);
    }
    for stelle in &mut stellen {
        bound(stelle);
    }
    stellen
}

/// Leaves out what no office has so much of: a draft holds all the rest.
fn bound(stelle: &mut Organisationseinheit) {
    stelle.anschriften.truncate(MOST_ADDRESSES);
    stelle.kontaktsysteme.retain(|system| {
        let parts = [Some(&system.typ), system.typ_id.as_ref(), Some(&system.kennung), system.zusatz.as_ref()];
        parts.into_iter().flatten().all(|part| part.len() <= LONGEST_MAILBOX)
    });
    stelle.kontaktsysteme.truncate(MOST_SYSTEMS);
    stelle.zustellpunkt.take_if(|punkt| punkt.signatur.len() > LONGEST_SIGNATURE);
}

/// JSON of any shape, built of the field names that a reader knows.
#[cfg(test)]
fn any_json(fields: &'static [&'static str]) -> impl proptest::strategy::Strategy<Value = serde_json::Value> {
    use proptest::prelude::*;
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        "(<[a-z]{1,4}>|&amp;|2026-1[0-9]-[0-9]{2}|99[0-9]{12}|15086140|https://a.example){1,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 96, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(fields), inner), 0..10).prop_map(|fields| Value::Object(
                fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
            )),
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::{Anschrift, Kontaktsystem, Zustellpunkt};

    #[test]
    fn an_office_keeps_no_more_than_offices_have() {
        let system = |kennung: String| Kontaktsystem { kennung, ..Kontaktsystem::default() };
        let punkt = |length: usize| Some(Zustellpunkt { id: "1".to_owned(), signatur: "s".repeat(length) });
        let mut systeme = vec![system("x".repeat(LONGEST_MAILBOX + 1))];
        systeme.extend((0..1000).map(|number| system(number.to_string())));
        let stelle = Organisationseinheit {
            anschriften: vec![Anschrift::default(); 100],
            kontaktsysteme: systeme,
            zustellpunkt: punkt(LONGEST_SIGNATURE + 1),
            ..Organisationseinheit::default()
        };
        let other =
            Organisationseinheit { id: "2".to_owned(), zustellpunkt: punkt(2000), ..Organisationseinheit::default() };
        let bounded = once_each(vec![stelle, other.clone()]);
        assert_eq!((bounded[0].anschriften.len(), bounded[0].kontaktsysteme.len()), (MOST_ADDRESSES, MOST_SYSTEMS));
        assert_eq!(bounded[0].kontaktsysteme[0].kennung, "0");
        assert_eq!(bounded[0].zustellpunkt, None);
        assert_eq!(bounded[1], other);
    }
}
