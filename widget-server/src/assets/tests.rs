//! Assets through a real socket.

use super::*;
use crate::http::tests::{Reply, start_with};
use crate::http::{Endpoint, Request};
use std::sync::Arc;

async fn get_asset(assets: Arc<Assets>, request: Request) -> Outcome {
    let name: String = request.param("name")?;
    assets.respond(&request, &name)
}

async fn fetch(assets: Assets, name: &str, headers: &[&str]) -> Reply {
    let rows = vec![Endpoint::get("/assets/{*name}", "get_asset", get_asset).asset()];
    let server = start_with(rows, Arc::new(assets)).await;
    server.send(&format!("GET /assets/{name}"), headers, "").await
}

fn built() -> Assets {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    std::fs::create_dir(folder.path().join("demo")).unwrap();
    write("manifest.json", "{\"loader\":\"loader.js\",\"wasm\":\"w-0123456789ab.wasm\"}");
    write("loader.js", "load(__BOOT__)");
    write("w-0123456789ab.wasm", "plain");
    write("w-0123456789ab.wasm.br", "brotli");
    write("w-0123456789ab.wasm.gz", "gzip");
    write("demo/index.html", "<p>");
    Assets::load(Some(folder.path())).unwrap()
}

#[tokio::test]
async fn a_hashed_name_is_kept_for_ever_and_comes_encoded() {
    let accept = "Accept-Encoding: gzip, br";
    let reply = fetch(built(), "w-0123456789ab.wasm", &[accept]).await;
    assert_eq!((reply.status(), reply.body.as_slice()), (200, &b"brotli"[..]));
    assert_eq!(reply.header("content-encoding"), "br");
    assert_eq!(reply.header("content-type"), "application/wasm");
    assert_eq!(reply.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(reply.header("vary"), "Accept-Encoding");
    assert_eq!(reply.header("access-control-allow-origin"), "*");
    assert_eq!(reply.header("cross-origin-resource-policy"), "cross-origin");

    let tag = format!("If-None-Match: {}", reply.header("etag"));
    let again = fetch(built(), "w-0123456789ab.wasm", &[accept, &tag]).await;
    assert_eq!((again.status(), again.body.len()), (304, 0));
    assert_eq!(again.header("vary"), "Accept-Encoding");
    let plain = fetch(built(), "w-0123456789ab.wasm", &[&tag]).await;
    assert_eq!((plain.status(), plain.body.as_slice()), (200, &b"plain"[..]));
}

#[tokio::test]
async fn other_names_are_kept_shortly_and_what_is_missing_is_said() {
    let reply = fetch(built(), "demo/index.html", &[]).await;
    assert_eq!(
        (reply.status(), reply.header("content-type").as_str()),
        (200, "text/html; charset=utf-8")
    );
    assert_eq!(reply.header("cache-control"), "public, max-age=300");
    for name in ["nothing.js", "manifest.json", "../Cargo.toml", "loader.js.br"] {
        let reply = fetch(built(), name, &[]).await;
        assert_eq!((reply.status(), reply.code().as_str()), (404, "asset_not_found"), "{name}");
    }
    let reply = fetch(Assets::default(), "loader.js", &[]).await;
    assert_eq!((reply.status(), reply.code().as_str()), (503, "assets_not_built"));
}

#[test]
fn a_feature_finds_names_and_texts() {
    let assets = built();
    assert_eq!(assets.name_of("wasm"), Some("w-0123456789ab.wasm"));
    assert_eq!(assets.name_of("triggers"), None);
    assert_eq!(assets.text("loader.js").unwrap(), "load(__BOOT__)");
    assert_eq!(assets.text("frame.html").unwrap_err().code(), "assets_not_built");
}

#[test]
fn what_is_compiled_in_can_be_loaded() {
    let assets = Assets::load(None).unwrap();
    assert_eq!(assets.are_built(), assets.name_of("loader").is_some());
}
