//! From a method and a raw path to a row.
//!
//! The path is matched as it was sent and only then are its parameters percent-decoded: decoding
//! first would let `%2F` become a separator. Path first, then method, so that a wrong method is a
//! 405 that knows what is allowed.

use std::sync::Arc;

use http::{HeaderValue, Method};
use percent_encoding::percent_decode_str;

use super::endpoint::{Access, Endpoint};
use super::request::Matched;

/// All rows, found by path.
#[derive(Debug)]
pub struct Router<S> {
    paths: matchit::Router<PathRows<S>>,
    prefix: String,
}

/// The rows of one path.
#[derive(Debug)]
struct PathRows<S> {
    pattern: &'static str,
    names: Arc<[&'static str]>,
    rows: Vec<Arc<Endpoint<S>>>,
    allow: HeaderValue,
}

/// A path that exists.
pub(crate) struct Found<S> {
    pub(crate) matched: Arc<Matched>,
    /// Where the path exists, but not for this method: what is allowed.
    pub(crate) row: Result<Arc<Endpoint<S>>, HeaderValue>,
}

/// Two rows that cannot stand beside each other.
#[derive(Debug, thiserror::Error)]
pub enum RouteConflict {
    /// The same method and path twice.
    #[error("{0} {1} stands in the table twice")]
    Twice(Method, &'static str),
    /// A pattern that is malformed or shadows another.
    #[error("{0}: {1}")]
    Pattern(&'static str, matchit::InsertError),
}

impl<S> Router<S> {
    /// Takes the rows; `public_path` is the path of the server's public address (`/chat`), stripped
    /// from requests that carry it, and empty where there is none.
    ///
    /// # Errors
    /// A conflict is found here, at the start, never by a request.
    pub fn new(
        endpoints: impl IntoIterator<Item = Endpoint<S>>,
        public_path: &str,
    ) -> Result<Self, RouteConflict> {
        let mut grouped: Vec<(&'static str, Vec<Arc<Endpoint<S>>>)> = Vec::new();
        for endpoint in endpoints {
            let path = endpoint.path;
            match grouped.iter_mut().find(|(known, _)| *known == path) {
                Some((_, rows)) if rows.iter().any(|row| row.method == endpoint.method) => {
                    return Err(RouteConflict::Twice(endpoint.method, path));
                }
                Some((_, rows)) => rows.push(Arc::new(endpoint)),
                None => grouped.push((path, vec![Arc::new(endpoint)])),
            }
        }
        let mut paths = matchit::Router::new();
        for (pattern, rows) in grouped {
            let allow = allow_header(&rows);
            let rows = PathRows { pattern, names: names_of(pattern), rows, allow };
            let conflict = |error| RouteConflict::Pattern(pattern, error);
            paths.insert(pattern, rows).map_err(conflict)?;
        }
        Ok(Self { paths, prefix: public_path.trim_end_matches('/').to_owned() })
    }

    /// Finds the row of a raw path, also below the public path.
    pub(crate) fn find(&self, method: &Method, path: &str) -> Option<Found<S>> {
        let carried = !self.prefix.is_empty() && path.starts_with(&self.prefix);
        carried
            .then(|| self.lookup(method, path, self.prefix.len()))
            .flatten()
            .or_else(|| self.lookup(method, path, 0))
    }

    fn lookup(&self, method: &Method, path: &str, skipped: usize) -> Option<Found<S>> {
        let path = match &path[skipped..] {
            "" => "/",
            rest => rest,
        };
        let hit = self.paths.at(path).ok()?;
        let mut values = Vec::with_capacity(hit.value.names.len());
        for (_, raw) in hit.params.iter() {
            values.push(percent_decode_str(raw).decode_utf8().ok()?.into_owned());
        }
        let rows = &hit.value.rows;
        let by_method = |wanted: &Method| rows.iter().find(|row| row.method == *wanted);
        let row = by_method(method)
            .or_else(|| (method == Method::HEAD).then(|| by_method(&Method::GET)).flatten());
        let matched = Arc::new(Matched {
            pattern: hit.value.pattern,
            names: Arc::clone(&hit.value.names),
            values,
            skipped,
            access: row.or(rows.first()).map_or(Access::Open, |row| row.access),
            body_limit: row.map_or(0, |row| row.body_limit),
        });
        let row = row.map(Arc::clone).ok_or_else(|| hit.value.allow.clone());
        Some(Found { matched, row })
    }
}

fn allow_header<S>(rows: &[Arc<Endpoint<S>>]) -> HeaderValue {
    let mut methods: Vec<&str> = Vec::new();
    for row in rows {
        methods.push(row.method.as_str());
        if row.method == Method::GET {
            methods.push("HEAD");
        }
    }
    methods.push("OPTIONS");
    HeaderValue::from_str(&methods.join(", ")).expect("method names are header-safe")
}

/// The names of a pattern's parameters, in order: `/a/{id}/b/{*rest}` has `id` and `rest`.
pub(crate) fn names_of(pattern: &'static str) -> Arc<[&'static str]> {
    let names = pattern.split('{').skip(1).filter_map(|part| part.split('}').next());
    names.map(|name| name.trim_start_matches('*')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::response;

    fn router(prefix: &str) -> Router<()> {
        let answer = |_, _| async { Ok(response::no_content()) };
        let rows = vec![
            Endpoint::get("/things", "list_things", answer),
            Endpoint::post("/things", "create_thing", answer),
            Endpoint::get("/things/{id}", "get_thing", answer).public(),
            Endpoint::get("/files/{*path}", "get_file", answer),
        ];
        Router::new(rows, prefix).unwrap()
    }

    fn id_of(router: &Router<()>, method: &Method, path: &str) -> Option<&'static str> {
        router.find(method, path)?.row.ok().map(|row| row.id)
    }

    #[test]
    fn head_is_answered_by_get_and_a_wrong_method_knows_what_is_allowed() {
        let router = router("");
        assert_eq!(id_of(&router, &Method::HEAD, "/things"), Some("list_things"));
        let found = router.find(&Method::PUT, "/things").unwrap();
        assert_eq!(found.row.err().unwrap(), "GET, HEAD, POST, OPTIONS");
        assert!(router.find(&Method::GET, "/nothing").is_none());
    }

    #[test]
    fn parameters_are_decoded_after_matching() {
        let router = router("");
        let found = router.find(&Method::GET, "/things/a%2Fb%20c").unwrap();
        assert_eq!(found.matched.param::<String>("id").unwrap(), "a/b c");
        assert_eq!(found.matched.param::<u32>("id"), None);
        assert!(router.find(&Method::GET, "/things/%FF").is_none(), "not UTF-8");
        let found = router.find(&Method::GET, "/files/a/b.js").unwrap();
        assert_eq!(found.matched.param::<String>("path").unwrap(), "a/b.js");
    }

    #[test]
    fn the_public_path_is_stripped_where_it_is_there() {
        let router = router("/chat/");
        for path in ["/chat/things", "/things"] {
            assert_eq!(id_of(&router, &Method::GET, path), Some("list_things"), "{path}");
        }
        assert!(router.find(&Method::GET, "/chatthings").is_none());
    }

    #[test]
    fn a_row_that_stands_twice_is_refused_at_the_start() {
        let answer = |_, _| async { Ok(response::no_content()) };
        let twice = [Endpoint::<()>::get("/a", "a", answer), Endpoint::get("/a", "b", answer)];
        assert!(matches!(Router::new(twice, ""), Err(RouteConflict::Twice(..))));
        let shadowed =
            [Endpoint::<()>::get("/a/{b}", "a", answer), Endpoint::get("/a/{c}", "b", answer)];
        assert!(matches!(Router::new(shadowed, ""), Err(RouteConflict::Pattern(..))));
    }
}
