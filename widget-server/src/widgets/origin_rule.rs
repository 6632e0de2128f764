//! The one rule about origins that every public call goes through (API, section 3).

use widget_core::origin::{AllowList, Origin};

use crate::http::Problem;

/// What a call does, as far as its origin matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// `init`: nothing without an origin, even where any origin will do.
    Init,
    /// Starts or submits something without a token.
    Starts,
    /// Reads what is public.
    Reads,
    /// Carries a token, which is the proof: programs send no origin.
    Proven,
}

/// What the widget and the server allow.
#[derive(Debug, Clone, Copy)]
pub struct Rule<'a> {
    /// The widget's list.
    pub allow_list: &'a AllowList,
    /// This server's own public origin: its hosted page and its frame are admitted.
    pub own: Option<&'a Origin>,
    /// Whether an empty list admits nobody (`server.require_domains`).
    pub require_domains: bool,
}

impl Rule<'_> {
    /// Whether a page of this origin may talk to the widget.
    #[must_use]
    pub fn admits(&self, origin: &str) -> bool {
        let own = || self.own.is_some_and(|own| Origin::from_header(origin).as_ref() == Some(own));
        let listed = if self.allow_list.is_empty() {
            !self.require_domains
        } else {
            self.allow_list.admits(origin)
        };
        listed || own()
    }

    /// Lets the call through or refuses it.
    ///
    /// # Errors
    /// 403 `origin_forbidden`.
    pub fn check(&self, origin: Option<&str>, call: Call) -> Result<(), Problem> {
        let open = self.allow_list.is_empty() && !self.require_domains;
        match origin {
            Some(origin) if self.admits(origin) => Ok(()),
            Some(_) => Err(not_listed()),
            None => match call {
                Call::Reads | Call::Proven => Ok(()),
                Call::Starts if open => Ok(()),
                Call::Starts | Call::Init => Err(missing()),
            },
        }
    }
}

fn not_listed() -> Problem {
    Problem::forbidden(
        "origin_forbidden",
        "This origin is not on the widget's list of domains. Add exactly this scheme, host and port \
         to the list.",
    )
}

fn missing() -> Problem {
    Problem::forbidden(
        "origin_forbidden",
        "This call needs the Origin header of a page on the widget's list of domains.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(entries: &[&str]) -> AllowList {
        let entries: Vec<String> = entries.iter().map(ToString::to_string).collect();
        AllowList::new(&entries).unwrap()
    }

    fn passes(rule: Rule<'_>, origin: Option<&str>, call: Call) -> bool {
        rule.check(origin, call).is_ok()
    }

    const CALLS: [Call; 4] = [Call::Init, Call::Starts, Call::Reads, Call::Proven];

    #[test]
    fn a_listed_origin_may_do_everything_and_another_one_nothing() {
        let allow_list = list(&["https://shop.example"]);
        let rule = Rule { allow_list: &allow_list, own: None, require_domains: false };
        for call in CALLS {
            assert!(passes(rule, Some("https://shop.example"), call), "{call:?}");
            for other in ["https://evil.example", "https://www.shop.example", "null", ""] {
                assert!(!passes(rule, Some(other), call), "{call:?} from {other}");
            }
        }
    }

    #[test]
    fn without_an_origin_one_may_read_and_use_a_token_but_start_nothing() {
        let allow_list = list(&["https://shop.example"]);
        let rule = Rule { allow_list: &allow_list, own: None, require_domains: false };
        assert!(passes(rule, None, Call::Reads) && passes(rule, None, Call::Proven));
        assert!(!passes(rule, None, Call::Starts) && !passes(rule, None, Call::Init));
    }

    #[test]
    fn an_empty_list_admits_every_origin_and_init_still_wants_one() {
        let allow_list = list(&[]);
        let rule = Rule { allow_list: &allow_list, own: None, require_domains: false };
        for call in CALLS {
            assert!(passes(rule, Some("https://any.example"), call), "{call:?}");
            assert_eq!(passes(rule, None, call), call != Call::Init, "{call:?}");
        }
    }

    #[test]
    fn an_empty_list_admits_nobody_where_domains_are_required() {
        let allow_list = list(&[]);
        let rule = Rule { allow_list: &allow_list, own: None, require_domains: true };
        assert!(!passes(rule, Some("https://any.example"), Call::Reads));
        assert!(!passes(rule, None, Call::Starts));
        assert!(passes(rule, None, Call::Reads));
    }

    #[test]
    fn the_servers_own_origin_is_always_admitted() {
        let allow_list = list(&["https://shop.example"]);
        let own = Origin::parse("https://chat.example").unwrap();
        for require_domains in [false, true] {
            let rule = Rule { allow_list: &allow_list, own: Some(&own), require_domains };
            assert!(passes(rule, Some("https://chat.example"), Call::Init));
            assert!(!passes(rule, Some("http://chat.example"), Call::Init));
        }
    }
}
