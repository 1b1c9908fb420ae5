//! The floor: axum and minijinja and nothing else, a page as large as the step's, no store, no session.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Html;
use axum::routing::get;
use minijinja::value::Serde;
use minijinja::{Environment, Value};

/// First argument of the process that serves it; the second is the size of the page.
pub const ARGUMENT: &str = "--serve-floor";

/// Questions on the page; as many as the pilot's first step has.
const QUESTIONS: usize = 26;

/// Serves on a free port, which it prints.
pub fn serve(size: usize) {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime").block_on(async {
        let rows: String = "{% for question in questions %}<div><label for=\"{{ question.id }}\">{{ question.label }}</label><input id=\"{{ question.id }}\" \
                            name=\"{{ question.id }}\" value=\"{{ question.value }}\"></div>\n{% endfor %}"
            .to_owned();
        let mut environment = Environment::new();
        environment.add_template_owned("page.html", rows.clone()).expect("the template is sound");
        let questions: Vec<Question> = (0..QUESTIONS)
            .map(|number| Question { id: format!("frage_{number}"), label: format!("Frage {number}"), value: "Müller".to_owned() })
            .collect();
        let bare = page(&environment, &questions).len();
        let padding = "Füllung ".repeat(size.saturating_sub(bare) / "Füllung ".len());
        environment.add_template_owned("page.html", format!("{rows}{padding}")).expect("the template is sound");
        let state = Arc::new((environment, questions));
        let router = Router::new()
            .route("/", get(|State(state): State<Arc<(Environment<'static>, Vec<Question>)>>| async move { Html(page(&state.0, &state.1)) }))
            .with_state(state);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        println!("{}", listener.local_addr().expect("it is bound"));
        axum::serve(listener, router).await.expect("it serves until it is ended");
    });
}

#[derive(serde::Serialize)]
struct Page<'a> {
    questions: &'a [Question],
}

#[derive(serde::Serialize)]
struct Question {
    id: String,
    label: String,
    value: String,
}

fn page(environment: &Environment<'_>, questions: &[Question]) -> String {
    let template = environment.get_template("page.html").expect("it was added");
    template.render(Value::from(Serde(Page { questions }))).expect("the page renders")
}
