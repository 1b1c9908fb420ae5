//! Reads all forms of a directory: `<dir>/<id>/form.toml`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::Form;
use crate::problem::Problem;

/// All forms, by id.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    forms: BTreeMap<String, Arc<Form>>,
}

impl Catalogue {
    /// Reads every form below `dir`, or all problems of all of them.
    pub fn read(dir: &Path) -> Result<Self, Vec<Problem>> {
        let _ = dir;
        todo!()
    }

    /// The form with this id.
    pub fn get(&self, id: &str) -> Option<&Arc<Form>> {
        self.forms.get(id)
    }

    /// All forms in order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Form>> {
        self.forms.values()
    }
}
