//! One row of the table of endpoints: it routes, it documents, it says who may call.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::{Outcome, Request};

/// The limit of a body unless the row says otherwise: 64 KB.
pub const DEFAULT_BODY_LIMIT: usize = 64 * 1024;
/// The time a handler has to produce the head of its answer unless the row says otherwise.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

pub(crate) type HandlerFuture = Pin<Box<dyn Future<Output = Outcome> + Send>>;
pub(crate) type Handler<S> = Box<dyn Fn(Arc<S>, Request) -> HandlerFuture + Send + Sync>;
/// Makes the schema of one type; the types it names become components.
pub(crate) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// Who calls an endpoint, and with that how browsers of other origins may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The owner's programs, with a key that has this scope. No CORS at all.
    Management {
        /// `web_widgets:read`; a `read` is also met by `manage`.
        scope: &'static str,
    },
    /// Browsers on an admitted origin, without a token.
    Public,
    /// Browsers on an admitted origin, with the token of a conversation.
    Visitor,
    /// Any page may load it: scripts, styles, images.
    Asset,
    /// Nothing is asked and no CORS is sent: health, documentation, pages.
    Open,
}

/// A parameter in the query.
#[derive(Clone, Copy, Debug)]
pub struct QueryParam {
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) format: Option<&'static str>,
    pub(crate) description: &'static str,
}

impl QueryParam {
    /// `kind` is the JSON Schema type: `string`, `integer`, `boolean`.
    #[must_use]
    pub const fn new(name: &'static str, kind: &'static str, description: &'static str) -> Self {
        Self { name, kind, format: None, description }
    }

    /// Adds a JSON Schema format: `uuid`, `date-time`.
    #[must_use]
    pub const fn format(mut self, format: &'static str) -> Self {
        self.format = Some(format);
        self
    }
}

/// What a row says about itself beside how it is reached.
#[derive(Default)]
pub(crate) struct Doc {
    pub(crate) summary: &'static str,
    pub(crate) description: &'static str,
    pub(crate) tag: &'static str,
    pub(crate) query: Vec<QueryParam>,
    pub(crate) body: Option<SchemaOf>,
    pub(crate) takes_file: bool,
    pub(crate) responses: Vec<DocResponse>,
    pub(crate) problems: Vec<(u16, &'static str)>,
    pub(crate) hidden: bool,
    pub(crate) quiet: bool,
}

/// One answer that is no problem.
pub(crate) struct DocResponse {
    pub(crate) status: u16,
    pub(crate) content: Option<(&'static str, Option<SchemaOf>)>,
}

/// One row: method and path pattern, handler, limits, and what the documentation says.
pub struct Endpoint<S> {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) id: &'static str,
    pub(crate) handler: Handler<S>,
    pub(crate) access: Access,
    pub(crate) body_limit: usize,
    pub(crate) timeout: Duration,
    pub(crate) doc: Doc,
}

macro_rules! by_method {
    ($($name:ident $method:ident),*) => {$(
        #[doc = concat!("A `", stringify!($method), "` row; `id` is the handler's name and the operation id.")]
        pub fn $name<H, F>(path: &'static str, id: &'static str, handler: H) -> Self
        where
            H: Fn(Arc<S>, Request) -> F + Send + Sync + 'static,
            F: Future<Output = Outcome> + Send + 'static,
        {
            Self::new(Method::$method, path, id, handler)
        }
    )*};
}

impl<S> Endpoint<S> {
    by_method!(get GET, post POST, put PUT, patch PATCH, delete DELETE);

    fn new<H, F>(method: Method, path: &'static str, id: &'static str, handler: H) -> Self
    where
        H: Fn(Arc<S>, Request) -> F + Send + Sync + 'static,
        F: Future<Output = Outcome> + Send + 'static,
    {
        Self {
            method,
            path,
            id,
            handler: Box::new(move |state, request| Box::pin(handler(state, request))),
            access: Access::Open,
            body_limit: DEFAULT_BODY_LIMIT,
            timeout: DEFAULT_TIMEOUT,
            doc: Doc::default(),
        }
    }

    /// A management row that asks for a key with this scope; see [`Request::scope`].
    #[must_use]
    pub fn scope(mut self, scope: &'static str) -> Self {
        self.access = Access::Management { scope };
        self
    }

    /// Called by browsers on admitted origins, without a token.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.access = Access::Public;
        self
    }

    /// Called by browsers on admitted origins, with a conversation's token.
    #[must_use]
    pub fn visitor(mut self) -> Self {
        self.access = Access::Visitor;
        self
    }

    /// Loaded by any page.
    #[must_use]
    pub fn asset(mut self) -> Self {
        self.access = Access::Asset;
        self
    }

    /// The largest body, in bytes.
    #[must_use]
    pub fn limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// The time until the head of the answer is there.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// One line of what it does.
    #[must_use]
    pub fn summary(mut self, summary: &'static str) -> Self {
        self.doc.summary = summary;
        self
    }

    /// More than one line, as Markdown.
    #[must_use]
    pub fn description(mut self, description: &'static str) -> Self {
        self.doc.description = description;
        self
    }

    /// The group it is shown in.
    #[must_use]
    pub fn tag(mut self, tag: &'static str) -> Self {
        self.doc.tag = tag;
        self
    }

    /// The parameters of its query.
    #[must_use]
    pub fn query(mut self, params: &[QueryParam]) -> Self {
        self.doc.query.extend_from_slice(params);
        self
    }

    /// The type of its body.
    #[must_use]
    pub fn body<T: JsonSchema>(mut self) -> Self {
        self.doc.body = Some(schema_of::<T>);
        self
    }

    /// Its body is a file, as its bytes.
    #[must_use]
    pub fn body_file(mut self) -> Self {
        self.doc.takes_file = true;
        self
    }

    /// A JSON answer.
    #[must_use]
    pub fn response<T: JsonSchema>(self, status: u16) -> Self {
        self.answer(status, Some(("application/json", Some(schema_of::<T>))))
    }

    /// An answer of another content type: `text/event-stream`, `text/csv`.
    #[must_use]
    pub fn response_as(self, status: u16, content_type: &'static str) -> Self {
        self.answer(status, Some((content_type, None)))
    }

    /// An answer without a body.
    #[must_use]
    pub fn response_empty(self, status: u16) -> Self {
        self.answer(status, None)
    }

    fn answer(mut self, status: u16, content: Option<(&'static str, Option<SchemaOf>)>) -> Self {
        self.doc.responses.push(DocResponse { status, content });
        self
    }

    /// Problems of its own: `&[(409, "conversation_ended")]`.
    #[must_use]
    pub fn problems(mut self, problems: &[(u16, &'static str)]) -> Self {
        self.doc.problems.extend_from_slice(problems);
        self
    }

    /// Leaves it out of the documentation: pages, files.
    #[must_use]
    pub fn hidden(mut self) -> Self {
        self.doc.hidden = true;
        self
    }

    /// Logs its requests at debug only: what is asked every few seconds by a machine.
    #[must_use]
    pub fn quiet(mut self) -> Self {
        self.doc.quiet = true;
        self
    }
}

fn schema_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

impl<S> fmt::Debug for Endpoint<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({})", self.method, self.path, self.id)
    }
}
