//! `/v1/widget/attachments`: a visitor's files.

use std::sync::Arc;

use http::{StatusCode, header};
use schemars::JsonSchema;
use serde::Serialize;
use widget_core::attachment::{Attached, Refusal, Rules};
use widget_core::id::AttachmentId;

use super::upload::{self, Described, too_large};
use super::{missing, not_found, refused, serving};
use crate::app::App;
use crate::conversations::widget_api::holder;
use crate::http::{Outcome, Problem, Request, response};
use crate::store::StoreError;
use crate::store::records::{AttachmentKey, Refusal as StoreRefusal};
use crate::widgets::gate;
use crate::widgets::origin_rule::Call;

/// A file that may be named in `attachments` of a message.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Attachment")]
pub struct AttachmentView {
    /// Its id, for `attachments` of a message. One that is not sent within an hour is forgotten.
    id: AttachmentId,
    /// Its name as it is kept.
    name: String,
    /// What it is, as it was found.
    media_type: String,
    /// How large it is.
    bytes: u64,
    /// Where it is read, below the server's address. Whoever knows it may read it.
    path: String,
}

impl From<Attached> for AttachmentView {
    fn from(file: Attached) -> Self {
        let Attached { id, name, media_type, bytes, path } = file;
        Self { id, name, media_type, bytes, path }
    }
}

/// Takes a file for the conversation: its bytes are the body, its type the content type, and its
/// name in the query.
///
/// # Errors
/// 400 `attachments_not_configured`, `attachment_empty`; 401; 403 `origin_forbidden`; 409
/// `conversation_ended`, `attachments_full`; 413 `attachment_too_large`; 415
/// `attachment_type_not_allowed`, `attachment_type_mismatch`; 429; 503 `storage_full`.
pub async fn upload_widget_attachment(app: Arc<App>, mut request: Request) -> Outcome {
    let quota = app.limits.attachment(&request)?;
    let holder = holder(&app, &request).await?;
    let rules = Rules::of(&holder.served.v1().attachments());
    if !rules.is_enabled() {
        return Err(refused(Refusal::NotConfigured));
    }
    let limit = usize::try_from(rules.max_bytes()).unwrap_or(usize::MAX);
    let body = request.body_reader(limit).map_err(|problem| too_large(problem, &rules))?;
    let query = request.query();
    let described = Described {
        name: query.get("name").unwrap_or_default(),
        media_type: request.header(header::CONTENT_TYPE.as_str()).unwrap_or_default(),
    };
    let file = upload::take(&app, holder.conversation_id(), &rules, described, body).await?;
    let view = AttachmentView::from(file.shown());
    Ok(quota.on(response::json(StatusCode::CREATED, &view)?))
}

/// Hands a file out to whoever knows its name, as long as its widget is live.
///
/// # Errors
/// 404 `attachment_not_found`, 403 `origin_forbidden`, 429.
pub async fn get_widget_attachment(app: Arc<App>, request: Request) -> Outcome {
    let quota = app.limits.public(&request)?;
    let key: AttachmentKey = request.param("key").map_err(|_| not_found())?;
    let file = app.store.attachment_by_key(key).await.map_err(missing)?;
    let served = app.served.live(file.widget_id).await.map_err(|problem| {
        if problem.status() == StatusCode::NOT_FOUND { not_found() } else { problem }
    })?;
    gate::check_origin(&app, &request, &served, Call::Reads)?;
    Ok(quota.on(serving::respond(&app.store, &file)?))
}

/// Forgets a file that was not sent.
///
/// # Errors
/// 401; 403 `origin_forbidden`; 404 `attachment_not_found`; 409 `attachment_sent`.
pub async fn discard_widget_attachment(app: Arc<App>, request: Request) -> Outcome {
    let quota = app.limits.public(&request)?;
    let holder = holder(&app, &request).await?;
    let key: AttachmentKey = request.param("key").map_err(|_| not_found())?;
    let file = app.store.attachment_by_key(key).await.map_err(missing)?;
    if file.conversation_id != holder.conversation_id() {
        return Err(not_found());
    }
    match app.store.discard_attachment(file.id).await {
        Ok(()) => Ok(quota.on(response::no_content())),
        Err(StoreError::Refused(StoreRefusal::InUse)) => Err(Problem::conflict(
            "attachment_sent",
            "This file was sent; it goes with its conversation.",
        )),
        Err(error) => Err(missing(error)),
    }
}
