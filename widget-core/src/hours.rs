//! Whether people are there: the opening hours of a week, and when that changes next.
//!
//! Hours are written as the clocks of a place show them (`Europe/Berlin`, 09:00). Which moment that
//! is, only a time zone database knows; there is none here. Whoever has one gives a [`Zone`].

use serde::Serialize;

use crate::config::{BusinessHours, Document, Weekday};
use crate::time::{Date, TimeOfDay, Timestamp};

/// How far ahead an opening is looked for: a week, and the days that a zone may lie beside UTC.
const DAYS_AHEAD: i64 = 8;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The clocks of a place.
pub trait Zone {
    /// What the calendar shows there.
    fn date_at(&self, moment: Timestamp) -> Date;

    /// When the clocks there show so many minutes after midnight of that day, 0–1440. Of a time
    /// that comes twice, the first; of one that is skipped, the moment at which it would have come.
    fn moment(&self, date: Date, minutes: u16) -> Timestamp;
}

/// Whether people are there, as every answer says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Hours {
    /// Whether they are there now.
    pub open: bool,
    /// Until when that is so; `null`: it does not change.
    pub until: Option<Timestamp>,
}

/// The opening hours of a week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpeningTimes {
    zone: String,
    /// Day, and minutes after its midnight.
    times: Vec<(Weekday, u16, u16)>,
}

impl OpeningTimes {
    /// Reads the hours of a widget's configuration; `None` where it names no zone, and so has none.
    /// Where it has a zone and no hours, nobody is ever there.
    #[must_use]
    pub fn of<D: Document>(hours: &BusinessHours<D>) -> Option<Self> {
        let time = |text: Option<String>| {
            text.and_then(|text| TimeOfDay::parse(&text).ok()).map(TimeOfDay::minutes)
        };
        let mut times = Vec::new();
        for opening in hours.hours() {
            let (from, to) = (time(opening.from()), time(opening.to()));
            if let (Some(day), Some(from), Some(to)) = (opening.day(), from, to)
                && from < to
            {
                times.push((day, from, to));
            }
        }
        Some(Self { zone: hours.timezone()?, times })
    }

    /// The zone of the hours, as the IANA database names it.
    #[must_use]
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// Whether people are there at that moment, on the clocks of `zone`.
    #[must_use]
    pub fn at(&self, now: Timestamp, zone: &impl Zone) -> Hours {
        let today = zone.date_at(now);
        let mut spans = Vec::new();
        for ahead in -1..=DAYS_AHEAD {
            let date = days_after(today, ahead);
            let day = weekday(date);
            for (_, from, to) in self.times.iter().filter(|(on, ..)| *on == day) {
                spans.push((zone.moment(date, *from), zone.moment(date, *to)));
            }
        }
        spans.sort_unstable();
        let spans = joined(&spans);
        let horizon = zone.moment(days_after(today, DAYS_AHEAD), 24 * 60);
        match spans.iter().find(|(_, end)| *end > now) {
            Some((start, end)) if *start <= now => {
                Hours { open: true, until: Some(*end).filter(|end| *end < horizon) }
            }
            next => Hours { open: false, until: next.map(|(start, _)| *start) },
        }
    }
}

/// Spans in order, those that touch made one: people who stay until midnight and begin at midnight
/// do not leave. What is skipped by the clocks is none.
fn joined(spans: &[(Timestamp, Timestamp)]) -> Vec<(Timestamp, Timestamp)> {
    let mut out: Vec<(Timestamp, Timestamp)> = Vec::new();
    for &(start, end) in spans.iter().filter(|(start, end)| start < end) {
        match out.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => out.push((start, end)),
        }
    }
    out
}

fn days_after(date: Date, days: i64) -> Date {
    date.midnight().plus_ms(days * DAY_MS).date()
}

fn weekday(date: Date) -> Weekday {
    // 1970 began on a Thursday, which is the fourth of the list.
    let days = date.midnight().ms().div_euclid(DAY_MS) + 3;
    Weekday::ALL[days.rem_euclid(7) as usize]
}

#[cfg(feature = "json")]
#[cfg(test)]
mod tests;
