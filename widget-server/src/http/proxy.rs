//! Who asks, behind the proxies that are trusted.
//!
//! The chain is read from the right: each proxy appends the address it saw, so the rightmost entry
//! that is no trusted proxy is the client, and what stands left of it is hearsay.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};

use http::{HeaderMap, HeaderName, header};
use ipnet::IpNet;

use super::request::is_host;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// The proxies whose word is taken.
#[derive(Debug, Default)]
pub struct TrustedProxies {
    networks: Vec<IpNet>,
    loopback: bool,
    warned: AtomicBool,
}

/// Who asks and how they reached the outermost proxy.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) ip: IpAddr,
    pub(crate) secure: bool,
    pub(crate) host: Option<String>,
}

impl TrustedProxies {
    /// Trusts `networks`, and loopback peers where the server itself listens on loopback.
    #[must_use]
    pub fn new(networks: Vec<IpNet>, listening: IpAddr) -> Self {
        Self { networks, loopback: listening.is_loopback(), warned: AtomicBool::new(false) }
    }

    fn trusts(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        (self.loopback && ip.is_loopback()) || self.networks.iter().any(|net| net.contains(&ip))
    }

    pub(crate) fn client(&self, peer: SocketAddr, headers: &HeaderMap) -> Client {
        let ip = peer.ip().to_canonical();
        let direct = Client { ip, secure: false, host: None };
        if !self.trusts(ip) {
            self.warn_once(ip, headers);
            return direct;
        }
        // `X-Forwarded-For` wins: common proxies always write it and pass a client's own
        // `Forwarded` on untouched.
        if headers.contains_key(FORWARDED_FOR) || !headers.contains_key(header::FORWARDED) {
            let chain = list(headers, &FORWARDED_FOR).rev().map(parse_address);
            return Client {
                ip: self.walk(ip, chain),
                secure: last(headers, &FORWARDED_PROTO).is_some_and(|proto| proto == "https"),
                host: last(headers, &FORWARDED_HOST).filter(|host| is_host(host)),
            };
        }
        let elements: Vec<&str> = list(headers, &header::FORWARDED).collect();
        let chain = elements.iter().rev().map(|element| parse_address(pair(element, "for")?));
        let nearest = elements.last().copied().unwrap_or_default();
        Client {
            ip: self.walk(ip, chain),
            secure: pair(nearest, "proto").is_some_and(|proto| proto.eq_ignore_ascii_case("https")),
            host: pair(nearest, "host").filter(|host| is_host(host)).map(str::to_owned),
        }
    }

    fn walk(&self, peer: IpAddr, chain: impl Iterator<Item = Option<IpAddr>>) -> IpAddr {
        let mut known = peer;
        for entry in chain {
            let Some(ip) = entry else { break };
            known = ip;
            if !self.trusts(ip) {
                break;
            }
        }
        known
    }

    fn warn_once(&self, peer: IpAddr, headers: &HeaderMap) {
        let claims =
            [FORWARDED_FOR, header::FORWARDED].iter().any(|name| headers.contains_key(name));
        if claims && !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                %peer,
                "a proxy that is not trusted names the client's address; visitors are counted by \
                 the proxy's own address until server.trusted_proxies lists it"
            );
        }
    }
}

/// The entries of a list header over all its lines, left to right.
fn list<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> impl DoubleEndedIterator<Item = &'a str> + use<'a> {
    let lines = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim).filter(|entry| !entry.is_empty())
}

fn last(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    list(headers, name).next_back().map(str::to_ascii_lowercase)
}

/// The value of `key` in one element of `Forwarded`: `for="[2001:db8::1]:80";proto=https`.
fn pair<'a>(element: &'a str, key: &str) -> Option<&'a str> {
    element.split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case(key).then(|| value.trim().trim_matches('"'))
    })
}

/// An address with or without brackets and port.
fn parse_address(text: &str) -> Option<IpAddr> {
    let ip: IpAddr = text
        .parse()
        .or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()))
        .or_else(|_| text.trim_start_matches('[').trim_end_matches(']').parse())
        .ok()?;
    Some(ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(trusted: &[&str], peer: &str, headers: &[(&'static str, &str)]) -> Client {
        let networks = trusted.iter().map(|net| net.parse().unwrap()).collect();
        let proxies = TrustedProxies::new(networks, "0.0.0.0".parse().unwrap());
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        proxies.client(format!("{peer}:4000").parse().unwrap(), &map)
    }

    fn ip(trusted: &[&str], peer: &str, headers: &[(&'static str, &str)]) -> String {
        client(trusted, peer, headers).ip.to_string()
    }

    #[test]
    fn a_peer_that_is_not_trusted_is_itself_the_client() {
        assert_eq!(ip(&[], "192.0.2.1", &[("x-forwarded-for", "198.51.100.7")]), "192.0.2.1");
    }

    #[test]
    fn the_chain_is_read_from_the_right_through_trusted_proxies_only() {
        let chain = [("x-forwarded-for", "6.6.6.6, 198.51.100.7, 10.0.0.2")];
        assert_eq!(ip(&["10.0.0.0/8"], "10.0.0.1", &chain), "198.51.100.7");
        let lines = [("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "198.51.100.7")];
        assert_eq!(ip(&["10.0.0.0/8"], "10.0.0.1", &lines), "198.51.100.7");
    }

    #[test]
    fn what_is_no_address_ends_the_chain() {
        let chain = [("x-forwarded-for", "198.51.100.7, unknown, 10.0.0.2")];
        assert_eq!(ip(&["10.0.0.0/8"], "10.0.0.1", &chain), "10.0.0.2");
    }

    #[test]
    fn forwarded_is_read_with_its_quotes_brackets_and_ports() {
        let header = [("forwarded", "for=6.6.6.6, for=\"[2001:db8::7]:99\";proto=https;host=a.b")];
        let client = client(&["10.0.0.1/32"], "10.0.0.1", &header);
        assert_eq!(client.ip.to_string(), "2001:db8::7");
        assert!(client.secure);
        assert_eq!(client.host.as_deref(), Some("a.b"));
    }

    #[test]
    fn a_spoofed_forwarded_beside_the_proxys_own_header_is_ignored() {
        let both = [("forwarded", "for=6.6.6.6"), ("x-forwarded-for", "198.51.100.7")];
        assert_eq!(ip(&["10.0.0.1/32"], "10.0.0.1", &both), "198.51.100.7");
    }

    #[test]
    fn a_host_that_is_none_is_not_taken_over() {
        let headers = [("x-forwarded-host", "a.b/<script>"), ("x-forwarded-proto", "HTTPS")];
        let client = client(&["10.0.0.1/32"], "10.0.0.1", &headers);
        assert_eq!((client.host, client.secure), (None, true));
    }

    #[test]
    fn loopback_is_trusted_only_where_the_server_listens_on_loopback() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "198.51.100.7".parse().unwrap());
        let peer = "127.0.0.1:5".parse().unwrap();
        let seen = |listening: &str| {
            TrustedProxies::new(Vec::new(), listening.parse().unwrap()).client(peer, &headers).ip
        };
        assert_eq!(seen("127.0.0.1").to_string(), "198.51.100.7");
        assert_eq!(seen("0.0.0.0").to_string(), "127.0.0.1");
    }

    proptest::proptest! {
        #[test]
        fn whatever_a_chain_says_the_client_is_an_address(chain: String, forwarded: String) {
            let mut headers = HeaderMap::new();
            for (name, text) in [("x-forwarded-for", chain), ("forwarded", forwarded)] {
                if let Ok(value) = text.parse() {
                    headers.insert(name, value);
                }
            }
            let all = vec!["0.0.0.0/0".parse().unwrap(), "::/0".parse().unwrap()];
            let proxies = TrustedProxies::new(all, "0.0.0.0".parse().unwrap());
            proxies.client("10.0.0.1:1".parse().unwrap(), &headers);
        }
    }
}
