//! What a person sees who opens a chat that is not there, or not any more.

use http::{StatusCode, header};
use maud::{DOCTYPE, PreEscaped, html};
use serde_json::Value;
use widget_core::config::V1;
use widget_core::language::Language;

use super::style::style;
use super::wished;
use crate::app::App;
use crate::conversations::widget_api::init::wishes;
use crate::http::{Outcome, Problem, Request, response};
use crate::languages::Words;
use crate::random;
use crate::widgets::page_policy::{Ancestors, policy};

/// The problem, as a page where a browser asks for one; as a problem document else.
///
/// # Errors
/// The problem itself, to programs; and every other than 404.
pub(in crate::widgets) fn told(
    app: &App,
    request: &Request,
    problem: Problem,
    ancestors: &Ancestors,
) -> Outcome {
    let accepted = request.header(header::ACCEPT.as_str()).unwrap_or_default();
    if problem.status() != StatusCode::NOT_FOUND || !accepted.contains("text/html") {
        return Err(problem);
    }
    let wished = wished(request);
    let language = Language::choose(&wishes(wished.as_deref(), request), &[], None);
    let nonce = random::hex::<16>();
    let page = page(&language, &nonce);
    let mut answer = response::cached(
        response::html(page, &policy(&app.config, &nonce, ancestors))?,
        "no-store",
    );
    *answer.status_mut() = problem.status();
    Ok(answer)
}

fn page(language: &Language, nonce: &str) -> String {
    let said = &Words::of(language).chat.gone;
    let style = style(&V1::of(&Value::Null));
    let page = html! {
        (DOCTYPE)
        html lang=(language.tag()) dir=(language.direction()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (said) }
                style nonce=(nonce) { (PreEscaped(style)) }
            }
            body { main class="alone" { p { (said) } } }
        }
    };
    page.into_string()
}
