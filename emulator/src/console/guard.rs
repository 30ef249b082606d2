//! What protects the console from other sites: who may send a form, and what a page may load.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

/// Refuses forms from other sites, and gives each page its headers.
pub(super) async fn keep(request: Request, next: Next) -> Response {
    let is_ours = *request.method() == Method::GET || *request.method() == Method::HEAD || is_ours(request.headers());
    let mut response = if is_ours {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "403: a form of the console is sent from the console itself, not from another site\n")
            .into_response()
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Nothing is loaded from elsewhere, no page is put into a frame, and no page's address is revealed to others.
const HEADERS: [(HeaderName, &str); 7] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Not `no-referrer`: with it a browser hides the origin of our own forms, too.
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    // What one account sees must not be found in a cache by somebody looking as another.
    (header::CACHE_CONTROL, "no-store"),
];

/// Whether a form was sent from here, as the browser says. A client that is not a browser says nothing, and is no risk:
/// it sends what its user makes it send.
fn is_ours(headers: &HeaderMap) -> bool {
    let text = |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let here = text(&header::HOST).map(|host| format!("http://{host}"));
    let from_here = text(&header::ORIGIN).is_none_or(|origin| here.is_some_and(|here| here == origin));
    let same_site = text(&HeaderName::from_static("sec-fetch-site")).is_none_or(|site| site == "same-origin");
    from_here && same_site
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_sent_from_the_console_itself_or_by_what_is_no_browser() {
        let sent = |said: &[(&'static str, &'static str)]| {
            let headers =
                said.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
            is_ours(&headers.collect())
        };
        let host = ("host", "127.0.0.1:8787");
        assert!(sent(&[host]));
        assert!(sent(&[host, ("origin", "http://127.0.0.1:8787"), ("sec-fetch-site", "same-origin")]));
        for foreign in ["http://evil.example", "http://127.0.0.1:9999", "https://127.0.0.1:8787", "null", ""] {
            assert!(!sent(&[host, ("origin", foreign)]), "{foreign}");
        }
        for site in ["cross-site", "same-site", "none", ""] {
            assert!(!sent(&[host, ("sec-fetch-site", site)]), "{site}");
        }
    }
}
