//! No client has so much of the server that nothing is left for others.

use std::{io::Write as _, net::TcpStream, thread, time::Duration};

use account_connections::wire::MAX_BODY;
use serde_json::json;

use crate::support::{Client, ENVIRONMENT, REGION, Server, at_once, authorization};

const LIST: &str = "AwsProton20200720.ListEnvironments";

fn list(client: &mut Client) {
    client.call(ENVIRONMENT, "ListEnvironments", &json!({})).ok();
}

/// The head of a request with a body of this length.
fn head(lines: &[String], length: usize) -> String {
    let lines = lines.iter().map(|line| format!("{line}\r\n")).collect::<String>();
    format!("POST / HTTP/1.1\r\nHost: localhost\r\n{lines}Content-Length: {length}\r\n\r\n")
}

fn good() -> Vec<String> {
    vec![format!("Authorization: {}", authorization(ENVIRONMENT, REGION)), format!("X-Amz-Target: {LIST}")]
}

#[test]
fn at_the_limit_the_idlest_connection_goes() {
    let server = Server::start(&["--max-connections", "20"]);
    let mut first = server.client();
    let mut half_open = (0..19).map(|_| server.client()).collect::<Vec<_>>();
    for client in &mut half_open {
        client.send(b"POST / HTTP/1.1\r\nHost: local");
    }
    // All are in, and have been silent for a while.
    thread::sleep(Duration::from_millis(300));
    list(&mut first);
    let mut another = server.client();
    list(&mut another);
    let mut closed = 0;
    while closed == 0 {
        list(&mut first);
        closed = half_open.iter_mut().map(|client| usize::from(client.is_closed_already())).sum();
    }
    assert_eq!(closed, 1);
    // In use is not idle, however many come.
    for _ in 0..100 {
        list(&mut server.client());
        list(&mut first);
    }
}

#[test]
fn the_limit_of_files_leaves_room_for_whoever_comes() {
    let directory = tempfile::tempdir().unwrap();
    let store = format!("sqlite:{}", directory.path().join("state.db").display());
    let server = Server::start_with_files(256, &["--store", &store]);
    let idle = (0..400).map(|_| server.client()).collect::<Vec<_>>();
    at_once(40, |number| server.client().create(&format!("e{number}")));
    drop(idle);
    assert!(server.log().iter().all(|line| line.ends_with(" ok")));
}

#[test]
fn what_is_wrong_with_the_headers_is_told_before_the_body_comes() {
    let server = Server::start(&[]);
    let [authorization, target] = <[String; 2]>::try_from(good()).unwrap();
    for (lines, length, kind) in [
        (vec![], MAX_BODY, "MissingAuthenticationTokenException"),
        (vec![target.clone()], 100, "MissingAuthenticationTokenException"),
        (vec![authorization.clone()], 100, "UnknownOperationException"),
        (vec![authorization, target], MAX_BODY + 1, "SerializationException"),
    ] {
        let mut client = server.client();
        client.send(head(&lines, length).as_bytes());
        assert_eq!(client.reply().kind(), kind);
    }
}

pub(crate) fn bodies_share_64_mib_and_small_ones_never_wait_for_large_ones() {
    let server = Server::start(&[]);
    list(&mut server.client());
    let before = server.memory("VmRSS:");
    // All but the last byte.
    let part = vec![b' '; MAX_BODY - 1];
    let stalled = |count, patience| {
        at_once(count, |_| {
            let mut stream = TcpStream::connect(server.address).unwrap();
            stream.set_write_timeout(patience).unwrap();
            stream.write_all(head(&good(), MAX_BODY).as_bytes()).unwrap();
            drop(stream.write_all(&part));
            stream
        })
    };
    let whole = [&part[..MAX_BODY - 2], b"{}"].concat();
    let until = |status| {
        let mut client = server.client();
        let answers = std::iter::repeat_with(|| {
            std::thread::sleep(Duration::from_millis(100));
            client.send(&[head(&good(), MAX_BODY).as_bytes(), &whole].concat());
            client.reply()
        });
        answers.take(50).find(|reply| reply.status == status).unwrap_or_else(|| panic!("no {status} in time"))
    };
    // As many as have room together: there is none for another, once they have been read. One that came before could take room
    // from the last of them, which would then be refused in its place.
    let first = stalled(48, None);
    let mut known = before;
    let is_read = |_| {
        std::thread::sleep(Duration::from_millis(500));
        let now = server.memory("VmRSS:");
        now <= std::mem::replace(&mut known, now)
    };
    assert!((0..50).any(is_read), "they are not read in time");
    assert_eq!(until(503).json()["__type"], "ServiceUnavailableException");
    drop(first);
    // When they have gone, there is room again.
    until(200);
    // Of so many, most find no room, and are not read.
    let many = stalled(200, Some(Duration::from_secs(1)));
    list(&mut server.client());
    let took = server.memory("VmHWM:") - before;
    // The budget, and what is read ahead of each.
    assert!(took < (64 + 40) * 1024, "{took} KiB");
    drop(many);
}

#[test]
fn a_client_may_speak_http2_from_the_first_byte() {
    let server = Server::start(&[]);
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    // The preface, no settings; then GET / with HPACK's static table: `:method`, `:scheme`, `:path`, `:authority`.
    let block = [&[0x82, 0x86, 0x84, 0x41, 9][..], b"localhost"].concat();
    let headers = [&[0, 0, block.len() as u8, 1, 5, 0, 0, 0, 1][..], &block].concat();
    stream
        .write_all(&[b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", &[0, 0, 0, 4, 0, 0, 0, 0, 0][..], &headers].concat())
        .unwrap();
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    while !String::from_utf8_lossy(&seen).contains("UnknownOperationException") {
        let count = std::io::Read::read(&mut stream, &mut buffer).unwrap();
        assert_ne!(count, 0, "closed after {seen:?}");
        seen.extend_from_slice(&buffer[..count]);
    }
}
