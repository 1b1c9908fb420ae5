//! Only addresses of the public internet are asked: a directory's link must not reach into the operator's own network (server-side
//! request forgery, SSRF), and leads no citizen there.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// Decides about an address.
pub type IsPublic = fn(IpAddr) -> bool;

/// A link that leads into an internal network.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the address is none of the public internet")]
pub struct Internal;

/// Resolves names to public addresses only.
pub struct PublicNames {
    is_public: IsPublic,
    /// Names of the proxies that stand in the environment: whoever asks through one leaves it to that one whom it asks.
    proxies: Vec<String>,
}

impl PublicNames {
    /// Lets addresses through for which `is_public` says so, and the proxies named in these variables of the environment.
    pub fn new(is_public: IsPublic, environment: impl IntoIterator<Item = (String, String)>) -> Self {
        let of_proxy = |name: &str| ["http_proxy", "https_proxy", "all_proxy"].contains(&name.to_lowercase().as_str());
        let host = |(name, value): (String, String)| {
            let url = if value.contains("://") { Url::parse(&value) } else { Url::parse(&format!("http://{value}")) };
            Some(url.ok()?.host_str()?.to_lowercase()).filter(|_| of_proxy(&name))
        };
        Self { is_public, proxies: environment.into_iter().filter_map(host).collect() }
    }
}

impl Resolve for PublicNames {
    fn resolve(&self, name: Name) -> Resolving {
        let is_public = self.is_public;
        let is_proxy = self.proxies.contains(&name.as_str().to_lowercase());
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_proxy || is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(Internal.into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Whether the link names no internal address by its number; names are looked at when they are resolved.
pub fn may_be_asked(url: &Url, is_public: IsPublic) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => is_public(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => is_public(IpAddr::V6(address)),
        Some(Host::Domain(_)) => true,
        None => false,
    }
}

/// Whether everybody can reach this address, by the registries of addresses for special purposes (RFC 6890).
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast();
    let [first, second, third, _] = address.octets();
    !special
        && match first {
            0 | 240..=255 => false,
            100 => !(64..128).contains(&second),
            192 => (second, third) != (0, 0),
            198 => !(18..20).contains(&second),
            _ => true,
        }
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let bytes = address.octets();
    match address.segments() {
        // NAT64: the last four bytes are whom it means.
        [0x64, 0xff9b, 0, 0, 0, 0, ..] => is_public_v4(Ipv4Addr::new(bytes[12], bytes[13], bytes[14], bytes[15])),
        // 6to4, Teredo and other tunnels, documentation.
        [0x2002 | 0x3fff, ..] | [0x2001, 0..0x200 | 0xdb8, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_public_internet_are_public() {
        for public in ["8.8.8.8", "100.63.0.1", "172.32.0.1", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::808:808"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for internal in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "0.1.2.3",
            "100.64.0.1",
            "192.0.0.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "fec0::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "2002:a00:1::",
            "2001::1",
            "2001:db8::1",
        ] {
            assert!(!is_public(internal.parse().unwrap()), "{internal}");
        }
    }

    #[test]
    fn numbers_in_links_are_known_however_they_are_written() {
        for internal in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://[::1]/",
            "https://[::ffff:10.0.0.1]:8443/x",
            "http://169.254.169.254/latest/meta-data",
            "data:text/plain,x",
        ] {
            assert!(!may_be_asked(&Url::parse(internal).unwrap(), is_public), "{internal}");
        }
        assert!(may_be_asked(&Url::parse("https://www.moeckern.example/").unwrap(), is_public));
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_resolved_unless_it_is_the_proxys() {
        let environment = |value: &str| [("HTTPS_PROXY".to_owned(), value.to_owned())];
        let resolve = async |names: PublicNames| names.resolve("localhost".parse().unwrap()).await.map(Iterator::count);
        assert!(resolve(PublicNames::new(is_public, [])).await.unwrap_err().is::<Internal>());
        assert!(resolve(PublicNames::new(is_public, environment("http://proxy.example:3128"))).await.is_err());
        for proxy in ["http://name:pw@LOCALHOST:3128", "localhost:3128"] {
            assert!(resolve(PublicNames::new(is_public, environment(proxy))).await.unwrap() > 0, "{proxy}");
        }
    }
}
