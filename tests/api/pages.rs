//! What browsers load: the loader, the frame, the hosted page; and what other origins may read.

use serde_json::{Value, json};
use widget_tests::server::Launch;
use widget_tests::{ModelServer, Script, TestServer};

const SHOP: &str = "https://shop.example";

async fn widget(server: &TestServer, domains: &[&str], v1: &Value) -> String {
    let widget = server.owner().widget(domains, v1).await;
    widget["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn a_preflight_is_answered_for_an_admitted_origin_only() {
    // The demo widget's list is empty: `/v1/widget/…` would admit everybody's preflight.
    let server = TestServer::builder().set("WIDGET_SERVER__REQUIRE_DOMAINS", "true").start().await;
    let id = widget(&server, &[SHOP], &json!({})).await;
    for path in [
        format!("/core/public/web-widgets/{id}/conversations"),
        "/v1/widget/init".to_owned(),
        "/v1/widget/messages/stream".to_owned(),
    ] {
        let ask = |origin: &str| {
            let client = server.client().origin(origin);
            client.preflight(&path, "POST", "authorization,content-type")
        };
        let reply = ask(SHOP).await.expect(204);
        assert_eq!(reply.header("access-control-allow-origin"), Some(SHOP), "{path}");
        assert!(
            reply
                .header("access-control-allow-headers")
                .is_some_and(|it| it.contains("Last-Event-ID"))
        );
        assert_eq!(reply.header("access-control-max-age"), Some("7200"));
        assert_eq!(reply.header("access-control-allow-credentials"), None);
        let refused = ask("https://evil.example").await;
        assert_eq!(refused.header("access-control-allow-origin"), None);
        refused.problem(403, "origin_forbidden");
    }
}

#[tokio::test]
async fn an_admitted_origin_reads_answers_and_errors_and_another_one_neither() {
    let server = TestServer::start().await;
    let id = widget(&server, &[SHOP], &json!({})).await;
    let path = format!("/core/public/web-widgets/{id}");
    let reply = server.client().origin(SHOP).get(&path).await.expect(200);
    assert_eq!(reply.header("access-control-allow-origin"), Some(SHOP));
    let vary: Vec<_> =
        reply.headers.get_all("vary").iter().filter_map(|it| it.to_str().ok()).collect();
    assert!(vary.contains(&"Origin"), "{vary:?}");
    let error =
        server.client().origin(SHOP).post(&format!("{path}/conversations")).json(&json!({}));
    let error = error.await;
    assert_eq!(error.header("access-control-allow-origin"), Some(SHOP));
    assert!(
        error.header("access-control-expose-headers").is_some_and(|it| it.contains("Retry-After"))
    );
    error.problem(422, "invalid");
    let foreign = server.client().origin("https://evil.example").get(&path).await;
    assert_eq!(foreign.header("access-control-allow-origin"), None);
    foreign.problem(403, "origin_forbidden");
    let start = server.client().post(&format!("{path}/conversations"));
    start.json(&json!({ "user_id": "guest_1" })).await.problem(403, "origin_forbidden");
    let own = server.client().origin(server.base()).get(&path).await;
    own.expect(200);
}

async fn with_assets() -> TestServer {
    launch_with_assets().start().await
}

/// A server with files as the web build writes them, as small as they can be.
pub(crate) fn launch_with_assets() -> Launch {
    let launch = TestServer::builder();
    let folder = launch.folder().join("assets");
    std::fs::create_dir(&folder).expect("a folder for the assets");
    let manifest = json!({
        "loader": "loader.js", "module": "w-0123456789ab.js", "wasm": "w-0123456789ab.wasm",
        "triggers": "t-0123456789ab.js",
    });
    for (name, content) in [
        ("manifest.json", manifest.to_string()),
        ("loader.js", "(()=>{const boot=__BOOT__})()".to_owned()),
        ("page.js", "0".to_owned()),
        ("w-0123456789ab.js", "0".to_owned()),
    ] {
        std::fs::write(folder.join(name), content).expect("a writable folder");
    }
    launch.set("WIDGET_SERVER__ASSETS_DIR", folder)
}

fn boot(loader: &str) -> Value {
    let json = loader.trim_start_matches("(()=>{const boot=").trim_end_matches("})()");
    serde_json::from_str(json).expect("JSON in the place of the marker")
}

#[tokio::test]
async fn the_loader_carries_the_public_appearance_and_no_more() {
    let server = with_assets().await;
    let v1 = json!({
        "theme": "dark", "trigger": { "label": "</script><script>" }, "triggers": [],
        "messages": { "welcome": "not needed to paint a bubble" },
    });
    let id = widget(&server, &[SHOP], &v1).await;
    let path = format!("/public/embed/{id}");
    let loader = server.client().origin("https://any.example").get(&path).await.expect(200);
    assert_eq!(loader.header("access-control-allow-origin"), Some("*"));
    assert_eq!(loader.header("cross-origin-resource-policy"), Some("cross-origin"));
    assert_eq!(loader.header("cache-control"), Some("public, max-age=60"));
    assert!(!loader.text().contains('<'), "{}", loader.text());
    let mut found = boot(&loader.text());
    let css = found["css"].take();
    assert!(css.as_str().is_some_and(|css| css.contains("color-scheme:dark")), "{css}");
    let expected = json!({
        "id": id, "domains": [SHOP], "css": null, "label": "</script><script>",
        "module": "w-0123456789ab",
    });
    assert_eq!(found, expected);
    let etag = loader.header("etag").expect("an ETag");
    server.client().get(&path).header("if-none-match", etag).await.expect(304);

    let trigger = json!({ "id": "t", "when": { "idle_seconds": 5 }, "action": { "open": true } });
    let change = json!({ "config": { "v1": { "triggers": [trigger] } } });
    let owner = server.owner();
    owner.client().put(&format!("/core/web-widgets/{id}")).json(&change).await.expect(200);
    let changed = server.client().get(&path).header("if-none-match", etag).await.expect(200);
    assert_eq!(boot(&changed.text())["triggers"], "t-0123456789ab.js");
}

#[tokio::test]
async fn what_the_loader_is_told_is_there_without_the_loader_and_says_its_version() {
    let server = with_assets().await;
    let id = widget(&server, &[SHOP], &json!({ "trigger": { "label": "Ask us" } })).await;
    let path = format!("/public/embed/{id}");
    let told = server.client().origin(SHOP).get(&format!("{path}/boot")).await.expect(200);
    assert_eq!(told.header("access-control-allow-origin"), Some("*"));
    assert_eq!(told.header("cache-control"), Some("public, max-age=60"));
    let mut told = told.json();
    assert_eq!(told["v"].take(), 1);
    let mut expected = boot(&server.client().get(&path).await.expect(200).text());
    expected["v"] = Value::Null;
    assert_eq!(told, expected);
}

#[tokio::test]
async fn the_frame_may_be_shown_where_the_widget_may() {
    let server = with_assets().await;
    let listed = widget(&server, &[SHOP, "https://*.shop.example"], &json!({})).await;
    let open = widget(&server, &[], &json!({})).await;
    for (id, ancestors) in [
        (&listed, "frame-ancestors 'self' https://shop.example https://*.shop.example"),
        (&open, "frame-ancestors *"),
    ] {
        let frame = server.client().get(&format!("/public/embed/{id}/frame")).await.expect(200);
        let policy = frame.header("content-security-policy").expect("a policy");
        assert!(policy.ends_with(ancestors), "{policy}");
        assert!(frame.text().contains("/assets/page.js"));
    }
}

#[tokio::test]
async fn hashed_files_may_be_kept_for_ever() {
    let server = with_assets().await;
    let file = server.client().get("/assets/w-0123456789ab.js").await.expect(200);
    assert_eq!(file.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(file.header("access-control-allow-origin"), Some("*"));
    server.client().get("/assets/nothing.js").await.problem(404, "asset_not_found");
}

#[tokio::test]
async fn the_hosted_page_answers_without_a_script() {
    let model = ModelServer::start().await;
    let server =
        TestServer::builder().set("WIDGET_OPENAI__BASE_URL", model.base_url()).start().await;
    let openai = json!({ "model": { "provider": "openai", "name": "m" }, "greeting": "Hello!" });
    let v1 = json!({ "chat": { "title": "<Shop>" } });
    let widget = server.owner().widget_of(&openai, &[SHOP], &v1).await;
    let path = format!("/w/{}", widget["id"].as_str().expect("an id"));
    let page = server.client().get(&path).await.expect(200);
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe-inline"));
    assert!(page.text().contains("&lt;Shop&gt;") && page.text().contains("Hello!"));

    model.next(Script::answer("From **nine** to five."));
    let form = "application/x-www-form-urlencoded";
    let post = |body: String| {
        server.client().origin(server.base()).post(&path).header("content-type", form).body(body)
    };
    let body = "content=When+are+you+open%3F&client_message_id=m-1";
    let answer = post(body.to_owned()).await.expect(200).text();
    assert!(answer.contains("When are you open?"));
    assert!(answer.contains("<strong>nine</strong>"), "{answer}");
    let token =
        answer.split("name=\"token\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let token = token.expect("the conversation's token");

    model.next(Script::answer("At <b>ten</b>."));
    let next = post(format!("content=And+on+Sundays%3F&token={token}")).await.expect(200).text();
    assert!(next.contains("When are you open?") && next.contains("At &lt;b&gt;ten"), "{next}");
    let again = post(format!("{body}&token={token}")).await.expect(200).text();
    assert_eq!(again.matches("When are you open?").count(), 1, "a reload says nothing twice");
    assert_eq!(model.asked().len(), 2);
    let fresh = post(format!("token={token}&new=1")).await.expect(200).text();
    assert!(!fresh.contains("When are you open?") && fresh.contains("Hello!"));

    let foreign = server.client().origin("https://evil.example").post(&path);
    foreign.header("content-type", form).body("content=x").await.problem(403, "origin_forbidden");
    let json = server.client().post(&path).json(&json!({ "content": "x" })).await;
    json.problem(415, "unsupported_media_type");
}

#[tokio::test]
async fn the_hosted_page_speaks_the_language_of_the_browser() {
    let server = TestServer::start().await;
    let v1 = json!({ "consent": { "required": true }, "languages": {
        "default": "de", "available": ["de", "ar", "en"] } });
    let path = format!("/w/{}", widget(&server, &[], &v1).await);
    let page = async |wishes: &str| {
        let call = server.client().get(&path).header("accept-language", wishes);
        call.await.expect(200).text()
    };
    let german = page("fr, sv;q=0.5").await;
    assert!(
        german.contains("lang=\"de\"") && german.contains("<button>Senden</button>"),
        "{german}"
    );
    assert!(german.contains("Sie sprechen hier mit einer KI."), "{german}");
    let arabic = page("ar-EG").await;
    assert!(arabic.contains("dir=\"rtl\"") && arabic.contains("أوافق على معالجة"), "{arabic}");
    assert!(page("en-GB").await.contains("<button>Send</button>"));

    let call = server.client().origin(server.base()).post(&path).header("accept-language", "de");
    let form = call.header("content-type", "application/x-www-form-urlencoded");
    let refused = form.body("content=Wann%3F").await;
    let refused = refused.expect(422).text();
    assert!(refused.contains("Bitte setzen Sie hier ein Häkchen."), "{refused}");
}

#[tokio::test]
async fn the_hosted_page_asks_first_what_the_widget_asks_first() {
    let server = TestServer::start().await;
    let v1 = json!({
        "consent": { "required": true, "text": "I agree." },
        "pre_conversation_form": { "id": "before", "name": "before", "title": "About you", "submit_label": "Go", "fields": [
            { "id": "email", "label": "E-mail", "type": "email", "required": true },
        ] },
    });
    let id = widget(&server, &[], &v1).await;
    let path = format!("/w/{id}");
    let page = server.client().get(&path).await.expect(200).text();
    assert!(page.contains("name=\"form.email\"") && page.contains("I agree."));
    let post = async |body: &str| {
        let call = server.client().post(&path).body(body.to_owned());
        call.header("content-type", "application/x-www-form-urlencoded").await
    };
    let without = post("content=Hi&form.email=ada@example.com").await.expect(422).text();
    assert!(without.contains("value=\"ada@example.com\"") && without.contains(">Hi</textarea>"));
    post("content=Hi&consent=on&form.email=ada").await.expect(422);
    assert_eq!(server.owner().read("/core/conversations").await, json!([]));
    post("content=Hi&consent=on&form.email=ada@example.com").await.expect(200);
    let kept = server.owner().read("/core/conversations").await;
    assert_eq!(kept[0]["custom_metadata"], json!({ "email": "ada@example.com" }));
}

#[tokio::test]
async fn a_widget_may_have_no_page_of_its_own() {
    let server = TestServer::start().await;
    let id = widget(&server, &[], &json!({ "hosted_page": false })).await;
    let page = format!("/w/{id}");
    server.client().get(&page).await.problem(404, "widget_not_found");
    // Who sees it in a browser is told in words.
    let browser = server.client().get(&page).header("accept", "text/html,*/*;q=0.8");
    let told = browser.header("accept-language", "it").await.expect(404);
    assert!(told.header("content-type").is_some_and(|kind| kind.starts_with("text/html")));
    assert!(told.text().contains("<html lang=\"it\""), "{}", told.text());
    server.client().get(&format!("/core/public/web-widgets/{id}")).await.expect(200);
}

#[tokio::test]
async fn under_a_path_of_another_site_pages_name_that_path() {
    let server = TestServer::builder()
        .set("WIDGET_SERVER__PUBLIC_URL", "https://shop.example/chat")
        .start()
        .await;
    let id = widget(&server, &["https://other.example"], &json!({})).await;
    let policy = |reply: &widget_tests::Reply| {
        reply.header("content-security-policy").expect("a policy").to_owned()
    };
    let page = server.client().get(&format!("/w/{id}")).await.expect(200);
    assert!(
        policy(&page).contains("connect-src 'self' https://shop.example;"),
        "{}",
        policy(&page)
    );
    // The server's own public origin is admitted without being on the list.
    let init = server.client().origin("https://shop.example").post("/v1/widget/init");
    init.json(&json!({ "widget_id": id })).await.expect(200);
}
