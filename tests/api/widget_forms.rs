//! Forms in the middle of a conversation: shown by the agent, filled in, kept.

use serde_json::{Value, json};
use widget_tests::{ModelServer, Script, TestServer, Visitor};

const SHOP: &str = "https://shop.example";

fn id(value: &Value) -> &str {
    value["id"].as_str().expect("an id")
}

fn order() -> Value {
    json!({
        "id": "catering", "name": "catering", "submit_label": "Go",
        "title": { "en": "Request catering", "de": "Catering anfragen" },
        "fields": [{ "id": "guests", "label": "Guests", "type": "number", "min": 1 }],
    })
}

async fn visitor(server: &TestServer, agent: &Value, v1: &Value) -> Visitor {
    let widget = server.owner().widget_of(agent, &[SHOP], v1).await;
    server.visitor(id(&widget), SHOP).await
}

#[tokio::test]
async fn the_built_in_agent_shows_the_form_that_is_asked_for_and_its_values_are_kept() {
    let server = TestServer::start().await;
    let visitor = visitor(&server, &json!({}), &json!({ "forms": [order()] })).await;
    let mut listening = visitor.listen().await;
    let events = visitor.ask("I want to request catering").await.until("done").await;
    let block = json!({ "type": "form", "form_id": "catering" });
    let shown = events.iter().find(|event| event.name == "block").expect("a block");
    assert_eq!(shown.data, block);
    let answer = events.last().expect("the end").data["message_id"].clone();

    let submit = |values: Value| {
        visitor.post(
            "forms",
            &json!({
                "form_id": "catering", "values": values, "message_id": answer,
                "client_message_id": "f1",
            }),
        )
    };
    let wrong = submit(json!({ "guests": 0 })).await.problem(422, "invalid");
    assert_eq!(wrong["errors"][0]["path"], "values.guests");
    let taken = submit(json!({ "guests": 50 })).await.expect(201).json();
    let again = submit(json!({ "guests": 50 })).await.expect(201).json();
    assert_eq!(taken, again, "sent twice, it is kept once");
    let values = json!({
        "type": "form_values", "form_id": "catering", "values": { "guests": 50 },
        "message_id": answer,
    });
    let messages = visitor.client.get("/v1/widget/transcript?format=json").await.json();
    assert_eq!(messages[1]["blocks"], json!([block]));
    assert_eq!(messages[2]["blocks"], json!([values]));
    assert_eq!(messages.as_array().map(Vec::len), Some(3));
    listening.until("done").await;
    let told = listening.until("message").await;
    assert_eq!(told.last().expect("a message").data["id"], taken["message_id"]);
}

#[tokio::test]
async fn a_model_shows_a_form_by_its_mark_which_nobody_sees() {
    let model = ModelServer::start().await;
    let server =
        TestServer::builder().set("WIDGET_OPENAI__BASE_URL", model.base_url()).start().await;
    let openai = json!({ "model": { "provider": "openai", "name": "m" } });
    let visitor = visitor(&server, &openai, &json!({ "forms": [order()] })).await;
    model.next(Script::answer("Gladly.\n\n[form:catering]\n[form:unknown]"));
    let answer = visitor.post("messages", &json!({ "content": "Food?" })).await.expect(200).json();
    assert_eq!(answer["content"], "Gladly.");
    assert_eq!(answer["blocks"], json!([{ "type": "form", "form_id": "catering" }]));
    let system = model.request(0).await.request.json()["messages"][0]["content"].clone();
    let system = system.as_str().expect("a text");
    assert!(system.contains("[form:catering] Request catering"), "{system}");
}

#[tokio::test]
async fn after_so_many_messages_the_form_for_leads_is_shown_once() {
    let model = ModelServer::start().await;
    let server =
        TestServer::builder().set("WIDGET_OPENAI__BASE_URL", model.base_url()).start().await;
    let openai = json!({ "model": { "provider": "openai", "name": "m" } });
    let v1 = json!({ "lead_capture": { "strategy": "after_turns", "turns": 2 } });
    let visitor = visitor(&server, &openai, &v1).await;
    let say = async |body: Value| visitor.post("messages", &body).await.expect(200).json();
    assert_eq!(say(json!({ "content": "One?" })).await["blocks"], json!([]));
    let second = say(json!({ "content": "Two?" })).await;
    let form = json!([{ "type": "lead_form", "reason": "after_turns" }]);
    assert_eq!(second["blocks"], form);
    let again = say(json!({ "regenerate": second["message_id"] })).await;
    assert_eq!(again["blocks"], form, "an answer given once more keeps it");
    assert_eq!(say(json!({ "content": "Three?" })).await["blocks"], json!([]));
}

#[tokio::test]
async fn on_intent_the_form_for_leads_comes_with_the_wish_unless_there_is_a_lead() {
    let server = TestServer::start().await;
    let v1 = json!({ "lead_capture": { "strategy": "on_intent" } });
    let widget = server.owner().widget(&[SHOP], &v1).await;
    let say = async |visitor: &Visitor, content: &str| {
        let answer = visitor.post("messages", &json!({ "content": content })).await;
        answer.expect(200).json()["blocks"].clone()
    };
    let ada = server.visitor(id(&widget), SHOP).await;
    assert_eq!(say(&ada, "When is the shop open?").await, json!([]));
    let wish = "Is the shop open on weekdays? Please call me!";
    let form = json!([{ "type": "lead_form", "reason": "intent" }]);
    assert_eq!(say(&ada, wish).await, form);
    assert_eq!(say(&ada, wish).await, json!([]));
    let bob = server.visitor(id(&widget), SHOP).await;
    bob.post("leads", &json!({ "email": "bob@example.com" })).await.expect(201);
    assert_eq!(say(&bob, wish).await, json!([]));
}
