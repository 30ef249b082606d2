//! What is between HTTP and the model: identity, order of checks, sizes, paths, the log.

use std::collections::HashSet;

use account_connections::wire::MAX_BODY;
use serde_json::json;

use crate::support::{ENVIRONMENT, MANAGEMENT, REGION, ROLE, Reply, Server, authorization};

const CREATE: &str = "AwsProton20200720.CreateEnvironmentAccountConnection";

fn body() -> Vec<u8> {
    json!({"environmentName": "one", "managementAccountId": MANAGEMENT, "roleArn": ROLE}).to_string().into_bytes()
}

#[test]
fn authorization_then_operation_then_body() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let good = authorization(ENVIRONMENT, REGION);
    let mut send = |authorization: Option<&str>, target: Option<&str>, body: &[u8]| {
        let given = [("Authorization", authorization), ("X-Amz-Target", target)];
        let headers = given.into_iter().filter_map(|(name, value)| Some((name, value?))).collect::<Vec<_>>();
        client.request("POST", "/", &headers, body)
    };
    let unknown = Some("AwsProton20200720.Nothing");
    assert_eq!(send(None, unknown, b"[").kind(), "MissingAuthenticationTokenException");
    for unreadable in
        ["Bearer x", "", "AWS4-HMAC-SHA256 Credential=key/20260101/nowhere/proton/aws4_request, Signature=0"]
    {
        assert_eq!(send(Some(unreadable), unknown, b"[").kind(), "IncompleteSignatureException", "{unreadable}");
    }
    assert_eq!(send(Some(&good), unknown, b"[").kind(), "UnknownOperationException");
    assert_eq!(send(Some(&good), None, b"[").kind(), "UnknownOperationException");
    // The host's own operations are not for callers.
    for host in ["ReportDeployment", "ProvisioningAuthority", "ListProvisionedResources", "CleanUpResources"] {
        let target = format!("AwsProton20200720.{host}");
        assert_eq!(send(Some(&good), Some(&target), b"{}").kind(), "UnknownOperationException");
    }
    for unread in [&b"["[..], b"", b"[]", b"null", b"\xff", br#"{"environmentName": 1}"#] {
        assert_eq!(send(Some(&good), Some(CREATE), unread).kind(), "SerializationException");
    }
    assert_eq!(send(Some(&good), Some(CREATE), b"{}").kind(), "ValidationException");
    send(Some(&good), Some(CREATE), &body()).ok();
}

#[test]
fn header_names_come_in_any_case_and_a_type_is_not_needed() {
    let server = Server::start(&[]);
    let good = authorization(ENVIRONMENT, REGION);
    for (first, second) in [("AUTHORIZATION", "X-AMZ-TARGET"), ("authorization", "x-amz-target")] {
        let reply = server.client().request("POST", "/", &[(first, &good), (second, CREATE)], &body());
        assert_eq!(reply.header("content-type"), Some("application/x-amz-json-1.0"));
        reply.ok();
    }
}

fn account_of(server: &Server, key: &str) -> String {
    let headers = [("Authorization", &*authorization(key, "eu-west-1")), ("X-Amz-Target", CREATE)];
    let role = "arn:aws:iam::123456789222:role/x";
    let input = json!({"environmentName": "one", "managementAccountId": MANAGEMENT, "roleArn": role});
    let reply = server.client().request("POST", "/", &headers, input.to_string().as_bytes());
    if reply.status == 200 {
        let arn = reply.json()["environmentAccountConnection"]["arn"].to_string();
        return arn.split(':').nth(4).unwrap().to_owned();
    }
    // The refusal says which account the role should have been of.
    let (_, message) = reply.error();
    message.split("environment account `").nth(1).unwrap().split('`').next().unwrap().to_owned()
}

#[test]
fn the_account_is_the_key_or_the_default() {
    let server = Server::start(&[]);
    assert_eq!(account_of(&server, ENVIRONMENT), ENVIRONMENT);
    assert_eq!(account_of(&server, "AKIAIOSFODNN7EXAMPLE"), "123456789012");
    assert_eq!(account_of(&server, "12345678922"), "123456789012");
    let server = Server::start(&["--account", ENVIRONMENT]);
    assert_eq!(account_of(&server, "AKIAIOSFODNN7EXAMPLE"), ENVIRONMENT);
    assert_eq!(account_of(&server, "000000000001"), "000000000001");
}

#[test]
fn the_region_is_that_of_the_credential_scope() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let id = client.create("one");
    let get = json!({ "id": id }).to_string();
    let operation = "GetEnvironmentAccountConnection";
    client.call_in(REGION, MANAGEMENT, operation, &get).ok();
    let elsewhere = client.call_in("eu-west-1", MANAGEMENT, operation, &get);
    assert_eq!(elsewhere.kind(), "ResourceNotFoundException");
    let china = json!({"environmentName": "one", "managementAccountId": MANAGEMENT,
        "roleArn": "arn:aws-cn:iam::123456789222:role/x"});
    let created = client.call_in("cn-north-1", ENVIRONMENT, "CreateEnvironmentAccountConnection", &china.to_string());
    let arn = created.ok()["environmentAccountConnection"]["arn"].as_str().unwrap().to_owned();
    assert!(arn.starts_with("arn:aws-cn:proton:cn-north-1:123456789222:"), "{arn}");
}

#[test]
fn every_response_has_a_fresh_id() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let mut replies = vec![client.get("/"), client.get("/nothing"), client.get("/_emulator/events")];
    replies.push(client.request("POST", "/", &[], b"{}"));
    replies.push(client.call(ENVIRONMENT, "Nothing", &json!({})));
    replies.push(client.call(ENVIRONMENT, "ListEnvironments", &json!({})));
    replies.push(client.call(ENVIRONMENT, "ListEnvironments", &json!({})));
    let ids = replies.iter().map(|reply| reply.header("x-amzn-requestid").unwrap()).collect::<HashSet<_>>();
    assert_eq!(ids.len(), replies.len());
    assert!(ids.iter().all(|id| id.len() == 36));
}

#[test]
fn times_are_seconds_with_milliseconds() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let id = client.create("one");
    let reply = client.call(ENVIRONMENT, "GetEnvironmentAccountConnection", &json!({ "id": id }));
    let at = reply.ok()["environmentAccountConnection"]["requestedAt"].as_f64().unwrap();
    assert!(at > 1.6e9 && (at * 1000.0 - (at * 1000.0).round()).abs() < 0.01, "{at}");
}

#[test]
fn a_body_has_a_limit_and_the_connection_lives_on() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let mut fits = body();
    fits.resize(MAX_BODY, b' ');
    let good = authorization(ENVIRONMENT, REGION);
    let headers = [("Authorization", good.as_str()), ("X-Amz-Target", CREATE)];
    client.request("POST", "/", &headers, &fits).ok();
    for length in [MAX_BODY + 1, 3 * MAX_BODY] {
        let mut large = body();
        large.resize(length, b' ');
        for path in ["/", "/_emulator/clean-up/us-east-1/123456789222"] {
            let (kind, message) = client.request("POST", path, &headers, &large).error();
            assert_eq!(kind, "SerializationException");
            assert!(message.contains("more than 1048576 bytes"), "{message}");
        }
        // What comes before the body is still said first.
        assert_eq!(client.request("POST", "/", &headers[..1], &large).kind(), "UnknownOperationException");
        assert_eq!(client.request("POST", "/", &[], &large).kind(), "MissingAuthenticationTokenException");
    }
}

#[test]
fn a_body_comes_in_pieces_too() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let good = authorization(ENVIRONMENT, REGION);
    let head = format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nAuthorization: {good}\r\nX-Amz-Target: {CREATE}\r\n\
         Transfer-Encoding: chunked\r\n\r\n"
    );
    client.send(head.as_bytes());
    for piece in body().chunks(7) {
        client.send(format!("{:x}\r\n", piece.len()).as_bytes());
        client.send(piece);
        client.send(b"\r\n");
    }
    client.send(b"0\r\n\r\n");
    client.reply().ok();
}

#[test]
fn half_a_request_is_none() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let (good, whole) = (authorization(ENVIRONMENT, REGION), body());
    let head = format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nAuthorization: {good}\r\nX-Amz-Target: {CREATE}\r\n\
         Content-Length: {}\r\n\r\n",
        whole.len() + 1
    );
    client.send(&[head.as_bytes(), &whole].concat());
    drop(client);
    server.signal("INT");
    assert!(!server.end().2.contains(" ok"));
}

#[test]
fn other_paths_and_methods() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let kind = |reply: &Reply| reply.json()["__type"].as_str().unwrap().to_owned();
    for path in ["/x", "/_emulator", "/_emulator/", "/_emulator/report/us-east-1/123456789111", "/_emulator/events/"] {
        let reply = client.get(path);
        assert_eq!((reply.status, kind(&reply).as_str()), (404, "UnknownOperationException"), "{path}");
    }
    for (method, path, allow) in [
        ("GET", "/", "POST"),
        ("PUT", "/", "POST,GET,HEAD"),
        ("GET", "/_emulator/reset", "POST"),
        ("POST", "/_emulator/events", "GET,HEAD"),
        ("GET", "/_emulator/report/us-east-1/123456789111/one", "POST"),
        ("DELETE", "/_emulator/resources/us-east-1/123456789111", "GET,HEAD"),
        ("GET", "/_emulator/clean-up/us-east-1/123456789111", "POST"),
    ] {
        let reply = client.request(method, path, &[], b"");
        assert_eq!((reply.status, reply.header("allow")), (405, Some(allow)), "{method} {path}");
        assert_eq!(kind(&reply), "UnknownOperationException");
    }
}

#[test]
fn the_log_has_time_account_region_operation_and_outcome() {
    let server = Server::start(&["--connections-per-account", "1"]);
    let mut client = server.client();
    let id = client.create("one");
    client.call(ENVIRONMENT, "AcceptEnvironmentAccountConnection", &json!({ "id": id }));
    client.call_in("eu-west-1", MANAGEMENT, "ListEnvironments", "[]");
    client.request("POST", "/", &[("X-Amz-Target", CREATE)], b"");
    client.get("/_emulator/resources/us-east-1/123456789222");
    client.get("/_emulator/events");
    let log = server.log();
    let expected = [
        "123456789222 us-east-1 CreateEnvironmentAccountConnection ok",
        "123456789222 us-east-1 AcceptEnvironmentAccountConnection AccessDeniedException management-decides",
        "123456789111 eu-west-1 ListEnvironments SerializationException",
        "- - CreateEnvironmentAccountConnection MissingAuthenticationTokenException",
        "123456789222 us-east-1 _emulator/resources ok",
        "- - _emulator/events ok",
    ];
    assert_eq!(log.len(), expected.len(), "{log:#?}");
    for (line, expected) in log.iter().zip(expected) {
        let (time, rest) = line.split_once(' ').unwrap();
        assert_eq!(rest, expected);
        assert!(time.len() == 24 && time.ends_with('Z'), "{time}");
    }
}
