use proptest::prelude::*;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::config::V1;
use crate::id::AttachmentId;
use crate::message::Block;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF";
const WEBP: &[u8] = b"RIFF\x24\0\0\0WEBPVP8 ";
const SVG: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

fn rules_of(attachments: &Value) -> Rules {
    Rules::of(&V1::of(&json!({ "v1": { "attachments": attachments } })).attachments())
}

fn rules() -> Rules {
    rules_of(&json!({ "enabled": true }))
}

fn taking(types: &[&str]) -> Rules {
    rules_of(&json!({ "enabled": true, "types": types }))
}

fn file(name: &str, media_type: &str) -> Result<File, Refusal> {
    Ok(File { name: name.to_owned(), media_type: media_type.to_owned() })
}

#[test]
fn nothing_is_taken_unless_the_owner_says_so() {
    let rules = rules_of(&json!({}));
    assert!(!rules.is_enabled());
    assert_eq!(rules.check_size(1), Err(Refusal::NotConfigured));
    assert_eq!(rules.check("a.png", "image/png", PNG), Err(Refusal::NotConfigured));
}

#[test]
fn a_file_has_a_largest_size_and_is_not_empty() {
    let rules = rules_of(&json!({ "enabled": true, "max_mb": 2 }));
    assert_eq!(rules.check_size(2_000_000), Ok(()));
    assert_eq!(rules.check_size(2_000_001), Err(Refusal::TooLarge { max_bytes: 2_000_000 }));
    assert_eq!(rules.check_size(0), Err(Refusal::Empty));
    assert_eq!(rules.check("a.png", "image/png", b""), Err(Refusal::Empty));
    assert_eq!(rules_of(&json!({})).max_bytes(), 10_000_000);
}

#[test]
fn pictures_documents_and_texts_are_taken_by_default() {
    for (name, declared, head) in [
        ("a.png", "image/png", PNG),
        ("a.jpeg", "image/jpeg", JPEG),
        ("a.gif", "image/gif", &b"GIF89a"[..]),
        ("a.webp", "image/webp", WEBP),
        ("a.pdf", "application/pdf", b"%PDF-1.7\n"),
        ("a.txt", "text/plain", "Grüße\r\n\tja".as_bytes()),
        ("a.txt", "text/plain;charset=utf-16", b"\xff\xfeH\0i\0"),
    ] {
        let essence = declared.split(';').next().unwrap();
        assert_eq!(rules().check(name, declared, head), file(name, essence), "{name}");
    }
    for (name, declared, head) in [
        ("a.zip", "application/zip", &b"PK\x03\x04"[..]),
        ("a.docx", DOCX, b"PK\x03\x04"),
        ("a.mp4", "video/mp4", b"\0\0\0\x18ftypisom"),
    ] {
        assert_eq!(rules().check(name, declared, head), Err(Refusal::TypeNotAllowed), "{name}");
    }
}

#[test]
fn what_runs_where_it_is_opened_is_not_taken_under_any_name() {
    for (name, declared) in [
        ("a.svg", "image/svg+xml"),
        ("a.html", "text/html"),
        ("a.js", "text/javascript"),
        ("a.xml", "application/xml"),
        ("a.exe", "application/x-msdownload"),
        ("a", "text/html"),
        ("a.html", ""),
        ("a", ""),
    ] {
        let refused = taking(&["image/*", "text/*", "application/*"]).check(name, declared, SVG);
        assert_eq!(refused, Err(Refusal::TypeNotAllowed), "{name} {declared}");
    }
    for (name, declared) in [
        ("a.png", "image/svg+xml"),
        ("a.svg", "image/png"),
        ("a.png", "image/png"),
        ("a.png.exe", "image/png"),
        ("a.txt", "text/html"),
        ("a.html", "text/plain"),
        ("a.pdf", "image/png"),
    ] {
        let refused = rules().check(name, declared, SVG);
        assert_eq!(refused, Err(Refusal::TypeMismatch), "{name} {declared}");
    }
}

#[test]
fn an_unknown_type_is_taken_only_where_it_is_named() {
    let rules = taking(&["image/SVG+xml", "application/x-cad"]);
    assert_eq!(rules.check("a.svg", "image/svg+xml", SVG), file("a.svg", "image/svg+xml"));
    assert_eq!(rules.check("", "application/x-cad", b"x"), file("file", "application/x-cad"));
    assert!(!is_known("image/svg+xml") && !is_picture("image/svg+xml"));
}

#[test]
fn ranges_and_other_names_of_a_type_are_understood() {
    let rules = taking(&["image/*", "text/csv"]);
    assert_eq!(rules.check("a.avif", "", b"\0\0\0\x1cftypavif"), file("a.avif", "image/avif"));
    assert_eq!(rules.check("a.jpg", "IMAGE/JPG", JPEG), file("a.jpg", "image/jpeg"));
    let csv = rules.check("a.csv", "application/vnd.ms-excel", b"a;b\n");
    assert_eq!(csv, file("a.csv", "text/csv"));
    assert_eq!(rules.check("a.xls", "application/vnd.ms-excel", b"x"), Err(Refusal::TypeMismatch));
    assert_eq!(rules.check("a.pdf", "application/pdf", b"%PDF-"), Err(Refusal::TypeNotAllowed));
}

#[test]
fn a_type_nobody_declares_follows_from_the_ending() {
    assert_eq!(rules().check("a.png", "", PNG), file("a.png", "image/png"));
    let named = rules().check("a.PDF", "application/octet-stream", b"%PDF-");
    assert_eq!(named, file("a.pdf", "application/pdf"));
    assert_eq!(rules().check("photo", "image/png", PNG), file("photo.png", "image/png"));
    assert_eq!(rules().check("", "image/png", PNG), file("file.png", "image/png"));
}

#[test]
fn a_picture_is_taken_for_the_picture_it_is() {
    assert_eq!(rules().check("a.jpg", "image/jpeg", WEBP), file("a.webp", "image/webp"));
    assert_eq!(rules().check("a.png", "image/jpeg", PNG), file("a.png", "image/png"));
    let refused = taking(&["image/png"]).check("a.png", "image/png", WEBP);
    assert_eq!(refused, Err(Refusal::TypeNotAllowed));
}

#[test]
fn a_text_holds_nothing_that_only_machines_read() {
    assert_eq!(rules().check("a.txt", "text/plain", b"a\0b"), Err(Refusal::TypeMismatch));
    assert_eq!(rules().check("a.txt", "text/plain", b"\x7fELF\x01"), Err(Refusal::TypeMismatch));
    assert!(rules().check("a.txt", "text/plain", b"caf\xe9 \x1b[1m").is_ok());
}

#[test]
fn names_are_made_harmless() {
    for (name, clean) in [
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\Kätzchen 1.PNG", "Kätzchen 1.png"),
        ("a\u{202e}gpj.exe", "agpj.exe"),
        ("a\r\nSet-Cookie: x.png", "aSet-Cookie_ x.png"),
        (" ..hidden. ", "hidden"),
        ("a \u{a0}\t b.txt", "a b.txt"),
        ("100%.txt", "100_.txt"),
        ("\"q\"<b>|?*.txt", "_q__b____.txt"),
        ("👩\u{200d}🚀.png", "👩\u{200d}🚀.png"),
        ("...", ""),
        (".png", "png"),
        ("", ""),
    ] {
        assert_eq!(clean_name(name), clean, "{name:?}");
    }
    let long = clean_name(&format!("{}.jpeg", "ü".repeat(300)));
    assert_eq!(long.chars().count(), MAX_NAME_CHARS);
    assert!(long.ends_with("ü.jpeg"));
}

#[test]
fn a_block_is_read_back_as_it_was_written() {
    let attached = Attached {
        id: AttachmentId::from_uuid(uuid::Uuid::from_u128(7)),
        name: "Cat.png".to_owned(),
        media_type: "image/png".to_owned(),
        bytes: 12_345,
        path: "/v1/widget/attachments/x".to_owned(),
    };
    let block = Block::from(&attached);
    assert_eq!(block.kind(), BLOCK);
    assert_eq!(Attached::of(&block), Some(attached.clone()));
    assert!(attached.is_picture());
    let other = Block::try_from(json!({ "type": "card", "id": attached.id })).unwrap();
    assert_eq!(Attached::of(&other), None);
    let broken = Block::try_from(json!({ "type": "attachment", "id": 7 })).unwrap();
    assert_eq!(Attached::of(&broken), None);
}

#[test]
fn every_default_type_is_known_and_admitted_by_its_name() {
    for name in DEFAULT_TYPES {
        assert!(is_known(name), "{name}");
    }
    assert_eq!(rules().types(), DEFAULT_TYPES);
}

proptest! {
    #[test]
    fn a_clean_name_is_clean_and_stays_as_it_is(name: String) {
        let clean = clean_name(&name);
        prop_assert!(clean.chars().count() <= MAX_NAME_CHARS);
        prop_assert!(!clean.contains(['/', '\\', '\r', '\n', '"', '<', '>']));
        prop_assert_eq!(clean_name(&clean), clean);
    }

    #[test]
    fn nothing_makes_a_check_panic(name: String, declared: String, head: Vec<u8>) {
        let rules = taking(&["image/*", "text/*", "application/*", "audio/*", "video/*"]);
        if let Ok(file) = rules.check(&name, &declared, &head) {
            prop_assert!(!file.name.is_empty() && is_known(&file.media_type));
        }
    }
}
