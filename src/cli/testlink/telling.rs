//! What `testlink` tells, step by step, in the editors' language.

use jiff::SignedDuration;

use crate::config::mandant::Mandant;
use crate::draft::Zugang;
use crate::intake::auskunft::{Old, Told};
use crate::office::resolution::Resolution;
use crate::office::{Gebiet, Leistung, Zustaendigkeit};

/// The Leistung with what follows from it.
pub(super) fn leistung(told: &Told<Option<Leistung>>, asked: &str) {
    let Some(leistung) = &told.value else {
        println!("Leistung:  im Verzeichnis nicht gefunden: pstId {asked}");
        old(told.old.as_ref());
        return;
    };
    let leika = leistung.leika.as_ref().map(|key| format!(", LeiKa {key}")).unwrap_or_default();
    println!("Leistung:  {} (pstId {}{leika})", leistung.name, leistung.pst_id);
    if let Some(level) = leistung.vertrauensniveau {
        println!("           Vertrauensniveau {}", level.name());
    }
    if !leistung.unterlagen.is_empty() {
        let names: Vec<&str> = leistung.unterlagen.iter().map(|one| one.name.as_str()).collect();
        println!("           Unterlagen: {}", names.join("; "));
    }
    old(told.old.as_ref());
}

/// The Gebiet, and whether it is the one that was asked for.
pub(super) fn gebiet(told: &Told<Option<Gebiet>>, asked: &str) {
    let Some(gebiet) = &told.value else {
        println!("Gebiet:    im Verzeichnis nicht gefunden: areaId {asked}");
        old(told.old.as_ref());
        return;
    };
    let ars = gebiet.ars.as_ref().map(|ars| format!(", ARS {ars}")).unwrap_or_default();
    println!("Gebiet:    {} (areaId {}{ars})", gebiet.full_name(), gebiet.area_id);
    if let Some(missing) = &gebiet.statt {
        println!("           zum Schlüssel {missing} gibt es keinen Eintrag; dies ist das nächste größere Gebiet");
    }
    old(told.old.as_ref());
}

/// Whether anybody is responsible, and for which area.
pub(super) fn zustaendigkeit(told: &Told<Zustaendigkeit>) {
    if told.value.stellen.is_empty() {
        println!("Stelle:    keine; Bürgerinnen und Bürger werden an andere Orte und die Hilfe verwiesen");
    }
    if let Some(bezirk) = &told.value.fuer {
        println!("Ebene:     für das Gebiet selbst niemand; zuständig für {} (ARS {})", bezirk.name, bezirk.ars);
    }
    old(told.old.as_ref());
}

/// Each office with its way, or the reason why it has none.
pub(super) fn stellen(resolution: &Resolution) {
    for found in &resolution.found {
        println!("Stelle:    {} ({})", found.stelle.name, found.stelle.id);
        for weg in &found.kanaele {
            println!("           Kontaktsystem {} → {weg}", found.kontaktsystem_typ);
        }
        match &found.stelle.datenschutz {
            Some(url) => println!("           Datenschutz {url}"),
            None => println!("           keine Datenschutzerklärung hinterlegt"),
        }
        if let Some(zustellpunkt) = &found.stelle.zustellpunkt {
            println!("           FIT-Connect-Zustellpunkt {}", zustellpunkt.id);
        }
    }
    for rejected in &resolution.rejected {
        println!("Stelle:    {} ({}) scheidet aus: {}", rejected.stelle.name, rejected.stelle.id, rejected.reason);
    }
}

/// What the tenant allows.
pub(super) fn limits(mandant: &Mandant, zugang: Zugang) {
    println!("Grenzen:   alle Dateien zusammen höchstens {} Byte", mandant.max_total_bytes);
    if zugang == Zugang::Test {
        match &mandant.test_mailbox {
            Some(mailbox) => println!("Test:      zugestellt wird nur an {mailbox}"),
            None => println!(
                "Test:      der Mandant hat kein Testpostfach ([test] mailbox): der Link zeigt „nicht gefunden“"
            ),
        }
    }
}

fn old(old: Option<&Old>) {
    if let Some(Old { age, cause }) = old {
        println!("           gespeicherte Auskunft, {} alt, denn: {cause}", readable(*age));
    }
}

/// An age in the largest unit that fits.
fn readable(age: SignedDuration) -> String {
    match age.as_mins() {
        minutes @ 0..120 => format!("{minutes} Minuten"),
        minutes @ 120..2880 => format!("{} Stunden", minutes / 60),
        minutes => format!("{} Tage", minutes / 1440),
    }
}
