//! `POST /v1/widget/events`: what happens around the chat (seed 004).
//!
//! Before there is a conversation the body names the widget, and no visitor is made up for it.
//! `navigator.sendBeacon` can set no header, so the token may stand in the body, and the body may
//! come as text.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use widget_core::error::{Violation, ViolationCode};
use widget_core::id::WidgetId;
use widget_core::telemetry::{self, Event};

use crate::app::App;
use crate::conversations::widget_api::{Holder, holder_of};
use crate::fields::Fields;
use crate::http::problem::ErrorStatus;
use crate::http::rate::{Key, Quota};
use crate::http::{Outcome, Problem, Request, response};
use crate::store::records::EventRecord;
use crate::widgets::gate;
use crate::widgets::origin_rule::Call;

/// The largest body of a call with events.
pub const MAX_EVENTS_BYTES: usize = 256 * 1024;
/// When to come back while the queue is full.
const QUEUE_RETRY: Duration = Duration::from_secs(1);
/// The most characters of a token.
const MAX_TOKEN_CHARS: usize = 4_096;

/// What happened: `events`, or one event as the body itself.
#[derive(Debug, JsonSchema)]
#[schemars(rename = "Events")]
#[expect(dead_code, reason = "read by the core's `telemetry::events`, documented from here")]
pub struct EventsBody {
    /// At most 50.
    events: Option<Vec<Event>>,
    name: Option<String>,
    at: Option<String>,
    data: Option<Map<String, Value>>,
    /// The token, where no header can be set.
    token: Option<String>,
    /// The widget, before there is a token.
    widget_id: Option<WidgetId>,
}

/// How many events were taken.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "EventsTaken")]
pub struct EventsTaken {
    accepted: usize,
}

/// Who sends events.
enum Source {
    Holder(Box<Holder>),
    Widget(WidgetId),
}

/// Takes events to be written.
///
/// # Errors
/// 401; 403 `origin_forbidden`; 404 `widget_not_found`; 413; 422; 429 `rate_limited`; 503
/// `telemetry_busy`.
pub async fn record_widget_events(app: Arc<App>, mut request: Request) -> Outcome {
    let body = request.json_as_text_or_json().await?;
    let (source, quota) = source(&app, &request, &body).await?;
    let events = telemetry::events(&body).map_err(|wrong| Problem::unprocessable(wrong.0))?;
    let accepted = events.len();
    let records = events.into_iter().map(|event| record(&source, event)).collect();
    app.events.push(records).map_err(|_| {
        let detail = "Too much telemetry is waiting to be written; try again in a moment.";
        Problem::new(ErrorStatus::SERVICE_UNAVAILABLE, "telemetry_busy", detail)
            .retry_after(QUEUE_RETRY)
    })?;
    Ok(quota.on(response::json(StatusCode::ACCEPTED, &EventsTaken { accepted })?))
}

async fn source(app: &App, request: &Request, body: &Value) -> Result<(Source, Quota), Problem> {
    let mut fields = Fields::of(body)?;
    let in_body = fields.text("token", MAX_TOKEN_CHARS);
    let widget: Option<WidgetId> = fields.id("widget_id");
    let token = request.bearer().or(in_body);
    if token.is_none() && fields.get("widget_id").is_none() {
        fields.wrong(Violation::new("widget_id", ViolationCode::Required));
    }
    fields.done(Some(()))?;
    if let Some(token) = token {
        let holder = holder_of(app, request, token).await?;
        let quota = app.limits.events(holder.key())?;
        return Ok((Source::Holder(Box::new(holder)), quota));
    }
    let quota = app.limits.events(Key::address(request.client_ip()))?;
    let widget = widget.ok_or_else(crate::widgets::served::widget_not_found)?;
    let served = app.served.live(widget).await?;
    gate::check_origin(app, request, &served, Call::Starts)?;
    Ok((Source::Widget(widget), quota))
}

fn record(source: &Source, event: Event) -> EventRecord {
    let (widget_id, conversation_id, user_id) = match source {
        Source::Widget(widget) => (*widget, None, None),
        Source::Holder(holder) => (
            holder.session.widget_id,
            Some(holder.conversation_id()),
            Some(holder.session.visitor.clone()),
        ),
    };
    EventRecord {
        widget_id,
        conversation_id,
        user_id,
        name: event.name.as_str().to_owned(),
        at: event.at,
        data: (!event.data.is_empty()).then_some(Value::Object(event.data)),
    }
}
