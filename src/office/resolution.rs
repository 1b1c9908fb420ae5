//! From the offices found to those that an application can reach, and why the others are left out.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;

use super::kanal::{Kanal, Zustellweg};
use super::leistung::Gueltigkeit;
use super::{Kontaktsystem, Organisationseinheit, ZustaendigeStelle};

/// The offices of one Leistung in one Gebiet, sorted by whether an application can reach them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolution {
    /// Offices with the way there, in the directory's order.
    pub found: Vec<ZustaendigeStelle>,
    /// Offices without a way, in the directory's order.
    pub rejected: Vec<Rejection>,
}

/// An office that no application can reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The office: its address and phone are what the citizen gets instead.
    pub stelle: Organisationseinheit,
    /// Why; for the operator only.
    pub reason: Reason,
}

/// Why an office cannot be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It has no Kontaktsystem.
    NoKontaktsystem,
    /// The tenant maps none of its Kontaktsystem types; the first of them.
    UnmappedType(String),
    /// The tenant maps the type, but no channel can use the mailbox; the type.
    NoChannel(String),
    /// It may not be chosen today.
    OutOfPeriod(Gueltigkeit),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKontaktsystem => f.write_str("kein Kontaktsystem hinterlegt"),
            Self::UnmappedType(typ) => {
                write!(f, "Kontaktsystem-Typ „{typ}“ ist in der Mandantendatei unter [kontaktsysteme] nicht aufgeführt")
            }
            Self::NoChannel(typ) => {
                write!(
                    f,
                    "zum Kontaktsystem-Typ „{typ}“ führt kein Zustellweg (keiner eingetragen oder Kennung unbrauchbar)"
                )
            }
            Self::OutOfPeriod(period) => write!(f, "die Stelle gilt {period}"),
        }
    }
}

/// [`resolve`] for the offices that may be chosen on this day; the others are left out, too.
pub fn resolve_on(day: Date, stellen: Vec<Organisationseinheit>, kanaele: &Kanaele) -> Resolution {
    let (valid, others): (Vec<_>, Vec<_>) = stellen.into_iter().partition(|stelle| stelle.gueltigkeit.on(day));
    let mut resolution = resolve(valid, kanaele);
    let rejected = |stelle: Organisationseinheit| {
        let reason = Reason::OutOfPeriod(stelle.gueltigkeit);
        Rejection { stelle, reason }
    };
    resolution.rejected.extend(others.into_iter().map(rejected));
    resolution
}

/// Type of a Kontaktsystem → its channels in order: the tenant's `[kontaktsysteme]`.
pub type Kanaele = BTreeMap<String, Vec<Kanal>>;

/// Decides for each office which Kontaktsystem and which channels its applications take: the first Kontaktsystem that leads anywhere,
/// with every channel of its type to which the Kennung is an address. An office that was found twice appears once.
pub fn resolve(stellen: Vec<Organisationseinheit>, kanaele: &Kanaele) -> Resolution {
    let mut resolution = Resolution::default();
    for stelle in stellen {
        let known = resolution.found.iter().map(|found| &found.stelle.id);
        if known.chain(resolution.rejected.iter().map(|rejected| &rejected.stelle.id)).any(|id| *id == stelle.id) {
            continue;
        }
        match ways(&stelle.kontaktsysteme, kanaele) {
            Ok((kontaktsystem_typ, kanaele)) => {
                resolution.found.push(ZustaendigeStelle { stelle, kontaktsystem_typ, kanaele });
            }
            Err(reason) => resolution.rejected.push(Rejection { stelle, reason }),
        }
    }
    resolution
}

fn ways(systeme: &[Kontaktsystem], kanaele: &Kanaele) -> Result<(String, Vec<Zustellweg>), Reason> {
    let mut reason = None;
    for system in systeme {
        let named = kanaele.get(&system.typ).or_else(|| kanaele.get(system.typ_id.as_ref()?));
        let Some(named) = named else {
            reason.get_or_insert_with(|| Reason::UnmappedType(system.typ.clone()));
            continue;
        };
        let ways: Vec<Zustellweg> = named.iter().filter_map(|kanal| kanal.to(&system.kennung)).collect();
        if !ways.is_empty() {
            return Ok((system.typ.clone(), ways));
        }
        // Says more than an unmapped type: somebody meant this way to work.
        reason = Some(Reason::NoChannel(system.typ.clone()));
    }
    Err(reason.unwrap_or(Reason::NoKontaktsystem))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stelle(id: &str, systeme: &[(&str, &str)]) -> Organisationseinheit {
        let kontaktsysteme = systeme
            .iter()
            .map(|(typ, kennung)| Kontaktsystem {
                typ: (*typ).to_owned(),
                kennung: (*kennung).to_owned(),
                ..Kontaktsystem::default()
            })
            .collect();
        Organisationseinheit { id: id.to_owned(), kontaktsysteme, ..Organisationseinheit::default() }
    }

    fn kanaele() -> Kanaele {
        BTreeMap::from([("post".to_owned(), vec![Kanal::Mail]), ("leer".to_owned(), vec![])])
    }

    #[test]
    fn an_office_is_reached_by_its_first_kontaktsystem_that_leads_anywhere() {
        let found =
            resolve(vec![stelle("a", &[("fremd", "x"), ("leer", "x"), ("post", "a@b.example")])], &kanaele()).found;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].kontaktsystem_typ, "post");
        assert_eq!(found[0].kanaele, [Kanal::Mail.to("a@b.example").unwrap()]);
    }

    #[test]
    fn a_type_is_mapped_by_its_key_or_by_its_id() {
        let mut office = stelle("a", &[("unbekannt", "a@b.example")]);
        office.kontaktsysteme[0].typ_id = Some("post".to_owned());
        let found = resolve(vec![office], &kanaele()).found;
        assert_eq!(found[0].kontaktsystem_typ, "unbekannt", "the key is the name");
    }

    #[test]
    fn every_office_without_a_way_is_named_with_its_reason() {
        let stellen = vec![
            stelle("ohne", &[]),
            stelle("fremd", &[("fremd", "x@y.example")]),
            stelle("leer", &[("leer", "x@y.example")]),
            stelle("schlecht", &[("fremd", "x"), ("post", "keine Adresse")]),
        ];
        let resolution = resolve(stellen, &kanaele());
        assert!(resolution.found.is_empty());
        let reasons: Vec<_> =
            resolution.rejected.into_iter().map(|rejected| (rejected.stelle.id, rejected.reason)).collect();
        assert_eq!(
            reasons,
            [
                ("ohne".to_owned(), Reason::NoKontaktsystem),
                ("fremd".to_owned(), Reason::UnmappedType("fremd".to_owned())),
                ("leer".to_owned(), Reason::NoChannel("leer".to_owned())),
                ("schlecht".to_owned(), Reason::NoChannel("post".to_owned())),
            ]
        );
    }

    #[test]
    fn an_office_out_of_its_period_is_left_out_with_the_period() {
        let day = |text: &str| text.parse::<Date>().ok();
        let mut stellen = vec![stelle("a", &[("post", "a@b.example")]), stelle("b", &[("post", "b@b.example")])];
        stellen[1].gueltigkeit = Gueltigkeit { von: day("2026-01-01"), bis: day("2026-06-30") };
        let on = |text: &str| resolve_on(day(text).unwrap(), stellen.clone(), &kanaele());
        assert_eq!(on("2026-06-30").found.len(), 2);
        let resolution = on("2026-07-01");
        assert_eq!((resolution.found.len(), resolution.rejected[0].stelle.id.as_str()), (1, "b"));
        assert_eq!(resolution.rejected[0].reason.to_string(), "die Stelle gilt von 01.01.2026 bis 30.06.2026");
    }

    #[test]
    fn an_office_found_twice_appears_once() {
        let twice = vec![stelle("a", &[("post", "a@b.example")]), stelle("a", &[("post", "a@b.example")])];
        assert_eq!(resolve(twice, &kanaele()).found.len(), 1);
    }
}
