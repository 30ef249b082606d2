//! Who may call, whatever they call: a page of another site may not, though the developer's browser would carry it.

use serde_json::json;

use crate::support::{Client, ENVIRONMENT, REGION, Reply, Server, authorization};

const PATHS: [(&str, &str); 8] = [
    ("POST", "/"),
    ("POST", "/_emulator/reset"),
    ("POST", "/_emulator/report/us-east-1/123456789111/one"),
    ("POST", "/_emulator/clean-up/us-east-1/123456789222"),
    ("POST", "/_emulator/clock"),
    ("GET", "/_emulator/events"),
    ("GET", "/_emulator/resources/us-east-1/123456789222"),
    ("GET", "/nothing"),
];

/// A request of these lines, with a body where it is posted.
fn raw(client: &mut Client, method: &str, path: &str, lines: &[&str]) -> Reply {
    let body = if method == "POST" { "{}" } else { "" };
    let mut head = format!("{method} {path} HTTP/1.1\r\nContent-Length: {}\r\n", body.len());
    lines.iter().for_each(|line| head.extend([line, "\r\n"]));
    client.send(format!("{head}\r\n{body}").as_bytes());
    client.reply()
}

/// The status of each path, and whether anything was changed.
fn tried(server: &Server, lines: &[&str]) -> Vec<u16> {
    let status = |(method, path)| raw(&mut server.client(), method, path, lines).status;
    PATHS.into_iter().map(status).collect()
}

#[test]
fn a_page_of_another_site_is_refused_whatever_its_path() {
    let server = Server::start(&[]);
    let mut client = server.client();
    client.create("one");
    for from in [
        "Origin: https://evil.example",
        "Origin: null",
        "Origin: http://localhost",
        "Origin: http://localhost:1",
        "Origin: https://localhost:8787",
        "Origin: http://127.0.0.1:8787",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
    ] {
        assert_eq!(tried(&server, &["Host: localhost:8787", "Content-Type: text/plain", from]), [403; 8], "{from}");
    }
    let both = ["Host: localhost:8787", "Origin: http://localhost:8787", "Origin: https://evil.example"];
    assert_eq!(tried(&server, &both), [403; 8]);
    let reply = raw(&mut server.client(), "OPTIONS", "/", &["Host: localhost", "Origin: https://evil.example"]);
    assert_eq!(reply.status, 403);
    assert!(reply.headers.iter().all(|(name, _)| !name.starts_with("access-control")), "{reply:?}");
    assert!(reply.json()["message"].as_str().unwrap().contains("--allow-origin"), "{reply:?}");
    // Nothing was forgotten; its own page, and what a user types, may do all of it.
    assert_eq!(client.get("/_emulator/events").ok()["events"].as_array().unwrap().len(), 1);
    for own in [&["Origin: http://localhost:8787", "Sec-Fetch-Site: same-origin"][..], &["Sec-Fetch-Site: none"], &[]] {
        let lines = [&["Host: LOCALHOST:8787"], own].concat();
        assert_eq!(tried(&server, &lines)[1], 200, "{own:?}");
    }
}

#[test]
fn a_name_that_was_led_here_is_refused() {
    let server = Server::start(&[]);
    for stranger in ["evil.example:8787", "localhost.evil.example", "localhost:8787.evil.example", "10.0.0.1", "[::2]"]
    {
        let host = format!("Host: {stranger}");
        let found = tried(&server, &[&host]);
        assert!(found == [403; 8] || found == [400; 8], "{stranger}: {found:?}");
    }
    // The name is in the target, too.
    server.client().get("http://localhost/_emulator/events").ok();
    assert_eq!(server.client().get("http://evil.example/_emulator/events").status, 403);
    for own in ["localhost", "localhost:1", "127.0.0.1:8787", "127.1.2.3", "[::1]:8787"] {
        assert_eq!(tried(&server, &[&format!("Host: {own}")])[5], 200, "{own}");
    }
}

#[test]
fn exceptions_are_named() {
    let server = Server::start(&["--allow-origin", "http://localhost:3000/", "--allow-host", "Emulator.test"]);
    let page = ["Host: localhost", "Origin: http://localhost:3000", "Sec-Fetch-Site: same-site"];
    let reply = raw(&mut server.client(), "GET", "/_emulator/events", &page);
    assert_eq!(reply.header("access-control-allow-origin"), Some("http://localhost:3000"));
    reply.ok();
    let asks = ["Access-Control-Request-Method: POST", "Access-Control-Request-Headers: x-amz-target,authorization"];
    let reply = raw(&mut server.client(), "OPTIONS", "/", &[&page[..], &asks].concat());
    assert_eq!((reply.status, reply.header("access-control-allow-methods")), (200, Some("GET,POST")));
    assert_eq!(reply.header("access-control-allow-headers"), Some("x-amz-target,authorization"));
    assert_eq!(tried(&server, &["Host: localhost", "Origin: http://localhost:3001"]), [403; 8]);
    assert_eq!(tried(&server, &["Host: localhost", "Sec-Fetch-Site: same-site"]), [403; 8]);
    assert_eq!(tried(&server, &["Host: emulator.test:8787"])[5], 200);
    assert_eq!(tried(&server, &["Host: other.test:8787"]), [403; 8]);
}

#[test]
fn on_another_address_any_name_is_its_own() {
    let server = Server::start(&["--listen", "0.0.0.0:0"]);
    let mut client = Client::to(([127, 0, 0, 1], server.address.port()).into());
    assert_eq!(raw(&mut client, "GET", "/_emulator/events", &["Host: emulator.internal:8787"]).status, 200);
    let page = ["Host: emulator.internal:8787", "Origin: https://evil.example"];
    assert_eq!(raw(&mut client, "GET", "/_emulator/events", &page).status, 403);
}

#[test]
fn what_is_said_twice_or_not_at_all_is_refused() {
    let server = Server::start(&[]);
    let good = format!("Authorization: {}", authorization(ENVIRONMENT, REGION));
    let target = "X-Amz-Target: AwsProton20200720.ListEnvironments";
    let host = "Host: localhost";
    assert_eq!(raw(&mut server.client(), "POST", "/", &[host, &good, target]).status, 200);
    for (lines, named) in [
        (vec![good.as_str(), target], "Host"),
        (vec![host, host, &good, target], "Host"),
        (vec![host, "Host: evil.example", &good, target], "Host"),
        (vec![host, &good, &good, target], "authorization"),
        (vec![host, &good, target, target], "x-amz-target"),
    ] {
        let (kind, message) = raw(&mut server.client(), "POST", "/", &lines).error();
        assert_eq!(kind, "ValidationException");
        assert!(message.contains(&format!("`{named}`")), "{message}");
    }
    // Before HTTP/1.1 there was none.
    let mut old = server.client();
    old.send(format!("POST / HTTP/1.0\r\n{good}\r\n{target}\r\nContent-Length: 2\r\n\r\n{{}}").as_bytes());
    old.reply().ok();
}

#[test]
fn a_compressed_body_is_told_so() {
    let server = Server::start(&[]);
    let good = authorization(ENVIRONMENT, REGION);
    let send = |coding: &str| {
        let target = ("X-Amz-Target", "AwsProton20200720.ListEnvironments");
        let headers = [("Authorization", good.as_str()), target, ("Content-Encoding", coding)];
        server.client().request("POST", "/", &headers, b"{}")
    };
    for coding in ["gzip", "br", "identity, gzip"] {
        let reply = send(coding);
        assert_eq!((reply.status, &reply.json()["__type"]), (415, &json!("SerializationException")));
        assert!(reply.json()["message"].as_str().unwrap().contains(&format!("not `{coding}`")), "{reply:?}");
    }
    send("Identity").ok();
}

#[test]
fn another_service_is_told_whose_address_to_set() {
    let server = Server::start(&[]);
    let scope = authorization(ENVIRONMENT, REGION);
    let other = scope.replace("/proton/", "/sts/");
    for (authorization, target) in [
        (Some(&other), None),
        (Some(&other), Some("AwsProton20200720.ListEnvironments")),
        (Some(&scope), Some("DynamoDB_20120810.ListTables")),
        (None, Some("DynamoDB_20120810.ListTables")),
    ] {
        let given = [("Authorization", authorization.map(String::as_str)), ("X-Amz-Target", target)];
        let headers = given.into_iter().filter_map(|(name, value)| Some((name, value?))).collect::<Vec<_>>();
        let (kind, message) = server.client().request("POST", "/", &headers, b"Action=GetCallerIdentity").error();
        assert_eq!(kind, "UnknownOperationException");
        assert!(message.contains("`AWS_ENDPOINT_URL_PROTON`"), "{message}");
    }
    let s3 = scope.replace("/proton/", "/s3/");
    let bucket = server.client().request("PUT", "/bucket", &[("Authorization", &s3)], b"");
    assert!(bucket.text.contains("AWS_ENDPOINT_URL_PROTON"), "{bucket:?}");
}
