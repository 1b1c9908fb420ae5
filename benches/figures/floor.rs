//! The floors: pages of axum and minijinja and nothing else, no store, no session.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Html;
use axum::routing::get;
use minijinja::value::Serde;
use minijinja::{Environment, Value};

/// First argument of the process that serves one; the second is the size of the page in bytes, the third how many lists of
/// countries it has.
pub const ARGUMENT: &str = "--serve-floor";

/// Questions on the page; as many as the pilot's first step has.
const QUESTIONS: usize = 26;

/// Countries of one list.
const COUNTRIES: u32 = 200;

/// Serves on a free port, which it prints.
pub fn serve(size: usize, lists: usize) {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime").block_on(async {
        let rows: String = "{% for question in questions %}<div><label for=\"{{ question.id }}\">{{ question.label }}</label><input id=\"{{ question.id }}\" \
                            name=\"{{ question.id }}\" value=\"{{ question.value }}\"></div>\n{% endfor %}\
                            {% for list in lists %}<select>{% for country in list %}<option value=\"{{ country.code }}\"{% if country.chosen %} selected\
                            {% endif %}>{{ country.name }}</option>\n{% endfor %}</select>\n{% endfor %}"
            .to_owned();
        let mut environment = Environment::new();
        environment.add_template_owned("page.html", rows.clone()).expect("the template is sound");
        let question = |number| Question { id: format!("frage_{number}"), label: format!("Frage {number}"), value: "Müller".to_owned() };
        let country = |code| Country { code, chosen: code == 0, name: format!("Königreich {code}") };
        let content =
            Page { questions: (0..QUESTIONS).map(question).collect(), lists: vec![(0..COUNTRIES).map(country).collect(); lists] };
        let bare = page(&environment, &content).len();
        let padding = "Füllung ".repeat(size.saturating_sub(bare) / "Füllung ".len());
        environment.add_template_owned("page.html", format!("{rows}{padding}")).expect("the template is sound");
        let state = Arc::new((environment, content));
        let router = Router::new()
            .route("/", get(|State(state): State<Arc<(Environment<'static>, Page)>>| async move { Html(page(&state.0, &state.1)) }))
            .with_state(state);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        println!("{}", listener.local_addr().expect("it is bound"));
        axum::serve(listener, router).await.expect("it serves until it is ended");
    });
}

#[derive(serde::Serialize)]
struct Page {
    questions: Vec<Question>,
    lists: Vec<Vec<Country>>,
}

#[derive(serde::Serialize)]
struct Question {
    id: String,
    label: String,
    value: String,
}

#[derive(Clone, serde::Serialize)]
struct Country {
    code: u32,
    chosen: bool,
    name: String,
}

fn page(environment: &Environment<'_>, content: &Page) -> String {
    let template = environment.get_template("page.html").expect("it was added");
    template.render(Value::from(Serde(content))).expect("the page renders")
}
