//! The ways through the features, each for any engine.

use fantoccini::elements::Element;
use fantoccini::key::Key;
use serde_json::{Value, json};
use widget_tests::browser::Engine;
use widget_tests::{Gate, Page, Script, wait};

use crate::house::{House, part};

const SHEET: &str = "agent-widget >>> form.sheet";
const SUBMIT: &str = "agent-widget >>> form.sheet button[type=submit]";
const EMAIL: &str = "agent-widget >>> form.sheet input[type=email]";
const MENU: &str = "agent-widget >>> button[data-do=menu]";
const TOOLS: &str = "agent-widget >>> .tools";
/// The file of the words is fetched, then said.
const GERMAN: &str = "agent-widget >>> textarea[placeholder^='Nachricht schreiben']";

/// A widget whose answers the test writes, with a document to cite.
async fn house(engine: Engine, v1: Value) -> House {
    let agent = json!({
        "model": { "provider": "openai", "name": "test" },
        "greeting": "Hello there!",
        "knowledge": [{ "title": "Opening hours", "url": "https://shop.example/hours",
            "content": "The shop is open from nine to five on weekdays." }],
    });
    House::on(engine, agent, v1).await
}

pub(crate) async fn a_question_is_answered_word_by_word_with_the_source(engine: Engine) {
    let house = house(engine, json!({})).await;
    let gate = Gate::new();
    let script = Script::new().say("From **nine**").hold(&gate).say(" to five. [1]").finish();
    house.model.next(script);
    house.ask("When are you open?").await;
    let half = house.answered("From nine").await;
    assert!(!half.contains("to five"), "the answer comes as it is written: {half}");
    gate.open();
    let whole = house.answered("From nine to five.").await;
    assert!(whole.contains("Hello there!"), "the agent greets: {whole}");
    let source = house.browser.wait_for(part::SOURCE).await;
    let address = source.attr("href").await.expect("an attribute");
    assert_eq!(address.as_deref(), Some("https://shop.example/hours"));
}

pub(crate) async fn after_a_reload_the_conversation_goes_on(engine: Engine) {
    let house = house(engine, json!({})).await;
    house.model.next(Script::answer("From nine to five."));
    house.ask("When are you open?").await;
    house.browser.wait_for(TOOLS).await;
    house.browser.reload().await;
    // It was open, so it opens by itself.
    house.answered("From nine to five.").await;
    house.model.next(Script::answer("Until noon."));
    house.ask("And on Saturdays?").await;
    house.answered("Until noon.").await;
    wait::until("the same conversation, with both answers", async || {
        let kept = conversation(&house).await;
        (kept["messages"].as_array().map(Vec::len) == Some(4)).then_some(())
    })
    .await;
}

pub(crate) async fn a_reload_in_the_middle_of_an_answer_loses_nothing(engine: Engine) {
    let house = house(engine, json!({})).await;
    let gate = Gate::new();
    house.model.next(Script::new().say("The first half ").hold(&gate).say("and more.").finish());
    house.ask("Well?").await;
    house.answered("The first half").await;
    house.browser.reload().await;
    // It was open, so it opens by itself.
    house.answered("The first half").await;
    gate.open();
    house.answered("The first half and more.").await;
    assert_eq!(house.model.asked().len(), 1, "the model was asked once");
}

pub(crate) async fn a_page_that_is_left_in_the_middle_of_an_answer_has_it_when_it_is_back(
    engine: Engine,
) {
    let house = house(engine, json!({})).await;
    let gate = Gate::new();
    house.model.next(Script::new().say("The first half ").hold(&gate).say("and more.").finish());
    house.ask("Well?").await;
    house.answered("The first half").await;
    house.site.put("/elsewhere", Page::html("<h1>Elsewhere</h1>"));
    house.browser.open(&house.site.url("/elsewhere")).await;
    gate.open();
    house.browser.client().back().await.expect("the page before");
    house.answered("The first half and more.").await;
    assert_eq!(house.model.asked().len(), 1, "the model was asked once");
}

pub(crate) async fn an_answer_is_stopped_and_what_was_said_is_kept(engine: Engine) {
    let house = house(engine, json!({})).await;
    house.model.next(Script::new().say("Said so far").stall());
    house.ask("Well?").await;
    house.answered("Said so far").await;
    house.browser.click("agent-widget >>> button[data-do=stop]").await;
    house.browser.wait_for("agent-widget >>> button[data-do=send]").await;
    house.answered("Said so far").await;
}

pub(crate) async fn an_answer_that_broke_off_is_tried_again(engine: Engine) {
    let mut house = house(engine, json!({})).await;
    house.model.next(Script::new().say("Half an ").stall());
    house.ask("Well?").await;
    house.answered("Half an").await;
    house.model.next(Script::answer("A whole answer."));
    house.server.restart().await;
    house.browser.click(&format!("{} button", part::FAILURE)).await;
    house.answered("A whole answer.").await;
}

pub(crate) async fn a_form_comes_first_and_is_checked(engine: Engine) {
    let form = json!({ "id": "who", "title": "Before we begin", "fields": [
        { "id": "email", "label": "E-mail", "type": "email", "required": true },
    ] });
    let house = house(engine, json!({ "pre_conversation_form": form })).await;
    house.browser.click(part::BUBBLE).await;
    house.browser.type_into(EMAIL, "ada").await;
    house.browser.click(SUBMIT).await;
    house.browser.wait_for("agent-widget >>> .wrong").await;
    house.browser.type_into(EMAIL, "@example.com").await;
    house.browser.click(SUBMIT).await;
    house.browser.wait_gone(SHEET).await;
    house.model.next(Script::answer("From nine to five."));
    house.ask("When are you open?").await;
    house.answered("From nine to five.").await;
    assert_eq!(conversation(&house).await["custom_metadata"]["email"], "ada@example.com");
}

pub(crate) async fn feedback_reaches_the_owner(engine: Engine) {
    let form = json!({ "enabled": true, "title": "How was it?", "thank_you_text": "Thanks a lot!",
        "fields": [
            { "id": "rating", "label": "Rating", "type": "rating", "max": 5, "required": true },
            { "id": "comment", "label": "Comment", "type": "textarea" },
        ] });
    let house = house(engine, json!({ "post_conversation_feedback": form })).await;
    house.ask("When are you open?").await;
    house.browser.wait_for(TOOLS).await;
    house.browser.click("agent-widget >>> button[data-do='end?']").await;
    house.browser.click("agent-widget >>> button[data-do=end]").await;
    house.browser.click("agent-widget >>> form.sheet .stars label:nth-of-type(4)").await;
    house.browser.type_into("agent-widget >>> form.sheet textarea", "Quick.").await;
    house.browser.click(SUBMIT).await;
    house.browser.wait_text(part::PANEL, |text| text.contains("Thanks a lot!")).await;
    let kept = conversation(&house).await;
    let given = &kept["custom_metadata"]["feedback_form"];
    assert_eq!(*given, json!({ "rating": 4, "comment": "Quick." }));
}

pub(crate) async fn the_widget_speaks_the_language_of_the_page(engine: Engine) {
    let house = house(engine, json!({})).await;
    let html = format!(
        "<!doctype html><html lang=de><meta charset=utf-8><title>Laden</title>{}",
        widget_tests::site::snippet(&house.server.embed_url(&house.widget))
    );
    house.site.put("/laden", Page::of("text/html; charset=utf-8", html));
    house.browser.open(&house.site.url("/laden")).await;
    house.browser.click(part::BUBBLE).await;
    house.browser.wait_for(GERMAN).await;
}

pub(crate) async fn the_panel_stands_in_the_window_wherever_the_launcher_does(engine: Engine) {
    let house = house(engine, json!({})).await;
    let owner = house.server.owner();
    for position in ["bottom-right", "bottom-left", "bottom-center", "top-left"] {
        let widget = owner.widget(&[&house.site.origin()], &json!({ "position": position })).await;
        let loader = house.server.embed_url(widget["id"].as_str().expect("an id"));
        // The panel runs in another direction than the page.
        for page in ["<html lang=ar>", "<html dir=rtl lang=en>"] {
            let snippet = widget_tests::site::snippet(&loader);
            let html =
                format!("<!doctype html>{page}<meta charset=utf-8><title>Place</title>{snippet}");
            house.site.put("/place", Page::of("text/html; charset=utf-8", html));
            house.browser.open(&house.site.url("/place")).await;
            house.browser.click(part::BUBBLE).await;
            house.browser.wait_for(part::INPUT).await;
            let inside = "const root = document.querySelector('agent-widget').shadowRoot;
                const [panel, launcher] = ['.panel', '.b'].map(name => root.querySelector(name).getBoundingClientRect());
                return panel.left >= 0 && panel.right <= innerWidth && panel.top >= 0 && panel.bottom <= innerHeight
                    && (panel.bottom <= launcher.top || panel.top >= launcher.bottom)";
            wait::until(&format!("the panel in the window, {position}, {page}"), async || {
                (house.browser.run(inside, vec![]).await == true).then_some(())
            })
            .await;
            house.browser.run("sessionStorage.clear()", vec![]).await;
        }
    }
}

pub(crate) async fn where_webassembly_is_refused_the_same_chat_opens_in_a_frame(engine: Engine) {
    let house = house(engine, json!({})).await;
    let server = house.server.base();
    let policy = format!(
        "default-src 'none'; script-src {server}; connect-src {server}; frame-src {server}; img-src data:"
    );
    let page = Page::with_widget(&house.server.embed_url(&house.widget));
    house.site.put("/no-wasm", page.header("content-security-policy", &policy));
    house.browser.open(&house.site.url("/no-wasm")).await;
    house.browser.click(part::BUBBLE).await;
    house.model.next(Script::answer("From nine to five."));
    let frame = house.browser.wait_for("agent-widget >>> iframe").await;
    frame.clone().enter_frame().await.expect("the frame is entered");
    house.browser.wait_for(part::INPUT).await;
    if engine == Engine::WebKit {
        // Its driver finds nothing to click in a frame of another site; a mouse knows no frames.
        return ask_with_a_mouse(&house, frame).await;
    }
    house.browser.type_into(part::INPUT, "When are you open?").await;
    house.browser.click(part::SEND).await;
    house.answered("From nine to five.").await;
}

/// Asks in the frame that was entered.
async fn ask_with_a_mouse(house: &House, frame: Element) {
    let field = "const box = document.querySelector('agent-widget').shadowRoot
        .querySelector('textarea').getBoundingClientRect();
        return [box.x + box.width / 2, box.y + box.height / 2]";
    let field = house.browser.run(field, vec![]).await;
    let [x, y] = [0, 1].map(|axis| field[axis].as_f64().expect("a number"));
    house.browser.client().clone().enter_parent_frame().await.expect("the page again");
    let (left, top, ..) = frame.rectangle().await.expect("the frame is somewhere");
    house.browser.click_at(left + x, top + y).await;
    house.browser.press(&"When are you open?".chars().collect::<Vec<_>>()).await;
    house.browser.press(&[Key::Enter.into()]).await;
    frame.enter_frame().await.expect("the frame is entered");
    house.answered("From nine to five.").await;
}

pub(crate) async fn the_hosted_page_becomes_the_full_chat(engine: Engine) {
    let house = house(engine, json!({})).await;
    house.browser.open(&house.server.url(&format!("/w/{}", house.widget))).await;
    house.model.next(Script::answer("From nine to five."));
    house.browser.type_into(part::INPUT, "When are you open?").await;
    house.browser.click(part::SEND).await;
    house.answered("From nine to five.").await;
}

pub(crate) async fn an_earlier_conversation_is_read_in_the_menu_and_another_gone_on_with(
    engine: Engine,
) {
    let house = house(engine, json!({})).await;
    house.model.next(Script::answer("From **nine** to five."));
    house.ask("When are you open?").await;
    house.browser.wait_for(TOOLS).await;
    house.browser.click("agent-widget >>> button[data-do='end?']").await;
    house.browser.click("agent-widget >>> button[data-do=end]").await;
    house.browser.click("agent-widget >>> .bar [data-do=restart]").await;
    house.model.next(Script::answer("Until noon."));
    house.ask("And on Saturdays?").await;
    house.browser.wait_for(TOOLS).await;
    house.browser.click(MENU).await;
    house.browser.click("agent-widget >>> .menu [data-do=restart]").await;
    house.browser.wait_gone(TOOLS).await;

    house.browser.click(MENU).await;
    house.browser.click("agent-widget >>> .menu [data-do=read]").await;
    house.browser.wait_text("agent-widget >>> .said strong", |text| text == "nine").await;
    house.browser.click("agent-widget >>> .read [data-do=ways]").await;
    house.browser.click("agent-widget >>> .menu [data-do=open]").await;
    house.answered("Until noon.").await;
    house.model.next(Script::answer("Never."));
    house.ask("And on Sundays?").await;
    house.answered("Never.").await;
}

pub(crate) async fn a_conversation_is_saved_as_a_file(engine: Engine) {
    let house = house(engine, json!({})).await;
    house.model.next(Script::answer("From nine to five."));
    house.ask("When are you open?").await;
    house.browser.wait_for(TOOLS).await;
    house.browser.click(MENU).await;
    house.browser.click("agent-widget >>> .menu [data-do=save]").await;
    let file = house.browser.saved("chat.txt").await;
    assert!(file.contains("From nine to five."), "{file}");
}

pub(crate) async fn a_visitor_has_everything_deleted(engine: Engine) {
    let house = house(engine, json!({})).await;
    house.model.next(Script::answer("From nine to five."));
    house.ask("When are you open?").await;
    house.browser.wait_for(TOOLS).await;
    house.browser.click(MENU).await;
    house.browser.click("agent-widget >>> .menu [data-do='erase?']").await;
    house.browser.click("agent-widget >>> .menu [data-do=erase]").await;
    house.browser.wait_gone(part::QUESTION).await;
    let listed = house.server.owner().read("/core/conversations").await;
    assert_eq!(listed, json!([]));
    assert!(house.browser.storage().await.local.is_empty());
}

pub(crate) async fn a_file_goes_out_with_the_message(engine: Engine) {
    let house = house(engine, json!({ "attachments": { "enabled": true } })).await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "Nine to five, they say.").expect("a file");
    house.browser.click(part::BUBBLE).await;
    let input = "agent-widget >>> .write input[type=file]";
    house.browser.type_into(input, path.to_str().expect("a path")).await;
    house.browser.wait_for("agent-widget >>> .chips .chip:not([aria-busy])").await;
    house.model.next(Script::answer("It is."));
    house.ask("Is this right?").await;
    house.answered("It is.").await;
    // WebKit's driver takes a text that may be cut off for one that is not seen.
    house.browser.wait_for("agent-widget >>> .msg .card a[title='notes.txt']").await;
    let sent = &conversation(&house).await["messages"][0]["blocks"][0];
    assert_eq!(sent["name"], "notes.txt");
}

pub(crate) async fn one_visitor_on_all_subdomains(engine: Engine) {
    let mut house = house(engine, json!({})).await;
    let port = house.site.origin().rsplit(':').next().unwrap_or_default().to_owned();
    let [www, help] = ["www", "help"].map(|name| format!("http://{name}.shop.localhost:{port}"));
    let agent = House::builtin();
    let widget = house.server.owner().widget_of(&agent, &[&www, &help], &json!({})).await;
    widget["id"].as_str().expect("an id").clone_into(&mut house.widget);
    let tag = widget_tests::site::snippet(&house.server.embed_url(&house.widget));
    let tag = tag.replace("<script ", "<script data-cookie=\"shop.localhost\" ");
    house.site.put("/shop", Page::html(&tag));

    house.browser.open(&format!("{www}/shop")).await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    house.browser.open(&format!("{help}/shop")).await;
    house.browser.click(part::BUBBLE).await;
    house.answered("nine to five").await;
    // Signed out on one is signed out on the other, where the chat was left open.
    house.browser.run("document.querySelector('agent-widget').logout()", vec![]).await;
    house.browser.open(&format!("{www}/shop")).await;
    house.browser.wait_for(part::INPUT).await;
    assert!(house.browser.find(part::QUESTION).await.is_none(), "a stranger");
}

async fn conversation(house: &House) -> Value {
    let listed = house.server.owner().read("/core/conversations").await;
    let id = listed[0]["id"].as_str().expect("a conversation");
    house.server.owner().read(&format!("/core/conversations/{id}")).await
}
