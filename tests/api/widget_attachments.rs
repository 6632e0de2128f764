//! Files that visitors send.

use serde_json::{Value, json};
use widget_tests::{Call, ModelServer, TestServer, Visitor};

const SHOP: &str = "https://shop.example";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and so on";
const SVG: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";

fn id(value: &Value) -> &str {
    value["id"].as_str().expect("an id")
}

fn path(file: &Value) -> &str {
    file["path"].as_str().expect("a path")
}

fn takes_files() -> Value {
    json!({ "attachments": { "enabled": true, "max_mb": 1 } })
}

async fn visitor(server: &TestServer, v1: &Value) -> (Value, Visitor) {
    let widget = server.owner().widget(&[SHOP], v1).await;
    let visitor = server.visitor(id(&widget), SHOP).await;
    (widget, visitor)
}

fn upload(visitor: &Visitor, name: &str, media_type: &str, bytes: &[u8]) -> Call {
    let call = visitor.client.post(&format!("/v1/widget/attachments?name={name}"));
    call.header("content-type", media_type).body(bytes.to_vec())
}

async fn picture(visitor: &Visitor) -> Value {
    upload(visitor, "K%C3%A4tzchen.png", "image/png", PNG).await.expect(201).json()
}

#[tokio::test]
async fn a_file_is_uploaded_sent_and_shown_wherever_its_message_is() {
    let server = TestServer::start().await;
    let (widget, ada) = visitor(&server, &takes_files()).await;
    let file = picture(&ada).await;
    assert_eq!((&file["name"], &file["media_type"]), (&json!("Kätzchen.png"), &json!("image/png")));
    assert_eq!(file["bytes"], PNG.len());
    let mut listening = ada.listen().await;
    let answer = ada.post("messages", &json!({ "attachments": [file["id"]] })).await.expect(200);
    let text = answer.json()["content"].as_str().expect("a text").to_owned();
    assert!(text.contains("cannot look inside files"), "{text}");

    let mut block = file.clone();
    block["type"] = "attachment".into();
    let shown = |messages: &Value| {
        assert_eq!(messages[0]["content"], "");
        assert_eq!(messages[0]["blocks"], json!([block]), "{messages}");
    };
    let told = listening.until("message").await;
    assert_eq!(told.last().expect("a message").data["blocks"], json!([block]));
    let again = json!({ "widget_id": widget["id"], "user_id": ada.visitor_id() });
    shown(&Visitor::init_with(server.client(), SHOP, &again).await.init["messages"]);
    shown(&ada.client.get("/v1/widget/transcript?format=json").await.expect(200).json());
    let plain = ada.client.get("/v1/widget/transcript").await.expect(200).text();
    assert!(plain.contains("Kätzchen.png (image/png"), "{plain}");
    let conversation = format!("/core/conversations/{}", ada.conversation_id());
    let read = server.owner().read(&conversation).await;
    shown(&read["messages"]);
    assert_eq!(read["title"], "Kätzchen.png");

    let held = server.owner().client().get(&format!("{conversation}/attachments/{}", id(&file)));
    assert_eq!(held.await.expect(200).body, PNG);
    let other = TestServer::start().await;
    let stranger = other.owner().client().get(&format!("{conversation}/attachments/{}", id(&file)));
    stranger.await.problem(404, "attachment_not_found");
}

#[tokio::test]
async fn a_picture_is_shown_and_everything_else_is_only_handed_over() {
    let server = TestServer::start().await;
    let types = json!({ "attachments": {
        "enabled": true, "types": ["image/*", "text/plain", "image/svg+xml", "text/html"],
    } });
    let (_, visitor) = visitor(&server, &types).await;
    for (name, declared, bytes, content_type, way) in [
        ("a.png", "image/png", PNG, "image/png", "inline"),
        ("a.svg", "image/svg+xml", SVG, "application/octet-stream", "attachment"),
        ("a.html", "text/html", SVG, "application/octet-stream", "attachment"),
        ("a.txt", "text/plain", b"<script>", "text/plain", "attachment"),
    ] {
        let file = upload(&visitor, name, declared, bytes).await.expect(201).json();
        // As an `img` of the page asks: no origin, no token.
        let read = server.client().get(path(&file)).await.expect(200);
        assert_eq!(read.body, bytes);
        assert_eq!(read.header("content-type"), Some(content_type), "{name}");
        let disposition = read.header("content-disposition").expect("a disposition");
        assert!(disposition.starts_with(&format!("{way}; filename=\"{name}\"")), "{disposition}");
        for (header, value) in [
            ("content-security-policy", "sandbox; default-src 'none'"),
            ("x-content-type-options", "nosniff"),
            ("cross-origin-resource-policy", "cross-origin"),
            ("cache-control", "private, no-store"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(read.header(header), Some(value), "{name}");
        }
        let head = server.client().call("HEAD".parse().expect("a method"), path(&file));
        let length = bytes.len().to_string();
        assert_eq!(head.await.expect(200).header("content-length"), Some(length.as_str()));
    }
}

#[tokio::test]
async fn what_is_not_taken_is_told_why() {
    let server = TestServer::start().await;
    let (_, without) = visitor(&server, &json!({})).await;
    upload(&without, "a.png", "image/png", PNG).await.problem(400, "attachments_not_configured");
    let (_, visitor) = visitor(&server, &takes_files()).await;
    for (name, declared, bytes, status, code) in [
        ("a.png", "image/png", &b""[..], 400, "attachment_empty"),
        ("a.svg", "image/svg+xml", SVG, 415, "attachment_type_not_allowed"),
        ("a.html", "text/html", SVG, 415, "attachment_type_not_allowed"),
        ("a.zip", "application/zip", b"PK\x03\x04", 415, "attachment_type_not_allowed"),
        ("a.png", "image/png", SVG, 415, "attachment_type_mismatch"),
        ("a.png.exe", "image/png", PNG, 415, "attachment_type_mismatch"),
        ("a.png", "image/png", &[7; 1_000_001], 413, "attachment_too_large"),
    ] {
        upload(&visitor, name, declared, bytes).await.problem(status, code);
    }
    let nobody = server.client().origin(SHOP).post("/v1/widget/attachments?name=a.png");
    nobody.header("content-type", "image/png").body(PNG).await.problem(401, "token_missing");
    let elsewhere = upload(&visitor, "a.png", "image/png", PNG);
    let elsewhere = elsewhere.header("origin", "https://evil.example").await;
    elsewhere.problem(403, "origin_forbidden");
    visitor.post("conversation/end", &json!({})).await.expect(200);
    upload(&visitor, "a.png", "image/png", PNG).await.problem(409, "conversation_ended");
}

#[tokio::test]
async fn the_name_of_a_file_cannot_be_guessed_from_another_or_from_its_id() {
    let server = TestServer::start().await;
    let (_, visitor) = visitor(&server, &takes_files()).await;
    let mut names = Vec::new();
    for _ in 0..4 {
        let file = picture(&visitor).await;
        let name = path(&file).strip_prefix("/v1/widget/attachments/").expect("an address");
        assert!(name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
        let [id, beginning] = [id(&file).replace('-', ""), name[..12].to_owned()];
        assert!(!id.contains(&beginning), "{name} of {id}");
        let by_id = server.client().get(&format!("/v1/widget/attachments/{id}")).await;
        by_id.problem(404, "attachment_not_found");
        names.push(name.to_owned());
    }
    names.iter().enumerate().for_each(|(at, name)| {
        assert!(names[..at].iter().all(|other| other[..12] != name[..12]), "{names:?}");
    });
}

#[tokio::test]
async fn a_large_file_comes_and_goes_in_pieces() {
    let server = TestServer::start().await;
    let (_, visitor) = visitor(&server, &takes_files()).await;
    let bytes: Vec<u8> = (0..900_000_u32).map(|at| b'a' + (at % 23) as u8).collect();
    let file = upload(&visitor, "a.txt", "text/plain", &bytes).await.expect(201).json();
    assert_eq!(file["bytes"], bytes.len());
    let read = visitor.client.get(path(&file)).await.expect(200);
    assert_eq!(read.header("access-control-allow-origin"), Some(SHOP));
    assert!(read.body == bytes, "it comes back as it was sent");
}

#[tokio::test]
async fn a_message_names_files_of_its_own_conversation_that_were_not_sent() {
    let server = TestServer::start().await;
    let (widget, ada) = visitor(&server, &takes_files()).await;
    let bob = server.visitor(id(&widget), SHOP).await;
    let (hers, his) = (picture(&ada).await, picture(&bob).await);
    let say = |files: Value| json!({ "content": "Look", "attachments": files });
    for wrong in [
        json!([his["id"]]),
        json!(["01a1fd7d-0000-7000-8000-000000000000"]),
        json!(["x"]),
        json!([hers["id"], hers["id"]]),
        json!([7, 7, 7, 7, 7, 7]),
        json!("x"),
    ] {
        ada.post("messages", &say(wrong)).await.problem(422, "invalid");
    }
    ada.post("messages", &json!({ "attachments": [] })).await.problem(422, "invalid");
    let mut first = say(json!([hers["id"]]));
    first["client_message_id"] = "c1".into();
    let answer = ada.post("messages", &first).await.expect(200).json();
    let again = ada.post("messages", &first).await.expect(200).json();
    assert_eq!(answer["message_id"], again["message_id"], "the same message is the same");
    let second = ada.post("messages", &say(json!([hers["id"]]))).await;
    second.problem(409, "attachment_not_sendable");
    let sent = ada.client.delete(path(&hers)).await;
    sent.problem(409, "attachment_sent");
    ada.client.delete(path(&his)).await.problem(404, "attachment_not_found");
    bob.client.delete(path(&his)).await.expect(204);
    server.client().get(path(&his)).await.problem(404, "attachment_not_found");
}

#[tokio::test]
async fn the_files_of_a_conversation_and_of_all_have_a_limit() {
    let limits = [
        ("WIDGET_LIMITS__ATTACHMENTS_MB", "1"),
        ("WIDGET_LIMITS__ATTACHMENTS_TOTAL_MB", "1"),
        ("WIDGET_LIMITS__ATTACHMENTS_PER_MINUTE", "5"),
    ];
    let server = limits.iter().fold(TestServer::builder(), |it, (key, value)| it.set(key, value));
    let server = server.start().await;
    let (widget, ada) = visitor(&server, &takes_files()).await;
    let text = |bytes: usize| vec![b'x'; bytes];
    let big = upload(&ada, "a.txt", "text/plain", &text(600_000)).await.expect(201).json();
    upload(&ada, "b.txt", "text/plain", &text(600_000)).await.problem(409, "attachments_full");
    upload(&ada, "c.txt", "text/plain", &text(400_000)).await.expect(201);
    let bob = server.visitor(id(&widget), SHOP).await;
    upload(&bob, "d.txt", "text/plain", &text(1)).await.problem(503, "storage_full");
    ada.client.delete(path(&big)).await.expect(204);
    upload(&bob, "d.txt", "text/plain", &text(1)).await.expect(201);
    let limited = upload(&bob, "e.txt", "text/plain", &text(1)).await;
    assert!(limited.header("retry-after").is_some());
    limited.problem(429, "rate_limited");
}

#[tokio::test]
async fn files_go_with_their_conversation_their_visitor_and_their_widget() {
    let server = TestServer::start().await;
    let (widget, ada) = visitor(&server, &takes_files()).await;
    let bob = server.visitor(id(&widget), SHOP).await;
    let eve = server.visitor(id(&widget), SHOP).await;
    let files = [picture(&ada).await, picture(&bob).await, picture(&eve).await];
    ada.post("messages", &json!({ "attachments": [files[0]["id"]] })).await.expect(200);
    ada.client.delete("/v1/widget/me").await.expect(204);
    let owner = server.owner();
    let conversation = format!("/core/conversations/{}", bob.conversation_id());
    owner.client().delete(&conversation).await.expect(204);
    let read = |at: usize| server.client().get(path(&files[at]));
    read(0).await.problem(404, "attachment_not_found");
    read(1).await.problem(404, "attachment_not_found");
    read(2).await.expect(200);
    let widget = format!("/core/web-widgets/{}", id(&widget));
    owner.client().put(&widget).json(&json!({ "published": false })).await.expect(200);
    read(2).await.problem(404, "attachment_not_found");
    for wrong in ["x", "00000000000000000000000000000000"] {
        let wrong = server.client().get(&format!("/v1/widget/attachments/{wrong}")).await;
        wrong.problem(404, "attachment_not_found");
    }
}

#[tokio::test]
async fn a_model_that_sees_is_given_the_picture_and_another_one_its_name() {
    let model = ModelServer::start().await;
    let server =
        TestServer::builder().set("WIDGET_OPENAI__BASE_URL", model.base_url()).start().await;
    let openai = json!({ "provider": "openai", "name": "m" });
    for (number, sees) in [(0, true), (2, false)] {
        let agent = json!({ "model": openai, "vision": { "image_input": sees } });
        let widget = server.owner().widget_of(&agent, &[SHOP], &takes_files()).await;
        let visitor = server.visitor(id(&widget), SHOP).await;
        let file = picture(&visitor).await;
        let look = json!({ "content": "Who is that?", "attachments": [file["id"]] });
        visitor.post("messages", &look).await.expect(200);
        visitor.post("messages", &json!({ "content": "How old?" })).await.expect(200);
        let url = "data:image/png;base64,iVBORw0KGgo";
        for (asked, message) in [(number, 1), (number + 1, 1)] {
            let body = model.request(asked).await.request.json();
            let content = &body["messages"][message]["content"];
            let text = if sees {
                let seen = content[1]["image_url"]["url"].as_str().expect("a picture");
                assert!(seen.starts_with(url), "{seen}");
                content[0]["text"].as_str()
            } else {
                content.as_str()
            };
            let text = text.expect("a text");
            assert!(text.contains("name=\"Kätzchen.png\" type=\"image/png\""), "{text}");
        }
    }
}
