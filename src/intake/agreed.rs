//! Before an application is sent: whether the office that the citizen agreed to still is the one the directory names.

use super::question::FindStellen;
use super::start::{SPRACHE, Target};
use super::{Counter, IntakeError, Session};
use crate::office::{Organisationseinheit, ZustaendigeStelle};

/// What became of the office.
#[derive(Debug)]
pub enum Agreed {
    /// As agreed, or the directory cannot be asked: what was agreed to holds.
    Yes,
    /// The directory says something else now: the citizen chooses again, in this step.
    ChooseAgain(String),
    /// No office can be reached any more; those to turn to instead.
    NoWay(Vec<Organisationseinheit>),
}

impl Counter {
    /// Asks the directory once more. If office, channel, address or privacy statement are others now, the draft gets the offices
    /// of today and the choice is taken back. Nothing is ever sent to an address that the citizen did not agree to.
    pub(super) async fn agreed(&self, session: &Session) -> Result<Agreed, IntakeError> {
        let Session { draft, form, mandant, .. } = session;
        let Some(chosen) = draft.chosen(form) else { return Ok(Agreed::Yes) };
        let question = FindStellen { leistung: &draft.leistung, gebiet: &draft.gebiet };
        let told = match self.auskunft.ask(&mandant.id, question, SPRACHE).await {
            // An old answer says nothing about today.
            Ok(told) if told.old.is_none() => told.value,
            Ok(_) | Err(_) => return Ok(Agreed::Yes),
        };
        let place = Target { mandant: mandant.clone(), zugang: draft.zugang, form: form.clone() };
        let stellen = self.valid_today(told.stellen);
        let found = self.resolve(&place, stellen.clone()).found;
        if found.iter().any(|now| is_as_agreed(chosen, now)) {
            return Ok(Agreed::Yes);
        }
        tracing::warn!(
            mandant = mandant.id,
            stelle = chosen.stelle.id,
            "the directory changed before an application was sent"
        );
        if found.is_empty() {
            return Ok(Agreed::NoWay(stellen));
        }
        let Some((step, field)) = form.office() else { return Ok(Agreed::Yes) };
        self.change(&mut session.clone(), |session| {
            session.draft.stellen.clone_from(&found);
            session.draft.answers.0.remove(&field.id);
        })
        .await?;
        Ok(Agreed::ChooseAgain(step.id.clone()))
    }
}

/// Whether an office is the one that was agreed to, in all that the citizen saw and where the application goes.
fn is_as_agreed(then: &ZustaendigeStelle, now: &ZustaendigeStelle) -> bool {
    then.stelle.id == now.stelle.id
        && then.stelle.name == now.stelle.name
        && then.stelle.anschriften == now.stelle.anschriften
        && then.stelle.datenschutz == now.stelle.datenschutz
        && then.kanaele == now.kanaele
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::Anschrift;
    use crate::office::kanal::Kanal;

    #[test]
    fn a_change_of_anything_that_was_agreed_to_counts_and_nothing_else_does() {
        let mut agreed = ZustaendigeStelle {
            stelle: Organisationseinheit::default(),
            kontaktsystem_typ: "ozg-antragsassistent".to_owned(),
            kanaele: vec![Kanal::Mail.to("amt@stadt.example").unwrap()],
        };
        agreed.stelle.anschriften = vec![Anschrift::default()];
        let changed = |change: fn(&mut ZustaendigeStelle)| {
            let mut now = agreed.clone();
            change(&mut now);
            assert_ne!(now, agreed, "it changes something");
            !is_as_agreed(&agreed, &now)
        };
        assert!(changed(|now| now.stelle.id = "2".to_owned()));
        assert!(changed(|now| now.stelle.name = "Ordnungsamt".to_owned()));
        assert!(changed(|now| now.stelle.anschriften[0].strasse = "Neue Straße 1".to_owned()));
        assert!(changed(|now| now.stelle.anschriften.clear()));
        assert!(changed(|now| now.stelle.datenschutz = Some("https://stadt.example/datenschutz".to_owned())));
        assert!(changed(|now| now.kanaele = vec![Kanal::Mail.to("neu@stadt.example").unwrap()]));
        assert!(!changed(|now| now.stelle.telefon = Some("115".to_owned())));
        assert!(!changed(|now| now.stelle.oeffnungszeiten = vec!["Mo 9-12".to_owned()]));
    }
}
