//! What is wrong with a service in each area: nobody is responsible, nobody can be reached, links lead nowhere.

use std::io::{self, IsTerminal as _, Write};

use indicatif::ProgressBar;
use jiff::civil::Date;

use super::links::{self, Links};
use super::patience::Patience;
use super::rows::{Befund, Row, Rows};
use super::walk::Walk;
use crate::clock;
use crate::intake::finder::Source;
use crate::intake::question::{FindLeistung, FindStellen, Question as _};
use crate::office::finder::FinderError;
use crate::office::resolution::{Kanaele, Reason, resolve_on};
use crate::office::{Gebiet, Leistung, Organisationseinheit};

/// What is wrong with an office.
type Troubles = Vec<(Befund, String)>;

/// Judges combinations and writes down what it finds.
pub(super) struct Findings<'m, W: Write> {
    rows: Rows<W>,
    kanaele: &'m Kanaele,
    links: Option<Links>,
    /// How far it is.
    pub bar: ProgressBar,
    /// Whether rows and bar share a terminal.
    shared: bool,
    unanswered: u64,
}

impl<'m, W: Write> Findings<'m, W> {
    /// Nothing found yet.
    pub fn new(rows: Rows<W>, kanaele: &'m Kanaele, links: Option<Links>, bar: ProgressBar) -> Self {
        let shared = io::stdout().is_terminal() && !bar.is_hidden();
        Self { rows, kanaele, links, bar, shared, unanswered: 0 }
    }

    /// Rows so far.
    pub fn count(&self) -> u64 {
        self.rows.count()
    }

    /// Writes a row.
    pub fn add(&mut self, row: &Row<'_>) -> io::Result<()> {
        let Self { rows, bar, .. } = self;
        if self.shared { bar.suspend(|| rows.add(row)) } else { rows.add(row) }
    }

    /// Writes a row about a question that was put in vain.
    pub fn unanswered(&mut self, row: &Row<'_>, error: &FinderError) -> io::Result<()> {
        self.unanswered += 1;
        self.add(&Row { hinweis: &error.to_string(), ..*row })
    }

    /// Lets readers have what was found so far.
    pub fn flush(&mut self) -> io::Result<()> {
        let Self { rows, bar, .. } = self;
        if self.shared { bar.suspend(|| rows.flush()) } else { rows.flush() }
    }

    /// Writes out what is left, and how much it was.
    pub fn end(&mut self, seen: &str) -> io::Result<()> {
        self.bar.finish_and_clear();
        let unanswered = match self.unanswered {
            0 => String::new(),
            some => format!("; {some} Frage(n) hat das Verzeichnis nicht beantwortet"),
        };
        self.rows.end(&format!("{} Befund(e) {seen}{unanswered}", self.rows.count()))
    }

    /// A service in all areas.
    pub async fn service(
        &mut self,
        source: Source<'_>,
        patience: &mut Patience,
        walk: &Walk<'_>,
        leistung: &Leistung,
    ) -> anyhow::Result<()> {
        if let Some(known) = walk.offices(leistung, patience).await? {
            let judged = self.judge(leistung, &known.stellen, patience).await;
            let mut places = Vec::new();
            for (at, gebiet) in walk.gebiete().iter().enumerate() {
                known.places(walk.keys(at), &mut places);
                self.combination(
                    leistung,
                    gebiet,
                    places.iter().map(|place| (&known.stellen[*place], &judged[*place])),
                )?;
                self.bar.inc(1);
            }
            return Ok(());
        }
        for gebiet in walk.gebiete() {
            self.in_one(source, patience, leistung, gebiet).await?;
            self.bar.inc(1);
        }
        Ok(())
    }

    /// A service that the directory describes for each area anew.
    pub async fn service_by_area(
        &mut self,
        source: Source<'_>,
        patience: &mut Patience,
        walk: &Walk<'_>,
        key: &str,
    ) -> anyhow::Result<()> {
        for gebiet in walk.gebiete() {
            let (area_id, name) = (gebiet.area_id.as_str(), &gebiet.full_name());
            let row = |befund| Row { pst_id: key, area_id, gebiet: name, ..Row::new(befund) };
            let question = FindLeistung { pst_id: key, gebiet: Some(gebiet) };
            match patience.ask(async |asked| question.put(source, &asked).await).await? {
                Ok(Some(leistung)) => self.in_one(source, patience, &leistung, gebiet).await?,
                Ok(None) => self.add(&row(Befund::LeistungUnbekannt))?,
                Err(error) => self.unanswered(&row(Befund::NichtBeantwortet), &error)?,
            }
            self.bar.inc(1);
        }
        Ok(())
    }

    async fn in_one(
        &mut self,
        source: Source<'_>,
        patience: &mut Patience,
        leistung: &Leistung,
        gebiet: &Gebiet,
    ) -> anyhow::Result<()> {
        let question = FindStellen { leistung, gebiet };
        match patience.ask(async |asked| question.put(source, &asked).await).await? {
            Ok(found) => {
                let judged = self.judge(leistung, &found.stellen, patience).await;
                self.combination(leistung, gebiet, found.stellen.iter().zip(&judged))
            }
            Err(error) => {
                let name = &gebiet.full_name();
                let row = Row { gebiet: name, ..combined(Befund::NichtBeantwortet, leistung, gebiet) };
                Ok(self.unanswered(&row, &error)?)
            }
        }
    }

    /// What is wrong with each office.
    async fn judge(
        &mut self,
        leistung: &Leistung,
        stellen: &[Organisationseinheit],
        patience: &Patience,
    ) -> Vec<Troubles> {
        if let Some(links) = &mut self.links {
            links.ask(stellen).await;
        }
        let today = clock::berlin(patience.asked().now).date();
        stellen.iter().map(|stelle| self.troubles(leistung, stelle, today)).collect()
    }

    fn troubles(&self, leistung: &Leistung, stelle: &Organisationseinheit, today: Date) -> Troubles {
        let mut troubles = Vec::new();
        // A service that demands what cannot be given here takes no application anyway.
        if leistung.hindernis(today).is_none() {
            troubles.extend(resolve_on(today, vec![stelle.clone()], self.kanaele).rejected.into_iter().map(
                |rejection| {
                    let befund = match rejection.reason {
                        Reason::NoKontaktsystem => Befund::KeinKontaktsystem,
                        Reason::UnmappedType(_) => Befund::TypNichtZugeordnet,
                        Reason::NoChannel(_) => Befund::KeinZustellweg,
                        Reason::OutOfPeriod(_) => Befund::StelleNichtGueltig,
                    };
                    (befund, rejection.reason.to_string())
                },
            ));
        }
        for (befund, address) in links::of(stelle) {
            if let Some(reason) = self.links.as_ref().and_then(|links| links.trouble(address)) {
                troubles.push((befund, format!("{address}: {reason}")));
            }
        }
        troubles
    }

    fn combination<'o>(
        &mut self,
        leistung: &Leistung,
        gebiet: &Gebiet,
        stellen: impl Iterator<Item = (&'o Organisationseinheit, &'o Troubles)>,
    ) -> anyhow::Result<()> {
        let mut nobody = true;
        for (stelle, troubles) in stellen {
            nobody = false;
            for (befund, hinweis) in troubles {
                let name = &gebiet.full_name();
                let (stelle_id, stelle) = (&stelle.id, &stelle.name);
                self.add(&Row { gebiet: name, stelle_id, stelle, hinweis, ..combined(*befund, leistung, gebiet) })?;
            }
        }
        if nobody {
            let name = &gebiet.full_name();
            self.add(&Row { gebiet: name, ..combined(Befund::KeineStelle, leistung, gebiet) })?;
        }
        Ok(())
    }
}

/// A row about a service in an area.
fn combined<'r>(befund: Befund, leistung: &'r Leistung, gebiet: &'r Gebiet) -> Row<'r> {
    Row { pst_id: &leistung.pst_id, leistung: &leistung.name, area_id: &gebiet.area_id, ..Row::new(befund) }
}
