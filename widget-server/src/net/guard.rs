//! Which addresses an outside party may make this server call: public ones.
//!
//! The ranges are those of the IANA special-purpose registries that are not globally reachable. Of
//! IPv6 only `2000::/3` is given out at all; an address that carries an IPv4 address inside is
//! judged by it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Not globally reachable (IANA IPv4 special-purpose registry), multicast and reserved space.
const REFUSED_V4: [Ipv4Net; 15] = [
    v4([0, 0, 0, 0], 8),
    v4([10, 0, 0, 0], 8),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    v4([169, 254, 0, 0], 16),
    v4([172, 16, 0, 0], 12),
    v4([192, 0, 0, 0], 24),
    v4([192, 0, 2, 0], 24),
    v4([192, 88, 99, 0], 24),
    v4([192, 168, 0, 0], 16),
    v4([198, 18, 0, 0], 15),
    v4([198, 51, 100, 0], 24),
    v4([203, 0, 113, 0], 24),
    v4([224, 0, 0, 0], 4),
    v4([240, 0, 0, 0], 4),
];

/// Within `2000::/3`: protocol assignments with Teredo, documentation, 6to4.
const REFUSED_V6: [Ipv6Net; 4] =
    [v6([0x2001, 0], 23), v6([0x2001, 0xdb8], 32), v6([0x2002, 0], 16), v6([0x3fff, 0], 20)];
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0], 3);
/// The well-known NAT64 prefix: the last 32 bits are the IPv4 address that is really called.
const NAT64: Ipv6Net = v6([0x64, 0xff9b], 96);

const fn v4(octets: [u8; 4], prefix: u8) -> Ipv4Net {
    let [a, b, c, d] = octets;
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(segments: [u16; 2], prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(segments[0], segments[1], 0, 0, 0, 0, 0, 0), prefix)
}

/// Whether an address is on the public Internet.
#[must_use]
pub fn is_public(ip: IpAddr) -> bool {
    match unwrapped(ip) {
        IpAddr::V4(ip) => !REFUSED_V4.iter().any(|net| net.contains(&ip)),
        IpAddr::V6(ip) => {
            GLOBAL_V6.contains(&ip) && !REFUSED_V6.iter().any(|net| net.contains(&ip))
        }
    }
}

/// The IPv4 address inside a mapped or NAT64 one; any other address as it is.
fn unwrapped(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(ip) if NAT64.contains(&ip) => {
            let [.., a, b, c, d] = ip.octets();
            IpAddr::V4(Ipv4Addr::new(a, b, c, d))
        }
        ip => ip,
    }
}

/// An address that an outside party may not make us call.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is a private or reserved address (net.allow_private can admit it)")]
pub struct Refused(pub String);

/// What can be wrong with the address of a guarded request.
#[derive(Debug)]
pub(super) enum UrlError {
    Scheme,
    Refused(Refused),
}

/// Decides about addresses.
#[derive(Debug)]
pub struct Guard {
    allowed: Vec<IpNet>,
}

impl Guard {
    /// Admits public addresses and these networks.
    #[must_use]
    pub fn new(allowed: Vec<IpNet>) -> Self {
        Self { allowed }
    }

    /// Whether an address may be called.
    #[must_use]
    pub fn admits(&self, ip: IpAddr) -> bool {
        let ip = unwrapped(ip);
        is_public(ip) || self.allowed.iter().any(|net| net.contains(&ip))
    }

    /// An address written out as numbers never meets the resolver, so it is checked here.
    pub(super) fn check_url(&self, url: &Url) -> Result<(), UrlError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(UrlError::Scheme);
        }
        let host = url.host_str().ok_or(UrlError::Scheme)?;
        let literal: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
        match literal {
            Some(ip) if !self.admits(ip) => Err(UrlError::Refused(Refused(host.to_owned()))),
            _ => Ok(()),
        }
    }
}

/// Resolves names to the addresses that may be called, right before connecting to one of them.
#[derive(Debug)]
pub(super) struct GuardedResolver {
    guard: Arc<Guard>,
}

impl GuardedResolver {
    pub(super) fn new(guard: Arc<Guard>) -> Self {
        Self { guard }
    }
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = Arc::clone(&self.guard);
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let admitted: Vec<SocketAddr> =
                found.filter(|address| guard.admits(address.ip())).collect();
            if admitted.is_empty() {
                return Err(Refused(name.as_str().to_owned()).into());
            }
            Ok::<Addrs, _>(Box::new(admitted.into_iter()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_and_reserved_addresses_are_not_public() {
        let refused = "0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 \
            127.0.0.1 127.8.9.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.1 \
            192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.9 203.0.113.9 224.0.0.1 \
            239.255.255.255 240.0.0.1 255.255.255.255 \
            :: ::1 ::127.0.0.1 ::ffff:10.0.0.1 ::ffff:127.0.0.1 64:ff9b::10.0.0.1 \
            64:ff9b::7f00:1 64:ff9b:1::8.8.8.8 100::1 2001::1 2001:0:53aa:64c::1 2001:2::1 \
            2001:20::1 2001:db8::1 2002:7f00:1::1 3fff::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 \
            febf::1 fec0::1 ff02::1 4000::1";
        for text in refused.split_whitespace() {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn the_addresses_beside_those_ranges_are_public() {
        let public = "1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 126.1.1.1 \
            128.0.0.1 169.253.1.1 169.255.1.1 172.15.255.255 172.32.0.1 192.0.1.1 192.167.1.1 \
            192.169.1.1 198.17.1.1 198.20.0.1 223.255.255.255 ::ffff:8.8.8.8 64:ff9b::8.8.8.8 \
            2001:200::1 2001:4860:4860::8888 2606:4700:4700::1111 2a00:1450::1";
        for text in public.split_whitespace() {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn an_allowed_network_admits_its_addresses_in_every_spelling() {
        let guard = Guard::new(vec!["10.1.0.0/16".parse().unwrap(), "fd00::/8".parse().unwrap()]);
        for text in ["10.1.2.3", "::ffff:10.1.2.3", "64:ff9b::10.1.2.3", "fd00::5"] {
            assert!(guard.admits(text.parse().unwrap()), "{text}");
        }
        for text in ["10.2.0.1", "127.0.0.1", "fc00::1"] {
            assert!(!guard.admits(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn numbers_in_any_notation_are_seen_through() {
        let guard = Guard::new(Vec::new());
        let urls = "http://127.0.0.1/ http://127.1/ http://2130706433/ http://0x7f.0.0.1/ \
            http://0177.0.0.1/ http://[::1]/ http://[::ffff:127.0.0.1]/ http://[::ffff:7f00:1]/";
        for url in urls.split_whitespace() {
            let parsed: Url = url.parse().unwrap();
            assert!(matches!(guard.check_url(&parsed), Err(UrlError::Refused(_))), "{url}");
        }
        let ftp: Url = "ftp://example.com/".parse().unwrap();
        assert!(matches!(guard.check_url(&ftp), Err(UrlError::Scheme)));
    }
}
