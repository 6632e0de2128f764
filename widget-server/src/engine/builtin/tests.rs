use std::sync::Arc;

use uuid::Uuid;
use widget_core::id::{AttachmentId, TurnId};
use widget_core::time::Timestamp;

use super::*;
use crate::engine::EngineOptions;
use crate::engine::brief::AgentBrief;
use crate::engine::model::{Piece, Said, SentFile, Speaker};
use crate::engine::retrieval::find;
use crate::engine::tests::house::House;
use crate::first_start::guide_page;
use crate::store::records::Passage;

fn request(question: &str, passages: Vec<Passage>) -> ModelRequest {
    ModelRequest {
        turn: TurnId::from_uuid(Uuid::from_u128(1)),
        agent: Arc::new(AgentBrief { name: "Ada".to_owned(), ..AgentBrief::default() }),
        locale: None,
        page: None,
        now: Timestamp::EPOCH,
        history: vec![],
        question: question.to_owned(),
        passages,
        files: vec![],
        forms: vec![],
    }
}

fn passage(title: &str, text: &str) -> Passage {
    Passage { title: title.to_owned(), url: None, text: text.to_owned(), score: 1.0 }
}

fn hours() -> Vec<Passage> {
    vec![passage("Hours", "We open at nine and close at five. On Sunday we are closed.")]
}

#[test]
fn a_question_is_answered_in_the_words_of_the_passage() {
    let reply = compose(&request("When do you open?", hours()));
    assert_eq!(reply.text, hours()[0].text);
    assert_eq!(reply.cited, [(0, "We open at nine and close at five.".to_owned())]);
    assert_eq!(reply.block, None);
}

#[test]
fn what_nothing_is_known_of_is_said_and_an_address_is_asked_for() {
    for (question, begin) in [
        ("Who won the football world championship?", "I could not find"),
        ("Wer hat die Fußballweltmeisterschaft gewonnen?", "Dazu habe ich"),
        ("サッカーの優勝国", "このサイト"),
    ] {
        let reply = compose(&request(question, hours()));
        assert!(reply.text.starts_with(begin), "{}", reply.text);
        assert_eq!(reply.block.unwrap()["reason"], "not_found");
        assert!(reply.cited.is_empty());
    }
}

#[test]
fn a_part_of_the_question_is_named_as_such() {
    let question = "Do you open early for wedding guests on Sunday?";
    let reply = compose(&request(question, hours()));
    assert!(reply.text.starts_with("This is the closest I could find:\n\n"), "{}", reply.text);
}

#[test]
fn a_second_passage_is_quoted_for_what_the_first_does_not_say() {
    let passages = vec![
        passage("Hours", "We open at nine."),
        passage("Hours again", "We open at nine each day."),
        passage("Parking", "Parking is free while we are open."),
    ];
    let reply = compose(&request("When do you open, and is there parking?", passages));
    assert_eq!(reply.text, "We open at nine.\n\nParking is free while we are open.");
    assert_eq!(reply.cited.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [0, 2]);
}

#[test]
fn a_greeting_is_returned_in_its_language_or_in_the_owners_words() {
    assert_eq!(
        compose(&request("Bonjour !", vec![])).text,
        "Bonjour ! Que souhaitez-vous savoir ?"
    );
    let mut greeted = request("hi", vec![]);
    let greeting = Some("Welcome to Northwind!".to_owned());
    greeted.agent = Arc::new(AgentBrief { greeting, ..AgentBrief::default() });
    assert_eq!(compose(&greeted).text, "Welcome to Northwind!");
}

#[test]
fn an_address_is_offered_for_confirmation() {
    let block = compose(&request("my mail is Ann@Example.com", vec![])).block.unwrap();
    assert_eq!(block["reason"], "address_given");
    assert_eq!(block["email"], "ann@example.com");
}

#[test]
fn a_language_that_does_not_show_is_that_of_the_page() {
    let mut unclear = request("xyzzy", vec![]);
    unclear.locale = Some("it-CH".to_owned());
    assert!(compose(&unclear).text.starts_with("Non ho trovato"));
}

#[test]
fn groups_are_words_and_lose_nothing() {
    let text =
        "One two three four five six.\n\n- a list\n- of things 営業時間は九時から五時までです。";
    let groups = groups(text);
    assert_eq!(groups.concat(), text);
    assert!(groups.len() > 4);
    assert!(
        groups[..groups.len() - 2].iter().all(|group| group.ends_with([' ', '\n'])),
        "{groups:?}"
    );
}

#[tokio::test]
async fn the_same_question_gets_the_same_answer_in_pieces() {
    let (mut sink, mut pieces) = TokenSink::open();
    let model = Builtin::new(Duration::ZERO);
    let finish = model.answer(request("When do you open?", hours()), &mut sink).await.unwrap();
    assert_eq!(finish, Finish::complete(Some(Usage::default())));
    drop(sink);
    let mut text = String::new();
    let mut citations = 0;
    while let Some(piece) = pieces.recv().await {
        match piece {
            Piece::Text(more) => text.push_str(&more),
            Piece::Citation { .. } => citations += 1,
            Piece::Block(_) | Piece::Pulse => panic!("nothing more was needed"),
        }
    }
    assert_eq!((text, citations), (hours()[0].text.clone(), 1));
}

/// Answers from documents that went through the store's index: text and titles of what is cited.
async fn answers(
    documents: Vec<serde_json::Value>,
    questions: &[&str],
) -> Vec<(String, Vec<String>)> {
    let house = House::with(EngineOptions::default(), json!({ "knowledge": documents })).await;
    let version = house.served.version.id;
    let mut answers = Vec::new();
    let mut history: Vec<Said> = Vec::new();
    for question in questions {
        let query = Query::of(question, &history);
        let passages = find(house.store.as_ref(), version, &query).await.unwrap();
        let mut request = request(question, passages);
        request.history = history.clone();
        let reply = compose(&request);
        let titles = reply.cited.iter().map(|(at, _)| request.passages[*at].title.clone());
        history.push(Said::text(Speaker::Visitor, question));
        history.push(Said::text(Speaker::Agent, &reply.text));
        answers.push((reply.text, titles.collect()));
    }
    answers
}

#[tokio::test]
async fn the_demo_agent_knows_this_product() {
    let pages = [
        "getting-started",
        "embedding",
        "domains-and-security",
        "agents",
        "appearance",
        "forms-and-feedback",
        "operations",
    ];
    let guide = pages.iter().filter_map(|page| guide_page(page));
    let documents =
        guide.map(|(title, content)| json!({ "title": title, "content": content })).collect();
    let expected = [
        ("How do I put the widget on my page?", "Put it on a page"),
        ("Which domains may embed the widget?", "The allow-list"),
        ("Does it work without an OpenAI key?", "Models"),
        ("What happens when I reload in the middle of an answer?", "A running answer survives"),
        ("How do I change the colour?", "Colours"),
        ("How do I make a backup?", "Data and backups"),
        ("Can I use it behind nginx?", "Behind a proxy"),
        ("How can a person take over the conversation?", "A person takes over"),
        ("Can I ask for feedback after the conversation?", "Feedback"),
        ("How do I collect e-mail addresses?", "Leads"),
        ("What is the capital of France?", ""),
        ("Who won the world cup?", ""),
    ];
    let questions = expected.map(|(question, _)| question);
    for ((question, title), (answer, cited)) in
        expected.iter().zip(answers(documents, &questions).await)
    {
        let first = cited.first().map(String::as_str).unwrap_or_default();
        assert!(first.ends_with(title), "{question}: {first}: {answer}");
        assert_eq!(cited.is_empty(), title.is_empty(), "{question}: {answer}");
        assert!(answer.len() < 1_500, "{question}: {answer}");
    }
}

#[tokio::test]
async fn questions_are_understood_in_many_languages() {
    for (title, content, other, question) in [
        (
            "Öffnungszeiten",
            "Wir öffnen um neun Uhr.",
            "Der Versand dauert zwei Tage.",
            "Wann öffnet ihr?",
        ),
        (
            "Precios",
            "El precio del pan es de cuatro euros.",
            "Abrimos a las nueve.",
            "¿Cuáles son los precios?",
        ),
        (
            "Livraison",
            "La livraison prend deux jours.",
            "Nous ouvrons à neuf heures.",
            "Combien de temps prend la livraison ?",
        ),
        ("Fiyatlar", "Ekmek fiyatı dört eurodur.", "Dokuzda açıyoruz.", "Fiyatlar nedir?"),
        ("الأسعار", "سعر الخبز أربعة يورو.", "نفتح في الساعة التاسعة.", "ما هي الأسعار؟"),
        ("מחירים", "מחיר הלחם ארבעה אירו.", "אנחנו פותחים בתשע.", "מה המחיר?"),
        ("मूल्य", "रोटी की कीमत चार यूरो है।", "हम नौ बजे खोलते हैं।", "रोटी की कीमत कितनी है?"),
        ("料金", "パンの料金は四ユーロです。", "九時に開店します。", "料金はいくらですか？"),
        ("价格", "面包的价格是四欧元。", "我们九点开门。", "请问价格是多少？"),
        ("가격", "빵 가격은 사 유로입니다.", "아홉 시에 엽니다.", "가격이 얼마인가요?"),
    ] {
        let documents = vec![
            json!({ "title": "X", "content": other }),
            json!({ "title": title, "content": content }),
        ];
        let answers = answers(documents, &[question]).await;
        assert_eq!(answers, [(content.to_owned(), vec![title.to_owned()])], "{question}");
    }
}

#[tokio::test]
async fn a_follow_up_is_answered_about_the_same_thing() {
    let documents = vec![
        json!({ "title": "Shipping", "content": "Shipping costs five euros." }),
        json!({ "title": "Premium plan", "content": "The premium plan costs twenty euros." }),
    ];
    let asked = ["Do you have a premium plan?", "and how much does it cost?"];
    let answers = answers(documents, &asked).await;
    assert_eq!(answers[1].0, "The premium plan costs twenty euros.");
}

#[test]
fn files_are_acknowledged_and_nobody_pretends_to_have_read_them() {
    let file = SentFile {
        id: AttachmentId::from_uuid(Uuid::from_u128(1)),
        name: "menu.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        bytes: 7,
        picture: None,
    };
    let mut alone = request("", vec![]);
    alone.files = vec![file.clone()];
    assert_eq!(compose(&alone).text, Phrases::of("en").file_sent);
    alone.locale = Some("de-AT".to_owned());
    assert_eq!(compose(&alone).text, Phrases::of("de").file_sent);
    let mut asked = request("Thank you!", vec![]);
    asked.files = vec![file];
    let text = compose(&asked).text;
    assert!(text.starts_with(Phrases::of("en").file_sent), "{text}");
    assert!(text.ends_with(Phrases::of("en").thanks), "{text}");
}

#[test]
fn a_form_is_shown_where_the_question_names_its_title() {
    let form = |id: &str, title: &str| OfferedForm {
        id: id.to_owned(),
        title: title.to_owned(),
        description: None,
    };
    let reply = |question: &str| {
        let mut request = request(question, vec![]);
        request.forms = vec![form("order", "Order"), form("catering", "Request catering")];
        compose(&request)
    };
    let shown = |id: &str| Some(json!({ "type": "form", "form_id": id }));
    let asked = reply("I would like to request catering for fifty people");
    assert_eq!((asked.text.as_str(), asked.block), (Phrases::of("en").form, shown("catering")));
    assert_eq!(reply("order").block, shown("order"));
    let where_is_it = reply("When does my order arrive from the warehouse?");
    assert_eq!(where_is_it.text, Phrases::of("en").not_found);
    assert_eq!(reply("Thank you!").block, None);
}
