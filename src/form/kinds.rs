//! The kinds of question: one row each. Reader, schemas, documentation and samples are held against these rows.
//!
//! A new kind is a row here and a variant of [`Kind`]. The compiler then asks for the arm that reads it (`form/parse/kind.rs`),
//! checks it (`draft/check/kinds.rs`), words what is wrong (`words/complaint.rs`) and shows its widget (`web/page/field.rs`).

use serde::{Serialize, Serializer};

use super::{ChoiceOption, ChoiceStyle, Text};
use crate::latin::Datatype;

/// Keys of every question.
const SHOWN: &[&str] = &["id", "label", "kind", "help", "fim"];
/// Keys of questions that are asked.
const ASKED: &[&str] = &["id", "label", "kind", "help", "fim", "optional", "when"];
/// Keys of questions that browsers can fill in.
const FILLED: &[&str] = &["id", "label", "kind", "help", "fim", "optional", "when", "autocomplete"];

/// What is to be known of a kind besides what the rooms do with it.
#[derive(Debug)]
pub struct Spec {
    /// Its name in a form; none if no author writes it.
    pub toml: Option<&'static str>,
    /// The keys that it shares with other kinds, and its own.
    pub keys: &'static [&'static [&'static str]; 2],
    /// Its name in the schemas.
    pub art: &'static str,
    /// Second number of the schemas' version that first knew it; what was known from the beginning says 1.
    pub since: u8,
    /// What the schemas say of its value, in German.
    pub wert: &'static str,
    /// The keys that an author must write besides `id`, `label` and `kind`, with an example, as TOML.
    pub example: &'static str,
    /// An entry that is a good answer; empty if it is not typed or chosen on a page.
    pub entry: &'static str,
    /// Whether its widget is the same for everyone while nothing is entered: it shows nothing of the draft, the directory's
    /// offices or the tenant, and its label and wording have no blanks.
    pub same: bool,
}

macro_rules! rows {
    ($($name:ident => $spec:expr,)+) => {
        /// The name of a kind, without what an author says of one question.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "each stands beside its row, and beside the variant of `Kind` that it names")]
        pub enum KindName { $($name,)+ }

        impl KindName {
            /// Every kind, in the order in which the schemas list them.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// Its row.
            pub fn spec(self) -> &'static Spec {
                match self { $(Self::$name => { const SPEC: &Spec = &$spec; SPEC })+ }
            }
        }

        impl Kind {
            /// The kind's name.
            pub fn name(&self) -> KindName {
                match self { $(Self::$name { .. } => KindName::$name,)+ }
            }
        }
    };
}

rows! {
    Service => Spec {
        toml: Some("service"),
        keys: &[SHOWN, &[]],
        art: "leistung",
        since: 1,
        wert: "Die gewählte Leistung; Wert: pstId.",
        example: "",
        entry: "",
        same: false,
    },
    Text => Spec {
        toml: Some("text"),
        keys: &[FILLED, &["datatype", "min", "max", "lines"]],
        art: "text",
        since: 1,
        wert: "Text, ein- oder mehrzeilig (Zeilenumbruch: U+000A).",
        example: "",
        entry: "Müller",
        same: true,
    },
    Choice => Spec {
        toml: Some("choice"),
        keys: &[FILLED, &["style", "options"]],
        art: "auswahl",
        since: 1,
        wert: "Code einer Liste des Formulars, mit listURI.",
        example: "options = [{ code = \"a\", label = \"A\" }]",
        entry: "a",
        same: true,
    },
    Date => Spec {
        toml: Some("date"),
        keys: &[FILLED, &["past"]],
        art: "datum",
        since: 1,
        wert: "Kalendertag, JJJJ-MM-TT.",
        example: "",
        entry: "20.12.1980",
        same: true,
    },
    Country => Spec {
        toml: Some("country"),
        keys: &[FILLED, &[]],
        art: "staat",
        since: 1,
        wert: "Staat; Schlüssel des Statistischen Bundesamts, mit listURI.",
        example: "",
        entry: "000",
        same: true,
    },
    Nationality => Spec {
        toml: Some("nationality"),
        keys: &[FILLED, &[]],
        art: "staatsangehoerigkeit",
        since: 1,
        wert: "Staatsangehörigkeit; Schlüssel des Statistischen Bundesamts, mit listURI.",
        example: "",
        entry: "000",
        same: true,
    },
    Postcode => Spec {
        toml: Some("postcode"),
        keys: &[FILLED, &["country"]],
        art: "postleitzahl",
        since: 1,
        wert: "Postleitzahl; in Deutschland fünf Ziffern.",
        example: "",
        entry: "39104",
        same: true,
    },
    Phone => Spec {
        toml: Some("phone"),
        keys: &[FILLED, &[]],
        art: "telefon",
        since: 1,
        wert: "Telefonnummer, wie eingegeben.",
        example: "",
        entry: "0391 123456",
        same: true,
    },
    Email => Spec {
        toml: Some("email"),
        keys: &[FILLED, &[]],
        art: "email",
        since: 1,
        wert: "E-Mail-Adresse.",
        example: "",
        entry: "name@beispiel.de",
        same: true,
    },
    Iban => Spec {
        toml: Some("iban"),
        keys: &[ASKED, &[]],
        art: "iban",
        since: 2,
        wert: "Internationale Bankkontonummer (IBAN) ohne Leerzeichen (seit 1.2).",
        example: "",
        entry: "DE89 3704 0044 0532 0130 00",
        same: true,
    },
    Area => Spec {
        toml: Some("area"),
        keys: &[FILLED, &[]],
        art: "ort",
        since: 1,
        wert: "Ort, um den es geht.",
        example: "",
        entry: "Möckern",
        same: false,
    },
    Files => Spec {
        toml: Some("files"),
        keys: &[ASKED, &["max_bytes", "max_count", "max_total", "unterlagen"]],
        art: "dateien",
        since: 1,
        wert: "Dateien; kein Wert, siehe „anlagen“.",
        example: "",
        entry: "",
        same: false,
    },
    Unterlage => Spec {
        toml: None,
        keys: &[ASKED, &[]],
        art: "unterlage",
        since: 1,
        wert: "Eine Unterlage, die die Leistung verlangt (seit 1.1). Beantwortet mit Dateien, siehe „anlagen“; oder Wert: fehlt, die Person hat dieses Dokument nicht.",
        example: "",
        entry: "fehlt",
        same: false,
    },
    Declaration => Spec {
        toml: Some("declaration"),
        keys: &[ASKED, &["version", "text"]],
        art: "erklaerung",
        since: 1,
        wert: "Erklärung; Wert: ja. Näheres unter „erklaerungen“.",
        example: "version = \"1\", text = \"Ja.\"",
        entry: "ja",
        same: false,
    },
    YesNo => Spec {
        toml: Some("yesno"),
        keys: &[ASKED, &[]],
        art: "janein",
        since: 1,
        wert: "Wert: ja oder nein.",
        example: "",
        entry: "ja",
        same: true,
    },
    Number => Spec {
        toml: Some("number"),
        keys: &[FILLED, &["min", "max"]],
        art: "zahl",
        since: 1,
        wert: "Ganze Zahl.",
        example: "",
        entry: "7",
        same: true,
    },
    Office => Spec {
        toml: Some("office"),
        keys: &[SHOWN, &[]],
        art: "stelle",
        since: 1,
        wert: "Die gewählte Stelle; Wert: ihre Kennung.",
        example: "",
        entry: "4711",
        same: false,
    },
}

impl Serialize for KindName {
    /// As the schemas name it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.spec().art)
    }
}

/// The closed set of kinds of question.
#[derive(Clone, Debug)]
pub enum Kind {
    /// The chosen Leistung; shown, not asked.
    Service,
    /// Text on one line or several.
    Text {
        /// Permitted characters.
        datatype: Datatype,
        /// Fewest characters.
        min: usize,
        /// Most characters.
        max: usize,
        /// Visible lines; 1 is a one-line input.
        lines: usize,
    },
    /// One of several codes.
    Choice {
        /// Radio buttons or a select box.
        style: ChoiceStyle,
        /// Codes with their labels, in order.
        options: Vec<ChoiceOption>,
    },
    /// A calendar date.
    Date {
        /// Must not lie in the future.
        past: bool,
    },
    /// A country of the official list, by three-digit code.
    Country,
    /// A nationality of the official list, by three-digit code.
    Nationality,
    /// Postcode: five digits in Germany, free elsewhere.
    Postcode {
        /// The country question on which it depends, if there is one.
        country: Option<String>,
    },
    /// Phone number.
    Phone,
    /// E-mail address.
    Email,
    /// International bank account number, kept without blanks.
    Iban,
    /// A place; filled with the Gebiet of the deep link.
    Area,
    /// Uploaded files.
    Files {
        /// Largest file in bytes.
        max_bytes: u64,
        /// Most files.
        max_count: usize,
        /// Largest sum in bytes.
        max_total: u64,
        /// Whether one question for each document that the Leistung demands stands before it.
        unterlagen: bool,
    },
    /// One document that the Leistung demands: files, or the statement that there is none. No author writes it: it comes from
    /// the directory, wherever files are asked for with `unterlagen`.
    Unterlage {
        /// Largest file in bytes.
        max_bytes: u64,
        /// Most files.
        max_count: usize,
        /// Largest sum in bytes.
        max_total: u64,
    },
    /// A declaration to agree to; the text goes word for word into the record.
    Declaration {
        /// Version of the wording, for the record.
        version: String,
        /// The wording.
        text: Text,
    },
    /// Yes or no.
    YesNo,
    /// A whole number.
    Number {
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
    },
    /// The responsible office, one of those found. Only in an office step.
    Office,
}

impl Kind {
    /// Whether it is answered with files.
    pub fn takes_files(&self) -> bool {
        matches!(self, Self::Files { .. } | Self::Unterlage { .. })
    }
}
