//! Offices of the file, and when what it names is valid.

use jiff::civil::Date;
use toml::Spanned;

use super::{Reading, plain, plain_list};
use crate::office::directory::vorlage::{self, BLANKS};
use crate::office::leistung::Gueltigkeit;
use crate::office::{Anschrift, Kontaktsystem, Organisationseinheit, mailbox};
use crate::problem::table::Table;

impl<'t> Reading<'t> {
    /// Reads an office or the pattern of a template, and notes its id for the place it will have.
    pub(super) fn organisationseinheit(&mut self, table: &mut Table<'t>, blanks: bool) -> Organisationseinheit {
        let text = |table: &mut Table<'t>, key| self.checked(table.text(key), blanks);
        let (telefon, email, web, datenschutz) =
            (text(table, "telefon"), text(table, "email"), text(table, "web"), text(table, "datenschutz"));
        let (impressum, barrierefreiheit, kontaktformular) =
            (text(table, "impressum"), text(table, "barrierefreiheit"), text(table, "kontaktformular"));
        let id = table.required_text("id");
        let name = table.required_text("name");
        let name = self.checked(name, blanks).unwrap_or_default();
        let anschriften = table.tables("anschriften").into_iter().map(|table| self.anschrift(table, blanks)).collect();
        let kontaktsysteme =
            table.tables("kontaktsysteme").into_iter().filter_map(|table| self.kontaktsystem(table, blanks)).collect();
        if let Some(id) = &id
            && self.stelle_keys.insert(id.get_ref().clone(), self.stellen.len()).is_some()
        {
            self.report.add(&id.span(), format!("die Stelle „{}“ gibt es schon", id.get_ref()), None);
        }
        Organisationseinheit {
            id: id.map(Spanned::into_inner).unwrap_or_default(),
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

    fn anschrift(&self, mut table: Table<'t>, blanks: bool) -> Anschrift {
        let art = plain(table.text("art")).unwrap_or_else(|| "Hausanschrift".to_owned());
        let mut required = |key| self.checked(table.required_text(key), blanks).unwrap_or_default();
        let anschrift =
            Anschrift { art, zusatz: None, strasse: required("strasse"), plz: required("plz"), ort: required("ort") };
        table.finish();
        anschrift
    }

    fn kontaktsystem(&self, mut table: Table<'t>, blanks: bool) -> Option<Kontaktsystem> {
        let typ = table.required_text("typ");
        let postfach = table.required_text("postfach");
        table.finish();
        let (typ, postfach) = (typ?, postfach?);
        let Some(is_mail) = self.typen.get(typ.get_ref()) else {
            let message = format!("der Kontaktsystem-Typ „{}“ ist nicht angelegt", typ.get_ref());
            self.report.add_unknown(&typ.span(), message, typ.get_ref(), self.typen.keys().map(String::as_str));
            return None;
        };
        self.checked(Some(postfach.clone()), blanks);
        // A blank stands for at least one letter: the pattern itself must look like an address.
        let sample =
            BLANKS.iter().fold(postfach.get_ref().clone(), |text, blank| text.replace(&format!("{{{blank}}}"), "x"));
        if *is_mail && !mailbox::is_mailbox(&sample) {
            let message = format!("„{}“ ist keine E-Mail-Adresse", postfach.get_ref());
            self.report.add(&postfach.span(), message, Some("zum Beispiel „buergerservice@ort.de“".to_owned()));
        }
        Some(Kontaktsystem { typ: typ.into_inner(), kennung: postfach.into_inner(), ..Kontaktsystem::default() })
    }

    /// The text; in a template only with known blanks, elsewhere without any.
    fn checked(&self, text: Option<Spanned<String>>, blanks: bool) -> Option<String> {
        let text = text?;
        let span = text.span();
        if blanks {
            for blank in vorlage::unknown_blanks(text.get_ref()) {
                self.report.add_unknown(&span, format!("unbekannter Platzhalter „{{{blank}}}“"), blank, BLANKS);
            }
        } else if text.get_ref().contains('{') {
            let hint = "Platzhalter gibt es nur in [[stellenvorlage]]".to_owned();
            self.report.add(&span, "hier steht eine geschweifte Klammer", Some(hint));
        }
        Some(text.into_inner())
    }

    /// `gueltig_von` and `gueltig_bis`, both days included.
    pub(super) fn gueltigkeit(&self, table: &mut Table<'t>) -> Gueltigkeit {
        let mut day = |key| {
            let told = table.text(key)?;
            let day = told.get_ref().parse::<Date>().ok();
            if day.is_none() {
                let hint = Some("zum Beispiel „2026-12-31“".to_owned());
                self.report.add(&told.span(), format!("„{}“ ist kein Tag", told.get_ref()), hint);
            }
            Some((day?, told.span()))
        };
        let (von, bis) = (day("gueltig_von"), day("gueltig_bis"));
        if let (Some((von, _)), Some((bis, span))) = (&von, &bis)
            && bis < von
        {
            self.report.add(span, "der letzte Tag liegt vor dem ersten", None);
        }
        Gueltigkeit { von: von.map(|(day, _)| day), bis: bis.map(|(day, _)| day) }
    }
}
