use serde_json::json;
use widget_core::widget::WidgetPatch;

use super::*;

fn opening(timezone: &str, hours: &Value) -> Option<Opening> {
    let hours = json!({ "timezone": timezone, "hours": hours });
    Opening::of(&json!({ "v1": { "business_hours": hours } }))
}

fn on(zone: &str, day: &str, from: &str, to: &str) -> Opening {
    opening(zone, &json!([{ "day": day, "from": from, "to": to }])).unwrap()
}

fn moment(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn said(open: bool, until: &str) -> Hours {
    Hours { open, until: Some(moment(until)) }
}

#[test]
fn nine_is_nine_on_both_sides_of_a_change_of_the_clocks() {
    // Germany goes to summer time on Sunday 2026-03-29 and back on Sunday 2026-10-25.
    let opening = on("Europe/Berlin", "mon", "09:00", "17:00");
    let at = |text: &str| opening.at(moment(text));
    assert_eq!(at("2026-03-23T08:00:00Z"), said(true, "2026-03-23T16:00:00Z"));
    assert_eq!(at("2026-03-23T16:00:00Z"), said(false, "2026-03-30T07:00:00Z"));
    assert_eq!(at("2026-03-30T07:00:00Z"), said(true, "2026-03-30T15:00:00Z"));
    assert_eq!(at("2026-10-19T15:00:00Z"), said(false, "2026-10-26T08:00:00Z"));
}

#[test]
fn an_hour_that_is_skipped_comes_when_it_would_have() {
    // 02:00 to 03:00 does not exist on that Sunday.
    let night = on("Europe/Berlin", "sun", "02:15", "02:45");
    let before = night.at(moment("2026-03-28T12:00:00Z"));
    assert_eq!(before, said(false, "2026-03-29T01:15:00Z"));
    let across = on("Europe/Berlin", "sun", "01:00", "04:00");
    let during = across.at(moment("2026-03-29T00:30:00Z"));
    assert_eq!(during, said(true, "2026-03-29T02:00:00Z"), "two hours, not three");
}

#[test]
fn an_hour_that_comes_twice_is_long() {
    // 02:00 to 03:00 comes twice on that Sunday.
    let night = on("Europe/Berlin", "sun", "01:00", "04:00");
    let during = night.at(moment("2026-10-25T00:30:00Z"));
    assert_eq!(during, said(true, "2026-10-25T03:00:00Z"), "four hours, not three");
}

#[test]
fn midnight_may_be_skipped_too() {
    // Chile goes to summer time at midnight: Sunday 2026-09-06 begins at 01:00.
    let opening = on("America/Santiago", "sun", "00:00", "24:00");
    let said_then = opening.at(moment("2026-09-06T04:00:00Z"));
    assert_eq!(said_then, said(true, "2026-09-07T03:00:00Z"));
    assert!(!opening.at(moment("2026-09-06T03:59:59Z")).open);
}

#[test]
fn a_zone_that_nobody_knows_is_named() {
    assert!(opening("Europe/Atlantis", &json!([])).is_none());
    let config = |zone: &str| json!({ "v1": { "business_hours": { "timezone": zone } } });
    let wrong = unknown_zone(&config("Europe/Atlantis")).unwrap();
    assert_eq!(wrong.path, ZONE_PATH);
    for known in ["Europe/Berlin", "UTC", "Etc/GMT+5", "America/Argentina/Ushuaia", "Asia/Tokyo"] {
        assert_eq!(unknown_zone(&config(known)), None, "{known}");
    }
    assert_eq!(unknown_zone(&json!({})), None);
}

#[test]
fn an_unknown_zone_is_named_with_everything_else_that_is_wrong() {
    let paths = |body: Value| {
        let read = with_zone(&body, WidgetPatch::read(&body));
        let wrong = read.err().unwrap_or_default().0;
        wrong.into_iter().map(|violation| violation.path).collect::<Vec<_>>()
    };
    let config = |zone: &str, theme: &str| {
        let hours = json!({ "timezone": zone });
        json!({ "config": { "v1": { "theme": theme, "business_hours": hours } } })
    };
    assert_eq!(paths(config("Europe/Berlin", "dark")), <[&str; 0]>::default());
    assert_eq!(paths(config("Europe/Atlantis", "dark")), [ZONE_PATH]);
    assert_eq!(paths(config("Europe/Atlantis", "grey")), ["config.v1.theme", ZONE_PATH]);
    assert_eq!(paths(config("no zone", "dark")), [ZONE_PATH], "core has said so already");
    assert_eq!(paths(json!({})), <[&str; 0]>::default());
}

#[test]
fn what_is_said_of_absence_is_said_while_nobody_is_there() {
    let away = Hours { open: false, until: None };
    let there = Hours { open: true, until: None };
    let config =
        |message: Value| json!({ "v1": { "business_hours": { "closed_message": message } } });
    let texts = json!({ "en": "Back soon", "de": "Gleich zurück" });
    let written = config(texts.clone());
    let said = |view: HoursView<'_>| serde_json::to_value(view).unwrap();
    let expected = json!({ "open": false, "until": null, "message": texts });
    assert_eq!(said(HoursView::of(away, &written)), expected);
    let expected = json!({ "open": true, "until": null });
    assert_eq!(said(HoursView::of(there, &written)), expected);
    let german = V1::of(&written).language(&["de-AT"]);
    let said = |hours: Hours, config: &Value| VisitorHours::of(hours, config, &german).message;
    assert_eq!(said(away, &written).as_deref(), Some("Gleich zurück"));
    assert_eq!(said(there, &written), None);
    for nothing in [config(json!(" ")), config(json!(7)), json!({})] {
        assert_eq!(said(away, &nothing), None);
        assert!(HoursView::of(away, &nothing).message.is_none());
    }
}
