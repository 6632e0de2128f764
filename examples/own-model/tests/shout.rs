//! The example as its users use it: over a socket.

use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use widget_tests::{Client, Owner, Visitor, events};

#[tokio::test]
async fn the_own_model_answers_a_visitor() {
    let data = tempfile::TempDir::new().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let stop = CancellationToken::new();
    let (tell, key) = oneshot::channel();
    let folder = data.path().to_owned();
    let stopping = stop.clone();
    let server = tokio::spawn(async move {
        own_model::serve(&folder, listener, stopping, |key| tell.send(key).unwrap()).await
    });
    let key = key.await.unwrap().expect("a first start prints a key");
    let owner = Owner::new(Client::new(&base).bearer(&key));
    let agent = json!({"model": {"provider": "shout"}});
    let widget = owner.widget_of(&agent, &[], &json!({})).await;
    let id = widget["id"].as_str().unwrap();
    let visitor = Visitor::init(Client::new(&base), id, "https://shop.example").await;
    let seen = visitor.ask("can you hear me").await.until("done").await;
    assert_eq!(events::answer(&seen), "CAN YOU HEAR ME");
    stop.cancel();
    server.await.unwrap().unwrap();
}
