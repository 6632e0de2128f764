use proptest::prelude::*;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::config::V1;

const HOUR_MS: i64 = 60 * 60 * 1000;

/// A place that is always so many hours before UTC.
struct Fixed(i64);

impl Zone for Fixed {
    fn date_at(&self, moment: Timestamp) -> Date {
        moment.plus_ms(self.0 * HOUR_MS).date()
    }

    fn moment(&self, date: Date, minutes: u16) -> Timestamp {
        date.midnight().plus_ms(i64::from(minutes) * 60_000 - self.0 * HOUR_MS)
    }
}

fn times(hours: &Value) -> OpeningTimes {
    let config = json!({ "v1": { "business_hours": { "timezone": "UTC", "hours": hours } } });
    OpeningTimes::of(&V1::of(&config).business_hours()).unwrap()
}

fn opening(day: &str, from: &str, to: &str) -> Value {
    json!({ "day": day, "from": from, "to": to })
}

fn moment(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn open_until(text: &str) -> Hours {
    Hours { open: true, until: Some(moment(text)) }
}

fn closed_until(text: &str) -> Hours {
    Hours { open: false, until: Some(moment(text)) }
}

#[test]
fn days_of_the_week_are_those_of_the_calendar() {
    for (date, day) in [
        ("1970-01-01", Weekday::Thursday),
        ("2026-04-09", Weekday::Thursday),
        ("2024-02-29", Weekday::Thursday),
        ("2026-11-22", Weekday::Sunday),
        ("1969-12-31", Weekday::Wednesday),
    ] {
        assert_eq!(weekday(Date::parse(date).unwrap()), day, "{date}");
    }
}

#[test]
fn people_are_there_from_the_first_minute_to_the_last() {
    // 2026-04-06 is a Monday.
    let times = times(&json!([opening("mon", "09:00", "12:30"), opening("wed", "13:00", "17:00")]));
    let at = |text: &str| times.at(moment(text), &Fixed(0));
    assert_eq!(at("2026-04-06T08:59:59Z"), closed_until("2026-04-06T09:00:00Z"));
    assert_eq!(at("2026-04-06T09:00:00Z"), open_until("2026-04-06T12:30:00Z"));
    assert_eq!(at("2026-04-06T12:29:59Z"), open_until("2026-04-06T12:30:00Z"));
    assert_eq!(at("2026-04-06T12:30:00Z"), closed_until("2026-04-08T13:00:00Z"));
    assert_eq!(at("2026-04-08T17:00:00Z"), closed_until("2026-04-13T09:00:00Z"));
}

#[test]
fn hours_are_those_of_the_place() {
    let times = times(&json!([opening("mon", "09:00", "17:00")]));
    // Sunday evening in London is Monday morning in Tokyo.
    let tokyo = times.at(moment("2026-04-05T23:30:00Z"), &Fixed(9));
    assert_eq!(tokyo, closed_until("2026-04-06T00:00:00Z"));
    let tokyo = times.at(moment("2026-04-06T00:00:00Z"), &Fixed(9));
    assert_eq!(tokyo, open_until("2026-04-06T08:00:00Z"));
    let kiritimati = times.at(moment("2026-04-05T19:00:00Z"), &Fixed(14));
    assert_eq!(kiritimati, open_until("2026-04-06T03:00:00Z"));
}

#[test]
fn hours_that_touch_or_overlap_are_one() {
    let times = times(&json!([
        opening("fri", "18:00", "24:00"),
        opening("sat", "00:00", "02:00"),
        opening("sat", "01:00", "03:00"),
    ]));
    let at = |text: &str| times.at(moment(text), &Fixed(0));
    assert_eq!(at("2026-04-10T23:59:00Z"), open_until("2026-04-11T03:00:00Z"));
    assert_eq!(at("2026-04-11T00:30:00Z"), open_until("2026-04-11T03:00:00Z"));
    assert_eq!(at("2026-04-11T03:00:00Z"), closed_until("2026-04-17T18:00:00Z"));
}

#[test]
fn who_is_always_there_or_never_stays_so() {
    let all: Vec<Value> = Weekday::WORDS.iter().map(|day| opening(day, "00:00", "24:00")).collect();
    let now = moment("2026-04-09T14:12:00Z");
    let always = times(&json!(all)).at(now, &Fixed(-3));
    assert_eq!(always, Hours { open: true, until: None });
    let never = times(&json!([])).at(now, &Fixed(0));
    assert_eq!(never, Hours { open: false, until: None });
}

#[test]
fn without_a_zone_there_are_no_hours() {
    let of = |v1: Value| OpeningTimes::of(&V1::of(&json!({ "v1": v1 })).business_hours());
    assert_eq!(of(json!({})), None);
    assert_eq!(of(json!({ "business_hours": { "hours": [] } })), None);
    let read = of(json!({ "business_hours": { "timezone": "Europe/Berlin", "hours": [
        opening("mon", "09:00", "17:00"), opening("moon", "09:00", "17:00"),
        opening("tue", "17:00", "09:00"), 7,
    ] } }));
    let read = read.unwrap();
    assert_eq!(read.zone(), "Europe/Berlin");
    assert_eq!(read.times, [(Weekday::Monday, 540, 1020)]);
}

#[test]
fn both_are_said_also_where_nothing_changes() {
    let said = |hours: Hours| serde_json::to_value(hours).unwrap();
    let until = open_until("2026-04-06T12:30:00Z");
    assert_eq!(said(until), json!({ "open": true, "until": "2026-04-06T12:30:00.000Z" }));
    assert_eq!(said(Hours { open: false, until: None }), json!({ "open": false, "until": null }));
}

proptest! {
    #[test]
    fn what_is_said_holds_until_then_and_no_longer(
        list in prop::collection::vec((0_usize..7, 0_u16..1440, 1_u16..700), 0..6),
        now in 0_i64..4_102_444_800_000,
        east in -12_i64..=14,
    ) {
        let times = OpeningTimes {
            zone: "UTC".to_owned(),
            times: list.iter().map(|&(day, from, long)| {
                (Weekday::ALL[day], from, (from + long).min(1440))
            }).collect(),
        };
        let (now, zone) = (Timestamp::from_ms(now), Fixed(east));
        let said = times.at(now, &zone);
        prop_assert_eq!(said.until.is_none(), list.is_empty());
        if let Some(until) = said.until {
            prop_assert!(until > now);
            prop_assert_eq!(times.at(until.plus_ms(-1), &zone).open, said.open);
            prop_assert_eq!(times.at(until, &zone).open, !said.open);
        }
    }
}
