//! What the API says of itself: `/openapi.json` and `/docs`.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::http::negotiate::Encoded;
use crate::http::openapi::{self, About, Security};
use crate::http::{Endpoint, Outcome, Problem, Request, docs, response};

const DESCRIPTION: &str = "\
Three faces of one model. The **core API** (`/core/…`) manages widgets, agents and conversations; \
the **widgets API** (`/api/v1/…`) does the usual in one call; the **widget API** (`/v1/widget/…`) \
and the public runtime (`/core/public/…`) are what the embedded widget itself calls.

Errors are problem documents (RFC 9457) with a stable `code`. Lists take `limit` and `cursor`; the \
next page is in `Link` and `X-Next-Cursor`. Single resources carry an `ETag`. A limited answer is a \
429 with `Retry-After`.";

/// The OpenAPI document of the rows, served at `server_url` (`/` where it is not known).
#[must_use]
pub fn document<S>(rows: &[Endpoint<S>], server_url: &str) -> Value {
    let bearer = |text: &str| json!({ "type": "http", "scheme": "bearer", "description": text });
    let schemes = [
        ("organization_key", bearer("A key of an organization: `ak_…`.")),
        ("personal_token", bearer("A person's token, `pat_…`, together with `X-Anyreach-Org`.")),
        (
            "organization",
            json!({
                "type": "apiKey",
                "in": "header",
                "name": "X-Anyreach-Org",
                "description": "The organization that a personal token acts for.",
            }),
        ),
        ("visitor_token", bearer("The token of one conversation, from `POST /v1/widget/init`.")),
    ];
    let security = Security {
        schemes: &schemes,
        management: &[&["organization_key"], &["personal_token", "organization"]],
        visitor: &[&["visitor_token"]],
    };
    let about = About {
        title: "Widget server",
        version: env!("CARGO_PKG_VERSION"),
        description: DESCRIPTION,
        server_url,
        security,
    };
    openapi::document(rows, &about)
}

/// The document in both shapes, ready to be sent.
#[derive(Debug)]
struct Documents {
    specification: Encoded,
    page: Encoded,
}

impl Documents {
    fn of(document: &Value) -> Result<Self, Problem> {
        let text = serde_json::to_vec_pretty(document).map_err(Problem::internal)?;
        Ok(Self {
            specification: Encoded::new("application/json", text),
            page: Encoded::new("text/html; charset=utf-8", docs::page(document)),
        })
    }
}

/// Makes the documents when one is first asked for: most servers never are, and the start need not
/// wait for them, nor keep a megabyte.
struct OnDemand {
    describe: Arc<dyn Fn() -> Value + Send + Sync>,
    made: OnceCell<Documents>,
}

impl OnDemand {
    async fn get(&self) -> Result<&Documents, Problem> {
        let make = async || {
            let describe = Arc::clone(&self.describe);
            let make = move || Documents::of(&describe());
            tokio::task::spawn_blocking(make).await.map_err(Problem::internal)?
        };
        self.made.get_or_try_init(make).await
    }
}

/// The rows that show a document, for programs and for people.
#[must_use]
pub fn endpoints<S>(describe: impl Fn() -> Value + Send + Sync + 'static) -> Vec<Endpoint<S>>
where
    S: Send + Sync + 'static,
{
    let documents = Arc::new(OnDemand { describe: Arc::new(describe), made: OnceCell::new() });
    let same = Arc::clone(&documents);
    let show_specification = move |_: Arc<S>, request: Request| {
        let documents = Arc::clone(&documents);
        async move {
            let answer = documents.get().await?.specification.respond(&request);
            Ok(response::cached(answer, "public, no-cache"))
        }
    };
    let show_page = move |_: Arc<S>, request: Request| {
        let documents = Arc::clone(&same);
        async move {
            let answer = documents.get().await?.page.respond(&request);
            Outcome::Ok(docs::guarded(response::cached(answer, "public, no-cache")))
        }
    };
    vec![
        Endpoint::get("/openapi.json", "get_openapi", show_specification).hidden(),
        Endpoint::get("/docs", "get_docs", show_page).hidden(),
    ]
}
