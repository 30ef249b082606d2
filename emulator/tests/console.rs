//! The console, without a browser: what a page must hold back, and what a form may do. What a person does there,
//! `.ci/console` does in a browser.

use serde_json::{Value, json};

use crate::support::{Client, ENVIRONMENT, MANAGEMENT, REGION, ROLE, Reply, Server, across};

const STRANGER: &str = "123456789333";

/// A page of an account.
fn page(client: &mut Client, account: &str, rest: &str) -> Reply {
    client.get(&format!("/console/{REGION}/{account}{rest}"))
}

/// Sends a form as a browser sends the console's own.
fn send(client: &mut Client, account: &str, rest: &str, fields: &[(&str, &str)]) -> Reply {
    let headers = [("Sec-Fetch-Site", "same-origin"), ("Origin", "http://localhost")];
    send_with(client, &headers, account, rest, fields)
}

fn send_with(
    client: &mut Client,
    headers: &[(&str, &str)],
    account: &str,
    rest: &str,
    fields: &[(&str, &str)],
) -> Reply {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let headers = [headers, &form].concat();
    client.request("POST", &format!("/console/{REGION}/{account}{rest}"), &headers, body.as_bytes())
}

fn request_to_connect(token: &str) -> [(&str, &str); 4] {
    [("token", token), ("environmentName", "prod"), ("managementAccountId", MANAGEMENT), ("roleArn", ROLE)]
}

fn connections(client: &mut Client) -> Vec<Value> {
    let listed =
        client.call(MANAGEMENT, "ListEnvironmentAccountConnections", &json!({"requestedBy": "MANAGEMENT_ACCOUNT"}));
    listed.ok()["environmentAccountConnections"].as_array().unwrap().clone()
}

#[test]
fn a_browser_is_led_to_the_console_and_every_page_has_its_headers() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let led = client.request("GET", "/", &[("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")], b"");
    assert_eq!((led.status, led.header("location")), (303, Some("/console")));

    let id = client.create("prod");
    let connection = format!("/console/{REGION}/{ENVIRONMENT}/connections/{id}");
    for (path, status) in [
        ("/console", 200),
        ("/console/style.css", 200),
        ("/console/script.js", 200),
        (connection.as_str(), 200),
        ("/console/us-east-1/123456789222", 200),
        ("/console/us-east-1/123456789222/nothing", 404),
        ("/console/us-east-1/12345/happened", 404),
        ("/console/go?account=1&region=us-east-1", 422),
    ] {
        let reply = client.get(path);
        assert_eq!(reply.status, status, "{path}");
        let policy = reply.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none';") && policy.ends_with("frame-ancestors 'none'"), "{policy}");
        assert_eq!((reply.header("x-frame-options"), reply.header("cache-control")), (Some("DENY"), Some("no-store")));
    }
}

#[test]
fn a_form_is_carried_out_once_however_often_it_is_sent() {
    let server = Server::start(&["--provisioner", "manual"]);
    let mut client = server.client();
    let (first, again) =
        [(); 2].map(|()| send(&mut client, ENVIRONMENT, "/request", &request_to_connect("one"))).into();
    assert_eq!((first.status, first.header("location")), (303, again.header("location")));
    assert_eq!(connections(&mut client).len(), 1);
    send(&mut client, ENVIRONMENT, "/request", &request_to_connect("two"));
    assert_eq!(connections(&mut client).len(), 2);

    // Without a token, or with one that is no form's, nothing is sent.
    for token in ["", &"x".repeat(65)] {
        assert_eq!(send(&mut client, ENVIRONMENT, "/request", &request_to_connect(token)).status, 422);
    }
    assert_eq!(connections(&mut client).len(), 2);

    // What the API has no token for: an update that deploys.
    let id = client.connect("env");
    client.call(MANAGEMENT, "CreateEnvironment", &across("env", &id)).ok();
    let report = json!({"outcome": "SUCCEEDED"});
    let ended = format!("/_emulator/report/{REGION}/{MANAGEMENT}/env");
    client.post(&ended, &report).ok();
    let update = [("token", "three"), ("deploymentType", "CURRENT_VERSION")];
    assert_eq!(send(&mut client, MANAGEMENT, "/environments/env/update", &update).status, 303);
    client.post(&ended, &report).ok();
    assert_eq!(send(&mut client, MANAGEMENT, "/environments/env/update", &update).status, 303);
    assert_eq!(client.environment("env")["deploymentStatus"], "SUCCEEDED");
}

#[test]
fn a_form_from_another_site_changes_nothing() {
    let server = Server::start(&[]);
    let mut client = server.client();
    for foreign in [
        ("Origin", "http://evil.example"),
        ("Origin", "null"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
    ] {
        let reply = send_with(&mut client, &[foreign], ENVIRONMENT, "/request", &request_to_connect("one"));
        assert_eq!(reply.status, 403, "{foreign:?}");
    }
    assert_eq!(connections(&mut client), [] as [Value; 0]);
}

/// A page asks what each move would do: nothing of that is kept, in any store.
#[test]
fn looking_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("state.db").display());
    for store in ["memory", &file] {
        let server = Server::start(&["--provisioner", "manual", "--store", store]);
        let mut client = server.client();
        let (used, pending) = (client.connect("prod"), client.create("other"));
        client.call(MANAGEMENT, "CreateEnvironment", &across("prod", &used)).ok();
        let state = |client: &mut Client| {
            (connections(client), client.environment("prod"), client.get("/_emulator/events").json())
        };
        let before = state(&mut client);
        for account in [MANAGEMENT, ENVIRONMENT] {
            for id in [&used, &pending] {
                for rest in ["", "/accept", "/reject", "/delete", "/update"] {
                    assert_eq!(page(&mut client, account, &format!("/connections/{id}{rest}")).status, 200);
                }
            }
            for rest in ["", "/provisioned", "/happened", "/environments", "/create", "/request"] {
                assert_eq!(page(&mut client, account, rest).status, 200, "{rest}");
            }
        }
        for rest in ["", "/update", "/report", "/cancel", "/delete"] {
            assert_eq!(page(&mut client, MANAGEMENT, &format!("/environments/prod{rest}")).status, 200, "{rest}");
        }
        assert_eq!(state(&mut client), before, "{store}");
    }
}

/// A stranger's page of a connection is as that of one that never was, and nothing that the parties do is on any other
/// page of a stranger's.
#[test]
fn a_stranger_sees_nothing() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let id = client.connect("prod");
    client.call(MANAGEMENT, "CreateEnvironment", &across("prod", &id)).ok();
    client.call(ENVIRONMENT, "AcceptEnvironmentAccountConnection", &json!({"id": id})).kind();

    let never = "00000000-0000-4000-8000-000000000000";
    for rest in ["", "/accept", "/reject", "/delete", "/update"] {
        let of = |client: &mut Client, id: &str| {
            let reply = page(client, STRANGER, &format!("/connections/{id}{rest}"));
            (reply.status, reply.text.replace(id, "ID"))
        };
        let seen = of(&mut client, &id);
        assert_eq!(seen.0, 404);
        assert_eq!(seen, of(&mut client, never), "{rest}");
    }
    for rest in ["", "/happened", "/environments", "/provisioned", "/environments/prod"] {
        let seen = page(&mut client, STRANGER, rest).text;
        let told = seen.contains(&id) || seen.contains("AcceptEnvironment") || seen.contains("AWSProton");
        assert!(!told, "{rest}: {seen}");
    }
}

/// An environment is its owner's: what its spec, description, message and outputs say is on no page of the environment
/// account, nor whether a deployment is under way.
#[test]
fn what_is_sensitive_is_its_owners() {
    let server = Server::start(&["--provisioner", "manual"]);
    let mut client = server.client();
    let id = client.connect("prod");
    let mut create = across("prod", &id);
    create["spec"] = "SECRET: spec".into();
    create["description"] = "SECRET description".into();
    client.call(MANAGEMENT, "CreateEnvironment", &create).ok();
    let confirm = format!("/connections/{id}/delete");
    let token =
        |page: &Reply| page.text.split("name=\"token\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let of = |client: &mut Client| {
        let page = page(client, ENVIRONMENT, &confirm);
        page.text.replace(&token(&page), "TOKEN")
    };
    let under_way = of(&mut client);
    let report = json!({"outcome": "FAILED", "message": "SECRET message", "resources": [{"identifier": "a stack"}]});
    client.post(&format!("/_emulator/report/{REGION}/{MANAGEMENT}/prod"), &report).ok();
    assert_eq!(of(&mut client), under_way);

    let connection = format!("/connections/{id}");
    for rest in ["", "/happened", "/environments", "/provisioned", "/environments/prod", &connection, &confirm] {
        let seen = page(&mut client, ENVIRONMENT, rest).text;
        assert!(!seen.contains("SECRET") && !seen.contains("FAILED"), "{rest}: {seen}");
    }
    // Its owner finds each of them, in what is closed until it is asked for.
    let owners = page(&mut client, MANAGEMENT, "/environments/prod").text;
    for secret in ["SECRET: spec", "SECRET description", "SECRET message"] {
        assert!(owners.contains(&format!("</summary><pre>{secret}</pre></details>")), "{secret}");
    }
    assert!(!owners.contains("<details class=\"secret\" open"));
}

#[test]
fn lists_go_by_the_page_and_a_bad_token_of_a_page_is_refused() {
    let server = Server::start(&["--provisioner", "manual"]);
    let mut client = server.client();
    let ids = (0..60).map(|number| client.create(&format!("env-{number}"))).collect::<Vec<_>>();
    let connections = ids.iter().map(|id| format!("/connections/{id}\"")).collect::<Vec<_>>();
    let role = "arn:aws:iam::123456789111:role/own";
    let environments = (0..30).map(|number| {
        let name = format!("own-{number}");
        let input = json!({"name": name, "templateName": "any", "templateMajorVersion": "1", "spec": "any",
            "protonServiceRoleArn": role});
        client.call(MANAGEMENT, "CreateEnvironment", &input).ok();
        let resources = json!([{"identifier": format!("{name}-a")}, {"identifier": format!("{name}-b")}]);
        let report = json!({"outcome": "SUCCEEDED", "resources": resources});
        client.post(&format!("/_emulator/report/{REGION}/{MANAGEMENT}/{name}"), &report).ok();
        format!("/environments/{name}\"")
    });
    let environments = environments.collect::<Vec<_>>();
    let resources = (0..30).flat_map(|number| ["a", "b"].map(|part| format!("value=\"own-{number}-{part}\"")));
    let resources = resources.collect::<Vec<_>>();
    for (account, path, list, items, sizes) in [
        (ENVIRONMENT, "", "sent", &connections, &[25, 25, 10][..]),
        (MANAGEMENT, "", "received", &connections, &[25, 25, 10]),
        (MANAGEMENT, "/environments", "after", &environments, &[25, 5]),
        (MANAGEMENT, "/provisioned", "after", &resources, &[50, 10]),
    ] {
        let (mut query, mut seen) = (String::new(), std::collections::BTreeSet::new());
        for (number, size) in (1..).zip(sizes) {
            let text = page(&mut client, account, &format!("{path}{query}")).text;
            let on_page = items.iter().filter(|item| text.contains(*item)).collect::<Vec<_>>();
            assert_eq!(on_page.len(), *size, "{list}, page {number}");
            assert!(on_page.into_iter().all(|item| seen.insert(item.clone())), "{list}: one comes twice");
            let next = text.split(&format!("?{list}=")).nth(1).map(|next| next.split('"').next().unwrap().to_owned());
            assert_eq!(next.is_some(), number < sizes.len(), "{list}, page {number}");
            query = next.map_or_else(String::new, |next| format!("?{list}={next}"));
        }
        assert_eq!(seen.len(), items.len(), "{list}");
    }
    let foreign = page(&mut client, MANAGEMENT, "?sent=00");
    assert_eq!(foreign.status, 422);
    assert!(foreign.text.contains("foreign-token"));
    let no_token = page(&mut client, MANAGEMENT, "?sent=%25");
    assert!(no_token.status == 404 && no_token.text.contains("must be a page token"), "{no_token:?}");
}

/// What an AWS client sends, and the console shows.
#[test]
fn texts_stay_texts() {
    let server = Server::start(&["--provisioner", "manual"]);
    let mut client = server.client();
    let id = client.connect("prod");
    let bad = "</textarea></pre><script>alert(1)</script>\"'&";
    let mut create = across("prod", &id);
    (create["spec"], create["description"]) = (bad.into(), bad.into());
    client.call(MANAGEMENT, "CreateEnvironment", &create).ok();
    let report = json!({"outcome": "SUCCEEDED", "message": bad, "resources": [{"identifier": bad, "name": bad}]});
    client.post(&format!("/_emulator/report/{REGION}/{MANAGEMENT}/prod"), &report).ok();
    let sent = [("token", "one"), ("environmentName", bad), ("tags", bad)];
    let again = send(&mut client, ENVIRONMENT, "/request", &sent);
    assert_eq!(again.status, 422);

    let pages = [
        page(&mut client, MANAGEMENT, "/environments/prod"),
        page(&mut client, MANAGEMENT, "/happened"),
        page(&mut client, ENVIRONMENT, "/provisioned"),
        page(&mut client, ENVIRONMENT, "/happened"),
        again,
    ];
    for page in pages {
        assert!(!page.text.contains("<script>") && !page.text.contains("</textarea></pre>"), "{}", page.text);
    }
    assert!(page(&mut client, MANAGEMENT, "/environments/prod").text.contains("&lt;script&gt;"));
}

#[test]
fn a_refused_form_keeps_what_was_typed_and_says_what_would_be_right() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let sent = [
        ("token", "one"),
        ("environmentName", "prod"),
        ("managementAccountId", MANAGEMENT),
        ("roleArn", "arn:aws:iam::123456789333:role/other"),
        ("tags", "team=blue\r\ncost=1"),
    ];
    let again = send(&mut client, ENVIRONMENT, "/request", &sent);
    assert_eq!(again.status, 422);
    for said in [
        "value=\"one\"",
        "value=\"arn:aws:iam::123456789333:role/other\" aria-describedby=\"roleArn-hint roleArn-error\" aria-invalid=\"true\"",
        "must be a role of the environment account <code>123456789222</code>",
        "Rule <code>role-in-environment-account</code> (from the API model)",
        ">\nteam=blue\ncost=1</textarea>",
    ] {
        assert!(again.text.contains(said), "{said}: {}", again.text);
    }
    // The rule of a shape, too, which the wire keeps to itself.
    let misshapen = [("token", "two"), ("environmentName", "a b"), ("tags", "aws:x=1")];
    let again = send(&mut client, ENVIRONMENT, "/request", &misshapen);
    assert!(again.text.contains("Rule <code>well-formed-input</code>"), "{}", again.text);
    // Put right, the same form is carried out.
    assert_eq!(send(&mut client, ENVIRONMENT, "/request", &request_to_connect("one")).status, 303);
}
