//! Reads all forms of a directory: `<dir>/<id>/form.toml`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::{Form, parse};
use crate::problem::{Problem, Problems};

/// All forms, by id and language.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// Each form in the languages in which there is one, its own first.
    forms: BTreeMap<String, Vec<Arc<Form>>>,
}

impl Catalogue {
    /// Reads every form below `dir`, or all problems of all of them. Files beside the forms' directories, and directories
    /// whose names begin with a dot, are left alone.
    pub fn read(dir: &Path) -> Result<Self, Problems> {
        let whole = |path: &Path, message: String| Problem::whole(&path.display().to_string(), message);
        let entries = match fs::read_dir(dir) {
            Ok(entries) => entries,
            Err(cause) => {
                let problem = whole(dir, format!("Das Verzeichnis der Formulare ist nicht lesbar: {cause}."));
                let hint = "die Einstellung „forms.dir“ sagt, wo es liegt".to_owned();
                return Err(problem.with_hint(Some(hint)).into());
            }
        };
        let mut problems = Vec::new();
        let mut catalogue = Self::default();
        for entry in entries {
            let path = match entry {
                Ok(entry) => entry.path(),
                Err(cause) => {
                    problems.push(whole(dir, format!("Das Verzeichnis ist nicht lesbar: {cause}.")));
                    continue;
                }
            };
            if !path.is_dir() {
                continue;
            }
            let Some(id) = path.file_name().and_then(|name| name.to_str()) else {
                problems.push(whole(&path, "Der Name dieses Verzeichnisses ist kein gültiger Text.".to_owned()));
                continue;
            };
            if id.starts_with('.') {
                continue;
            }
            match read_form(id, &path.join("form.toml")) {
                Ok(form) => catalogue.add(form),
                Err(found) => problems.extend(found),
            }
        }
        if problems.is_empty() && catalogue.forms.is_empty() {
            problems.push(whole(dir, "Hier liegt kein Formular: erwartet wird <Kennung>/form.toml.".to_owned()));
        }
        // The system lists directories in any order; people want the same order every time.
        problems
            .sort_by(|left, right| (&left.file, left.line, left.column).cmp(&(&right.file, right.line, right.column)));
        Problems::check(problems)?;
        Ok(catalogue)
    }

    /// Takes a form in; the first of an id is in the form's own language.
    fn add(&mut self, form: Form) {
        self.forms.entry(form.id.clone()).or_default().push(Arc::new(form));
    }

    /// The form with this id in this language, else in its own.
    pub fn get(&self, id: &str, language: &str) -> Option<&Arc<Form>> {
        let languages = self.forms.get(id)?;
        languages.iter().find(|form| form.language == language).or_else(|| languages.first())
    }

    /// The form with this id in its own language.
    pub fn own(&self, id: &str) -> Option<&Arc<Form>> {
        self.forms.get(id)?.first()
    }

    /// All forms in order of their ids, each in its own language.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Form>> {
        self.forms.values().filter_map(|languages| languages.first())
    }
}

/// Reads one file.
fn read_form(id: &str, path: &Path) -> Result<Form, Problems> {
    let file = path.display().to_string();
    let bytes =
        fs::read(path).map_err(|cause| Problem::whole(&file, format!("Die Datei ist nicht lesbar: {cause}.")))?;
    match std::str::from_utf8(&bytes) {
        Ok(source) => parse::parse(id, &file, source),
        Err(cause) => {
            let readable = String::from_utf8_lossy(&bytes);
            let at = cause.valid_up_to();
            let problem = Problem::at(&file, &readable, at..at + 1, "Dieses Zeichen ist nicht in UTF-8 geschrieben.");
            Err(problem.with_hint(Some("speichern Sie die Datei als UTF-8".to_owned())).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A form that is complete and short.
    const SMALL: &str = r#"
        version = "1"
        title = "Klein"
        step = [
          { id = "a", title = "A", section = [{ id = "s", title = "S", fields = [{ id = "f", label = "F", kind = "yesno" }] }] },
          { id = "b", title = "B", kind = "office", section = [{ id = "t", title = "T", fields = [{ id = "stelle", label = "F", kind = "office" }] }] },
          { id = "c", title = "C", kind = "review" },
        ]
    "#;

    fn lay_out(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        dir
    }

    #[test]
    fn every_form_of_a_directory_is_found_by_its_id() {
        let dir = lay_out(&[
            ("Klein/form.toml", SMALL.as_bytes()),
            ("Anders/form.toml", SMALL.as_bytes()),
            ("README.md", b"kein Formular"),
            (".git/config", b"kein Formular"),
        ]);
        let catalogue = Catalogue::read(dir.path()).unwrap();
        let ids: Vec<_> = catalogue.iter().map(|form| form.id.as_str()).collect();
        assert_eq!(ids, ["Anders", "Klein"]);
        assert_eq!(catalogue.own("Klein").unwrap().pdf_name, "Klein.pdf");
        assert!(catalogue.get("klein", "de").is_none());
    }

    #[test]
    fn a_form_is_found_in_the_language_that_is_asked_for_and_else_in_its_own() {
        let form = |language: &str, title: &str| {
            let source = format!("language = \"{language}\"\n{}", SMALL.replace("Klein", title));
            parse::parse("Klein", "form.toml", &source).unwrap()
        };
        let mut catalogue = Catalogue::default();
        for form in [form("de", "Klein"), form("en", "Small")] {
            catalogue.add(form);
        }
        let title = |language: &str| catalogue.get("Klein", language).map(|form| form.title.as_str());
        assert_eq!((title("de"), title("en"), title("tr")), (Some("Klein"), Some("Small"), Some("Klein")));
        assert_eq!(catalogue.own("Klein").map(|form| form.language.as_str()), Some("de"));
        assert_eq!(catalogue.iter().count(), 1, "it is one form");
    }

    #[test]
    fn the_problems_of_all_forms_are_told_at_once() {
        let dir = lay_out(&[
            ("a/form.toml", b"version = 1"),
            ("b/form.toml", b"title = \"\xff\""),
            ("c/leer.txt", b""),
            ("gut/form.toml", SMALL.as_bytes()),
        ]);
        let problems = Catalogue::read(dir.path()).unwrap_err();
        let files: std::collections::BTreeSet<_> =
            problems.iter().map(|problem| problem.file.strip_prefix(dir.path().to_str().unwrap()).unwrap()).collect();
        assert_eq!(files.into_iter().collect::<Vec<_>>(), ["/a/form.toml", "/b/form.toml", "/c/form.toml"]);
        let utf8 = problems.iter().find(|problem| problem.message.contains("UTF-8")).unwrap();
        assert_eq!((utf8.line, utf8.column), (1, 10));
    }

    #[test]
    fn a_missing_or_empty_directory_is_a_problem() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Catalogue::read(&dir.path().join("fehlt")).unwrap_err().len(), 1);
        assert_eq!(Catalogue::read(dir.path()).unwrap_err().len(), 1);
    }

    #[test]
    fn the_forms_of_this_house_have_no_problem() {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("forms");
        let catalogue = Catalogue::read(&dir)
            .unwrap_or_else(|problems| panic!("{:#?}", problems.iter().map(ToString::to_string).collect::<Vec<_>>()));
        assert!(catalogue.own("OZG-Antragsassistent").is_some());
    }
}
