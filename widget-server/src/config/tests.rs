use std::io::Write;

use super::*;

fn with_env(environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let environment = environment.iter().map(|(key, value)| ((*key).into(), (*value).into()));
    Config::load(Layers { environment: environment.collect(), ..Layers::default() })
}

fn with_file(text: &str) -> Result<Config, ConfigError> {
    let mut file = tempfile::Builder::new().prefix("widget").suffix(".toml").tempfile().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let layers = Layers { file: Some(file.path().to_owned()), ..Layers::default() };
    let place = file.path().display().to_string();
    Config::load(layers).map_err(|error| {
        ConfigError(error.0.iter().map(|text| text.replace(&place, "FILE")).collect())
    })
}

fn sentence(outcome: Result<Config, ConfigError>) -> String {
    outcome.unwrap_err().0.join("; ")
}

#[test]
fn the_default_is_complete_and_each_of_its_examples_is_understood() {
    let config = Config::default();
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.openai.timeout(), Duration::from_secs(60));
    assert!(config.server.public_url.is_none() && config.openai.api_key.is_none());

    let example = |line: &str| {
        let text = line.strip_prefix("# ").unwrap_or(line);
        let key = text.split(" = ").next().unwrap_or_default();
        let is_key = !key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        if is_key && text.contains(" = ") { text.to_owned() } else { line.to_owned() }
    };
    let complete: Vec<String> = DEFAULT.lines().map(example).collect();
    let complete = with_file(&complete.join("\n")).unwrap();
    assert_eq!(complete.server.public_url.unwrap().path(), "/chat");
    assert!(complete.server.admin_listen.is_some() && complete.livekit.api_secret.is_some());
    assert!(complete.net.ca_file.is_some() && complete.database.url.is_some());
}

#[test]
fn a_file_changes_the_default_and_the_environment_changes_the_file() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "[server]\nlisten = \"0.0.0.0:1\"\nrequire_domains = true").unwrap();
    let config = Config::load(Layers {
        file: Some(file.path().to_owned()),
        environment: vec![
            ("WIDGET_SERVER__LISTEN".into(), "0.0.0.0:2".into()),
            ("WIDGET_SERVER__PUBLIC_URL".into(), "https://Example.com/chat/".into()),
            ("PATH".into(), "/bin".into()),
        ],
        flags: vec![("server.listen", "--listen", "[::1]:3".into())],
    })
    .unwrap();
    assert_eq!(config.server.listen.to_string(), "[::1]:3");
    assert!(config.server.require_domains);
    let url = config.server.public_url.unwrap();
    assert_eq!(
        (url.as_str(), url.origin(), url.path()),
        ("https://example.com/chat", "https://example.com", "/chat")
    );
}

#[test]
fn a_variable_takes_the_type_of_its_key() {
    let config = with_env(&[
        ("WIDGET_OPENAI__API_KEY", "12345"),
        ("WIDGET_OPENAI__TIMEOUT_MS", "2500"),
        ("WIDGET_SERVER__REQUIRE_DOMAINS", "1"),
        ("WIDGET_NET__ALLOW_PRIVATE", "10.0.0.0/8, 192.168.1.7,,fd00::/8"),
        ("WIDGET_SERVER__PUBLIC_URL", ""),
    ])
    .unwrap();
    assert_eq!(config.openai.api_key.as_ref().unwrap().expose(), "12345");
    assert_eq!(config.openai.timeout(), Duration::from_millis(2500));
    assert!(config.server.require_domains && config.server.public_url.is_none());
    let networks: Vec<String> = config.net.allow_private.iter().map(ToString::to_string).collect();
    assert_eq!(networks, ["10.0.0.0/8", "192.168.1.7/32", "fd00::/8"]);
}

#[test]
fn a_variable_may_name_a_file_that_holds_the_value() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "from a file").unwrap();
    let path = file.path().to_str().unwrap();
    let config = with_env(&[("WIDGET_OPENAI__API_KEY__FILE", path)]).unwrap();
    assert_eq!(config.openai.api_key.unwrap().expose(), "from a file");
    let error = sentence(with_env(&[("WIDGET_OPENAI__API_KEY__FILE", "/nowhere/key")]));
    assert!(error.starts_with("WIDGET_OPENAI__API_KEY__FILE: cannot read /nowhere/key"), "{error}");
}

#[test]
fn what_is_not_understood_names_itself_its_place_and_what_is_expected() {
    let variable = |name: &str, value: &str| sentence(with_env(&[(name, value)]));
    let table = [
        (
            variable("WIDGET_SERVER__LISTEN", "8080"),
            "server.listen in the environment variable WIDGET_SERVER__LISTEN: expected an address \
             and a port such as 127.0.0.1:8080",
        ),
        (
            variable("WIDGET_SERVER__REQUIRE_DOMAINS", "maybe"),
            "WIDGET_SERVER__REQUIRE_DOMAINS: expected true or false",
        ),
        (
            variable("WIDGET_LIMITS__IDLE_SECONDS", "long"),
            "WIDGET_LIMITS__IDLE_SECONDS: expected a whole number",
        ),
        (
            variable("WIDGET_LIMITS__IDLE_SECONDS", "0"),
            "limits.idle_seconds in the environment variable WIDGET_LIMITS__IDLE_SECONDS: \
             expected a nonzero u64, found 0",
        ),
        (
            variable("WIDGET_NET__ALLOW_PRIVATE", "10.0.0.0/33"),
            "net.allow_private in the environment variable WIDGET_NET__ALLOW_PRIVATE: \
             \"10.0.0.0/33\": expected an address or a network such as 10.0.0.0/8",
        ),
        (
            variable("WIDGET_SERVER__PUBLIC_URL", "example.com"),
            "server.public_url in the environment variable WIDGET_SERVER__PUBLIC_URL: expected an \
             address such as https://example.com or https://example.com/chat",
        ),
        (
            variable("WIDGET_SERVER_LISTEN", "127.0.0.1:1"),
            "WIDGET_SERVER_LISTEN: write WIDGET_SERVER__LISTEN, with two underscores after the \
             section",
        ),
        (
            sentence(with_file("[log]\nformat = \"xml\"")),
            "log.format in FILE: expected one of auto, text, json",
        ),
        (
            sentence(with_file("[openai]\napi_key = 12345")),
            "openai.api_key in FILE: expected a string, found a whole number",
        ),
        (
            sentence(with_file("[log]\nfilter = \"a=b=c\"")),
            "log.filter in FILE: expected error, warn, info, debug or trace",
        ),
    ];
    for (error, expected) in table {
        assert_eq!(error, expected);
    }
}

#[test]
fn a_key_that_does_not_exist_is_refused_with_those_that_do() {
    let error = sentence(with_env(&[("WIDGET_DATABASE__URI", "x")]));
    assert_eq!(
        error,
        "database.uri in the environment variable WIDGET_DATABASE__URI: there is no such key; \
         there are url"
    );
    let error = sentence(with_file("[servr]\nlisten = \"127.0.0.1:1\""));
    assert!(
        error.starts_with("servr in FILE: there is no such key; there are server, "),
        "{error}"
    );
    let error = sentence(with_file("listen = "));
    assert!(error.contains("FILE"), "{error}");
}

#[test]
fn names_that_orchestrators_invent_are_left_alone() {
    with_env(&[("WIDGET_PORT", "tcp://10.0.0.1:80"), ("WIDGET_SERVER_SERVICE_HOST", "x")]).unwrap();
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let layers = Layers { file: Some("/nowhere.toml".into()), ..Layers::default() };
    assert_eq!(sentence(Config::load(layers)), "there is no file /nowhere.toml");
}

#[test]
fn secrets_do_not_show_when_the_configuration_is_printed() {
    let config = with_env(&[
        ("WIDGET_OPENAI__API_KEY", "sk-hidden-1"),
        ("WIDGET_SERVER__METRICS_TOKEN", "hidden-2"),
        ("WIDGET_DATABASE__URL", "postgres://u:hidden-3@h/d"),
        ("WIDGET_LIVEKIT__API_SECRET", "hidden-4"),
    ])
    .unwrap();
    let printed = format!("{config:?}");
    assert!(!printed.contains("hidden-"), "{printed}");
}
