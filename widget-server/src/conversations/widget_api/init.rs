//! `POST /v1/widget/init`: a visitor arrives.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use widget_core::agent::Capabilities;
use widget_core::error::{Violation, ViolationCode};
use widget_core::id::{AgentId, ConversationId, VisitorId, WidgetId};
use widget_core::language::{Language, Text};
use widget_core::message::Message;
use widget_core::time::Timestamp;

use crate::app::App;
use crate::auth::identity::{Claimed, Visitor};
use crate::auth::visitor::{Session, SessionToken};
use crate::conversations::hub::Hub;
use crate::conversations::metadata;
use crate::conversations::runtime_api::{MAX_VOUCHER_CHARS, read_claimed};
use crate::conversations::service::{self, Opened};
use crate::fields::Fields;
use crate::http::{Outcome, Problem, Request, response};
use crate::random;
use crate::rooms;
use crate::store::records::{ConversationRecord, MessageRecord, TurnStatus};
use crate::store::{Store, StoreResult};
use crate::widgets::gate;
use crate::widgets::hours::VisitorHours;
use crate::widgets::origin_rule::Call;
use crate::widgets::served::{Served, widget_not_found};

/// Messages an answer shows of a conversation that goes on (seed 004).
const SHOWN_MESSAGES: u32 = 30;
/// The most characters of an address.
pub(super) const MAX_URL_CHARS: usize = 2_048;
/// The most characters of a language tag.
const MAX_LOCALE_CHARS: usize = 35;

/// What `init` is sent.
#[derive(Debug, JsonSchema)]
#[schemars(rename = "Init")]
#[expect(dead_code, reason = "read by `Init::read`, documented from here")]
pub struct InitBody {
    /// The widget; or `agent_id`.
    widget_id: Option<WidgetId>,
    /// The agent: its live widget that admits the origin.
    agent_id: Option<AgentId>,
    /// The visitor; left out, a guest's id is made.
    user_id: Option<VisitorId>,
    /// Hex HMAC-SHA256 of `user_id` under the widget's identity secret.
    user_hash: Option<String>,
    /// A JWT (HS256) of the site with `sub`, `exp` and attributes.
    user_token: Option<String>,
    /// The conversation to resume.
    conversation_id: Option<ConversationId>,
    /// Makes a new conversation in any case.
    new: Option<bool>,
    /// A token of this visitor's conversation, at most a day after its end: proof that it is
    /// theirs. (`Authorization` is read as well, but costs a preflight.)
    token: Option<String>,
    /// The page the visitor is on.
    page_url: Option<String>,
    /// The visitor's language, as a BCP 47 tag.
    locale: Option<String>,
    /// Kept with the conversation, at most 16 KB.
    custom_metadata: Option<Map<String, Value>>,
}

/// What `init` answers.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Initialized {
    conversation_id: ConversationId,
    /// What the client sends as `user_id` from now on. A guest's is a secret.
    visitor_id: VisitorId,
    /// Opens this conversation.
    token: String,
    /// The same as `token`.
    jwt: String,
    /// When the token ends.
    expires_at: Timestamp,
    agent: InitAgent,
    capabilities: Capabilities,
    /// The last 30, oldest first.
    messages: Vec<Message>,
    /// Whether the conversation was there before.
    resumed: bool,
    /// Whether people are there, where the widget has `business_hours`.
    #[serde(skip_serializing_if = "Option::is_none")]
    hours: Option<VisitorHours>,
    /// The `Last-Event-ID` with which `GET /v1/widget/stream` goes on from `messages` and misses
    /// nothing.
    last_event_id: String,
}

/// Who answers.
#[derive(Debug, Serialize, JsonSchema)]
pub struct InitAgent {
    id: AgentId,
    name: String,
    /// Its first words, in the visitor's language.
    greeting: Option<String>,
    /// Questions to begin with, in the visitor's language.
    suggested_prompts: Vec<String>,
    /// The widget's configuration.
    config: Value,
}

#[derive(Clone, Copy)]
enum Wanted {
    Widget(WidgetId),
    Agent(AgentId),
}

struct Init {
    wanted: Wanted,
    claimed: Claimed,
    conversation_id: Option<ConversationId>,
    new: bool,
    token: Option<String>,
    locale: Option<String>,
    metadata: Map<String, Value>,
}

impl Init {
    fn read(body: &Value) -> Result<Self, Problem> {
        let mut fields = Fields::of(body)?;
        let wanted = read_wanted(&mut fields);
        let claimed = read_claimed(&mut fields);
        let conversation_id = fields.id("conversation_id");
        let new = fields.flag("new");
        let token = fields.text("token", MAX_VOUCHER_CHARS).map(ToOwned::to_owned);
        let page_url = fields.text("page_url", MAX_URL_CHARS);
        let locale = fields.text("locale", MAX_LOCALE_CHARS);
        let metadata = metadata::read(fields.get("custom_metadata"));
        let metadata = fields.checked(metadata).map(|mut metadata| {
            for (name, value) in [("page_url", page_url), ("locale", locale)] {
                if let Some(value) = value {
                    metadata.entry(name).or_insert_with(|| value.into());
                }
            }
            metadata
        });
        let locale = locale.map(ToOwned::to_owned);
        fields.done(wanted.zip(metadata).map(|(wanted, metadata)| Self {
            wanted,
            claimed,
            conversation_id,
            new,
            token,
            locale,
            metadata,
        }))
    }
}

fn read_wanted(fields: &mut Fields<'_>) -> Option<Wanted> {
    let widget = fields.id("widget_id").map(Wanted::Widget);
    let agent = fields.id("agent_id").map(Wanted::Agent);
    match (fields.get("widget_id"), fields.get("agent_id")) {
        (Some(_), None) => widget,
        (None, Some(_)) => agent,
        _ => {
            let mut violation = Violation::new("widget_id", ViolationCode::ExactlyOne);
            violation.params.allowed = &["widget_id", "agent_id"];
            fields.wrong(violation);
            None
        }
    }
}

/// Gives a visitor a conversation and the token for it.
///
/// # Errors
/// 403 `origin_forbidden`, `identity_invalid`, `conversation_forbidden`; 404 `widget_not_found`,
/// `conversation_not_found`; 409 `ambiguous_agent`, `widget_paused`, `conversation_ended`; 422;
/// 429 `rate_limited`, `conversation_limit_reached`.
pub async fn init_widget(app: Arc<App>, mut request: Request) -> Outcome {
    let quota = app.limits.init(&request)?;
    let init = Init::read(&request.json_as_text_or_json().await?)?;
    let served = find(&app, &request, init.wanted).await?;
    let token = init.token.clone().or_else(|| request.bearer().map(ToOwned::to_owned));
    let language = language(&served, init.locale.as_deref(), &request);
    let opened = open(&app, &served, init, token.as_deref()).await?;
    let answer = answer(&app, &served, &opened, &language).await?;
    Ok(quota.on(response::ok(&answer)?))
}

async fn find(app: &App, request: &Request, wanted: Wanted) -> Result<Arc<Served>, Problem> {
    let agent = match wanted {
        Wanted::Widget(id) => {
            let served = app.served.live(id).await?;
            gate::check_origin(app, request, &served, Call::Init)?;
            return Ok(served);
        }
        Wanted::Agent(agent) => agent,
    };
    let mut refused = None;
    let mut admitting = Vec::new();
    for served in app.served.live_of(agent).await? {
        match gate::check_origin(app, request, &served, Call::Init) {
            Ok(()) => admitting.push(served),
            Err(problem) => refused = Some(problem),
        }
    }
    match (admitting.pop(), admitting.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(_), false) => Err(Problem::conflict(
            "ambiguous_agent",
            "Several widgets of this agent admit this origin; name one by `widget_id`.",
        )),
        (None, _) => Err(refused.unwrap_or_else(widget_not_found)),
    }
}

async fn open(
    app: &App,
    served: &Served,
    init: Init,
    token: Option<&str>,
) -> Result<Opened, Problem> {
    let now = app.clock.now();
    let proof = service::proof_of(app, served, token, now).await?;
    let visitor = service::visitor_of(served, &init.claimed, now)?.unwrap_or_else(|| {
        let known = proof.as_ref().map(|session| session.visitor.clone());
        Visitor::unvouched(known.unwrap_or_else(|| VisitorId::guest(random::bytes())))
    });
    if init.new {
        return service::start(app, served, visitor, init.metadata).await;
    }
    if let Some(id) = init.conversation_id {
        return service::resume(app, served, id, visitor, proof.as_ref(), init.metadata).await;
    }
    if let Some(id) = implied(&visitor, proof.as_ref())
        && let Some(opened) =
            try_resume(app, served, id, &visitor, proof.as_ref(), &init.metadata).await?
    {
        return Ok(opened);
    }
    if let Some(id) = service::newest(app, served, &visitor).await?
        && let Some(opened) = try_resume(app, served, id, &visitor, None, &init.metadata).await?
    {
        return Ok(opened);
    }
    service::start(app, served, visitor, init.metadata).await
}

/// The conversation that the token alone speaks for: a guest's who signs in, or that of a visitor
/// whom nothing else proves.
fn implied(visitor: &Visitor, proof: Option<&Session>) -> Option<ConversationId> {
    let session = proof?;
    let signs_in = session.visitor.is_guest() && !visitor.id.is_guest();
    let same = session.visitor == visitor.id && !visitor.proven;
    (signs_in || same).then_some(session.conversation_id)
}

/// Goes on in a conversation nobody asked for by name; where that cannot be, `None`.
async fn try_resume(
    app: &App,
    served: &Served,
    id: ConversationId,
    visitor: &Visitor,
    proof: Option<&Session>,
    metadata: &Map<String, Value>,
) -> Result<Option<Opened>, Problem> {
    match service::resume(app, served, id, visitor.clone(), proof, metadata.clone()).await {
        Ok(opened) => Ok(Some(opened)),
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(_) => Ok(None),
    }
}

async fn answer(
    app: &App,
    served: &Served,
    opened: &Opened,
    language: &Language,
) -> Result<Initialized, Problem> {
    let conversation = &opened.record.conversation;
    let SessionToken { token, expires_at } = service::token_for(app, opened).await?;
    let version = rooms::version_of(app, served, conversation).await?;
    let (messages, last_event_id) =
        past(app.store.as_ref(), &app.hub, &opened.record, opened.from).await?;
    let agent = &served.record().agent;
    Ok(Initialized {
        conversation_id: conversation.id,
        visitor_id: conversation.user_id.clone(),
        jwt: token.clone(),
        token,
        expires_at,
        agent: InitAgent {
            id: agent.id,
            name: agent.name.clone(),
            greeting: greeting(&version, language),
            suggested_prompts: served.v1().suggested_questions(language),
            config: served.widget().config.clone(),
        },
        capabilities: rooms::capabilities(&app.config, &version),
        messages: messages.iter().map(MessageRecord::to_message).collect(),
        resumed: opened.resumed,
        hours: served.hours(app.clock.now(), language),
        last_event_id: last_event_id.to_string(),
    })
}

/// The messages to show, and the event after which the stream goes on from them.
async fn past(
    store: &dyn Store,
    hub: &Hub,
    record: &ConversationRecord,
    from: i64,
) -> StoreResult<(Vec<MessageRecord>, u64)> {
    /// Not an event: the stream then tells the newest turn from its beginning.
    const ANEW: u64 = 1;
    let id = record.conversation.id;
    let before = hub.position(id);
    let last = store.last_turn(id).await?;
    let messages = store.messages(id, from, SHOWN_MESSAGES).await?;
    let runs = last.is_some_and(|turn| turn.status == TurnStatus::Running);
    let quiet = !runs && hub.position(id) == before;
    Ok((messages, if quiet { before } else { ANEW }))
}

/// The agent's first words.
pub(crate) fn greeting(version: &Value, language: &Language) -> Option<String> {
    let greeting = Text::read(version.get("greeting")?)?;
    Some(greeting.resolve(language).to_owned()).filter(|text| !text.trim().is_empty())
}

/// The visitor's language: what the page says, then what the browser says.
pub(crate) fn language(served: &Served, locale: Option<&str>, request: &Request) -> Language {
    served.v1().language(&wishes(locale, request))
}

/// The languages a visitor wants, the most wanted first.
pub(crate) fn wishes<'a>(locale: Option<&'a str>, request: &'a Request) -> Vec<&'a str> {
    let accepted = request.header("accept-language").unwrap_or_default();
    let accepted = accepted.split(',').map(|entry| entry.split(';').next().unwrap_or("").trim());
    locale.into_iter().chain(accepted.filter(|tag| !tag.is_empty())).collect()
}
