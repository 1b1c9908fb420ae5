//! The only minijinja environment: embedded templates, parsed once, strict about what is undefined.

/// Dates and times as Germans read them.
pub mod dates;

use std::sync::OnceLock;

use minijinja::value::{Serde, Value};
use minijinja::{Environment, UndefinedBehavior};
use rust_embed::Embed;
use serde::{Serialize, Serializer};

#[derive(Embed)]
#[folder = "templates/pages/"]
struct Sources;

/// Why a page was not rendered: a template asks for something its context does not have. Tests render every template.
#[derive(Debug, thiserror::Error)]
#[error("template {template}: {cause}")]
pub struct TemplateError {
    /// Name of the template.
    pub template: String,
    /// What minijinja says; names variables and lines, never their values.
    pub cause: String,
}

/// HTML that is already safe, to be printed as it stands.
#[derive(Clone, Debug)]
pub struct Html(Value);

impl Html {
    /// Takes HTML that the caller has escaped.
    pub fn new(html: String) -> Self {
        Self(Value::from_safe_string(html))
    }
}

impl Serialize for Html {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Renders a template with its context.
pub fn render(template: &str, context: &(impl Serialize + ?Sized)) -> Result<String, TemplateError> {
    let failed = |error: minijinja::Error| TemplateError { template: template.to_owned(), cause: error.to_string() };
    environment().get_template(template).map_err(failed)?.render(Value::from(Serde(context))).map_err(failed)
}

/// Parses all templates now, so that the first page is not slower than the others, and returns their names.
pub fn names() -> Vec<String> {
    environment();
    Sources::iter().map(std::borrow::Cow::into_owned).collect()
}

fn environment() -> &'static Environment<'static> {
    static ENVIRONMENT: OnceLock<Environment<'static>> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        for name in Sources::iter() {
            let source = Sources::get(&name).expect("the name comes from the same embedded folder");
            let source = String::from_utf8(source.data.into_owned()).expect("templates are kept in UTF-8");
            environment.add_template_owned(name.into_owned(), source).expect("a test parses every template");
        }
        environment
    })
}
