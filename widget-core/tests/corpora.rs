//! Replays what the fuzzer has found worth keeping (`fuzz/corpus` of the repository), natively and
//! in WebAssembly.

#[path = "corpora/checks.rs"]
mod checks;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The files of one target with their names. They are compiled in: WebAssembly has no folders.
macro_rules! corpus {
    ($folder:literal: $($name:literal)+) => {
        (
            $folder,
            &[$((
                $name,
                include_bytes!(concat!("../../fuzz/corpus/", $folder, "/", $name)).as_slice(),
            ),)+],
        )
    };
}

type Corpus = (&'static str, &'static [(&'static str, &'static [u8])]);

#[rustfmt::skip]
const ORIGIN: Corpus = corpus!(
    "origin":
        "backslash" "bare-host" "control" "default-port" "dots" "empty" "idna" "ipv4" "ipv6"
        "local-port" "many" "null" "percent" "port-zero" "punycode" "user-info" "wildcard"
        "wildcard-top" "with-path"
);

#[rustfmt::skip]
const SSE: Corpus = corpus!(
    "sse":
        "byte-order-mark" "comment" "empty" "line-ends" "model-done" "multi-line" "not-utf8"
        "nul-id" "nul-in-name" "retry-only" "too-large" "turn" "unfinished"
);

#[rustfmt::skip]
const MARKDOWN: Corpus = corpus!(
    "markdown":
        "answer" "backticks" "carriage-returns" "empty" "entities" "half-fence" "half-link"
        "half-table" "hard-breaks" "nested-images" "nested-lists" "nested-quotes" "not-utf8"
        "open-brackets" "open-emphasis" "open-links" "scripts" "tabs" "wide-punctuation"
        "wide-table"
);

#[rustfmt::skip]
const CONFIG: Corpus = corpus!(
    "config":
        "agent" "empty-object" "form" "full" "languages" "not-an-object" "numbers" "triggers"
        "wrong-types"
);

/// Runs a check over each file of a corpus, and says which file it failed on.
fn replay((folder, files): Corpus, check: fn(&[u8])) {
    for (name, data) in files {
        let result = std::panic::catch_unwind(|| check(data));
        assert!(result.is_ok(), "failed on {folder}/{name}");
    }
}

#[test]
fn every_known_origin_is_handled() {
    replay(ORIGIN, checks::origin);
}

#[test]
fn every_known_event_stream_is_handled() {
    replay(SSE, checks::sse);
}

#[test]
fn every_known_markdown_is_handled() {
    replay(MARKDOWN, checks::markdown);
}

#[test]
fn every_known_configuration_is_handled() {
    replay(CONFIG, checks::config);
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn no_file_of_a_corpus_is_forgotten() {
    for (folder, files) in [ORIGIN, SSE, MARKDOWN, CONFIG] {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
        let entries =
            std::fs::read_dir(path.join(folder)).expect("the corpus is in the repository");
        let mut found: Vec<_> =
            entries.map(|entry| entry.expect("readable").file_name().into_string()).collect();
        found.sort();
        let known: Vec<_> = files.iter().map(|(name, _)| Ok((*name).to_owned())).collect();
        assert_eq!(found, known, "{folder}: name each file in tests/corpora.rs, in order");
    }
}
