//! `/api/v1/widgets`: the short way (seed 002). Pausing and resuming.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use widget_core::id::WidgetId;
use widget_core::widget::WidgetStatus;

use super::view::availability;
use crate::app::App;
use crate::auth::caller;
use crate::http::{Outcome, Problem, Request, response};
use crate::store::records::WidgetChange;

/// What became of a widget.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PauseView {
    /// Its id in the short spelling.
    pub id: String,
    /// `paused`, `active` or `draft`.
    pub status: WidgetStatus,
}

/// Pauses a widget: it still loads, and refuses to start conversations.
///
/// # Errors
/// 404.
pub async fn pause_widget(app: Arc<App>, request: Request) -> Outcome {
    set_paused(&app, &request, Pause::On).await
}

/// Ends a pause.
///
/// # Errors
/// 404.
pub async fn resume_widget(app: Arc<App>, request: Request) -> Outcome {
    set_paused(&app, &request, Pause::Off).await
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pause {
    On,
    Off,
}

async fn set_paused(app: &App, request: &Request, pause: Pause) -> Outcome {
    let caller = caller(app, request).await?;
    let id: WidgetId = request.param("id")?;
    let change = WidgetChange { paused: Some(pause == Pause::On), ..WidgetChange::default() };
    let now = app.clock.now();
    app.store.update_widget(caller.organization_id, id, change, None, now).await?;
    let served = app.store.served_widget(id).await.map_err(Problem::from)?;
    response::ok(&PauseView { id: id.short(), status: availability(&served).status() })
}
