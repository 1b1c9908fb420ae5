//! Who is responsible: Leistung, Gebiet, Organisationseinheit, Kontaktsystem and the finder of them.

/// HTML of directories as plain text.
pub mod clean;
/// The directory file of a small town or a test.
pub mod directory;
/// The finder: one question, several kinds of directory.
pub mod finder;
/// All Gemeinden of Germany by their official keys.
pub mod gemeinden;
/// Channels, and the ways to offices.
pub mod kanal;
/// Official keys: LeiKa, AGS, ARS, and the larger area around each.
pub mod key;
/// What a Leistung demands: documents, trust level, period.
pub mod leistung;
/// What counts as a mailbox.
pub mod mailbox;
/// From offices to ways: which of them an application can reach.
pub mod resolution;
/// Names as people type them.
pub mod search;
/// XZuFi transfer files: the directories of the states, as their editors hand them over.
pub mod xzufi;

use serde::{Deserialize, Serialize};

use kanal::Zustellweg;
use leistung::{Gueltigkeit, Unterlage, Vertrauensniveau};

/// A service of the administration, with what it says about itself.
///
/// Fields that came later are optional when read: sealed drafts of older versions hold none of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leistung {
    /// The directory's own id, for example `297492149`.
    pub pst_id: String,
    /// LeiKa key, fourteen digits, where known.
    pub leika: Option<String>,
    /// Name as citizens read it.
    pub name: String,
    /// What it is, in a sentence or two; paragraphs are lines.
    pub beschreibung: Option<String>,
    /// Requirements.
    pub voraussetzungen: Vec<String>,
    /// Documents to bring.
    pub unterlagen: Vec<Unterlage>,
    /// Fees.
    pub gebuehren: Option<String>,
    /// Deadline.
    pub frist: Option<String>,
    /// How long it takes.
    pub bearbeitungsdauer: Option<String>,
    /// The law demands the written form: cannot be applied for here.
    pub schriftform: bool,
    /// How surely the applicant must be known, where the directory says so.
    #[serde(default)]
    pub vertrauensniveau: Option<Vertrauensniveau>,
    /// When it can be applied for.
    #[serde(default)]
    pub gueltigkeit: Gueltigkeit,
    /// Languages in which the directory has its texts, for example `de`, `en`; empty if it does not say.
    #[serde(default)]
    pub sprachen: Vec<String>,
}

/// An area with the keys it is known by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gebiet {
    /// The directory's own id, for example `38693732`.
    pub area_id: String,
    /// Amtlicher Gemeindeschlüssel, eight digits.
    pub ags: Option<String>,
    /// Amtlicher Regionalschlüssel, twelve digits.
    pub ars: Option<String>,
    /// Name, for example `Möckern, Stadt`.
    pub name: String,
    /// Kreis, for example `Jerichower Land`.
    pub kreis: Option<String>,
    /// Land, for example `Sachsen-Anhalt`.
    pub land: Option<String>,
    /// What kind of area, for example `Gemeinde`, `Kreisfreie Stadt`, where the directory says so.
    #[serde(default)]
    pub art: Option<String>,
    /// The key that was asked for, if the directory knows only this larger area around it.
    #[serde(default)]
    pub statt: Option<String>,
}

/// A postal or visitors' address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anschrift {
    /// What it is for, for example `Hausanschrift`, `Postanschrift`.
    pub art: String,
    /// What else is needed to find it, for example `Hinterhaus`.
    #[serde(default)]
    pub zusatz: Option<String>,
    /// Street and number, or the post-office box.
    pub strasse: String,
    /// Postcode.
    pub plz: String,
    /// Place.
    pub ort: String,
}

/// An office.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisationseinheit {
    /// The directory's own id.
    pub id: String,
    /// Name, for example `Stadt Möckern - Bürgerservice`.
    pub name: String,
    /// Addresses.
    pub anschriften: Vec<Anschrift>,
    /// Phone.
    pub telefon: Option<String>,
    /// Public mail address.
    pub email: Option<String>,
    /// Web address.
    pub web: Option<String>,
    /// Opening hours, one line each.
    pub oeffnungszeiten: Vec<String>,
    /// Address of its privacy statement.
    pub datenschutz: Option<String>,
    /// Where applications to it go.
    pub kontaktsysteme: Vec<Kontaktsystem>,
    /// Address of its imprint.
    #[serde(default)]
    pub impressum: Option<String>,
    /// Address of its accessibility statement.
    #[serde(default)]
    pub barrierefreiheit: Option<String>,
    /// Address of its contact form.
    #[serde(default)]
    pub kontaktformular: Option<String>,
    /// Address of its crest or logo. Never loaded by citizens' browsers: no page asks other servers.
    #[serde(default)]
    pub logo: Option<String>,
    /// Visits only by appointment.
    #[serde(default)]
    pub nur_mit_termin: bool,
    /// When it may be chosen.
    #[serde(default)]
    pub gueltigkeit: Gueltigkeit,
    /// Its FIT-Connect destination.
    #[serde(default)]
    pub zustellpunkt: Option<Zustellpunkt>,
}

/// A FIT-Connect destination, as the directory names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zustellpunkt {
    /// Its id, a UUID.
    pub id: String,
    /// The directory's signature over it (JWS). Kept as it came: whoever delivers there verifies it first.
    pub signatur: String,
}

/// The offices that decide on a Leistung in a Gebiet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zustaendigkeit {
    /// The offices, in the directory's order.
    pub stellen: Vec<Organisationseinheit>,
    /// The larger area for which they are responsible, if nobody was for the Gebiet itself.
    pub fuer: Option<Bezirk>,
}

/// An area larger than a Gemeinde.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bezirk {
    /// Its ARS, filled up with zeros to twelve digits.
    pub ars: String,
    /// Its name, for example `Jerichower Land`, `Sachsen-Anhalt`, `Deutschland`.
    pub name: String,
}

/// Where an office wants its applications: a mailbox of a certain type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kontaktsystem {
    /// Key of the type, for example `ozg-antragsassistent`; a tenant maps it to channels.
    pub typ: String,
    /// Id of the type, where the directory has one besides the key; a tenant may map this instead.
    #[serde(default)]
    pub typ_id: Option<String>,
    /// The mailbox: for mail, an address.
    pub kennung: String,
    /// What the directory adds to it.
    #[serde(default)]
    pub zusatz: Option<String>,
}

/// An office with the ways by which its applications go there, fixed at the start of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZustaendigeStelle {
    /// The office.
    pub stelle: Organisationseinheit,
    /// Type of the Kontaktsystem that was chosen.
    pub kontaktsystem_typ: String,
    /// Its ways, in the tenant's order; an application gets one delivery by each.
    pub kanaele: Vec<Zustellweg>,
}

impl Gebiet {
    /// Name with Kreis and Land, since there are two Möckern: `Möckern, Stadt (Jerichower Land, Sachsen-Anhalt)`.
    pub fn full_name(&self) -> String {
        let within: Vec<&str> = [self.kreis.as_deref(), self.land.as_deref()]
            .into_iter()
            .flatten()
            .filter(|place| *place != self.name)
            .collect();
        if within.is_empty() { self.name.clone() } else { format!("{} ({})", self.name, within.join(", ")) }
    }
}
