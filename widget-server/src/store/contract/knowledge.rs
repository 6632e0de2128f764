//! Passages and how they are found.

use std::sync::Arc;

use serde_json::json;
use widget_core::id::AgentVersionId;

use super::scene::{NOW, Scene, agent, assert_not_found, version};
use crate::store::Store;
use crate::store::records::{AgentVersion, NewPassage};

rules![
    passages_with_any_of_the_words_are_found_best_first,
    a_rare_word_counts_more_than_a_common_one,
    at_most_the_asked_number_of_passages_is_found,
    a_search_sees_the_passages_of_its_version_only,
    what_others_know_does_not_change_the_order,
    a_version_with_the_passages_of_another_has_them_as_well,
    a_changed_draft_forgets_its_former_passages,
    an_agents_passages_go_with_it,
    words_are_never_read_as_syntax,
    words_that_are_nothing_find_nothing,
    words_are_found_as_the_terms_spell_them_in_any_script,
    a_search_in_an_unknown_version_is_not_found,
];

/// A passage whose terms are its text.
fn passage(text: &str) -> NewPassage {
    NewPassage {
        title: format!("About {text}"),
        url: Some("https://example.com/page".to_owned()),
        text: text.to_owned(),
        terms: text.to_owned(),
    }
}

async fn knowing(scene: &Scene, texts: &[&str]) -> AgentVersion {
    let mut new = version(&scene.agent);
    new.passages = texts.iter().map(|text| passage(text)).collect();
    scene.store.insert_version(scene.organization.id, new).await.unwrap()
}

async fn found(scene: &Scene, version: AgentVersionId, words: &[&str]) -> Vec<String> {
    let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
    let passages = scene.store.search_passages(version, &words, 10).await.unwrap();
    assert!(passages.windows(2).all(|pair| pair[0].score >= pair[1].score), "{passages:?}");
    passages.into_iter().map(|passage| passage.text).collect()
}

async fn passages_with_any_of_the_words_are_found_best_first(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let texts = [
        "opening hours of the shop",
        "returning a book needs the receipt",
        "the shop sells ink and paper for books and more",
        "parking is behind the house",
        "we ship to all of europe",
    ];
    let version = knowing(&scene, &texts).await;
    let hits = found(&scene, version.id, &["book", "receipt", "shop"]).await;
    assert_eq!(hits, [texts[1], texts[0], texts[2]]);
    let words = ["receipt".to_owned()];
    let hit = &scene.store.search_passages(version.id, &words, 10).await.unwrap()[0];
    assert_eq!(hit.title, format!("About {}", texts[1]));
    assert_eq!(hit.url.as_deref(), Some("https://example.com/page"));
}

async fn a_rare_word_counts_more_than_a_common_one(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let texts = ["ink red", "ink blue", "paper white", "ink green", "paper thick", "pens", "glue"];
    let version = knowing(&scene, &texts).await;
    assert_eq!(found(&scene, version.id, &["ink", "white"]).await[0], "paper white");
}

async fn at_most_the_asked_number_of_passages_is_found(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let version = knowing(&scene, &["ink one", "ink two", "ink three"]).await;
    let words = ["ink".to_owned()];
    assert_eq!(scene.store.search_passages(version.id, &words, 2).await.unwrap().len(), 2);
}

async fn a_search_sees_the_passages_of_its_version_only(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let old = knowing(&scene, &["ink is in the cellar"]).await;
    let new = knowing(&scene, &["ink is in the attic", "paper"]).await;
    assert_eq!(found(&scene, old.id, &["ink"]).await, ["ink is in the cellar"]);
    assert_eq!(found(&scene, new.id, &["ink"]).await, ["ink is in the attic"]);
    assert!(found(&scene, scene.version.id, &["ink"]).await.is_empty());
}

async fn what_others_know_does_not_change_the_order(store: Arc<dyn Store>) {
    let scene = Scene::set(Arc::clone(&store)).await;
    let texts = ["ink red", "ink blue", "paper white", "ink green", "paper thick", "pens", "glue"];
    let version = knowing(&scene, &texts).await;
    let words = ["ink", "white", "paper"];
    let alone = found(&scene, version.id, &words).await;
    let neighbour = Scene::set(store).await;
    let others: Vec<_> = (0..100).map(|number| format!("white paper of {number}")).collect();
    knowing(&neighbour, &others.iter().map(String::as_str).collect::<Vec<_>>()).await;
    assert_eq!(found(&scene, version.id, &words).await, alone);
    assert_eq!(alone[..2], ["paper white", "paper thick"]);
}

async fn a_version_with_the_passages_of_another_has_them_as_well(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let base = knowing(&scene, &["ink is in the cellar"]).await;
    let copy = knowing(&scene, &["ink is in the cellar"]).await;
    let owner = scene.organization.id;
    scene.store.update_version(owner, base.id, json!({}), Vec::new(), NOW).await.unwrap();
    assert!(found(&scene, base.id, &["ink"]).await.is_empty());
    assert_eq!(found(&scene, copy.id, &["ink"]).await, ["ink is in the cellar"]);
}

async fn a_changed_draft_forgets_its_former_passages(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let draft = knowing(&scene, &["ink is in the cellar"]).await;
    let passages = vec![passage("ink is in the attic")];
    let owner = scene.organization.id;
    scene.store.update_version(owner, draft.id, json!({}), passages, NOW).await.unwrap();
    assert_eq!(found(&scene, draft.id, &["cellar", "ink"]).await, ["ink is in the attic"]);
}

async fn an_agents_passages_go_with_it(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let gone = agent(&scene.organization);
    scene.store.insert_agent(gone.clone()).await.unwrap();
    let mut new = version(&gone);
    new.passages = vec![passage("ink is in the cellar")];
    let version = scene.store.insert_version(scene.organization.id, new).await.unwrap();
    scene.store.delete_agent(scene.organization.id, gone.id, None).await.unwrap();
    let words = ["ink".to_owned()];
    assert_not_found(scene.store.search_passages(version.id, &words, 10).await);
    // What comes after does not inherit them.
    let next = knowing(&scene, &["paper is in the attic"]).await;
    assert!(found(&scene, next.id, &["ink", "cellar"]).await.is_empty());
}

async fn words_are_never_read_as_syntax(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let version = knowing(&scene, &["ink and paper", "near the \"old\" house"]).await;
    for words in [
        &["NOT", "AND", "OR"][..],
        &["NEAR(", "ink"],
        &["ink*", "owner:", "^ink", "-ink", "+", "terms:ink"],
        &["\"", "\"\"", "in\"k", "'", ";--", "(", ")", "{", "}"],
        &["\0", "ink\0paper", "a\0\"b"],
        &["?", "%", "_", "\\", "$1"],
    ] {
        // Whatever is found: it is an answer.
        found(&scene, version.id, words).await;
    }
    assert_eq!(found(&scene, version.id, &["\"", "*", "ink"]).await, ["ink and paper"]);
    assert!(found(&scene, version.id, &["in*"]).await.is_empty());
}

async fn words_that_are_nothing_find_nothing(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let version = knowing(&scene, &["ink and paper"]).await;
    assert!(found(&scene, version.id, &[]).await.is_empty());
    assert!(found(&scene, version.id, &["", "  ", "\u{200b}"]).await.is_empty());
    assert_eq!(found(&scene, version.id, &["", "\u{200b}", "ink"]).await, ["ink and paper"]);
    let many: Vec<_> = (0..5000).map(|number| format!("w{number}")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    assert!(found(&scene, version.id, &many).await.is_empty());
}

async fn words_are_found_as_the_terms_spell_them_in_any_script(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let mut new = version(&scene.agent);
    for terms in ["営業 時間", "c++ node.js #42", "größe naïve", "कि ที่"] {
        let passage = NewPassage { terms: terms.to_owned(), ..passage(terms) };
        new.passages.push(passage);
    }
    let version = scene.store.insert_version(scene.organization.id, new).await.unwrap();
    for (word, text) in [
        ("時間", "営業 時間"),
        ("c++", "c++ node.js #42"),
        ("node.js", "c++ node.js #42"),
        ("größe", "größe naïve"),
        ("कि", "कि ที่"),
        ("ที่", "कि ที่"),
    ] {
        assert_eq!(found(&scene, version.id, &[word]).await, [text], "{word}");
    }
    // Folding is the knowledge room's: the index adds none of its own.
    for word in ["c", "node", "grosse", "naive", "時"] {
        assert!(found(&scene, version.id, &[word]).await.is_empty(), "{word}");
    }
}

async fn a_search_in_an_unknown_version_is_not_found(store: Arc<dyn Store>) {
    let unknown = AgentVersionId::from_uuid(uuid::Uuid::now_v7());
    assert_not_found(store.search_passages(unknown, &["ink".to_owned()], 10).await);
}
