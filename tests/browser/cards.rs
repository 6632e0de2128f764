//! What is laid between the messages and around them: forms of the agent, addresses to be reached
//! at, comments, files, the menu, quick actions, hours.

use serde_json::{Value, json};
use widget_tests::{Script, Visitor, wait};

use crate::house::{House, part};

const CARD: &str = "agent-widget >>> .msg .card";
const CARD_SUBMIT: &str = "agent-widget >>> .msg .card button[type=submit]";
const TAKEN: &str = "agent-widget >>> .msg .taken";
const READ: &str = "agent-widget >>> .menu [data-do=read]";
const MENU: &str = "agent-widget >>> button[data-do=menu]";

/// The newest conversation, as its owner reads it.
async fn conversation(house: &House) -> Value {
    let listed = house.server.owner().read("/core/conversations").await;
    let id = listed[0]["id"].as_str().expect("a conversation").to_owned();
    house.server.owner().read(&format!("/core/conversations/{id}")).await
}

#[tokio::test]
async fn a_form_of_the_agent_is_filled_in_between_the_messages_and_stays_done() {
    let form = json!({ "id": "booking", "title": "Book a table", "fields": [
        { "id": "guests", "label": "Guests", "type": "number", "required": true, "min": 1, "max": 8 },
    ] });
    let house = House::scripted(json!({ "forms": [form] })).await;
    house.model.next(Script::answer("With pleasure. [form:booking]"));
    house.ask("A table, please.").await;
    house.browser.wait_text(CARD, |text| text.contains("Book a table")).await;
    house.browser.type_into("agent-widget >>> .card input[name=guests]", "9").await;
    house.browser.click(CARD_SUBMIT).await;
    house.browser.wait_text("agent-widget >>> .card .wrong", |text| text.contains("range")).await;
    let again = "\u{e009}a\u{e000}4";
    house.browser.type_into("agent-widget >>> .card input[name=guests]", again).await;
    house.browser.click(CARD_SUBMIT).await;
    house.browser.wait_text(TAKEN, |text| text.contains("Thank you")).await;
    house.browser.wait_text(part::ANSWER, |text| text.contains("Guests: 4")).await;
    let read = conversation(&house).await;
    let values = &read["messages"].as_array().expect("messages").last().expect("one")["blocks"][0];
    assert_eq!((&values["type"], &values["values"]["guests"]), (&json!("form_values"), &json!(4)));

    // After a reload the form is where it was, and done.
    house.browser.reload().await;
    house.browser.wait_text(TAKEN, |text| text.contains("Thank you")).await;
}

#[tokio::test]
async fn a_visitor_leaves_an_address_where_the_owner_wants_one() {
    let v1 = json!({ "lead_capture": { "strategy": "after_turns", "turns": 1 } });
    let house = House::with(v1).await;
    house.ask("When are you open?").await;
    house.browser.type_into("agent-widget >>> .card input[type=email]", "nobody").await;
    house.browser.click(CARD_SUBMIT).await;
    house.browser.wait_for("agent-widget >>> .card .wrong").await;
    house.browser.type_into("agent-widget >>> .card input[type=email]", "@example.com").await;
    house.browser.type_into("agent-widget >>> .card input[name=name]", "Ada <b>").await;
    house.browser.click(CARD_SUBMIT).await;
    house.browser.wait_text(TAKEN, |text| text.contains("in touch")).await;
    let leads = house.server.owner().read("/core/leads").await;
    assert_eq!(
        (&leads[0]["email"], &leads[0]["name"]),
        (&json!("nobody@example.com"), &json!("Ada <b>"))
    );
}

#[tokio::test]
async fn who_judges_an_answer_bad_may_say_why() {
    let house = House::with(json!({})).await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    house.browser.click("agent-widget >>> .msg.agent .tool.flip").await;
    house.browser.type_into("agent-widget >>> .card textarea", "On Sundays too?").await;
    house.browser.click(CARD_SUBMIT).await;
    house.browser.wait_text(TAKEN, |text| text.contains("Thank you")).await;
    let read = conversation(&house).await.to_string();
    assert!(read.contains("On Sundays too?"), "{read}");
}

#[tokio::test]
async fn the_menu_leads_to_earlier_conversations_and_back() {
    let house = House::with(json!({})).await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    house.browser.click(MENU).await;
    house.browser.wait_text("agent-widget >>> .menu", |text| text.contains("Open now")).await;
    house.browser.click("agent-widget >>> .menu [data-do=restart]").await;
    house.ask("And where is the shop?").await;
    house.browser.wait_text(part::QUESTION, |text| text.contains("where")).await;
    house.answered("where is the shop").await;

    house.browser.click(MENU).await;
    house.browser.click("agent-widget >>> .menu [data-do=open]").await;
    house.browser.wait_text(part::QUESTION, |text| text.contains("When are you open?")).await;
    house.answered("nine to five").await;
    // What is said now is said there.
    house.ask("Thank you!").await;
    wait::until("the message in the first conversation", async || {
        let listed = house.server.owner().read("/core/conversations").await;
        let ids = listed.as_array()?.iter().filter_map(|one| one["id"].as_str());
        for id in ids {
            let one = house.server.owner().read(&format!("/core/conversations/{id}")).await;
            let texts = one["messages"].to_string();
            if texts.contains("When are you open?") && texts.contains("Thank you!") {
                return Some(());
            }
        }
        None
    })
    .await;
    // Escape leads back to the chat before it closes it.
    house.browser.click(MENU).await;
    house.browser.wait_for("agent-widget >>> .menu").await;
    house.browser.press(&['\u{e00c}']).await;
    house.browser.wait_gone("agent-widget >>> .menu").await;
    assert!(house.browser.find(part::INPUT).await.is_some(), "the chat is still open");
}

/// What the focused element says that it does.
async fn focus(house: &House) -> Value {
    let deepest = "let e = document.activeElement; while (e.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
        return e.dataset.do";
    house.browser.run(deepest, vec![]).await
}

/// Has a conversation, ends it, and opens the menu on a new one.
async fn ended(house: &House) {
    house.ask("When are you **open**?").await;
    house.browser.wait_for("agent-widget >>> .tools").await;
    house.browser.click("agent-widget >>> button[data-do='end?']").await;
    house.browser.click("agent-widget >>> button[data-do=end]").await;
    house.browser.click("agent-widget >>> .bar [data-do=restart]").await;
    house.browser.click(MENU).await;
}

#[tokio::test]
async fn an_earlier_conversation_that_has_ended_is_read_in_the_menu() {
    let house = House::scripted(json!({})).await;
    let hostile = "From **nine** to five.\n\n- <img src=x onerror=alert(1)>\n\n```\nopen()\n```";
    house.model.next(Script::answer(hostile));
    ended(&house).await;
    house.browser.wait_text(READ, |text| text.contains("Ended")).await;
    house.browser.click(READ).await;
    house.browser.wait_text("agent-widget >>> .said .user", |text| text.contains("**open**")).await;
    house.browser.wait_text("agent-widget >>> .said strong", |text| text == "nine").await;
    house.browser.wait_text("agent-widget >>> .said li", |text| text.contains("onerror")).await;
    house.browser.wait_text("agent-widget >>> .read h3", |text| text.contains("When are")).await;
    house.browser.wait_text("agent-widget >>> .read .bar", |text| text.contains("has ended")).await;
    assert!(house.browser.find("agent-widget >>> .said .tools").await.is_none(), "it is only read");
    assert_eq!(focus(&house).await, "ways");

    // Its code is copied as in the chat, and copying it leads nowhere else.
    house.browser.click("agent-widget >>> .said [data-do=code]").await;
    house.browser.click("agent-widget >>> .read [data-do=save]").await;
    wait::until("the download", async || {
        let calls = house.calls().await;
        calls
            .iter()
            .any(|call| call.contains("/transcript?user_id=guest_") && !call.contains("json"))
            .then_some(())
    })
    .await;
    house.browser.wait_text("agent-widget >>> .said strong", |text| text == "nine").await;

    // The way back leads to where one came from, and the chat goes on.
    house.browser.click("agent-widget >>> .read [data-do=ways]").await;
    house.browser.wait_gone("agent-widget >>> .read").await;
    assert_eq!(focus(&house).await, "read");
    house.browser.press(&['\u{e007}']).await;
    house.browser.click("agent-widget >>> .read [data-do=restart]").await;
    house.ask("And on Sundays?").await;
}

#[tokio::test]
async fn an_earlier_conversation_that_cannot_be_read_is_said_to_be_so() {
    let house = House::with(json!({})).await;
    ended(&house).await;
    house.browser.wait_for(READ).await;
    let id = conversation(&house).await["id"].as_str().expect("an id").to_owned();
    let owner = house.server.owner();
    owner.client().delete(&format!("/core/conversations/{id}")).await.expect(204);
    house.browser.click(READ).await;
    house.browser.wait_for("agent-widget >>> .read [role=alert]").await;
    house.browser.click("agent-widget >>> .read [data-do=again]").await;
    house.browser.wait_for("agent-widget >>> .read [role=alert]").await;
    house.browser.click("agent-widget >>> .read [data-do=ways]").await;
    house.browser.wait_for("agent-widget >>> .past").await;
}

#[tokio::test]
async fn what_ends_behind_the_menu_can_be_read_there_and_is_asked_about_afterwards() {
    let stars = json!({ "id": "stars", "label": "How was it?", "type": "rating" });
    let v1 = json!({ "post_conversation_feedback": { "title": "And?", "fields": [stars] } });
    let house = House::with(v1).await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    house.browser.click(MENU).await;
    house.browser.wait_text("agent-widget >>> .menu", |text| text.contains("Open now")).await;

    // The same visitor ends it elsewhere.
    let read = conversation(&house).await;
    let body = json!({ "widget_id": house.widget, "user_id": read["user_id"], "conversation_id": read["id"] });
    let elsewhere = Visitor::init_with(house.server.client(), &house.site.origin(), &body).await;
    elsewhere.post("conversation/end", &json!({})).await.expect(200);
    house.browser.click(READ).await;
    house.browser.wait_text("agent-widget >>> .said .agent", |text| text.contains("five")).await;
    house.browser.click("agent-widget >>> .read [data-do=ways]").await;
    house.browser.click("agent-widget >>> .menu [data-do=skip]").await;
    house.browser.wait_text("agent-widget >>> form.sheet", |text| text.contains("And?")).await;
    house.browser.click("agent-widget >>> form.sheet [data-do=skip]").await;
    house.browser.wait_for("agent-widget >>> .bar [data-do=restart]").await;
    assert!(house.browser.find("agent-widget >>> .menu").await.is_none(), "the menu is closed");
}

#[tokio::test]
async fn a_visitor_has_everything_deleted() {
    let house = House::with(json!({})).await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    let before = house.browser.storage().await;
    house.browser.click(MENU).await;
    house.browser.click("agent-widget >>> .menu [data-do='erase?']").await;
    house.browser.wait_text("agent-widget >>> .menu", |text| text.contains("undone")).await;
    house.browser.click("agent-widget >>> .menu [data-do=erase]").await;
    wait::until("the end of the conversation", async || {
        let listed = house.server.owner().read("/core/conversations").await;
        listed.as_array()?.is_empty().then_some(())
    })
    .await;
    house.browser.wait_gone(part::QUESTION).await;
    let after = house.browser.storage().await;
    assert_ne!(format!("{before:?}"), format!("{after:?}"));
    assert!(!format!("{after:?}").contains("guest_"), "nothing of the visitor is kept: {after:?}");
}

#[tokio::test]
async fn files_are_checked_brought_to_the_server_and_sent_with_the_message() {
    let v1 = json!({ "attachments": { "enabled": true, "max_mb": 1 } });
    let house = House::with(v1).await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        path.to_str().expect("a path").to_owned()
    };
    house.browser.click(part::BUBBLE).await;
    let input = "agent-widget >>> .write input[type=file]";
    house.browser.type_into(input, &file("page.html", b"<script>alert(1)</script>")).await;
    let chips = "agent-widget >>> .chips";
    house.browser.wait_text(chips, |text| text.contains("not accepted")).await;
    house.browser.click("agent-widget >>> .chips [data-do=remove]").await;
    house.browser.wait_gone(chips).await;
    assert!(!house.calls().await.iter().any(|call| call.starts_with("POST")), "nothing was sent");

    house.browser.type_into(input, &file("notes.txt", b"Nine to five, they say.")).await;
    house.browser.wait_for("agent-widget >>> .chips .chip:not([aria-busy])").await;
    house.browser.type_into(part::INPUT, "Is this right?").await;
    house.browser.click(part::SEND).await;
    house.browser.wait_text(CARD, |text| text.contains("notes.txt")).await;
    house.browser.wait_gone(chips).await;
    wait::until("the file at its message", async || {
        let read = conversation(&house).await;
        (read["messages"][0]["blocks"][0]["name"] == "notes.txt").then_some(())
    })
    .await;
    house.browser.reload().await;
    house.browser.wait_text(CARD, |text| text.contains("notes.txt")).await;
}

#[tokio::test]
async fn files_do_not_go_over_into_another_conversation() {
    let house = House::with(json!({ "attachments": { "enabled": true } })).await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, b"Nine to five, they say.").expect("a file");
    let input = "agent-widget >>> .write input[type=file]";
    house.browser.type_into(input, path.to_str().expect("a path")).await;
    house.browser.wait_for("agent-widget >>> .chips .chip:not([aria-busy])").await;
    house.browser.click(MENU).await;
    house.browser.click("agent-widget >>> .menu [data-do=restart]").await;
    house.browser.wait_gone("agent-widget >>> .chips").await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
}

#[tokio::test]
async fn quick_actions_ask_open_pages_and_show_forms() {
    let v1 = json!({
        "forms": [{ "id": "call", "title": "Call me", "fields": [
            { "id": "phone", "label": "Phone", "type": "tel", "required": true },
        ] }],
        "quick_actions": [
            { "id": "hours", "label": "Hours", "type": "message", "value": "When are you open?" },
            { "id": "shop", "label": "Shop", "type": "url", "value": "https://shop.example/" },
            { "id": "call", "label": "Call me", "type": "form", "value": "call" },
        ],
    });
    let house = House::with(v1).await;
    house.browser.click(part::BUBBLE).await;
    house.browser.wait_text("agent-widget >>> .quick", |text| text.contains("Call me")).await;
    let link = house.browser.wait_for("agent-widget >>> .quick a").await;
    let address = link.attr("href").await.expect("an attribute");
    assert_eq!(address.as_deref(), Some("https://shop.example/"));
    let listen = "self.actions = []; document.querySelector('agent-widget')
        .on('action', ({ detail }) => actions.push(detail.id))";
    house.browser.run(listen, vec![]).await;
    house.browser.click("agent-widget >>> .quick [data-id=hours]").await;
    house.answered("nine to five").await;
    house.browser.click("agent-widget >>> .quick [data-id=call]").await;
    house.browser.wait_for("agent-widget >>> .card input[type=tel]").await;
    assert_eq!(house.browser.run("return actions", vec![]).await, json!(["hours", "call"]));
    house.browser.type_into("agent-widget >>> .card input[type=tel]", "+49 30 1234567").await;
    house.browser.click(CARD_SUBMIT).await;
    house.browser.wait_text(TAKEN, |text| text.contains("Thank you")).await;
    house.browser.wait_text(part::ANSWER, |text| text.contains("1234567")).await;
}

#[tokio::test]
async fn outside_the_hours_the_visitor_is_told_and_can_still_write() {
    // No day has such an hour: nobody is ever there.
    let v1 = json!({ "business_hours": {
        "timezone": "UTC", "hours": [], "closed_message": "The shop sleeps <now>.",
    } });
    let house = House::with(v1).await;
    house.browser.click(part::BUBBLE).await;
    let hours = "agent-widget >>> .hours";
    house.browser.wait_text(hours, |text| text.contains("The shop sleeps <now>.")).await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
}
