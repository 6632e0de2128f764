//! The sentences about violations, in English; on the server only.

use super::{Violation, ViolationCode as Code};

pub(super) fn message(violation: &Violation) -> String {
    let params = &violation.params;
    let min = params.min.unwrap_or_default();
    let max = params.max.unwrap_or_default();
    let value = shown(params.value.as_deref().unwrap_or_default());
    let allowed = params.allowed.join(", ");
    match violation.code {
        Code::WrongType => {
            let expected = params.expected.unwrap_or("another type");
            return format!("Must be {}{expected}.", article(expected));
        }
        Code::NotAllowed => return format!("Must be one of: {allowed}."),
        Code::ExactlyOne => return format!("Exactly one of these must be given: {allowed}."),
        Code::AtLeastOne => return format!("At least one of these must be given: {allowed}."),
        Code::TooShort => return format!("Must have at least {}.", counted(min, "character")),
        Code::TooLong => return format!("Must have at most {}.", counted(max, "character")),
        Code::TooSmall => return format!("Must be at least {min}."),
        Code::TooLarge => return format!("Must be at most {max}."),
        Code::TooEarly => return format!("Must not be before {value}."),
        Code::TooLate => return format!("Must not be after {value}."),
        Code::TooFew => return format!("Must have at least {}.", entries(min)),
        Code::TooMany => return format!("Must have at most {}.", entries(max)),
        Code::TooBig => return format!("Must be at most {max} bytes of JSON."),
        Code::Duplicate if !value.is_empty() => {
            return format!("{value} stands here more than once.");
        }
        Code::UnknownReference if !value.is_empty() => {
            return format!("There is no {value} here.");
        }
        Code::OriginHost if !value.is_empty() => {
            return format!("{value} has no valid host name or address.");
        }
        _ => {}
    }
    fixed(violation.code).to_owned()
}

fn fixed(code: Code) -> &'static str {
    match code {
        Code::Required => "Must be given.",
        Code::Duplicate => "Stands here more than once.",
        Code::UnknownReference => "Names something that does not exist here.",
        Code::NotInteger => "Must be a whole number.",
        Code::UnknownField => "There is no such field.",
        Code::UnknownOption => "Must be one of the field's options.",
        Code::MustBeAccepted => "Must be accepted.",
        Code::Reversed => "The beginning must come before the end.",
        Code::NotOneLine => "Must be one line.",
        Code::InvalidId => "Not an identifier of the expected form.",
        Code::InvalidColour => "Must be a colour: #rgb, #rrggbb or #rrggbbaa.",
        Code::InvalidUrl => "Must be an absolute address with http:// or https://.",
        Code::InvalidEmail => "Must be an e-mail address.",
        Code::InvalidTel => "Must be a telephone number.",
        Code::InvalidDate => "Must be a date of the calendar: YYYY-MM-DD.",
        Code::InvalidTime => "Must be a time.",
        Code::InvalidTimezone => "Must be a time zone of the IANA database, such as Europe/Berlin.",
        Code::InvalidLanguage => "Must be a language tag such as de or pt-BR.",
        Code::InvalidPattern => "Must be a pattern such as /shop/*.",
        Code::InvalidMediaType => "Must be a media type such as image/png or image/*.",
        Code::OriginEmpty => "Must name a site, such as https://example.com.",
        Code::OriginNotAscii => {
            "Must be ASCII: enter an international name in its xn-- form, as a browser's \
             address bar copies it."
        }
        Code::OriginUserInfo => "Must not hold a user name or password.",
        Code::OriginScheme => "Must begin with http:// or https://.",
        Code::OriginHost => "Must have a valid host name or address.",
        Code::OriginPort => "The port must be a number from 1 to 65535.",
        Code::OriginWildcard => {
            "A wildcard may only stand for all subdomains of a name with a dot in it: \
             https://*.example.com."
        }
        _ => "Not valid.",
    }
}

fn article(expected: &str) -> &'static str {
    match expected.as_bytes().first() {
        Some(b'a' | b'e' | b'i' | b'o' | b'u') => "an ",
        _ if matches!(expected, "text" | "true or false") => "",
        _ => "a ",
    }
}

fn entries(count: f64) -> String {
    if count == 1.0 { "1 entry".to_owned() } else { format!("{count} entries") }
}

fn counted(count: f64, noun: &str) -> String {
    if count == 1.0 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// Quotes what somebody wrote, cut short.
fn shown(value: &str) -> String {
    if value.is_empty() {
        return String::new();
    }
    let short: String = value.chars().filter(|c| !c.is_control()).take(80).collect();
    format!("“{short}”")
}
