//! `/core/public/web-widgets/{id}/conversations`: conversations as the embedded widget starts,
//! lists and rates them (seed 000). No key: the organization comes from the widget.

use std::sync::Arc;

use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use widget_core::agent::Capabilities;
use widget_core::conversation::{Channel, Conversation, ConversationStatus};
use widget_core::error::{Violation, ViolationCode};
use widget_core::id::{ConversationId, VisitorId};
use widget_core::time::Timestamp;

use super::service::{self, Opened, visitor_of};
use super::transcript::{self, Format, Names};
use super::{feedback, metadata};
use crate::app::App;
use crate::auth::identity::Claimed;
use crate::auth::visitor::SessionToken;
use crate::fields::Fields;
use crate::http::{Outcome, Problem, Request, page, response};
use crate::listing;
use crate::rooms;
use crate::rooms::livekit::ConnectionDetails;
use crate::store::records::{ConversationFilter, Page};
use crate::widgets::gate;
use crate::widgets::origin_rule::Call;
use crate::widgets::served::Served;

/// The most ids one list may name.
const MAX_IDS: usize = 200;
/// The most characters of a voucher.
pub(super) const MAX_VOUCHER_CHARS: usize = 4_096;

/// What starts or resumes a conversation.
#[derive(Debug, JsonSchema)]
#[schemars(rename = "StartConversation")]
#[expect(dead_code, reason = "read by `Start::read`, documented from here")]
pub struct StartBody {
    /// The visitor: 1–128 visible characters.
    user_id: VisitorId,
    /// Hex HMAC-SHA256 of `user_id` under the widget's identity secret.
    user_hash: Option<String>,
    /// A JWT (HS256) of the site with `sub`, `exp` and attributes, instead of the hash.
    user_token: Option<String>,
    /// The conversation to resume; without it a new one is made.
    conversation_id: Option<ConversationId>,
    /// Kept with the conversation, at most 16 KB.
    custom_metadata: Option<Map<String, Value>>,
}

/// A conversation that was started or resumed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StartedConversation {
    /// The conversation.
    pub conversation: Conversation,
    /// The room to join; `null` where there is none.
    pub connection_details: Option<ConnectionDetails>,
    /// What the visitor can do beyond text.
    pub capabilities: Capabilities,
    /// The token of the widget API for the same conversation.
    pub session: SessionToken,
}

/// A conversation in a visitor's list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ListedConversation {
    id: ConversationId,
    status: ConversationStatus,
    channel: Channel,
    created_at: Timestamp,
    updated_at: Timestamp,
    /// Only for who proved to be the visitor.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
}

struct Start {
    claimed: Claimed,
    conversation_id: Option<ConversationId>,
    metadata: Map<String, Value>,
}

impl Start {
    fn read(body: &Value) -> Result<Self, Problem> {
        let mut fields = Fields::of(body)?;
        let claimed = read_claimed(&mut fields);
        if fields.get("user_token").is_none() {
            fields.required("user_id", claimed.user_id.as_ref());
        }
        let conversation_id = fields.id("conversation_id");
        let metadata = metadata::read(fields.get("custom_metadata"));
        let metadata = fields.checked(metadata);
        fields.done(metadata.map(|metadata| Self { claimed, conversation_id, metadata }))
    }
}

/// Who a body says is calling.
pub(super) fn read_claimed(fields: &mut Fields<'_>) -> Claimed {
    Claimed {
        user_id: fields.visitor("user_id"),
        user_hash: fields.text("user_hash", MAX_VOUCHER_CHARS).map(ToOwned::to_owned),
        user_token: fields.text("user_token", MAX_VOUCHER_CHARS).map(ToOwned::to_owned),
    }
}

/// Starts a conversation, or resumes the one that is named.
///
/// # Errors
/// 403 `origin_forbidden`, `identity_invalid`, `conversation_forbidden`; 404 `widget_not_found`,
/// `conversation_not_found`; 409 `widget_paused`, `conversation_ended`; 422; 429.
pub async fn start_public_conversation(app: Arc<App>, mut request: Request) -> Outcome {
    let quota = app.limits.public(&request)?;
    let served = gate::enter(&app, &request, Call::Starts).await?;
    let start = Start::read(&request.json().await?)?;
    let now = app.clock.now();
    let visitor = visitor_of(&served, &start.claimed, now)?.ok_or_else(nobody)?;
    let opened = match start.conversation_id {
        None => service::start(&app, &served, visitor, start.metadata).await?,
        Some(id) => {
            let proof = service::proof_of(&app, &served, request.bearer(), now).await?;
            service::resume(&app, &served, id, visitor, proof.as_ref(), start.metadata).await?
        }
    };
    let status = if opened.resumed { StatusCode::OK } else { StatusCode::CREATED };
    let started = started(&app, &served, &opened).await?;
    Ok(quota.on(response::json(status, &started)?))
}

async fn started(
    app: &App,
    served: &Served,
    opened: &Opened,
) -> Result<StartedConversation, Problem> {
    let (connection_details, capabilities) =
        rooms::connect(app, served, &opened.record.conversation).await?;
    Ok(StartedConversation {
        conversation: opened.shown(),
        connection_details,
        capabilities,
        session: service::token_for(app, opened).await?,
    })
}

/// Nobody is named who could be asked for a proof.
fn nobody() -> Problem {
    Problem::unprocessable([Violation::new("user_id", ViolationCode::Required)])
}

/// Lists a visitor's conversations with this widget, or those whose ids the caller knows.
///
/// # Errors
/// 403 `origin_forbidden`, `identity_invalid`; 404 `widget_not_found`; 422.
pub async fn list_public_conversations(app: Arc<App>, request: Request) -> Outcome {
    let quota = app.limits.public(&request)?;
    let served = gate::enter(&app, &request, Call::Reads).await?;
    let asked = Asked::read(&request)?;
    let visitor = visitor_of(&served, &asked.claimed, app.clock.now())?;
    if visitor.is_none() && asked.ids.is_none() {
        // A list of everybody's conversations would be a leak.
        let nothing: [ListedConversation; 0] = [];
        return Ok(quota.on(response::ok(&nothing)?));
    }
    let filter = ConversationFilter {
        widget_id: Some(served.widget().id),
        user_id: visitor.as_ref().map(|visitor| visitor.id.clone()),
        ids: asked.ids,
        ..ConversationFilter::default()
    };
    let listed = app.store.conversations(filter, asked.page).await?;
    let proven = visitor.is_some_and(|visitor| visitor.proven);
    let items: Vec<ListedConversation> = listed
        .items
        .iter()
        .map(|record| ListedConversation::of(&record.conversation, proven))
        .collect();
    Ok(quota.on(page::list(&request, &items, listed.next.as_ref())?))
}

/// Gives the transcript of a conversation to the visitor whose it is, also when it has ended.
///
/// # Errors
/// 403 `origin_forbidden`, `identity_invalid`; 404 `widget_not_found`, `conversation_not_found`; 422.
pub async fn get_public_transcript(app: Arc<App>, request: Request) -> Outcome {
    let quota = app.limits.public(&request)?;
    let served = gate::enter(&app, &request, Call::Reads).await?;
    let id: ConversationId = request.param("conversation_id").map_err(|_| service::not_found())?;
    let query = request.query();
    let mut filters = listing::Filters::of(&query);
    let claimed = claimed_in(&request, &mut filters);
    let format: Option<Format> = filters.read("format", Format::EXPECTED);
    let claimed = filters.done(claimed)?;
    let visitor = visitor_of(&served, &claimed, app.clock.now())?.ok_or_else(nobody)?;
    let conversation = service::of_visitor(&app, &served, id, &visitor).await?;
    let names = Names::for_visitor(&served, &conversation, &request);
    let format = format.unwrap_or_default();
    Ok(quota.on(transcript::tell(&app, format, &conversation, 0, names).await?))
}

impl ListedConversation {
    fn of(conversation: &Conversation, proven: bool) -> Self {
        Self {
            id: conversation.id,
            status: conversation.status,
            channel: conversation.channel,
            created_at: conversation.created_at,
            updated_at: conversation.updated_at,
            title: conversation.title.clone().filter(|_| proven),
        }
    }
}

struct Asked {
    claimed: Claimed,
    ids: Option<Vec<ConversationId>>,
    page: Page,
}

impl Asked {
    fn read(request: &Request) -> Result<Self, Problem> {
        let query = request.query();
        let page = listing::page_of(&query)?;
        let mut filters = listing::Filters::of(&query);
        let claimed = claimed_in(request, &mut filters);
        let _: Option<Channel> = filters.read("channel", "WEBRTC");
        let ids: Option<Ids> = filters.read("ids", "at most 200 ids with commas between them");
        filters.done(Self { claimed, ids: ids.map(|ids| ids.0), page })
    }
}

/// Who an address and its headers say is calling.
fn claimed_in(request: &Request, filters: &mut listing::Filters<'_>) -> Claimed {
    Claimed {
        user_id: filters.read("user_id", "1 to 128 visible characters"),
        user_hash: request.header("x-user-hash").map(ToOwned::to_owned),
        user_token: request.header("x-user-token").map(ToOwned::to_owned),
    }
}

struct Ids(Vec<ConversationId>);

impl std::str::FromStr for Ids {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let ids = text.split(',').map(str::trim).filter(|id| !id.is_empty());
        let ids: Vec<ConversationId> =
            ids.map(|id| id.parse().map_err(|_| ())).collect::<Result<_, ()>>()?;
        if ids.len() > MAX_IDS { Err(()) } else { Ok(Self(ids)) }
    }
}

/// Keeps the visitor's feedback on a conversation, once.
///
/// # Errors
/// 413 `feedback_too_large`, 400 `feedback_invalid` or `feedback_not_configured`, 409
/// `feedback_exists`, and those of the gate and the conversation.
pub async fn submit_public_feedback(app: Arc<App>, mut request: Request) -> Outcome {
    let quota = app.limits.public(&request)?;
    let served = gate::enter(&app, &request, Call::Starts).await?;
    let id: ConversationId = request.param("conversation_id").map_err(|_| service::not_found())?;
    let body = request.json().await?;
    // The conversation first: what exists and whose it is, before what is in the body.
    let record = service::of_widget(&app, &served, id).await?;
    let data = feedback::read(&served, &body)?;
    feedback::submit(&app, &record.conversation, data).await?;
    Ok(quota.on(response::ok(&feedback::Accepted::default())?))
}
