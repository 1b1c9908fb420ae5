//! One question as a widget: what the template needs and nothing else.

use serde::Serialize;

use super::linked::linked;
use super::office::OfficeView;
use super::option_list::{self, OptionList};
use super::untouched::Untouched;
use crate::draft::Draft;
use crate::draft::check::{self, Complaint};
use crate::draft::unterlagen;
use crate::form::text::Blank;
use crate::form::{ChoiceOption, ChoiceStyle, Field, Form, Kind};
use crate::templates::Html;
use crate::words;
use crate::words::tongue::GERMAN;

/// What a question's widget depends on besides the question.
pub struct FieldContext<'a> {
    /// The form.
    pub form: &'a Form,
    /// Widgets that are printed already.
    pub untouched: &'a Untouched,
    /// The draft with answers, pending entries, uploads and offices.
    pub draft: &'a Draft,
    /// What is wrong.
    pub complaints: &'a [Complaint],
    /// Fills the blanks of texts.
    pub fill: &'a dyn Fn(Blank) -> String,
    /// Largest sum of all files that the tenant accepts, in bytes.
    pub max_total_bytes: u64,
}

/// A question, ready for its widget. One that is [`Widget::Printed`] has label, help and all else in there.
#[derive(Debug, Serialize)]
pub struct FieldView {
    /// Name of the input; its element is `feld-<id>`.
    pub id: String,
    /// Label.
    pub label: String,
    /// Help under the label.
    pub help: Option<String>,
    /// What is wrong with the answer.
    pub error: Option<String>,
    /// Whether it may stay empty and is marked so.
    pub optional: bool,
    /// Whether it must be answered by itself (HTML `required`).
    pub required: bool,
    /// Which widget, with what only it needs.
    pub widget: Widget,
}

/// The closed set of widgets.
#[derive(Debug, Serialize)]
#[serde(tag = "art", rename_all = "snake_case")]
pub enum Widget {
    /// Printed already: nobody has answered it yet.
    Printed {
        /// The whole question, with label and help.
        html: Html,
    },
    /// Shown, not asked.
    Shown {
        /// The text.
        value: String,
    },
    /// One line.
    Input {
        /// All its attributes but the class, escaped: one print instead of a dozen questions in the template.
        attributes: Html,
        /// Width class: `kurz`, `mittel` or `lang`.
        width: &'static str,
    },
    /// Several lines.
    Textarea {
        /// The entry.
        value: String,
        /// All its attributes but the class, escaped.
        attributes: Html,
        /// Most characters.
        max: usize,
    },
    /// Radio buttons.
    Radio {
        /// Choices in order.
        options: Vec<OptionView>,
    },
    /// Select box.
    Select {
        /// Choices as HTML, the chosen one marked.
        options: Html,
        /// All its attributes but the class, escaped.
        attributes: Html,
    },
    /// Offices to choose from, with addresses.
    Offices {
        /// Choices in order.
        options: Vec<OfficeOption>,
    },
    /// Files with list and remove buttons.
    Files {
        /// Files already added.
        list: Vec<FileView>,
        /// What may be added, in words.
        limits: String,
        /// Whether another one may be added.
        room: bool,
        /// For a document that the Leistung demands: whether the citizen said that there is none.
        fehlt: Option<bool>,
    },
    /// A declaration to agree to.
    Declaration {
        /// The wording, with its web addresses as links.
        wording: Html,
        /// Whether it is agreed to.
        checked: bool,
    },
}

/// One choice.
#[derive(Debug, Serialize)]
pub struct OptionView {
    /// What is sent.
    pub code: String,
    /// What people read.
    pub label: String,
    /// Whether it is chosen.
    pub checked: bool,
}

/// One office to choose.
#[derive(Debug, Serialize)]
pub struct OfficeOption {
    /// What is sent: the office's id.
    pub code: String,
    /// The office.
    pub stelle: OfficeView,
    /// Whether it is chosen.
    pub checked: bool,
}

/// One file that was added.
#[derive(Debug, Serialize)]
pub struct FileView {
    /// Value of its remove button: `entfernen:<id>`.
    pub remove: String,
    /// Safe file name.
    pub name: String,
    /// Length as people read it.
    pub length: String,
}

impl FieldView {
    /// A question with its entry. `one_of_several` questions are neither required nor marked optional: their section says what
    /// holds.
    pub fn new(field: &Field, one_of_several: bool, context: &FieldContext<'_>) -> Self {
        let FieldContext { draft, complaints, .. } = context;
        let touched = draft.answers.get(&field.id).is_some()
            || draft.pending.contains_key(&field.id)
            || complaints.iter().any(|complaint| complaint.field == field.id);
        if touched || !Untouched::takes(field) {
            return Self::asked(field, one_of_several, context);
        }
        let view = || Self::asked(field, one_of_several, context);
        let Some(html) = context.untouched.widget(&context.form.id, field, view) else { return view() };
        let widget = Widget::Printed { html };
        let optional = field.optional && !one_of_several;
        Self { id: field.id.clone(), label: String::new(), help: None, error: None, optional, required: false, widget }
    }

    fn asked(field: &Field, one_of_several: bool, context: &FieldContext<'_>) -> Self {
        let complaint = context.complaints.iter().find(|complaint| complaint.field == field.id);
        Self {
            id: field.id.clone(),
            label: field.label.clone(),
            help: field.help.as_ref().map(|text| text.filled(context.fill)),
            error: complaint.map(|complaint| words::complaint::sentence(context.form, complaint)),
            // A document that is demanded is asked for, even where an application may go without it.
            optional: field.optional && !one_of_several && !matches!(field.kind, Kind::Unterlage { .. }),
            required: !field.optional,
            widget: Widget::new(field, complaint.is_some(), context),
        }
    }

    /// Whether it is answered with files.
    pub fn takes_files(&self) -> bool {
        matches!(self.widget, Widget::Files { .. })
    }
}

impl Widget {
    fn new(field: &Field, wrong: bool, context: &FieldContext<'_>) -> Self {
        let attributes = |length: bool| Attributes::of(field, wrong, length);
        let draft = context.draft;
        let entry = entry(field, draft);
        match &field.kind {
            Kind::Service => Self::Shown { value: draft.leistung.name.clone() },
            Kind::Text { max, lines, .. } if *lines > 1 => {
                let attributes = attributes(true).text("rows", &lines.to_string()).finished();
                Self::Textarea { value: entry, attributes, max: *max }
            }
            Kind::Text { max, .. } => {
                let width = if *max <= 10 { "kurz" } else { "lang" };
                input("text", &entry, width, attributes(false))
            }
            Kind::Choice { style: ChoiceStyle::Radio, options } => {
                Self::Radio { options: options.iter().map(|option| OptionView::new(option, &entry)).collect() }
            }
            Kind::Choice { style: ChoiceStyle::Select, options } => {
                let pairs = options.iter().map(|option| (option.code.as_str(), option.label.as_str()));
                Self::Select {
                    options: OptionList::new(pairs).marked(&entry),
                    attributes: attributes(false).finished(),
                }
            }
            Kind::Date { .. } => input("text", &entry, "mittel", attributes(false)),
            Kind::Country => {
                Self::Select { options: option_list::staaten(&entry), attributes: attributes(false).finished() }
            }
            Kind::Nationality => Self::Select {
                options: option_list::staatsangehoerigkeiten(&entry),
                attributes: attributes(false).finished(),
            },
            Kind::Postcode { .. } => input("text", &entry, "kurz", attributes(false)),
            Kind::Phone => input("tel", &entry, "mittel", attributes(false)),
            Kind::Email => input("email", &entry, "lang", attributes(false)),
            Kind::Iban => {
                // HTML knows no purpose "IBAN": `off` keeps browsers from filling in the number of a credit card.
                let attributes = attributes(false).text("autocomplete", "off").text("inputmode", "text");
                input(
                    "text",
                    &entry,
                    "lang",
                    attributes.text("autocapitalize", "characters").text("spellcheck", "false"),
                )
            }
            Kind::Area => {
                let value = if entry.is_empty() { draft.gebiet.full_name() } else { entry };
                input("text", &value, "lang", attributes(false))
            }
            Kind::Files { max_bytes, max_count, max_total, .. }
            | Kind::Unterlage { max_bytes, max_count, max_total } => {
                let list: Vec<FileView> =
                    draft.uploads.iter().filter(|upload| upload.field == field.id).map(FileView::new).collect();
                let total = (*max_total).min(context.max_total_bytes);
                let room = list.len() < *max_count;
                let each = (*max_bytes).min(total);
                let (fehlt, limits) = if matches!(field.kind, Kind::Unterlage { .. }) {
                    (Some(unterlagen::fehlt(&draft.answers, &field.id)), words::page::document_taken(each))
                } else {
                    (None, words::page::files_taken(each, *max_count, total))
                };
                Self::Files { limits, room, fehlt, list }
            }
            Kind::Declaration { text, .. } => {
                Self::Declaration { wording: linked(&text.filled(context.fill)), checked: entry == "ja" }
            }
            Kind::YesNo => {
                let option = |code: &str, label: &str| OptionView {
                    code: code.to_owned(),
                    label: label.to_owned(),
                    checked: entry == code,
                };
                Self::Radio { options: vec![option("ja", GERMAN.yes), option("nein", GERMAN.no)] }
            }
            Kind::Number { .. } => input("text", &entry, "kurz", attributes(false).text("inputmode", "numeric")),
            Kind::Office => {
                let only_one = draft.stellen.len() == 1;
                let options = draft.stellen.iter().map(|found| OfficeOption {
                    code: found.stelle.id.clone(),
                    stelle: OfficeView::new(&found.stelle),
                    checked: only_one || found.stelle.id == entry,
                });
                Self::Offices { options: options.collect() }
            }
        }
    }
}

fn input(kind: &str, value: &str, width: &'static str, attributes: Attributes) -> Widget {
    Widget::Input { attributes: attributes.text("type", kind).text("value", value).finished(), width }
}

/// The entry as typed: what is not valid yet goes before what is.
fn entry(field: &Field, draft: &Draft) -> String {
    match draft.pending.get(&field.id) {
        Some(typed) => typed.clone(),
        None => draft.answers.get(&field.id).map(|answer| check::shown(&field.kind, answer)).unwrap_or_default(),
    }
}

/// Attributes of an input, collected as escaped HTML.
#[derive(Default)]
struct Attributes(String);

impl Attributes {
    /// What every control has: id, name, and what names its error, help and length.
    fn of(field: &Field, wrong: bool, length: bool) -> Self {
        let id = &field.id;
        let described: Vec<String> = [("fehler", wrong), ("hilfe", field.help.is_some()), ("laenge", length)]
            .into_iter()
            .filter(|(_, there)| *there)
            .map(|(part, _)| format!("{part}-{id}"))
            .collect();
        let mut attributes = Self::default().text("id", &format!("feld-{id}")).text("name", id);
        if !field.optional {
            attributes.0.push_str(" required");
        }
        if let Some(token) = &field.autocomplete {
            attributes = attributes.text("autocomplete", token);
        }
        if !described.is_empty() {
            attributes = attributes.text("aria-describedby", &described.join(" "));
        }
        if wrong { attributes.text("aria-invalid", "true") } else { attributes }
    }

    fn text(mut self, name: &str, value: &str) -> Self {
        self.0.push(' ');
        self.0.push_str(name);
        self.0.push_str("=\"");
        option_list::escaped(value, &mut self.0);
        self.0.push('"');
        self
    }

    fn finished(self) -> Html {
        Html::new(self.0)
    }
}

impl OptionView {
    fn new(option: &ChoiceOption, entry: &str) -> Self {
        Self { code: option.code.clone(), label: option.label.clone(), checked: option.code == entry }
    }
}

impl FileView {
    fn new(upload: &crate::draft::Upload) -> Self {
        Self {
            remove: format!("entfernen:{}", upload.id),
            name: upload.name.clone(),
            length: GERMAN.length(upload.length),
        }
    }
}
