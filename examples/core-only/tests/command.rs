//! The program as a person runs it.

use std::process::{Command, Output};

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/widget.json");

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_core-only"))
        .args(arguments)
        .output()
        .expect("the program starts")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("the program writes UTF-8")
}

#[test]
fn the_example_is_valid_and_described() {
    let output = run(&[EXAMPLE, "example.com"]);
    assert!(output.status.success());
    let readme = include_str!("../README.md");
    let shown = text(&output.stdout);
    assert!(readme.contains(shown), "the README shows something else than:\n{shown}");
}

#[test]
fn everything_wrong_is_said_at_once() {
    let file = std::env::temp_dir().join(format!("core-only-{}.json", std::process::id()));
    std::fs::write(&file, r#"{ "v1": { "theme": "pink", "trigger": { "size": 500 } } }"#).unwrap();
    let output = run(&[file.to_str().unwrap(), "bücher.example"]);
    std::fs::remove_file(&file).unwrap();
    assert_eq!(output.status.code(), Some(1));
    let lines: Vec<&str> = text(&output.stdout).lines().collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0], "config.v1.theme: Must be one of: system, light, dark.");
    assert_eq!(lines[1], "config.v1.trigger.size: Must be at most 96.");
    assert!(lines[2].starts_with("domains[0]: "), "{}", lines[2]);
}

#[test]
fn a_wrong_call_says_how_to_call_it() {
    for (arguments, part) in [(&[] as &[&str], "usage:"), (&["no-such-file"], "cannot read")] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains(part));
    }
}
