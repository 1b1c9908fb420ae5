//! The only minijinja environment: embedded templates, parsed once, strict about what is undefined.

use std::fmt::{self, Write};
use std::sync::OnceLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior};
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

    /// The HTML.
    pub fn as_str(&self) -> &str {
        self.0.as_str().unwrap_or_default()
    }
}

impl Serialize for Html {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Room for most pages, so that they need not be moved while they grow.
const PAGE: usize = 48 * 1024;

/// Renders a template with its context; UTF-8.
pub fn render(template: &str, context: &(impl Serialize + ?Sized)) -> Result<Vec<u8>, TemplateError> {
    let failed = |error: Error| TemplateError { template: template.to_owned(), cause: error.to_string() };
    let mut page = Vec::with_capacity(PAGE);
    let found = environment().get_template(template).map_err(failed)?;
    found.render_captured_to(Value::from(Serde(context)), &mut page).map_err(failed)?;
    Ok(page)
}

/// Parses all templates now, so that the first page is not slower than the others, and returns their names.
pub fn names() -> Vec<String> {
    environment();
    Sources::iter().map(std::borrow::Cow::into_owned).collect()
}

/// Prints a value: HTML as it stands, all else escaped. A missing value (`None`) is a mistake of the template, not "none".
fn print(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    if value.is_none() {
        return Err(Error::new(ErrorKind::BadEscape, "a value is missing that is printed without a question"));
    }
    match value.as_str() {
        Some(text) if !value.is_safe() => Ok(escape(text, out)?),
        _ => minijinja::escape_formatter(out, state, value),
    }
}

/// Writes a text so that it means itself in HTML, between tags and in quoted attributes.
pub fn escape(text: &str, out: &mut impl Write) -> fmt::Result {
    let mut rest = text;
    while let Some(place) = rest.find(['&', '<', '>', '"', '\'']) {
        let (before, from) = rest.split_at(place);
        out.write_str(before)?;
        out.write_str(match from.as_bytes().first() {
            Some(b'&') => "&amp;",
            Some(b'<') => "&lt;",
            Some(b'>') => "&gt;",
            Some(b'"') => "&quot;",
            _ => "&#39;",
        })?;
        rest = from.get(1..).unwrap_or_default();
    }
    out.write_str(rest)
}

fn environment() -> &'static Environment<'static> {
    static ENVIRONMENT: OnceLock<Environment<'static>> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.set_formatter(print);
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        environment.set_syntax(syntax.expect("the delimiters are the usual ones"));
        for name in Sources::iter() {
            let source = Sources::get(&name).expect("the name comes from the same embedded folder");
            let source = String::from_utf8(source.data.into_owned()).expect("templates are kept in UTF-8");
            environment.add_template_owned(name.into_owned(), source).expect("a test parses every template");
        }
        environment
    })
}
