//! The Antragsassistent: one generic online application for any service of any municipality.
//!
//! Rooms, in the order in which they may know each other (`tests/it/architecture.rs` holds the walls):
//!
//! ```text
//!     form ──> draft ──> submission ──> document     what may be asked > was answered > is sealed > is printed
//!     office ─┘              │
//!                            ├──> store               what must survive a power cut
//!                            └──> outbox              what is posted
//!              intake = the counter: every use case, no HTTP
//!              web    = the door: HTTP in, HTML out      cli = the operator's door
//! ```

/// The operator's door.
pub mod cli;
/// The only source of now; all local times are Europe/Berlin.
pub mod clock;
/// Typed settings: the program's and each tenant's (Mandant).
pub mod config;
/// What is printed: outline, PDF, XML, JSON, the layout of intelliForm.
pub mod document;
/// What was answered so far.
pub mod draft;
/// What may be asked: form definitions, parsed from TOML.
pub mod form;
/// The counter: every use case, without HTTP.
pub mod intake;
/// DIN 91379: normal form, permitted characters, and the name of an offending one.
pub mod latin;
/// A tenant's logo: PNG or SVG, checked and drawn once.
pub mod logo;
/// Who is responsible: Leistung, Gebiet, Organisationseinheit, Kontaktsystem and the finder of them.
pub mod office;
/// What is posted to the offices.
pub mod outbox;
/// Problems in files that people write, with their place.
pub mod problem;
/// The only source of randomness: ids, keys and nonces.
pub mod randomness;
/// What must survive a power cut.
pub mod store;
/// What was sealed: the complete application and its Vorgangsnummer.
pub mod submission;
/// Logs and metrics.
pub mod telemetry;
/// The only minijinja environment.
pub mod templates;
/// The door: HTTP in, HTML out.
pub mod web;
/// All sentences that the program itself says to citizens.
pub mod words;
