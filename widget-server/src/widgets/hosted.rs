//! `/w/{id}`: the chat as a page of its own, rendered here. It works with neither script nor
//! WebAssembly (a form, and the whole answer), and becomes the full chat where these run.
//!
//! The conversation is kept by its token in a hidden field: no cookie, nothing stored.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Map, Value};
use widget_core::conversation::Handler;
use widget_core::id::{VisitorId, WidgetId};
use widget_core::language::Language;
use widget_core::message::{Message, clean_content};

use super::embed::Script;
use super::gate;
use super::origin_rule::Call;
use super::page_policy::{Ancestors, policy};
use super::served::{Served, widget_not_found};
use crate::app::App;
use crate::auth::identity::Visitor;
use crate::conversations::service::{self, Opened};
use crate::conversations::widget_api::init::{greeting, language};
use crate::conversations::widget_api::messages::ask_in;
use crate::conversations::widget_api::{Holder, holder_of};
use crate::engine::ask::{AskQuestion, Asked};
use crate::http::problem::ErrorStatus;
use crate::http::{Outcome, Problem, Request, response};
use crate::random;
use crate::rooms;
use crate::store::records::MessageRecord;

mod entry;
pub(super) mod gone;
mod inputs;
mod page;
mod style;

use entry::Entry;
use page::{Held, Page};

/// Messages a page shows.
const SHOWN_MESSAGES: u32 = 200;

/// The page of a visitor who arrives.
///
/// # Errors
/// 404 `widget_not_found`, also where the widget has no page; told to people on a page.
pub async fn get_hosted_page(app: Arc<App>, request: Request) -> Outcome {
    let served = match with_page(&app, &request).await {
        Ok(served) => served,
        Err(problem) => return gone::told(&app, &request, problem, &Ancestors::None),
    };
    render(&app, &request, &served, &Entry::default(), Ok(None)).await
}

/// Takes what a visitor has sent with the page's form, and answers with the page of the whole
/// conversation. A fault is told on the page; what was typed stays in it.
///
/// # Errors
/// 404 `widget_not_found`, 403 `origin_forbidden`, 413, 415.
pub async fn post_hosted_page(app: Arc<App>, mut request: Request) -> Outcome {
    let served = match with_page(&app, &request).await {
        Ok(served) => served,
        Err(problem) => return gone::told(&app, &request, problem, &Ancestors::None),
    };
    // Browsers without scripts may send no origin; there is no cookie that a foreign page could
    // use.
    gate::check_origin(&app, &request, &served, Call::Proven)?;
    let entry = Entry::read(&mut request).await?;
    let outcome = talk(&app, &request, &served, &entry).await;
    render(&app, &request, &served, &entry, outcome).await
}

/// The language that who leads here asks for, `?lang=de`: that of the page the visitor comes from.
pub(super) fn wished(request: &Request) -> Option<String> {
    request.query().get("lang").map(ToOwned::to_owned)
}

async fn with_page(app: &App, request: &Request) -> Result<Arc<Served>, Problem> {
    let id: WidgetId = request.param("id").map_err(|_| widget_not_found())?;
    let served = app.served.live(id).await?;
    if served.settings().hosted_page { Ok(served) } else { Err(widget_not_found()) }
}

/// A conversation whose page is shown, and what went wrong in it last.
struct Talk {
    token: String,
    holder: Holder,
    problem: Option<Problem>,
}

/// Does what was sent: goes on in the conversation or starts one, and asks.
async fn talk(
    app: &App,
    request: &Request,
    served: &Served,
    entry: &Entry,
) -> Result<Option<Talk>, Problem> {
    let held = match &entry.token {
        Some(token) if !entry.new => reopen(app, request, served, token).await?,
        _ => None,
    };
    let (token, holder) = match held {
        Some(held) => held,
        None if entry.new || !entry.says_something() => return Ok(None),
        None => begin(app, request, served, entry).await?,
    };
    let problem = if entry.says_something() && !entry.new {
        say(app, request, &holder, entry).await.err()
    } else {
        None
    };
    Ok(Some(Talk { token, holder, problem }))
}

/// The conversation of a token; `None` when it opens nothing any more.
async fn reopen(
    app: &App,
    request: &Request,
    served: &Served,
    token: &str,
) -> Result<Option<(String, Holder)>, Problem> {
    let Some(session) = service::proof_of(app, served, Some(token), app.clock.now()).await? else {
        return Ok(None);
    };
    let token = if app.clock.now() < session.expires_at {
        token.to_owned()
    } else {
        let visitor = Visitor::unvouched(session.visitor.clone());
        let id = session.conversation_id;
        match service::resume(app, served, id, visitor, Some(&session), Map::new()).await {
            Ok(opened) => service::token_for(app, &opened).await?.token,
            Err(problem) if problem.status().is_server_error() => return Err(problem),
            Err(_) => return Ok(None),
        }
    };
    match holder_of(app, request, &token).await {
        Ok(holder) => Ok(Some((token, holder))),
        Err(problem) if problem.status() == StatusCode::UNAUTHORIZED => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// A new conversation of a new guest, when everything that is asked first was answered.
async fn begin(
    app: &App,
    request: &Request,
    served: &Served,
    entry: &Entry,
) -> Result<(String, Holder), Problem> {
    app.limits.init(request)?;
    if served.v1().consent().required() && !entry.consent {
        return Err(Problem::new(
            ErrorStatus::UNPROCESSABLE_ENTITY,
            "consent_required",
            "Please agree first; then your message is sent.",
        ));
    }
    let metadata: Map<String, Value> = match served.v1().pre_conversation_form() {
        Some(form) => entry.check(&form)?.into_json(),
        None => Map::new(),
    };
    clean(&entry.content)?;
    let visitor = Visitor::unvouched(VisitorId::guest(random::bytes()));
    let opened: Opened = service::start(app, served, visitor, metadata).await?;
    let token = service::token_for(app, &opened).await?.token;
    let holder = holder_of(app, request, &token).await?;
    Ok((token, holder))
}

fn clean(content: &str) -> Result<String, Problem> {
    clean_content(content).map_err(|violation| Problem::unprocessable([violation]))
}

/// Asks and waits for the whole answer.
async fn say(app: &App, request: &Request, holder: &Holder, entry: &Entry) -> Result<(), Problem> {
    let version = rooms::version_of(app, &holder.served, &holder.record.conversation).await?;
    if rooms::agent_in_room(&version).is_some() {
        return Err(Problem::conflict(
            "agent_answers_in_room",
            "To talk to this assistant, turn on JavaScript in your browser.",
        ));
    }
    let question = AskQuestion::Message {
        content: clean(&entry.content)?,
        files: Vec::new(),
        client_message_id: entry.client_message_id.clone(),
    };
    let locale = language(&holder.served, wished(request).as_deref(), request).tag().to_owned();
    let ended = match ask_in(app, holder, question, None, Some(locale)).await? {
        Asked::Answering(answering) => answering.end().await,
        Asked::Answered { end, .. } => end,
        Asked::Kept { .. } => return Ok(()),
    };
    match ended.failure {
        None => Ok(()),
        Some(failure) => Err(Problem::new(ErrorStatus::BAD_GATEWAY, failure.code, failure.detail)),
    }
}

async fn render(
    app: &App,
    request: &Request,
    served: &Served,
    entry: &Entry,
    outcome: Result<Option<Talk>, Problem>,
) -> Outcome {
    let language: Language = language(served, wished(request).as_deref(), request);
    let (talk, mut problem) = match outcome {
        Ok(talk) => (talk, None),
        Err(problem) => (None, Some(problem)),
    };
    let held = match talk {
        Some(talk) => {
            problem = problem.or(talk.problem);
            Some(held(app, talk.token, &talk.holder).await?)
        }
        None => None,
    };
    let base = request.base_url();
    let nonce = random::hex::<16>();
    let page = Page {
        served,
        language: &language,
        base: &base,
        nonce: &nonce,
        // Where somebody already talks without the script, the script does not take over.
        script: held.is_none().then(|| Script::of(app, served, &base).ok()).flatten(),
        greeting: greeting(&served.record().version.config, &language),
        entry,
        problem: problem.as_ref(),
        held,
        next_message_id: random::hex::<16>(),
    };
    let policy = policy(&app.config, &nonce, &Ancestors::None);
    let mut answer = response::cached(response::html(page.render(), &policy)?, "no-store");
    // A failed answer is something that happened in the conversation, and this page tells it; a
    // proxy that replaces our 5xx pages by its own would lose what was typed.
    if let Some(problem) = problem.filter(|problem| problem.status().is_client_error()) {
        *answer.status_mut() = problem.status();
    }
    Ok(answer)
}

async fn held(app: &App, token: String, holder: &Holder) -> Result<Held, Problem> {
    let record = app.store.conversation(holder.conversation_id()).await?;
    let messages =
        app.store.messages(holder.conversation_id(), holder.session.from, SHOWN_MESSAGES).await?;
    let messages: Vec<Message> = messages.iter().map(MessageRecord::to_message).collect();
    let is_over = record.conversation.status.is_terminal();
    Ok(Held { token, messages, is_over, by_person: !is_over && record.handler == Handler::Human })
}
