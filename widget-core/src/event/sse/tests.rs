use super::*;
use proptest::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn decode<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<SseEvent> {
    let mut decoder = Decoder::default();
    for chunk in chunks {
        decoder.push(chunk);
    }
    decoder.map(|event| event.expect("within the bound")).collect()
}

fn event(id: Option<&str>, name: &str, data: &str) -> SseEvent {
    SseEvent { id: id.map(str::to_owned), event: name.into(), data: data.into(), retry: None }
}

#[test]
fn every_way_to_cut_a_stream_gives_the_same_events() {
    let wire = "\u{feff}: hello\r\nid: 1\r\nevent: token\r\ndata: {\"text\":\"grüße 👋\"}\r\n\r\ndata:a\rdata: b\n\r";
    let expected =
        [event(Some("1"), "token", "{\"text\":\"grüße 👋\"}"), event(None, "message", "a\nb")];
    for first in 0..=wire.len() {
        for second in first..=wire.len() {
            let bytes = wire.as_bytes();
            let got = decode([&bytes[..first], &bytes[first..second], &bytes[second..]]);
            assert_eq!(got, expected, "cut at {first} and {second}");
        }
    }
}

#[test]
fn a_line_feed_after_a_carriage_return_in_another_chunk_is_not_a_blank_line() {
    assert_eq!(
        decode([b"data: a\r".as_slice(), b"", b"\ndata: b\r\n\r\n"]),
        [event(None, "message", "a\nb")]
    );
}

#[test]
fn an_event_without_data_is_not_dispatched_but_its_id_counts() {
    let mut decoder = Decoder::default();
    decoder.push(b"id: 9\nevent: x\n\nid: 10\n");
    assert_eq!(decoder.next(), None);
    assert_eq!(decoder.last_id(), Some("9"), "the second block has not ended");
}

#[test]
fn empty_data_is_data() {
    assert_eq!(
        decode([b"data\n\ndata:\n\ndata: \ndata\n\n".as_slice()]),
        [event(None, "message", ""), event(None, "message", ""), event(None, "message", "\n"),]
    );
}

#[test]
fn an_unfinished_event_is_not_delivered() {
    assert_eq!(decode([b"data: half\n".as_slice()]), []);
}

#[test]
fn only_one_space_after_the_colon_is_taken_off() {
    assert_eq!(decode([b"data:  x \n\n".as_slice()]), [event(None, "message", " x ")]);
}

#[test]
fn an_id_with_nul_and_a_retry_that_is_not_digits_are_ignored() {
    let mut decoder = Decoder::default();
    decoder.push(
        b"id: a\0b\nretry: +5\nretry: 1e3\nretry:\nretry: 99999999999999999999999\ndata: x\n\n",
    );
    assert_eq!(decoder.next(), Some(Ok(event(None, "message", "x"))));
    assert_eq!((decoder.last_id(), decoder.retry()), (None, None));
    decoder.push(b"retry: 2500\n\n");
    assert_eq!((decoder.next(), decoder.retry()), (None, Some(2500)));
}

#[test]
fn an_empty_id_forgets_the_last_one() {
    let mut decoder = Decoder::default();
    decoder.push(b"id: 4\ndata: a\n\nid\ndata: b\n\n");
    assert_eq!(decoder.by_ref().count(), 2);
    assert_eq!(decoder.last_id(), Some(""));
}

#[test]
fn bytes_that_are_not_utf8_are_replaced() {
    assert_eq!(decode([b"data: a\xffb\n\n".as_slice()]), [event(None, "message", "a\u{fffd}b")]);
}

proptest! {
    #[test]
    fn text_is_decoded_as_the_standard_library_does(
        bytes in prop::collection::vec(prop_oneof![
            any::<u8>(),
            prop::sample::select(b"\x80\x8f\x90\x9f\xa0\xbf\xc1\xc2\xe0\xed\xef\xf0\xf4\xf5a".as_slice()),
        ], 0..12),
        text in any::<String>(),
    ) {
        for bytes in [bytes.as_slice(), text.as_bytes()] {
            let mut out = String::new();
            push_utf8(&mut out, bytes);
            prop_assert_eq!(out, String::from_utf8_lossy(bytes));
        }
    }
}

#[test]
fn an_event_over_the_bound_is_an_error_once_and_the_next_one_is_read() {
    for piece in [1, 3, 64] {
        let mut decoder = Decoder::with_limit(16);
        let wire = b"data: 0123456789abcdefgh\ndata: more of it\n: x\n\ndata: fits\n\n";
        wire.chunks(piece).for_each(|chunk| decoder.push(chunk));
        assert_eq!(decoder.next(), Some(Err(EventTooLarge)), "in pieces of {piece}");
        assert_eq!(decoder.next(), Some(Ok(event(None, "message", "fits"))));
        assert_eq!(decoder.next(), None);
    }
}

#[test]
fn a_line_that_never_ends_takes_no_memory() {
    let mut decoder = Decoder::with_limit(100);
    for _ in 0..10_000 {
        decoder.push(&[b'x'; 64]);
        assert!(decoder.line.capacity() < 400);
    }
    assert_eq!(decoder.by_ref().count(), 1);
}

#[test]
fn many_short_lines_of_one_event_count_against_the_bound() {
    let mut decoder = Decoder::with_limit(100);
    for _ in 0..1_000 {
        decoder.push(b"data: 12345678\n");
        assert!(decoder.event.data.len() <= 120);
    }
    assert_eq!(decoder.by_ref().collect::<Vec<_>>(), [Err(EventTooLarge)]);
}

#[test]
fn the_encoder_lets_nothing_out_of_its_field() {
    assert_eq!(
        encode("1\n\ndata: forged\0", "to\rken\n", "a\r\nb\rc\n"),
        "id: 1data: forged\nevent: token\ndata: a\ndata: b\ndata: c\ndata: \n\n"
    );
    assert_eq!(encode("", "\n", ""), "data: \n\n");
}

#[test]
fn the_keep_alive_is_no_event() {
    assert_eq!(
        decode([KEEP_ALIVE.as_bytes(), encode("", "", "x").as_bytes()]),
        [event(None, "message", "x")]
    );
}

/// What a reader sees of a value that was encoded: line ends are `\n`, ids and names are one line.
fn normal(id: &str, name: &str, data: &str) -> SseEvent {
    let (id, name) = (id.replace(['\r', '\n', '\0'], ""), name.replace(['\r', '\n'], ""));
    SseEvent {
        id: (!id.is_empty()).then_some(id),
        event: if name.is_empty() { "message".into() } else { name },
        data: data.replace("\r\n", "\n").replace('\r', "\n"),
        retry: None,
    }
}

proptest! {
    #[test]
    fn what_was_encoded_is_decoded_for_any_chunking(
        events in prop::collection::vec(("[a-z0-9:\r\n\0 ]{0,6}", "[a-zé\r\n\0: ]{0,6}", "[ a:é👋\r\n]{0,12}"), 1..5),
        cuts in prop::collection::vec(1_usize..9, 1..20),
    ) {
        let wire: String = events.iter().map(|(id, name, data)| encode(id, name, data)).collect();
        let mut rest = wire.as_bytes();
        let mut chunks = Vec::new();
        for cut in cuts.iter().cycle() {
            let (chunk, tail) = rest.split_at((*cut).min(rest.len()));
            chunks.push(chunk);
            rest = tail;
            if rest.is_empty() { break }
        }
        let expected: Vec<_> = events.iter().map(|(id, name, data)| normal(id, name, data)).collect();
        prop_assert_eq!(decode(chunks), expected);
    }

    #[test]
    fn any_bytes_are_read_alike_whole_and_one_by_one(bytes in prop::collection::vec(prop::sample::select(b"\r\n :dataidevntry\0\xef\xbb\xbf1".as_slice()), 0..200)) {
        prop_assert_eq!(decode([bytes.as_slice()]), decode(bytes.chunks(1)));
    }
}
