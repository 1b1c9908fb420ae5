//! A cache of widgets: while a question has neither entry nor complaint, its HTML depends on the form alone, so it is printed once
//! and served to every citizen.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use serde::Serialize;

use super::Page;
use super::field::FieldView;
use crate::form::Field;
use crate::templates::Html;

/// Printed widgets by form and question. For one catalogue of forms, which does not change while the program runs; so it grows no
/// larger than the forms. It holds nothing that a citizen or a directory wrote.
#[derive(Debug, Default)]
pub struct Untouched(RwLock<HashMap<String, HashMap<String, Html>>>);

/// A widget on its own.
#[derive(Debug, Serialize)]
struct Alone<'a> {
    f: &'a FieldView,
}

impl Page for Alone<'_> {
    const TEMPLATE: &'static str = "feld-allein.html";
}

impl Untouched {
    /// Whether a question's widget depends on nothing but the form while it has neither an entry nor a complaint.
    pub fn takes(field: &Field) -> bool {
        field.kind.name().spec().same && field.help.as_ref().is_none_or(|help| help.blanks().next().is_none())
    }

    /// The widget of a question without entry and complaint, printed from `view` if it was never printed; `None` if it cannot be printed.
    pub fn widget(&self, form: &str, field: &Field, view: impl FnOnce() -> FieldView) -> Option<Html> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(html) = known.get(form).and_then(|fields| fields.get(&field.id)) {
            return Some(html.clone());
        }
        drop(known);
        let html = Html::new(Alone { f: &view() }.html().ok()?);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.entry(form.to_owned()).or_default().insert(field.id.clone(), html.clone());
        Some(html)
    }
}
