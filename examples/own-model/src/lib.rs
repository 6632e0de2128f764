//! The widget server inside another program, with a model of that program's own.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use widget_server::config::Config;
use widget_server::engine::model::{Finish, Model, ModelError, ModelRequest, TokenSink};
use widget_server::first_start::{self, Demo};
use widget_server::server::Server;
use widget_server::store::Store;
use widget_server::store::sqlite::SqliteStore;

/// Answers every question with the question, loudly, a word at a time.
#[derive(Debug)]
pub struct Shout;

#[async_trait]
impl Model for Shout {
    async fn answer(
        &self,
        request: ModelRequest,
        out: &mut TokenSink,
    ) -> Result<Finish, ModelError> {
        for word in request.question.split_inclusive(' ') {
            out.text(word.to_uppercase()).await;
        }
        Ok(Finish::complete(None))
    }
}

/// Serves on `listener` until `stop` is cancelled; `ready` is told the management key of a first
/// start.
///
/// # Errors
/// When the store cannot be opened, or the server cannot be built or run.
pub async fn serve(
    data: &Path,
    listener: TcpListener,
    stop: CancellationToken,
    ready: impl FnOnce(Option<String>),
) -> anyhow::Result<()> {
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&data.join("widget.db")).await?);
    let server = Server::builder(Config::default())
        .store(Arc::clone(&store))
        .model("shout", Arc::new(Shout))
        .build()
        .await?;
    let guide = format!("http://{}/guide", listener.local_addr()?);
    let now = server.app().clock.now();
    let made = first_start::make(store.as_ref(), Demo::Skip, &guide, now).await?;
    ready(made.map(|made| made.key));
    server.run(listener, None, stop).await?;
    Ok(())
}
