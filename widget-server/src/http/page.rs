//! Pages of a list: `limit` and an opaque `cursor` in, a `Link` to the next page out.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::LINK;
use http::{HeaderName, HeaderValue};
use serde::{Serialize, de::DeserializeOwned};

use super::{FieldError, Outcome, Problem, Query, Request, response};

const DEFAULT_LIMIT: usize = 50;
const MAX_LIMIT: usize = 200;
const NEXT_CURSOR: HeaderName = HeaderName::from_static("x-next-cursor");

/// What the two parameters of every list ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<C> {
    /// 1 to 200 items, 50 unless asked.
    pub limit: usize,
    /// Where the page before ended.
    pub after: Option<C>,
}

impl<C: DeserializeOwned> Page<C> {
    /// Reads `limit` and `cursor`.
    ///
    /// # Errors
    /// 422 for a limit out of bounds, 400 `invalid_cursor` for a cursor that is none of ours.
    pub fn of(query: &Query) -> Result<Self, Problem> {
        let expected = "an integer from 1 to 200";
        let limit = query.parsed("limit", expected).and_then(|limit| match limit {
            None => Ok(DEFAULT_LIMIT),
            Some(limit) if (1..=MAX_LIMIT).contains(&limit) => Ok(limit),
            Some(_) => {
                let message = format!("expected {expected}");
                Err(FieldError::new("limit", "invalid_parameter", message))
            }
        });
        let limit = limit.map_err(|error| Problem::unprocessable([error]))?;
        let after = query.get("cursor").map(decode).transpose()?;
        Ok(Self { limit, after })
    }
}

fn encode<C: Serialize>(cursor: &C) -> Result<String, Problem> {
    serde_json::to_vec(cursor).map(|json| URL_SAFE_NO_PAD.encode(json)).map_err(Problem::internal)
}

fn decode<C: DeserializeOwned>(text: &str) -> Result<C, Problem> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok();
    bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).ok_or_else(|| {
        let detail = "This cursor cannot be read; begin again without one.";
        Problem::bad_request("invalid_cursor", detail)
    })
}

/// The items as an array; where there are more, the two headers that lead to them.
///
/// # Errors
/// An internal problem when something cannot be serialized.
pub fn list<T: Serialize, C: Serialize>(
    request: &Request,
    items: &[T],
    next: Option<&C>,
) -> Outcome {
    let mut response = response::ok(items)?;
    if let Some(next) = next {
        let cursor = encode(next)?;
        let link = format!("<{}>; rel=\"next\"", next_address(request, &cursor));
        let headers = response.headers_mut();
        headers.insert(LINK, HeaderValue::from_str(&link).map_err(Problem::internal)?);
        let cursor = HeaderValue::from_str(&cursor).map_err(Problem::internal)?;
        headers.insert(NEXT_CURSOR, cursor);
    }
    Ok(response)
}

/// The same address with the other cursor; the rest of the query stays as it was sent.
fn next_address(request: &Request, cursor: &str) -> String {
    let rest = request.uri().query().unwrap_or_default();
    let mut query: Vec<&str> = rest.split('&').filter(|pair| !pair.is_empty()).collect();
    query.retain(|pair| !pair.starts_with("cursor="));
    let cursor = format!("cursor={cursor}");
    query.push(&cursor);
    format!("{}{}?{}", request.base_url(), request.path(), query.join("&"))
}

#[cfg(test)]
mod tests {
    use proptest::{prop_assert_eq, proptest};

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_comes_back_as_it_was_given(place: (i64, String)) {
            let text = encode(&place).unwrap();
            prop_assert_eq!(decode::<(i64, String)>(&text).unwrap(), place);
        }

        #[test]
        fn any_other_text_is_an_invalid_cursor(text: String) {
            if let Err(problem) = decode::<(i64, String)>(&text) {
                prop_assert_eq!(problem.code(), "invalid_cursor");
            }
        }
    }
}
