//! The query of a request as decoded pairs.

use std::borrow::Cow;
use std::str::FromStr;

use percent_encoding::percent_decode_str;

use super::FieldError;

/// Decoded `name=value` pairs in their order.
#[derive(Clone, Debug, Default)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads `a=1&b=two+words`; what is no UTF-8 is replaced, never refused.
    #[must_use]
    pub fn parse(raw: &str) -> Self {
        let pairs = raw.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        });
        Self(pairs.collect())
    }

    /// The first value of a parameter; an empty one counts as absent.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let pair = self.0.iter().find(|(key, value)| key == name && !value.is_empty())?;
        Some(&pair.1)
    }

    /// The first value, parsed.
    ///
    /// # Errors
    /// The violation of this parameter, `expected` being what it should have been, such as
    /// `"an integer from 1 to 200"`.
    pub fn parsed<T: FromStr>(&self, name: &str, expected: &str) -> Result<Option<T>, FieldError> {
        self.get(name)
            .map(|value| {
                value.parse().map_err(|_| {
                    FieldError::new(name, "invalid_parameter", format!("expected {expected}"))
                })
            })
            .transpose()
    }

    /// All pairs.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

fn decode(text: &str) -> String {
    let spaced: Cow<'_, str> =
        if text.contains('+') { text.replace('+', " ").into() } else { text.into() };
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_decoded() {
        let query = Query::parse("a=1&name=two+w%C3%B6rds&flag&a=2&=x&&empty=");
        assert_eq!(query.get("a"), Some("1"));
        assert_eq!(query.get("name"), Some("two wörds"));
        assert_eq!(query.get("flag"), None);
        assert_eq!(query.get("empty"), None);
        assert_eq!(query.iter().count(), 6);
    }

    #[test]
    fn a_value_that_does_not_parse_names_its_parameter() {
        let query = Query::parse("limit=ten");
        let error = query.parsed::<u32>("limit", "an integer").unwrap_err();
        assert_eq!((error.path.as_str(), error.message.as_str()), ("limit", "expected an integer"));
        assert_eq!(query.parsed::<u32>("other", "an integer"), Ok(None));
    }

    proptest::proptest! {
        #[test]
        fn any_pairs_survive_encoding(pairs: Vec<(String, String)>) {
            use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
            let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
            let written: Vec<String> =
                pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
            let query = Query::parse(&written.join("&"));
            let read: Vec<(String, String)> =
                query.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            proptest::prop_assert_eq!(read, pairs);
        }

        #[test]
        fn nothing_makes_it_panic(raw: String) {
            let _ = Query::parse(&raw);
        }
    }
}
