//! Flags, the first line, the end.

use std::net::TcpListener;

use crate::support::{Client, ENVIRONMENT, MANAGEMENT, ROLE, Server, authorization, command};

fn refused(flags: &[&str]) -> String {
    let output = command(flags).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{flags:?}: {stderr}");
    assert!(output.stdout.is_empty(), "{flags:?}");
    assert_eq!(stderr.matches('\n').count(), 1, "{flags:?}: {stderr}");
    stderr.trim_end().into()
}

#[test]
fn a_bad_flag_is_one_line_and_status_2() {
    assert_eq!(refused(&["--bad"]), "error: unexpected argument '--bad' found");
    assert_eq!(refused(&["extra"]), "error: unexpected argument 'extra' found");
    assert_eq!(
        refused(&["--provisioner", "late"]),
        "error: invalid value 'late' for '--provisioner <PROVISIONER>' [possible values: instant, manual]"
    );
    for flags in [
        ["--listen", "localhost"],
        ["--listen", ":80"],
        ["--listen", "localhost:65536"],
        ["--listen", "localhost:http"],
        ["--store", "disk"],
        ["--connections-per-account", "many"],
        ["--connections-per-account", "4294967296"],
        ["--environments-per-account", "-1"],
        ["--environments-per-account", "1.5"],
        ["--account", "12345678901"],
        ["--account", "12345678901x"],
        ["--account", "1\n2"],
        ["--allow-origin", "localhost:3000"],
        ["--allow-origin", "http://localhost:3000/path"],
        ["--allow-origin", "*"],
        ["--allow-host", "emulator.test:8787"],
        ["--allow-host", "a b"],
        ["--max-connections", "0"],
        ["--clock", "manual:yesterday"],
        ["--clock", "auto"],
    ] {
        assert!(refused(&flags).starts_with("error: "), "{flags:?}");
    }
    for flag in ["listen", "provisioner", "store", "connections-per-account", "account", "allow-origin", "record"] {
        assert!(refused(&[&format!("--{flag}")]).starts_with("error: a value is required"), "{flag}");
    }
    assert!(refused(&["--account", "123456789012", "--account", "123456789012"]).contains("multiple times"));
}

#[test]
fn what_a_store_may_be() {
    for (store, why) in [
        ("sqlite:", "must name a file, e.g. `sqlite:state.db`"),
        ("postgres:", "must have a connection string, e.g. `postgres://app@127.0.0.1/app`"),
        ("etcd:", "must have endpoints, e.g. `etcd:http://127.0.0.1:2379`"),
        ("disk", "must be `memory`, `sqlite:PATH`, `postgres:URL` or `etcd:ENDPOINTS`"),
    ] {
        let flag = "for '--store <memory|sqlite:PATH|postgres:URL|etcd:ENDPOINTS>'";
        assert_eq!(refused(&["--store", store]), format!("error: invalid value '{store}' {flag}: {why}"));
    }
    // Nobody listens there.
    for store in ["postgres://app@127.0.0.1:1/app", "etcd:127.0.0.1:1"] {
        let ended = command(&["--listen", "127.0.0.1:0", "--store", store]).output().unwrap();
        let line = String::from_utf8(ended.stderr).unwrap();
        assert_eq!((ended.status.code(), line.lines().count()), (Some(1), 1), "{line}");
        assert!(line.starts_with("error: ") && line.contains("127.0.0.1:1"), "{line}");
    }
}

#[test]
fn help_and_version_are_no_errors() {
    for (flag, part, times) in [("--help", "[default: 1000]", 2), ("--version", env!("CARGO_PKG_VERSION"), 1)] {
        let output = command(&[flag]).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(String::from_utf8(output.stdout).unwrap().matches(part).count(), times);
    }
}

#[test]
fn completion_and_manual_come_from_the_flags() {
    let help = String::from_utf8(command(&["--help"]).output().unwrap().stdout).unwrap();
    let flags = help.split_whitespace().filter(|word| word.starts_with("--")).collect::<Vec<_>>();
    assert!(flags.len() > 14, "{flags:?}");
    for arguments in [&["--completions", "bash"][..], &["--completions", "zsh"], &["--man"]] {
        let output = command(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        let text = String::from_utf8(output.stdout).unwrap().replace("\\-", "-");
        assert!(flags.iter().all(|flag| text.contains(flag)), "{arguments:?}");
    }
}

#[test]
fn an_address_in_use_is_one_line_and_status_1() {
    let server = Server::start(&[]);
    let output = command(&["--listen", &server.address.to_string()]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.starts_with(&format!("error: cannot listen on {}: ", server.address)), "{stderr}");
    assert_eq!(stderr.matches('\n').count(), 1, "{stderr}");
}

#[test]
fn a_host_can_be_a_name() {
    let server = Server::start(&["--listen", "localhost:0", "--store", "memory"]);
    assert!(server.address.ip().is_loopback() && server.address.port() != 0);
    server.client().create("one");
}

#[test]
fn both_signals_end_it_with_status_0_and_nothing_more_to_say() {
    for signal in ["INT", "TERM"] {
        let server = Server::start(&[]);
        let mut idle = server.client();
        idle.create("one");
        let mut silent = server.client();
        server.signal(signal);
        assert!(idle.is_closed() && silent.is_closed());
        let (status, stdout, stderr) = server.end();
        assert_eq!((status.code(), stdout.as_str()), (Some(0), ""), "{signal}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
    }
}

#[test]
fn a_request_under_way_is_answered_before_the_end() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let body = format!(r#"{{"environmentName":"late","managementAccountId":"{MANAGEMENT}","roleArn":"{ROLE}"}}"#);
    let head = format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nAuthorization: {}\r\nX-Amz-Target: \
         AwsProton20200720.CreateEnvironmentAccountConnection\r\nContent-Length: {}\r\n\r\n",
        authorization(ENVIRONMENT, "us-east-1"),
        body.len()
    );
    let (start, rest) = body.split_at(10);
    client.send(format!("{head}{start}").as_bytes());
    // Seen to be under way: another connection is answered after it came.
    server.client().get("/_emulator/events").ok();
    server.signal("TERM");
    client.send(rest.as_bytes());
    assert_eq!(client.reply().ok()["environmentAccountConnection"]["status"], "PENDING");
    assert_eq!(server.end().0.code(), Some(0));
}

pub(crate) fn a_request_that_never_ends_does_not_hold_the_end_up_for_long() {
    let server = Server::start(&[]);
    let mut client = server.client();
    client.send(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{");
    server.client().get("/_emulator/events").ok();
    server.signal("TERM");
    assert_eq!(server.end().0.code(), Some(0));
}

#[test]
fn it_warns_where_others_can_reach_it() {
    let server = Server::start(&["--listen", "0.0.0.0:0"]);
    let port = server.address.port();
    Client::to(([127, 0, 0, 1], port).into()).create("one");
    let log = server.log();
    assert!(log[0].starts_with(&format!("warning: 0.0.0.0:{port} is not a loopback address")), "{log:?}");
    assert!(log[0].contains("signatures are not checked"), "{log:?}");

    // Not every machine has the other loopback.
    if TcpListener::bind("[::1]:0").is_ok() {
        let server = Server::start(&["--listen", "[::1]:0"]);
        server.client().create("one");
        assert_eq!(server.log().len(), 1);
    }
}
