//! Who may call: what is refused because of its headers alone, before any of the body is read.

use account_connections::{
    ErrorKind,
    wire::{self, Response},
};
use axum::http::{
    HeaderMap, HeaderName, HeaderValue, Version,
    header::{AUTHORIZATION, CONTENT_ENCODING, HOST, ORIGIN},
    request::Parts,
    uri::Authority,
};

use crate::{answered::malformed, options::Options};

/// Signatures are not checked, so this is what keeps other sites' pages in a developer's browser out.
#[derive(Debug)]
pub(crate) struct Guard {
    /// Only clients on this machine reach the server; a browser is one, whatever page it shows.
    on_loopback: bool,
    origins: Vec<String>,
    hosts: Vec<String>,
}

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const TARGET: HeaderName = HeaderName::from_static("x-amz-target");

impl Guard {
    pub(crate) fn new(options: &Options, on_loopback: bool) -> Self {
        Self { on_loopback, origins: options.allow_origin.clone(), hosts: options.allow_host.clone() }
    }

    /// Lets a request pass, or says why not.
    pub(crate) fn check(&self, request: &Parts) -> Result<(), Response> {
        let host = self.host(request)?;
        self.site(&request.headers, host.as_ref())?;
        for name in [AUTHORIZATION, TARGET] {
            if request.headers.get_all(&name).iter().nth(1).is_some() {
                return Err(malformed(&format!("the request must have one header `{name}`, not several")));
            }
        }
        plain(&request.headers)
    }

    /// The host that the request is for: a name that an attacker has pointed at the loopback address is not one of
    /// ours.
    fn host(&self, request: &Parts) -> Result<Option<Authority>, Response> {
        let mut named = request.headers.get_all(HOST).iter();
        let header = match (named.next(), named.next()) {
            (None, _) if request.version == Version::HTTP_11 => {
                return Err(malformed("the request must have a header `Host`"));
            }
            (_, Some(_)) => return Err(malformed("the request must have one header `Host`, not several")),
            (header, None) => header.map(authority).transpose()?,
        };
        // HTTP/2 has it in the target, as a request to a proxy does; there it may be given twice.
        let target = request.uri.authority().cloned();
        if let Some(stranger) = [&target, &header].into_iter().flatten().find(|host| !self.is_ours(host)) {
            let message = format!(
                "`{}` is not a name of this server: use `localhost` or a loopback address, or start it with \
                 `--allow-host`",
                shown(stranger.as_str())
            );
            return Err(forbidden(&message));
        }
        Ok(target.or(header))
    }

    fn is_ours(&self, host: &Authority) -> bool {
        let name = host.host();
        let name = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
        !self.on_loopback
            || name.eq_ignore_ascii_case("localhost")
            || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
            || self.hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(name))
    }

    /// Whether the request comes from a page of another site; a client that is not a browser does not say.
    fn site(&self, headers: &HeaderMap, host: Option<&Authority>) -> Result<(), Response> {
        let mut allowed = false;
        for origin in headers.get_all(ORIGIN) {
            let origin = origin.to_str().unwrap_or("a text that is not ASCII");
            allowed = self.origins.iter().any(|known| known.eq_ignore_ascii_case(origin));
            if !allowed && !host.is_some_and(|host| is_same(origin, host)) {
                return Err(foreign(&format!("of `{}`", shown(origin))));
            }
        }
        match headers.get_all(SEC_FETCH_SITE).iter().find(|site| *site == "cross-site" || *site == "same-site") {
            Some(_) if !allowed => Err(foreign("that another site's page makes")),
            _ => Ok(()),
        }
    }
}

/// The incoming bytes are JSON, not something that has to be unpacked first.
fn plain(headers: &HeaderMap) -> Result<(), Response> {
    match headers.get_all(CONTENT_ENCODING).iter().find(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        None => Ok(()),
        Some(coding) => {
            let coding = shown(coding.to_str().unwrap_or("a text that is not ASCII"));
            let message = format!("`Content-Encoding` must be `identity` or absent, not `{coding}`: send plain JSON");
            Err(with_status(415, "SerializationException", &message))
        }
    }
}

fn authority(host: &HeaderValue) -> Result<Authority, Response> {
    let read = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok());
    let is_plain = |host: &Authority| host.as_str() == host.host() || host.port_u16().is_some();
    let read = read.filter(|host| is_plain(host) && !host.as_str().contains('@'));
    read.ok_or_else(|| malformed("the header `Host` must be a host and a port"))
}

/// Whether an origin is the server itself, by the name that the request uses for it.
fn is_same(origin: &str, host: &Authority) -> bool {
    let without_port = |text: &str| text.strip_suffix(":80").unwrap_or(text).to_ascii_lowercase();
    origin.strip_prefix("http://").is_some_and(|origin| without_port(origin) == without_port(host.as_str()))
}

fn foreign(of: &str) -> Response {
    forbidden(&format!("a request {of} is refused: start the emulator with `--allow-origin` to let a site in"))
}

fn forbidden(message: &str) -> Response {
    with_status(403, ErrorKind::AccessDenied.name(), message)
}

/// An error that has its own HTTP status.
pub(crate) fn with_status(status: u16, kind: &str, message: &str) -> Response {
    let mut response = wire::error(kind, message);
    response.status = status;
    response
}

/// The beginning of what a client wrote: enough to recognize it.
fn shown(text: &str) -> &str {
    text.char_indices().nth(64).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}
