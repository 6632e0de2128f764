//! The command line, beside a running server and without one.

use std::process::Output;

use serde_json::json;
use widget_tests::TestServer;

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[tokio::test]
async fn a_second_server_on_the_same_data_is_refused_with_a_clear_sentence() {
    let server = TestServer::start().await;
    let second = server.command(&["serve", "--listen", "127.0.0.1:0"]).await;
    assert_eq!(second.status.code(), Some(1));
    let said = said(&second);
    assert!(said.contains("data") && said.contains("already"), "{said}");
}

#[tokio::test]
async fn a_second_server_on_the_same_database_is_refused_whatever_its_data_folder() {
    let server = TestServer::builder().set("WIDGET_DATABASE__URL", "sqlite:one.db").start().await;
    let elsewhere = ["serve", "--listen", "127.0.0.1:0", "--data-dir", "elsewhere"];
    let second = server.command(&elsewhere).await;
    assert_eq!(second.status.code(), Some(1), "{}", said(&second));
    assert!(said(&second).contains("already"), "{}", said(&second));
}

#[tokio::test]
async fn a_backup_made_while_serving_is_restored_when_nothing_serves() {
    let mut server = TestServer::start().await;
    let widget = server.owner().widget(&[], &json!({})).await;
    let path = format!("/core/web-widgets/{}", widget["id"].as_str().expect("an id"));
    let backup = server.command(&["backup", "copy.db"]).await;
    assert!(backup.status.success(), "{}", said(&backup));
    let again = server.command(&["backup", "copy.db"]).await;
    assert_eq!(again.status.code(), Some(1), "an existing file is not overwritten");
    assert!(said(&again).contains("copy.db exists already"), "{}", said(&again));

    server.owner().client().delete(&path).await.expect(204);
    let refused = server.command(&["restore", "copy.db"]).await;
    assert_eq!(refused.status.code(), Some(1), "not while a server runs: {}", said(&refused));
    assert_eq!(said(&refused).matches("stop that server").count(), 1, "{}", said(&refused));
    server.terminate().await;
    let restored = server.command(&["restore", "copy.db"]).await;
    assert!(restored.status.success(), "{}", said(&restored));
    server.restart().await;
    assert_eq!(server.owner().read(&path).await["id"], widget["id"]);
}

#[tokio::test]
async fn a_wrong_setting_stops_the_start_and_names_itself() {
    for (variable, value, named) in [
        ("WIDGET_SERVER__LISTENN", "x", "LISTENN"),
        ("WIDGET_LIMITS__INIT_PER_MINUTE", "none", "init_per_minute"),
        ("WIDGET_SERVER__PUBLIC_URL", "chat.example", "public_url"),
    ] {
        let refused = TestServer::builder().set(variable, value).refuse().await;
        assert_eq!(refused.status.code(), Some(1));
        let said = said(&refused).to_lowercase();
        assert!(said.contains(&named.to_lowercase()), "{variable}: {said}");
    }
}

#[tokio::test]
async fn wrong_flags_exit_with_2_and_every_command_has_help() {
    let server = TestServer::builder();
    assert_eq!(server.command(&["serve", "--no-such-flag"]).await.status.code(), Some(2));
    assert_eq!(server.command(&["dance"]).await.status.code(), Some(2));
    for command in [
        "serve", "key", "org", "secret", "migrate", "backup", "restore", "config", "openapi",
        "doctor",
    ] {
        let help = server.command(&[command, "--help"]).await;
        assert!(help.status.success() && said(&help).contains("Usage"), "{command}");
    }
}

#[tokio::test]
async fn the_printed_configuration_is_one_the_server_starts_with() {
    let launch = TestServer::builder();
    let printed = launch.command(&["config"]).await;
    assert!(printed.status.success());
    let text = String::from_utf8(printed.stdout).expect("text");
    let server = launch.configuration(&text).start().await;
    server.client().get("/healthz").await.expect(200);
}

#[tokio::test]
async fn a_secret_may_come_from_a_file() {
    let launch = TestServer::builder();
    let file = launch.folder().join("token");
    std::fs::write(&file, "from-a-file\n").expect("writable folder");
    let server = launch.set("WIDGET_SERVER__METRICS_TOKEN__FILE", file.as_os_str()).start().await;
    server.client().bearer("from-a-file").get("/metrics").await.expect(200);
}

#[tokio::test]
async fn the_doctor_says_what_to_do() {
    let server = TestServer::start().await;
    let doctor = server.command(&["doctor"]).await;
    assert!(doctor.status.success(), "{}", said(&doctor));
    assert!(said(&doctor).contains("any site may embed them"), "{}", said(&doctor));
    let mut server = server;
    server.set("WIDGET_OPENAI__BASE_URL", "http://127.0.0.1:9");
    let doctor = server.command(&["doctor"]).await;
    assert_eq!(doctor.status.code(), Some(1));
    assert!(said(&doctor).contains("openai.base_url"), "{}", said(&doctor));
}

#[tokio::test]
async fn a_rotated_signing_key_leaves_running_visitors_alone() {
    let server = TestServer::start().await;
    let widget = server.owner().widget(&[], &json!({})).await;
    let visitor = server.visitor(widget["id"].as_str().expect("an id"), "https://a.example").await;
    let rotated = server.command(&["secret", "rotate"]).await;
    assert!(rotated.status.success(), "{}", said(&rotated));
    visitor.ask("When are you open?").await.until("done").await;
}

#[tokio::test]
async fn the_openapi_document_is_the_committed_one() {
    let printed = TestServer::builder().command(&["openapi"]).await;
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi.json");
    let committed = std::fs::read_to_string(file).expect("openapi.json is committed");
    assert_eq!(String::from_utf8_lossy(&printed.stdout).trim(), committed.trim());
}
