//! Moments and calendar dates, without a clock: who needs "now" is given it.
//!
//! Civil-date arithmetic after Howard Hinnant, *chrono-Compatible Low-Level Date Algorithms*
//! (<https://howardhinnant.github.io/date_algorithms.html>), on the proleptic Gregorian calendar.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// `0000-01-01T00:00:00.000Z`.
const FIRST_MS: i64 = -62_167_219_200_000;
/// `9999-12-31T23:59:59.999Z`.
const LAST_MS: i64 = 253_402_300_799_999;

/// A text that is not a date or a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeError;

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a time as RFC 3339 writes it, such as 2026-04-09T14:12:00Z")
    }
}

impl std::error::Error for TimeError {}

/// A moment in UTC with millisecond precision, from the year 0 to the year 9999.
///
/// Written as RFC 3339 with milliseconds: `2026-04-09T14:12:00.000Z`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 1970-01-01T00:00:00.000Z.
    pub const EPOCH: Self = Self(0);

    /// The moment so many milliseconds after the epoch; what RFC 3339 cannot write is moved to
    /// the nearest moment that it can.
    #[must_use]
    pub const fn from_ms(ms: i64) -> Self {
        if ms < FIRST_MS {
            Self(FIRST_MS)
        } else if ms > LAST_MS {
            Self(LAST_MS)
        } else {
            Self(ms)
        }
    }

    /// The moment so many whole seconds after the epoch, as JWT claims count.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self::from_ms(seconds.saturating_mul(SECOND))
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(SECOND)
    }

    /// The moment so many milliseconds later (earlier, when negative).
    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self::from_ms(self.0.saturating_add(ms))
    }

    /// The moment so much later.
    #[must_use]
    pub fn plus(self, duration: std::time::Duration) -> Self {
        self.plus_ms(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
    }

    /// Milliseconds from `earlier` to this moment; negative when it is the later one.
    #[must_use]
    pub const fn ms_since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }

    /// The calendar day in UTC.
    #[must_use]
    pub const fn date(self) -> Date {
        Date::from_days(self.0.div_euclid(DAY))
    }

    /// Midnight in UTC of the same day.
    #[must_use]
    pub const fn start_of_day(self) -> Self {
        Self(self.0 - self.0.rem_euclid(DAY))
    }

    /// Reads RFC 3339 with any offset; what is finer than a millisecond is cut off.
    ///
    /// # Errors
    /// [`TimeError`] when the text is not such a moment, or one outside the years 0–9999 in UTC.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        parse(text.as_bytes()).ok_or(TimeError)
    }

    fn write(self) -> [u8; 24] {
        let mut out = *b"0000-00-00T00:00:00.000Z";
        self.date().write(&mut out);
        let ms = self.0.rem_euclid(DAY);
        digits(&mut out[11..13], ms / HOUR);
        digits(&mut out[14..16], ms % HOUR / MINUTE);
        digits(&mut out[17..19], ms % MINUTE / SECOND);
        digits(&mut out[20..23], ms % SECOND);
        out
    }
}

/// A day of the calendar, valid by construction, from the year 0 to the year 9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

impl Date {
    /// The day, when there is one: the 30th of February is not.
    #[must_use]
    pub const fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let length = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
            2 => 28,
            _ => return None,
        };
        if year < 0 || year > 9999 || day < 1 || day > length {
            return None;
        }
        Some(Self { year, month, day })
    }

    /// Reads `YYYY-MM-DD`.
    ///
    /// # Errors
    /// [`TimeError`] when the text is no such day.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        date(text.as_bytes()).ok_or(TimeError)
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> i32 {
        self.year
    }

    /// The month, 1–12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, 1–31.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.day
    }

    /// Midnight in UTC at the beginning of the day.
    #[must_use]
    pub const fn midnight(self) -> Timestamp {
        Timestamp::from_ms(self.days() * DAY)
    }

    const fn days(self) -> i64 {
        let year = if self.month <= 2 { self.year - 1 } else { self.year } as i64;
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month = (self.month as i64 + 9) % 12;
        let day_of_year = (153 * month + 2) / 5 + self.day as i64 - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    const fn from_days(days: i64) -> Self {
        let days = days + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        Self { year: year as i32, month: month as u8, day: day as u8 }
    }

    fn write(self, out: &mut [u8]) {
        digits(&mut out[0..4], i64::from(self.year));
        digits(&mut out[5..7], i64::from(self.month));
        digits(&mut out[8..10], i64::from(self.day));
    }

    /// `YYYY-MM-DD`, without the formatting machinery that `to_string` brings into a browser.
    #[must_use]
    pub fn to_iso_string(self) -> String {
        let mut out = *b"0000-00-00";
        self.write(&mut out);
        out.into_iter().map(char::from).collect()
    }
}

/// A time of day in hours and minutes, as opening hours name it: `08:30`; `24:00` is the end of
/// the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// Reads `HH:MM`, `00:00`–`24:00`.
    ///
    /// # Errors
    /// [`TimeError`] when the text is no such time.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let read = |bytes: &[u8]| -> Option<Self> {
            let [h1, h2, b':', m1, m2] = bytes else { return None };
            let hours = number(&[*h1, *h2])?;
            let minutes = number(&[*m1, *m2])?;
            let total = u16::try_from(hours * 60 + minutes).ok()?;
            (minutes < 60 && total <= 24 * 60).then_some(Self(total))
        };
        read(text.as_bytes()).ok_or(TimeError)
    }

    /// Minutes since midnight, 0–1440.
    #[must_use]
    pub const fn minutes(self) -> u16 {
        self.0
    }
}

/// Writes a number right-aligned with leading zeros.
fn digits(out: &mut [u8], mut value: i64) {
    for byte in out.iter_mut().rev() {
        *byte = b'0' + (value % 10) as u8;
        value /= 10;
    }
}

fn number(bytes: &[u8]) -> Option<i64> {
    let mut value = 0;
    for byte in bytes {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value * 10 + i64::from(byte - b'0');
    }
    Some(value)
}

fn date(bytes: &[u8]) -> Option<Date> {
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let year = number(&bytes[0..4])?;
    let month = number(&bytes[5..7])?;
    let day = number(&bytes[8..10])?;
    Date::new(i32::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}

fn parse(bytes: &[u8]) -> Option<Timestamp> {
    if bytes.len() < 20 || !matches!(bytes[10], b'T' | b't' | b' ') {
        return None;
    }
    let date = date(&bytes[..10])?;
    let time = &bytes[11..19];
    if time[2] != b':' || time[5] != b':' {
        return None;
    }
    let (hour, minute, second) = (number(&time[0..2])?, number(&time[3..5])?, number(&time[6..8])?);
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (fraction, zone) = fraction(&bytes[19..])?;
    let offset = offset(zone)?;
    let ms = date.days() * DAY + hour * HOUR + minute * MINUTE + second * SECOND - offset;
    // A leap second exists only at the end of a UTC day; it is counted as the next day's first.
    if second == 60 && ms.rem_euclid(DAY) != 0 {
        return None;
    }
    let ms = ms + if second == 60 { 0 } else { fraction };
    (FIRST_MS..=LAST_MS).contains(&ms).then_some(Timestamp(ms))
}

/// Reads `.123…`, in milliseconds, and what follows it.
fn fraction(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let Some(rest) = bytes.strip_prefix(b".") else { return Some((0, bytes)) };
    let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if count == 0 {
        return None;
    }
    let ms = [100, 10, 1]
        .iter()
        .zip(&rest[..count])
        .map(|(place, digit)| place * i64::from(digit - b'0'))
        .sum();
    Some((ms, &rest[count..]))
}

/// Reads `Z` or `+02:00`, in milliseconds.
fn offset(bytes: &[u8]) -> Option<i64> {
    match bytes {
        b"Z" | b"z" => Some(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let hours = number(&[*h1, *h2])?;
            let minutes = number(&[*m1, *m2])?;
            let ms = hours * HOUR + minutes * MINUTE;
            let valid = hours < 24 && minutes < 60;
            valid.then_some(if *sign == b'-' { -ms } else { ms })
        }
        _ => None,
    }
}

macro_rules! as_text {
    ($name:ident, $format:literal, |$value:ident| $buffer:expr) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let $value = *self;
                let buffer = $buffer;
                f.pad(std::str::from_utf8(&buffer).map_err(|_| fmt::Error)?)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = TimeError;

            fn from_str(text: &str) -> Result<Self, TimeError> {
                Self::parse(text)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(de::Error::custom)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "format": $format })
            }
        }
    };
}

as_text!(Timestamp, "date-time", |moment| moment.write());
as_text!(Date, "date", |date| {
    let mut out = *b"0000-00-00";
    date.write(&mut out);
    out
});

#[cfg(test)]
mod tests;
