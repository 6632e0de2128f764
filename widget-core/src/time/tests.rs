use proptest::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

#[test]
fn moments_are_written_with_milliseconds_in_utc() {
    assert_eq!(Timestamp::from_ms(1_775_743_920_007).to_string(), "2026-04-09T14:12:00.007Z");
    assert_eq!(Timestamp::EPOCH.to_string(), "1970-01-01T00:00:00.000Z");
    assert_eq!(Timestamp::from_ms(-1).to_string(), "1969-12-31T23:59:59.999Z");
    assert_eq!(Timestamp::from_ms(i64::MIN).to_string(), "0000-01-01T00:00:00.000Z");
    assert_eq!(Timestamp::from_ms(i64::MAX).to_string(), "9999-12-31T23:59:59.999Z");
}

#[test]
fn offsets_fractions_and_lower_case_are_read() {
    let noon = Timestamp::parse("2026-04-09T12:00:00Z").unwrap();
    for text in [
        "2026-04-09T14:00:00+02:00",
        "2026-04-09t06:30:00.000-05:30",
        "2026-04-09 12:00:00.0009999z",
        "2026-04-09T12:00:00-00:00",
    ] {
        assert_eq!(Timestamp::parse(text), Ok(noon), "{text}");
    }
    assert_eq!(Timestamp::parse("2026-04-09T12:00:00.25Z"), Ok(noon.plus_ms(250)));
}

#[test]
fn what_is_no_moment_is_refused() {
    for text in [
        "",
        "2026-04-09",
        "2026-04-09T12:00:00",
        "2026-04-09T12:00Z",
        "2026-13-09T12:00:00Z",
        "2026-02-29T12:00:00Z",
        "2026-04-09T24:00:00Z",
        "2026-04-09T12:60:00Z",
        "2026-04-09T12:00:60Z",
        "2026-04-09T12:00:00.Z",
        "2026-04-09T12:00:00+0200",
        "2026-04-09T12:00:00+24:00",
        "2026-04-09T12:00:00ZZ",
        "0000-01-01T00:00:00+01:00",
        "+026-04-09T12:00:00Z",
        "２026-04-09T12:00:00Z",
    ] {
        assert_eq!(Timestamp::parse(text), Err(TimeError), "{text}");
    }
}

#[test]
fn a_leap_second_is_the_next_days_first() {
    let next = Timestamp::parse("2017-01-01T00:00:00Z");
    assert_eq!(Timestamp::parse("2016-12-31T23:59:60Z"), next);
    assert_eq!(Timestamp::parse("2017-01-01T00:59:60.9+01:00"), next);
}

#[test]
fn leap_years_follow_the_gregorian_rule() {
    assert!(Date::parse("2000-02-29").is_ok());
    assert!(Date::parse("2024-02-29").is_ok());
    assert!(Date::parse("1900-02-29").is_err());
    assert!(Date::parse("2023-02-29").is_err());
    for text in ["2026-4-9", "2026-04-31", "2026-00-10", "2026-01-00", "2026/01/01", "x"] {
        assert!(Date::parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_day_begins_at_midnight() {
    let moment = Timestamp::parse("2026-04-09T14:12:00.500Z").unwrap();
    assert_eq!(moment.start_of_day().to_string(), "2026-04-09T00:00:00.000Z");
    assert_eq!(moment.date().to_string(), "2026-04-09");
    assert_eq!(moment.date().midnight(), moment.start_of_day());
    assert_eq!(moment.seconds(), moment.start_of_day().seconds() + 14 * 3600 + 12 * 60);
}

#[test]
fn times_of_day_run_to_the_end_of_the_day() {
    assert_eq!(TimeOfDay::parse("08:30").unwrap().minutes(), 510);
    assert_eq!(TimeOfDay::parse("24:00").unwrap().minutes(), 1440);
    for text in ["", "8:30", "08:60", "24:01", "25:00", "08-30", "08:30:00", "+8:30"] {
        assert!(TimeOfDay::parse(text).is_err(), "{text}");
    }
}

#[test]
fn json_is_the_text() {
    let moment = Timestamp::from_ms(1_775_743_920_000);
    let json = serde_json::to_string(&moment).unwrap();
    assert_eq!(json, "\"2026-04-09T14:12:00.000Z\"");
    assert_eq!(serde_json::from_str::<Timestamp>(&json).unwrap(), moment);
    assert!(serde_json::from_str::<Timestamp>("1775743920000").is_err());
}

proptest! {
    #[test]
    fn every_moment_survives_its_text(ms in any::<i64>()) {
        let moment = Timestamp::from_ms(ms);
        prop_assert_eq!(Timestamp::parse(&moment.to_string()), Ok(moment));
    }

    #[test]
    fn every_day_has_a_successor(ms in FIRST_MS..LAST_MS - DAY) {
        let today = Timestamp::from_ms(ms).date();
        let tomorrow = Timestamp::from_ms(ms + DAY).date();
        prop_assert!(today < tomorrow);
        prop_assert_eq!(tomorrow.midnight().ms_since(today.midnight()), DAY);
        prop_assert_eq!(Date::new(today.year(), today.month(), today.day()), Some(today));
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = Timestamp::parse(&text);
        let _ = Date::parse(&text);
        let _ = TimeOfDay::parse(&text);
    }

    #[test]
    fn nearly_right_moments_are_read_or_refused(
        text in "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{0,12})?([Zz]|[+-][0-9]{2}:[0-9]{2})?"
    ) {
        if let Ok(moment) = Timestamp::parse(&text) {
            prop_assert_eq!(Timestamp::parse(&moment.to_string()), Ok(moment));
        }
    }
}
