//! Offices of the file, and when what it names is valid.

use jiff::civil::Date;

use super::{Reading, plain, plain_list};
use crate::office::directory::vorlage::{self, BLANKS};
use crate::office::leistung::Gueltigkeit;
use crate::office::{Anschrift, Kontaktsystem, Organisationseinheit, mailbox};
use crate::problem::table::{Placed, Table};

impl<'t> Reading<'t> {
    /// Reads an office or the pattern of a template, and notes its id for the place it will have.
    pub(super) fn organisationseinheit(&mut self, table: &Table<'t>, blanks: bool) -> Organisationseinheit {
        let text = |table: &Table<'t>, key: &'static str| self.checked(table.text(key), blanks);
        let (telefon, email, web, datenschutz) =
            (text(table, "telefon"), text(table, "email"), text(table, "web"), text(table, "datenschutz"));
        let (impressum, barrierefreiheit, kontaktformular) =
            (text(table, "impressum"), text(table, "barrierefreiheit"), text(table, "kontaktformular"));
        let id = table.need_text("id").ok();
        let name = table.need_text("name").ok();
        let name = self.checked(name, blanks).unwrap_or_default();
        let anschriften = table.tables("anschriften").into_iter().map(|table| self.anschrift(&table, blanks)).collect();
        let kontaktsysteme =
            table.tables("kontaktsysteme").into_iter().filter_map(|table| self.kontaktsystem(&table, blanks)).collect();
        if let Some(id) = &id
            && self.stelle_keys.insert(id.value.clone(), self.stellen.len()).is_some()
        {
            self.report.wrong(&id.span, format!("die Stelle „{}“ gibt es schon", id.value), None);
        }
        Organisationseinheit {
            id: id.map(|text| text.value).unwrap_or_default(),
            name,
            anschriften,
            telefon,
            email,
            web,
            oeffnungszeiten: plain_list(table.texts("oeffnungszeiten")),
            datenschutz,
            kontaktsysteme,
            impressum,
            barrierefreiheit,
            kontaktformular,
            gueltigkeit: self.gueltigkeit(table),
            ..Organisationseinheit::default()
        }
    }

    fn anschrift(&self, table: &Table<'t>, blanks: bool) -> Anschrift {
        let art = plain(table.text("art")).unwrap_or_else(|| "Hausanschrift".to_owned());
        let required = |key| self.checked(table.need_text(key).ok(), blanks).unwrap_or_default();
        let anschrift =
            Anschrift { art, zusatz: None, strasse: required("strasse"), plz: required("plz"), ort: required("ort") };
        table.finish("einer Anschrift");
        anschrift
    }

    fn kontaktsystem(&self, table: &Table<'t>, blanks: bool) -> Option<Kontaktsystem> {
        let typ = table.need_text("typ");
        let postfach = table.need_text("postfach");
        table.finish("eines Kontaktsystems");
        let (typ, postfach) = (typ.ok()?, postfach.ok()?);
        let Some(is_mail) = self.typen.get(&typ.value) else {
            let message = format!("der Kontaktsystem-Typ „{}“ ist nicht angelegt", typ.value);
            let known = self.typen.keys().map(String::as_str);
            self.report.unknown(&typ.span, message, &typ.value, known, None);
            return None;
        };
        self.checked(Some(postfach.clone()), blanks);
        // A blank stands for at least one letter: the pattern itself must look like an address.
        let sample =
            BLANKS.iter().fold(postfach.value.clone(), |text, blank| text.replace(&format!("{{{blank}}}"), "x"));
        if *is_mail && !mailbox::is_mailbox(&sample) {
            let message = format!("„{}“ ist keine E-Mail-Adresse", postfach.value);
            self.report.wrong(&postfach.span, message, Some("zum Beispiel „buergerservice@ort.de“".to_owned()));
        }
        Some(Kontaktsystem { typ: typ.value, kennung: postfach.value, ..Kontaktsystem::default() })
    }

    /// The text; in a template only with known blanks, elsewhere without any.
    fn checked(&self, text: Option<Placed<String>>, blanks: bool) -> Option<String> {
        let Placed { value: text, span } = text?;
        if blanks {
            for blank in vorlage::unknown_blanks(&text) {
                self.report.unknown(&span, format!("unbekannter Platzhalter „{{{blank}}}“"), blank, BLANKS, None);
            }
        } else if text.contains('{') {
            let hint = "Platzhalter gibt es nur in [[stellenvorlage]]".to_owned();
            self.report.wrong(&span, "hier steht eine geschweifte Klammer", Some(hint));
        }
        Some(text)
    }

    /// `gueltig_von` and `gueltig_bis`, both days included.
    pub(super) fn gueltigkeit(&self, table: &Table<'t>) -> Gueltigkeit {
        let day = |key| {
            let told = table.text(key)?;
            let day = told.value.parse::<Date>().ok();
            if day.is_none() {
                let hint = Some("zum Beispiel „2026-12-31“".to_owned());
                self.report.wrong(&told.span, format!("„{}“ ist kein Tag", told.value), hint);
            }
            Some((day?, told.span))
        };
        let (von, bis) = (day("gueltig_von"), day("gueltig_bis"));
        if let (Some((von, _)), Some((bis, span))) = (&von, &bis)
            && bis < von
        {
            self.report.wrong(span, "der letzte Tag liegt vor dem ersten", None);
        }
        Gueltigkeit { von: von.map(|(day, _)| day), bis: bis.map(|(day, _)| day) }
    }
}
