//! Whether the people behind a widget are there: core's rule on the clocks of their place.
//!
//! The time zone database is the one that is compiled in: the same names and the same answers on
//! every machine, and no file is read.

use jiff::civil;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use widget_core::config::V1;
use widget_core::error::{Violation, ViolationCode, Violations};
use widget_core::hours::{Hours, OpeningTimes, Zone};
use widget_core::language::{Language, Text};
use widget_core::time::{Date, Timestamp};

/// Where a configuration names its zone.
const ZONE_PATH: &str = "config.v1.business_hours.timezone";

/// Whether people are there, and what is said while they are not.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HoursView<'a> {
    /// Whether, and until when.
    #[serde(flatten)]
    pub hours: Hours,
    /// The owner's `closed_message` as it was written, a text or texts by language; absent while
    /// people are there, and where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<&'a Value>,
}

/// The same in the visitor's language.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VisitorHours {
    /// Whether, and until when.
    #[serde(flatten)]
    hours: Hours,
    /// The owner's `closed_message`; absent while people are there, and where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

impl<'a> HoursView<'a> {
    /// What everybody is told with `hours`.
    pub(super) fn of(hours: Hours, config: &'a Value) -> Self {
        Self { hours, message: closed_message(hours, config).map(|(written, _)| written) }
    }
}

impl VisitorHours {
    /// What a visitor is told with `hours`.
    pub(super) fn of(hours: Hours, config: &Value, language: &Language) -> Self {
        let text = closed_message(hours, config).map(|(_, text)| text);
        let message = text.map(|text| text.resolve(language).to_owned());
        Self { hours, message: message.filter(|message| !message.trim().is_empty()) }
    }
}

/// As it was written, and as it is read.
fn closed_message(hours: Hours, config: &Value) -> Option<(&Value, Text)> {
    if hours.open {
        return None;
    }
    let written = config.pointer("/v1/business_hours/closed_message")?;
    Some((written, Text::read(written)?))
}

/// The opening hours of a widget, with the clocks of their place.
#[derive(Debug)]
pub(super) struct Opening {
    times: OpeningTimes,
    clocks: Clocks,
}

/// A zone of the database.
#[derive(Debug)]
struct Clocks(TimeZone);

impl Opening {
    /// Of a configuration; `None` where it has none, or a zone nobody knows.
    pub(super) fn of(config: &Value) -> Option<Self> {
        let times = OpeningTimes::of(&V1::of(config).business_hours())?;
        let clocks = Clocks(zone(times.zone())?);
        Some(Self { times, clocks })
    }

    /// Whether people are there.
    pub(super) fn at(&self, now: Timestamp) -> Hours {
        self.times.at(now, &self.clocks)
    }
}

/// Adds to what core says of a body the one thing that it cannot know: whether a zone that has the
/// form of a name exists.
pub(super) fn with_zone<T>(body: &Value, read: Result<T, Violations>) -> Result<T, Violations> {
    let Some(unknown) = body.get("config").and_then(unknown_zone) else { return read };
    let mut violations = read.err().unwrap_or_default();
    if !violations.iter().any(|violation| violation.path == unknown.path) {
        violations.0.push(unknown);
    }
    Err(violations)
}

fn unknown_zone(config: &Value) -> Option<Violation> {
    let name = V1::of(config).business_hours().timezone()?;
    let unknown = || Violation::new(ZONE_PATH, ViolationCode::InvalidTimezone);
    zone(&name).is_none().then(unknown)
}

fn zone(name: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(name).ok()
}

impl Zone for Clocks {
    fn date_at(&self, moment: Timestamp) -> Date {
        let moment = jiff::Timestamp::from_millisecond(moment.ms()).unwrap_or_default();
        let date = self.0.to_datetime(moment).date();
        let part = |part: i8| u8::try_from(part).unwrap_or(1);
        let (month, day) = (part(date.month()), part(date.day()));
        Date::new(date.year().into(), month, day).unwrap_or_else(|| Timestamp::EPOCH.date())
    }

    fn moment(&self, date: Date, minutes: u16) -> Timestamp {
        let there = civil_time(date, minutes).unwrap_or_default();
        let moment = self.0.to_ambiguous_timestamp(there).compatible();
        Timestamp::from_ms(moment.unwrap_or_default().as_millisecond())
    }
}

/// The end of a day is the beginning of the next one.
fn civil_time(date: Date, minutes: u16) -> Option<civil::DateTime> {
    let year = i16::try_from(date.year()).ok()?;
    let (month, day) = (i8::try_from(date.month()).ok()?, i8::try_from(date.day()).ok()?);
    let date = civil::Date::new(year, month, day).ok()?;
    if minutes >= 24 * 60 {
        return Some(date.tomorrow().ok()?.at(0, 0, 0, 0));
    }
    let (hour, minute) = (i8::try_from(minutes / 60).ok()?, i8::try_from(minutes % 60).ok()?);
    Some(date.at(hour, minute, 0, 0))
}

#[cfg(test)]
mod tests;
