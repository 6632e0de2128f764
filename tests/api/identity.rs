//! Who a visitor is: guests, hashes, tokens of the site, and guests who sign in.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use widget_tests::{Client, ModelServer, TestServer, Visitor};

const SHOP: &str = "https://shop.example";

/// A site with a widget, that can vouch for its users.
pub(crate) struct Site {
    pub(crate) widget: String,
    secret: String,
}

impl Site {
    pub(crate) async fn new(server: &TestServer, v1: &Value) -> Self {
        let widget = server.owner().widget(&[], v1).await;
        let widget = widget["id"].as_str().expect("an id").to_owned();
        let secret = Self::make_secret(server, &widget).await;
        Self { widget, secret }
    }

    async fn make_secret(server: &TestServer, widget: &str) -> String {
        let path = format!("/core/web-widgets/{widget}/identity-secret");
        let made = server.owner().made(&path, &json!({})).await;
        made["secret"].as_str().expect("a secret").to_owned()
    }

    fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        let mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).expect("any length");
        mac.chain_update(bytes).finalize().into_bytes().to_vec()
    }

    pub(crate) fn hash(&self, user: &str) -> String {
        self.sign(user.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    pub(crate) fn token(&self, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&json!({ "alg": "HS256", "typ": "JWT" })), part(claims));
        let signature = URL_SAFE_NO_PAD.encode(self.sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }
}

/// Far in the future, 2100.
pub(crate) const LATER: i64 = 4_102_444_800;

async fn init(client: &Client, body: &Value) -> Value {
    client.clone().origin(SHOP).post("/v1/widget/init").json(body).await.expect(200).json()
}

async fn refused(client: &Client, body: &Value) {
    let reply = client.clone().origin(SHOP).post("/v1/widget/init").json(body).await;
    reply.problem(403, "identity_invalid");
}

#[tokio::test]
async fn a_wrong_hash_is_refused_and_a_right_one_finds_the_visitors_conversation() {
    let model = ModelServer::start().await;
    let server =
        TestServer::builder().set("WIDGET_OPENAI__BASE_URL", model.base_url()).start().await;
    let openai = json!({ "model": { "provider": "openai", "name": "m" } });
    let widget = server.owner().widget_of(&openai, &[], &json!({})).await;
    let widget = widget["id"].as_str().expect("an id").to_owned();
    let secret = Site::make_secret(&server, &widget).await;
    let site = Site { widget, secret };
    let client = server.client();
    let body = json!({ "widget_id": site.widget, "user_id": "alice" });
    let with = |hash: String| {
        let mut body = body.clone();
        body["user_hash"] = hash.into();
        body
    };
    refused(&client, &with(site.hash("bob"))).await;
    let signed = with(site.hash("alice"));
    let first = Visitor::init_with(client.clone(), SHOP, &signed).await;
    first.ask("Hello?").await.until("done").await;
    let again = init(&client, &signed).await;
    assert_eq!(again["conversation_id"], first.conversation_id());
    assert_eq!(
        (&again["resumed"], again["messages"][0]["content"].as_str()),
        (&json!(true), Some("Hello?"))
    );

    // Nobody vouches: the same name gets a conversation of its own, and can never hand that one
    // over to the real visitor.
    let unsigned = Visitor::init_with(client.clone(), SHOP, &body).await;
    assert_ne!(unsigned.conversation_id(), first.conversation_id());
    unsigned.ask("I am not Alice").await.until("done").await;
    let real = init(&client, &signed).await;
    assert_eq!(real["conversation_id"], first.conversation_id());
}

#[tokio::test]
async fn a_token_of_the_site_names_the_visitor_and_its_attributes() {
    let server = TestServer::start().await;
    let site = Site::new(&server, &json!({ "require_identity": true })).await;
    let client = server.client();
    let claims = json!({ "sub": "alice", "exp": LATER, "plan": "pro" });
    let body = |token: String| json!({ "widget_id": site.widget, "user_token": token });
    let started = init(&client, &body(site.token(&claims))).await;
    assert_eq!(started["visitor_id"], "alice");
    let id = started["conversation_id"].as_str().expect("an id");
    let read = server.owner().read(&format!("/core/conversations/{id}")).await;
    assert_eq!(read["custom_metadata"]["_verified"], json!({ "plan": "pro" }));

    for claims in [
        json!({ "sub": "alice" }),
        json!({ "sub": "alice", "exp": 1 }),
        json!({ "sub": "guest_1", "exp": LATER }),
    ] {
        refused(&client, &body(site.token(&claims))).await;
    }
    let other = Site { widget: site.widget.clone(), secret: "another".to_owned() };
    refused(&client, &body(other.token(&claims))).await;
    refused(&client, &json!({ "widget_id": site.widget, "user_id": "alice" })).await;
    init(&client, &json!({ "widget_id": site.widget, "user_id": "guest_1" })).await;
}

#[tokio::test]
async fn a_rotated_secret_goes_on_to_count() {
    let server = TestServer::start().await;
    let site = Site::new(&server, &json!({ "require_identity": true })).await;
    let client = server.client();
    let body =
        |hash: String| json!({ "widget_id": site.widget, "user_id": "alice", "user_hash": hash });
    let before = site.hash("alice");
    let secret = Site::make_secret(&server, &site.widget).await;
    let rotated = Site { widget: site.widget.clone(), secret };
    assert_ne!(before, rotated.hash("alice"));
    init(&client, &body(before)).await;
    init(&client, &body(rotated.hash("alice"))).await;
}

#[tokio::test]
async fn a_guest_who_signs_in_keeps_the_conversation_and_the_old_token_opens_it_no_more() {
    let model = ModelServer::start().await;
    let server =
        TestServer::builder().set("WIDGET_OPENAI__BASE_URL", model.base_url()).start().await;
    let site = Site::new(&server, &json!({})).await;
    let client = server.client();
    let guest = server.visitor(&site.widget, SHOP).await;
    let token = guest.init["token"].as_str().expect("a token");
    let body = json!({
        "widget_id": site.widget, "user_id": "alice", "user_hash": site.hash("alice"),
        "token": token,
    });
    let signed_in = init(&client, &body).await;
    assert_eq!(signed_in["conversation_id"], guest.conversation_id());
    assert_eq!(signed_in["visitor_id"], "alice");
    let path = format!("/core/conversations/{}", guest.conversation_id());
    assert_eq!(server.owner().read(&path).await["user_id"], "alice");
    guest.client.get("/v1/widget/transcript").await.problem(401, "token_invalid");
    // Somebody else with the guest's old token gets nothing of it.
    let body = json!({
        "widget_id": site.widget, "user_id": "bob", "user_hash": site.hash("bob"), "token": token,
    });
    assert_ne!(init(&client, &body).await["conversation_id"], guest.conversation_id());
    let named = json!({
        "widget_id": site.widget, "user_id": "bob", "user_hash": site.hash("bob"),
        "token": token, "conversation_id": guest.conversation_id(),
    });
    let reply = client.clone().origin(SHOP).post("/v1/widget/init").json(&named).await;
    reply.problem(403, "conversation_forbidden");
}
