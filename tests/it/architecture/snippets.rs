//! Proves the reading of names: every way through a wall is seen, and nothing that only looks like one.

use super::complaints;

/// Place of a file, what stands in it, and what has to be complained about.
const CAUGHT: &[(&str, &str, &[&str])] = &[
    // Every form of `use`.
    ("form.rs", "use crate::web;", &["imports `web`"]),
    ("form.rs", "use crate::web::page;", &["imports `web`"]),
    ("form.rs", "use crate::web as _;", &["imports `web`"]),
    ("form.rs", "use crate::web::*;", &["imports `web`"]),
    ("form.rs", "use crate::{web as _, latin};", &["imports `web`"]),
    ("form.rs", "use crate::{latin, web::{self, page}};", &["imports `web`", "imports `web`"]),
    ("form.rs", "use crate::{latin::{self, Text}, store::{drafts::{Revision as R}}};", &["imports `store`"]),
    ("form.rs", "use {crate::latin, crate::{outbox::courier}};", &["imports `outbox`"]),
    ("form.rs", "use super::outbox as _;", &["imports `outbox`"]),
    ("form.rs", "use super::{latin, outbox};", &["imports `outbox`"]),
    ("form.rs", "use self::super::outbox;", &["imports `outbox`"]),
    ("form/parse.rs", "use super::super::outbox;", &["imports `outbox`"]),
    ("form/parse.rs", "use super::{super::outbox, text};", &["imports `outbox`"]),
    ("form/parse/kind.rs", "use super::super::super::{outbox as post};", &["imports `outbox`"]),
    ("form.rs", "use crate::r#web;", &["imports `web`"]),
    ("form.rs", "use crate /* … */ ::\n    web;", &["imports `web`"]),
    ("form.rs", "fn f() { use crate::web; }", &["imports `web`"]),
    ("form.rs", "#[cfg(unix)] use crate::web;", &["imports `web`"]),
    // Names for all rooms at once.
    ("form.rs", "use crate::*;", &["names all rooms at once"]),
    ("form.rs", "use crate::{*};", &["names all rooms at once"]),
    ("form.rs", "use super::*;", &["names all rooms at once"]),
    ("form.rs", "use crate as house;", &["names the crate's root without a room"]),
    ("form.rs", "use crate::{self as house};", &["names the crate's root without a room"]),
    ("form/parse.rs", "use super::super::{self as house};", &["names the crate's root without a room"]),
    ("form.rs", "extern crate self as house;", &["names another name for the crate's root"]),
    // `mod`.
    ("form.rs", "mod inner { use super::super::web; }", &["imports `web`"]),
    ("form.rs", "mod inner { pub mod deep { fn f() { super::super::super::web::x() } } }", &["imports `web`"]),
    ("form.rs", "#[path = \"web.rs\"] mod web;", &["names `#[path]`"]),
    ("form.rs", "include!(\"web.rs\");", &["names `include!`"]),
    ("form.rs", "std::include!(\"web.rs\");", &["names `include!`"]),
    ("lib.rs", "#[macro_use] pub mod store;", &["names `#[macro_use]` at the crate's root"]),
    ("cellar.rs", "", &["room `cellar` is not in the table"]),
    // Paths where nothing is imported.
    ("form.rs", "fn f() { crate::web::x(); }", &["imports `web`"]),
    ("form.rs", "fn f() { 0..crate::web::COUNT; }", &["imports `web`"]),
    ("form.rs", "fn f() -> super::web::Page { todo() }", &["imports `web`"]),
    ("form.rs", "struct S { page: Vec<Option<crate::web::Page>> }", &["imports `web`"]),
    ("form.rs", "struct S(pub (crate::web::Page, u8));", &["imports `web`"]),
    ("form.rs", "fn f(x: &dyn crate::web::Page) {}", &["imports `web`"]),
    ("form.rs", "impl crate::web::Page for S {}", &["imports `web`"]),
    ("form.rs", "fn f() { <crate::web::Page as Default>::default(); }", &["imports `web`"]),
    ("form.rs", "fn f() { match x { crate::web::Page { .. } => 1 }; }", &["imports `web`"]),
    ("form.rs", "fn f<T>() where T: crate::web::Page {}", &["imports `web`"]),
    ("form.rs", "const X: u8 = crate::web::X;", &["imports `web`"]),
    ("form.rs", "pub(in crate::web) fn f() {}", &["imports `web`"]),
    // Attributes, and the texts in them that are paths.
    ("form.rs", "#[crate::web::door] fn f() {}", &["imports `web`"]),
    ("form.rs", "#[derive(crate::web::Door)] struct S;", &["imports `web`"]),
    ("form.rs", "struct S { #[serde(with = \"crate::web::words\")] x: u8 }", &["imports `web`"]),
    ("form.rs", "struct S { #[serde(default = r\"super::web::words\")] x: u8 }", &["imports `web`"]),
    ("form.rs", "#[serde(bound = \"T: crate::web::Page\")] struct S<T>(T);", &["imports `web`"]),
    ("form.rs", "#[cfg_attr(unix, serde(with = \"crate::web\"))] struct S;", &["imports `web`"]),
    // Macros: what they are given, and what they are made of.
    ("form.rs", "fn f() { format!(\"{}\", crate::web::x()); }", &["imports `web`"]),
    ("form.rs", "fn f() { vec![Some(super::web::x())]; }", &["imports `web`"]),
    ("form.rs", "fn f() { crate::web::print!(); }", &["imports `web`"]),
    ("form.rs", "macro_rules! m { () => { use crate::{web as _}; } }", &["imports `web`"]),
    ("form.rs", "macro_rules! m { () => { $crate::web::x() } }", &["imports `web`"]),
    (
        "form.rs",
        "macro_rules! m { ($r:ident) => { crate::$r::x() } }",
        &["names a room that only the macro's caller knows"],
    ),
    ("form.rs", "fn f() { m!(crate, web); }", &["names the crate's root without a room"]),
    (
        "form/parse.rs",
        "fn f() { m!(super super web); }",
        &["names `super` without what follows", "names `super` without what follows"],
    ),
    // Handed on: whoever may import this room would reach the other through it.
    ("store.rs", "pub use crate::submission::Vorgangsnummer;", &["hands `submission` on, past the walls"]),
    ("store/drafts.rs", "pub(crate) use super::super::draft::{Draft as D};", &["hands `draft` on, past the walls"]),
    (
        "store.rs",
        "macro_rules! m { ($v:vis) => { $v use crate::draft::Draft; } }",
        &["hands `draft` on, past the walls"],
    ),
    ("templates.rs", "pub use minijinja::Value;", &["hands `minijinja` on, past the walls"]),
    // A name that the root gives a room is no room.
    ("form.rs", "use crate::door::page;", &["imports `door`"]),
    // Libraries, in each of these forms.
    ("form.rs", "use axum;", &["names `axum`"]),
    ("form.rs", "use axum as _;", &["names `axum`"]),
    ("form.rs", "use ::axum::Router;", &["names `axum`"]),
    ("form.rs", "use {serde as _, axum::*};", &["names `axum`"]),
    ("form.rs", "extern crate axum as web;", &["names `axum`"]),
    ("form.rs", "fn f() -> axum::Router { ::axum::Router::new() }", &["names `axum`", "names `axum`"]),
    ("form.rs", "#[derive(clap::Parser)] struct S;", &["names `clap`"]),
    ("form.rs", "#[axum::debug_handler] fn f() {}", &["names `axum`"]),
    ("form.rs", "fn f() { sqlx::query!(\"SELECT 1\"); }", &["names `sqlx`"]),
    ("form.rs", "fn f() { println!(\"{}\", sqlx::VERSION); }", &["names `sqlx`"]),
    ("main.rs", "fn main() { axum::serve(); }", &["names `axum`"]),
    // Tests may name what they like; what follows them may not.
    ("form.rs", "#[cfg(test)] use crate::web;\nuse crate::store;", &["imports `store`"]),
    ("form.rs", "#[cfg(test)]\nmod tests { use crate::web; }\nfn f() { crate::store::x() }", &["imports `store`"]),
    ("form.rs", "struct S { #[cfg(test)] x: u8, y: crate::web::Page }", &["imports `web`"]),
    ("form.rs", "#[cfg(not(test))] use crate::web;", &["imports `web`"]),
    ("form.rs", "#[cfg(any(test, unix))] use crate::web;", &["imports `web`"]),
];

/// Place of a file, and what may stand in it.
const HARMLESS: &[(&str, &str)] = &[
    ("form.rs", "use crate::latin; use crate::{clock::Clock, problem::*, form::text};"),
    ("form.rs", "mod web; use web::page; use self::web::{self, page as _};"),
    ("form/parse.rs", "use super::*; use super::{self as parent, text::Text}; pub(super) use super::kind::Kind;"),
    ("form.rs", "mod inner { use super::*; use super::super::latin; }"),
    ("form.rs", "pub use text::Text; pub use crate::form::kind::Kind; pub use crate::clock::Clock;"),
    ("form.rs", "pub(crate) fn f(&self) {} pub(super) fn g() {} pub(in crate::form) fn h() {} pub(in super) fn i() {}"),
    ("form.rs", "// use crate::web;\n/* crate::web::x() */\n/// [`crate::web::page`], `use axum::Router`\nfn f() {}"),
    ("form.rs", "//! See crate::web.\n#![doc = \"crate::web::page\"]"),
    ("form.rs", "const X: &str = \"use crate::web; axum::serve()\"; const Y: &str = r#\"crate::web::x()\"#;"),
    ("form.rs", "fn f() { format!(\"crate::web::x() {}\", 1); }"),
    ("form.rs", "#[expect(dead_code, reason = \"crate::web::page needs it\")] fn f() {}"),
    ("form.rs", "#[error(\"super cannot use axum; crate says so\")] struct S;"),
    ("form.rs", "#[serde(rename_all = \"lowercase\", crate = \"serde\")] struct S;"),
    ("form.rs", "#[cfg(test)]\nmod tests { use crate::web; use axum::Router; }"),
    ("form.rs", "#[cfg(test)] #[expect(dead_code)] pub(crate) fn sample() -> crate::web::Page { crate::web::x() }"),
    ("form.rs", "#[cfg(test)] use crate::{web, store::Store};"),
    ("form/tests.rs", "#![cfg(test)]\nuse crate::web;"),
    ("form.rs", "fn f() -> impl Iterator<Item = u8> + use<'_> { x.axum().png::<u8>(); axum }"),
    ("form.rs", "macro_rules! m { ($($x:ident),*) => { $($x)* crate::latin::check() } }"),
    ("form/parse.rs", "pub(in super::super) fn f() {}"),
    ("form.rs", "use crate::latin; fn f() { 2 * axum }"),
    ("web.rs", "use axum::{Router, routing::get}; use crate::intake::Counter;"),
    ("logo.rs", "mod png; fn f() { png::read(); }"),
    ("lib.rs", "pub mod web; pub mod form;"),
];

#[test]
fn every_way_through_a_wall_is_seen() {
    for (place, source, expected) in CAUGHT {
        let found = complaints(place, source);
        let told: Vec<&str> = found.iter().map(|complaint| complaint.split_once(": ").unwrap_or_default().1).collect();
        assert_eq!(told, *expected, "{place}: {source}");
    }
}

#[test]
fn what_only_looks_like_a_way_through_a_wall_is_none() {
    for (place, source) in HARMLESS {
        assert_eq!(complaints(place, source), [""; 0], "{place}: {source}");
    }
}

#[test]
fn a_complaint_names_the_line() {
    let told = complaints("form/parse.rs", "//! Duty.\n\nuse crate::{\n    latin,\n    web as _,\n};\n");
    assert_eq!(told, ["form/parse.rs:5: imports `web`"]);
}
