//! `/core/web-widgets/{id}/events`: what the widget counted.

use std::sync::Arc;

use crate::app::App;
use crate::auth::caller;
use crate::http::{Outcome, Request, response};
use crate::listing::Filters;

/// Counts a widget's events by name and UTC day.
///
/// # Errors
/// 404, 422 for the bounds.
pub async fn list_widget_events(app: Arc<App>, request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let query = request.query();
    let mut filters = Filters::of(&query);
    let bounds = (filters.moment("created_after"), filters.moment("created_before"));
    let (from, to) = filters.done(bounds)?;
    let widget = app.store.widget(caller.organization_id, request.param("id")?).await?;
    let counts = app.store.event_counts(caller.organization_id, widget.id, from, to).await?;
    response::ok(&counts)
}
