//! `outbox`: what waits, what is held, what happened to one submission, and once more.

use anyhow::Context as _;
use jiff::Timestamp;

use super::setup;
use super::{FOUND_PROBLEMS, OK};
use crate::clock::{Clock, berlin};
use crate::config::Settings;
use crate::office::Zustellpunkt;
use crate::store::Store;
use crate::store::deliveries::{Delivery, State};
use crate::submission::Vorgangsnummer;

/// What to do with deliveries.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List deliveries that are not done yet, newest first.
    List {
        /// Delivered ones too.
        #[arg(long)]
        all: bool,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
        /// Most rows.
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// Show the deliveries, the SHA-256 of both documents, the office's FIT-Connect destination with its signature if the directory
    /// told one, and the trail of one submission.
    Show {
        /// Its number.
        vorgangsnummer: String,
    },
    /// Make open and held deliveries of a submission due now; a running server picks them up.
    Retry {
        /// Its number.
        vorgangsnummer: String,
    },
}

/// Runs a command against the store of the settings.
pub async fn run(settings: &Settings, command: &Command) -> anyhow::Result<u8> {
    let store = setup::existing_store(settings).await?;
    let code = execute(&store, command).await;
    store.close().await;
    code
}

async fn execute(store: &Store, command: &Command) -> anyhow::Result<u8> {
    match command {
        Command::List { all, json, limit } => {
            let deliveries = store.deliveries(!all, *limit).await?;
            for delivery in &deliveries {
                if *json {
                    println!("{}", serde_json::to_string(delivery)?);
                } else {
                    println!("{}", line(delivery));
                }
            }
            if deliveries.is_empty() && !json {
                println!("Nichts offen.");
            }
            Ok(OK)
        }
        Command::Show { vorgangsnummer } => {
            let (deliveries, events) = store.delivery_trail(&number(vorgangsnummer)?).await?;
            if deliveries.is_empty() && events.is_empty() {
                println!("Unbekannte Vorgangsnummer.");
                return Ok(FOUND_PROBLEMS);
            }
            for delivery in &deliveries {
                println!("{}", line(delivery));
            }
            if let Some(found) = store.fingerprints(&number(vorgangsnummer)?).await? {
                println!("  SHA-256 der PDF-Datei:  {}", found.pdf_sha256);
                println!("  SHA-256 der XML-Datei:  {}", found.xml_sha256);
            }
            match store.accepted(&number(vorgangsnummer)?).await.map(|found| found.and_then(|found| found.zustellpunkt))
            {
                Ok(Some(Zustellpunkt { id, signatur })) => {
                    println!("  FIT-Connect-Zustellpunkt der Stelle:  {}", printable(&id));
                    println!("  Signatur des Verzeichnisses (JWS):    {}", printable(&signatur));
                }
                Ok(None) => {}
                // The trail below is worth reading all the same.
                Err(error) => println!("  Zustellpunkt nicht lesbar: {error}"),
            }
            for event in &events {
                let delivery = event.delivery.map(|id| format!("  Zustellung {id}")).unwrap_or_default();
                let detail = event.detail.as_deref().map(|detail| format!("  {detail}")).unwrap_or_default();
                println!("  {}  {}{delivery}{detail}", local(event.at), event.what);
            }
            Ok(OK)
        }
        Command::Retry { vorgangsnummer } => {
            let number = number(vorgangsnummer)?;
            let due = store.retry(&number, Clock::System.now()).await?;
            println!("{due} Zustellung(en) sind jetzt fällig.");
            for delivery in &store.delivery_trail(&number).await?.0 {
                println!("{}", line(delivery));
            }
            Ok(if due == 0 { FOUND_PROBLEMS } else { OK })
        }
    }
}

fn number(text: &str) -> anyhow::Result<Vorgangsnummer> {
    Vorgangsnummer::parse(text).context("a Vorgangsnummer has 20 digits")
}

/// Nothing that moves a terminal's cursor: directories are written by others.
fn printable(text: &str) -> String {
    text.replace(char::is_control, " ")
}

fn line(delivery: &Delivery) -> String {
    let state = match delivery.state() {
        State::Queued => "wartet".to_owned(),
        State::Retrying => format!("Wiederholung um {}", local(delivery.next_at)),
        State::Held => "angehalten".to_owned(),
        State::Handed => "übergeben, noch nicht bestätigt".to_owned(),
        State::Delivered => "zugestellt".to_owned(),
    };
    let weg = delivery.weg.as_ref().map_or_else(|| "unbekannter Zustellweg".to_owned(), ToString::to_string);
    let reason = delivery.reason.as_deref().map(|reason| format!("  ({reason})")).unwrap_or_default();
    format!(
        "{}  Zustellung {}  {}  {}  {weg}  seit {}  {} Versuch(e)  {state}{reason}",
        delivery.vorgangsnummer,
        delivery.id,
        delivery.mandant,
        delivery.stelle,
        local(delivery.queued_at),
        delivery.attempts
    )
}

fn local(moment: Timestamp) -> String {
    berlin(moment).strftime("%d.%m.%Y %H:%M:%S").to_string()
}
