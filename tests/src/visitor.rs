//! A visitor as the widget on a page speaks for them: over the widget API.

use serde_json::{Value, json};

use crate::client::{Call, Client};
use crate::events::EventStream;
use crate::owner::text;

/// A visitor with a token for one conversation.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Calls with the token and the page's origin.
    pub client: Client,
    /// What `init` answered.
    pub init: Value,
}

impl Visitor {
    /// Calls `init` for this widget from a page of `origin`.
    pub async fn init(client: Client, widget_id: &str, origin: &str) -> Self {
        Self::init_with(client, origin, &json!({ "widget_id": widget_id })).await
    }

    /// Calls `init` with this body from a page of `origin`.
    pub async fn init_with(client: Client, origin: &str, body: &Value) -> Self {
        let client = client.origin(origin);
        let reply = client.post("/v1/widget/init").json(body).await;
        assert!(matches!(reply.status, 200 | 201), "{reply:?}");
        let init = reply.json();
        Self { client: client.bearer(&text(&init, "token")), init }
    }

    /// The conversation's id.
    pub fn conversation_id(&self) -> String {
        text(&self.init, "conversation_id")
    }

    /// The id that stands for this visitor from now on.
    pub fn visitor_id(&self) -> String {
        text(&self.init, "visitor_id")
    }

    /// Sends a message and reads the answer as it comes.
    pub async fn ask(&self, content: &str) -> EventStream {
        self.client
            .post("/v1/widget/messages/stream")
            .json(&json!({ "content": content }))
            .events()
            .await
    }

    /// The conversation's own stream, from now on.
    pub async fn listen(&self) -> EventStream {
        self.client.get("/v1/widget/stream").events().await
    }

    /// The conversation's own stream, from behind that event on.
    pub async fn listen_after(&self, last_event_id: &str) -> EventStream {
        self.client.get("/v1/widget/stream").header("last-event-id", last_event_id).events().await
    }

    /// A POST under `/v1/widget/` with this body.
    pub fn post(&self, name: &str, body: &Value) -> Call {
        self.client.post(&format!("/v1/widget/{name}")).json(body)
    }
}
