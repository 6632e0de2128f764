use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::*;
use crate::http::{Outcome, Request, response};

#[derive(Deserialize, schemars::JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct NewThing {
    /// What it is called.
    name: String,
    #[serde(default)]
    size: Option<Size>,
}

#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Size {
    Small,
    Large,
}

async fn done(_: Arc<()>, _: Request) -> Outcome {
    Ok(response::no_content())
}

fn table() -> Vec<Endpoint<()>> {
    vec![
        Endpoint::get("/things", "list_things", done)
            .scope("things:read")
            .tag("Things")
            .summary("List things")
            .query(&[QueryParam::new("cursor", "string", "Where the page before ended.")])
            .response::<Vec<Size>>(200),
        Endpoint::post("/things", "create_thing", done)
            .scope("things:manage")
            .tag("Things")
            .body::<NewThing>()
            .response::<Size>(201)
            .problems(&[(409, "thing_exists")]),
        Endpoint::get("/files/{*path}", "get_file", done).public().response_as(200, "text/plain"),
        Endpoint::get("/page", "get_page", done).hidden(),
    ]
}

fn made() -> Value {
    let schemes = [("key", json!({ "type": "http", "scheme": "bearer" })), ("owner", json!({}))];
    let security =
        Security { schemes: &schemes, management: &[&["key"], &["key", "owner"]], visitor: &[] };
    let about = About { title: "T", version: "1", description: "", server_url: "/", security };
    document(&table(), &about)
}

#[test]
fn the_document_is_the_table() {
    insta::assert_json_snapshot!(made());
}

#[test]
fn every_reference_leads_somewhere() {
    let document = made();
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
}

#[test]
fn it_is_the_same_each_time() {
    assert_eq!(made().to_string(), made().to_string());
}
