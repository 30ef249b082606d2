//! Random sessions, written down as each recorder writes, are imported as they were.

use account_connections::{
    id::{AccountId, Region, Timestamp},
    operation::Operation,
    testing::{
        session::Session,
        subject::{Model, Reply, Subject as _},
    },
};
use account_connections_conformance::{
    import::{Accounts, AwsCli, Boto3, CloudTrail, EventBridge, Imported},
    trace::{Call, ClockUnit, Header, Line},
};
use serde_json::{Value, json};

const SEEDS: u64 = 20;
const CALLS: i64 = 150;

/// The recorder's clock at the first call: not the subject's, which goes back now and then.
const START: i64 = 1_700_000_000_250;

struct Recorded {
    calls: Vec<Call>,
    events: Vec<Value>,
}

/// A session of what any account may call; what the host does between two calls nobody records.
fn recorded(seed: u64) -> Recorded {
    let (mut session, mut model) = (Session::new(seed), Model::default().with_limits(Session::LIMITS));
    let (mut calls, mut events) = (Vec::new(), Vec::new());
    for number in 0..CALLS {
        let draft = session.next_draft();
        model.set_time(draft.context.now);
        let reply = model.call_with_id(draft.context.caller, draft.operation, &draft.input, draft.context.fresh_id);
        session.learn_shown(
            &draft,
            match &reply {
                Reply::Answer(answer) => Ok(answer),
                Reply::Error { kind, .. } => Err(kind),
                Reply::Unknown => unreachable!("the model answers"),
            },
        );
        events.extend(model.events().unwrap());
        if Operation::is_public_name(draft.operation) {
            let caller = draft.context.caller;
            let mut call = Call::new(caller.account, caller.region, draft.operation, draft.input, reply);
            // Several a second, and some at the same moment.
            call.start = Timestamp::from_unix_millis(START + number / 2 * 300);
            call.end = Timestamp::from_unix_millis(START + number / 2 * 300 + 40);
            if number % 10 == 9 {
                (call.reply, call.end) = (Reply::Unknown, None);
            }
            calls.push(call);
        }
    }
    Recorded { calls, events }
}

/// The key that an account signs with.
fn key(account: AccountId) -> String {
    format!("AKIA{account}")
}

fn accounts(calls: &[Call]) -> Accounts {
    calls.iter().map(|call| (key(call.account), call.account)).collect()
}

/// The rows of the AWS CLI's table, which are the lines of the hook, too.
fn rows(calls: &[Call]) -> Vec<Value> {
    let mut rows = Vec::new();
    for (number, call) in calls.iter().enumerate() {
        let row = |event_type: &str, at: Option<Timestamp>, payload: Value| {
            json!({
                "id": (number / 3).to_string(), "request_id": number.to_string(), "source": "BOTOCORE",
                "event_type": event_type, "timestamp": at.unwrap().unix_millis(), "payload": payload.to_string(),
            })
        };
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={}/20231114/{}/proton/aws4_request, SignedHeaders=host, Signature=0",
            key(call.account),
            call.region
        );
        let target = format!("AwsProton20200720.{}", call.operation);
        let headers = json!({ "X-Amz-Target": target, "Authorization": authorization });
        rows.push(row("API_CALL", call.start, json!({})));
        rows.push(row("HTTP_REQUEST", call.start, json!({ "headers": headers, "body": call.input.to_string() })));
        let (status, headers, body) = match &call.reply {
            Reply::Answer(answer) => (200, json!({}), answer.clone()),
            // Half of them have the kind in a header, with an address behind it.
            Reply::Error { kind, message } if number % 2 == 0 => (
                400,
                json!({ "x-amzn-ErrorType": format!("{kind}:http://example.com/") }),
                json!({ "Message": message }),
            ),
            Reply::Error { kind, message } => {
                (400, json!({}), json!({ "__type": format!("aws#{kind}"), "message": message }))
            }
            Reply::Unknown => continue,
        };
        // Some servers answer `{}` so.
        let body = if body == json!({}) && number % 2 == 0 { String::new() } else { body.to_string() };
        let response = json!({ "status_code": status, "headers": headers, "body": body });
        rows.push(row("HTTP_RESPONSE", call.end, response));
    }
    rows
}

fn lines(calls: Vec<Call>) -> Vec<Line> {
    calls.into_iter().map(|call| Line::Call(Box::new(call))).collect()
}

fn assert_same(imported: &Imported, header: &Header, expected: &[Line], seed: u64) {
    assert_eq!(imported.problems, [], "seed {seed}");
    assert_eq!(&imported.header, header, "seed {seed}");
    assert_eq!(imported.lines.len(), expected.len(), "seed {seed}");
    for (number, (got, expected)) in imported.lines.iter().zip(expected).enumerate() {
        assert_eq!(got, expected, "seed {seed}, line {number}");
    }
}

#[test]
fn the_aws_cli_and_boto3_have_it_all() {
    for seed in 0..SEEDS {
        let Recorded { calls, .. } = recorded(seed);
        let rows = rows(&calls);
        let (mut aws_cli, mut boto3) = (AwsCli::new(accounts(&calls)), Boto3::new(accounts(&calls)));
        aws_cli.read("history.db", (1..).zip(rows.iter().map(|row| serde_json::from_value(row.clone()).unwrap())));
        boto3.read("calls.jsonl", &rows.iter().map(|row| format!("{row}\n")).collect::<String>());
        let expected = lines(calls);
        assert_same(&aws_cli.finish(), &Header::new(), &expected, seed);
        assert_same(&boto3.finish(), &Header::new(), &expected, seed);
    }
}

/// What CloudTrail has of a call, and what of it a trace can have; nothing where there is nothing to it.
fn logged(call: &Call, number: usize) -> (Value, Option<Call>) {
    const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";
    let mut left = call.clone();
    let second = call.start.unwrap().unix_millis() / 1000 * 1000;
    left.start = Timestamp::from_unix_millis(second);
    left.end = Timestamp::from_unix_millis(second + 999);
    let mut hide = |members: &mut Value| {
        for name in ["spec", "description"] {
            if let Some(member) = members.get_mut(name) {
                *member = HIDDEN.into();
                left.hidden.insert(name.into());
            }
        }
    };
    hide(&mut left.input);
    if let Reply::Answer(answer) = &mut left.reply
        && let Some(environment) = answer.get_mut("environment")
    {
        hide(environment);
    }
    let mut record = json!({
        "eventID": number, "eventSource": "proton.amazonaws.com", "eventType": "AwsApiCall",
        "eventTime": left.start.unwrap(), "awsRegion": call.region, "eventName": call.operation,
        "userIdentity": { "accountId": call.account }, "requestParameters": left.input,
    });
    record["eventID"] = number.to_string().into();
    let reads = call.operation.starts_with("Get") || call.operation.starts_with("List");
    match &mut left.reply {
        Reply::Answer(_) if reads => return (record, None),
        Reply::Answer(answer) => record["responseElements"] = answer.clone(),
        Reply::Error { kind, message } => {
            record["errorCode"] = kind.clone().into();
            record["errorMessage"] = message.clone().into();
        }
        Reply::Unknown => unreachable!("CloudTrail logs what was answered"),
    }
    (record, Some(left))
}

#[test]
fn cloudtrail_has_changes_within_a_second() {
    for seed in 0..SEEDS {
        let Recorded { mut calls, .. } = recorded(seed);
        calls.retain(|call| call.reply != Reply::Unknown);
        let (records, mut left): (Vec<_>, Vec<_>) = calls.iter().enumerate().map(|(n, call)| logged(call, n)).unzip();
        for (number, call) in left.iter_mut().enumerate() {
            call.iter_mut().for_each(|call| call.client = Some(number.to_string()));
        }
        // Two trails, the second one first, that overlap.
        let (first, second) = (&records[..records.len() / 2 + 5], &records[records.len() / 2..]);
        let mut source = CloudTrail::new();
        source.read("first.json", &json!({ "Records": first }).to_string());
        source.read("second.jsonl", &second.iter().map(|record| format!("{record}\n")).collect::<String>());
        assert_same(&source.finish(), &Header::new(), &lines(left.into_iter().flatten().collect()), seed);
    }
}

#[test]
fn the_clock_is_as_the_answers_have_it() {
    let clock = |modified: Value, requested: Value| {
        let record = json!({
            "eventSource": "proton.amazonaws.com", "eventTime": "2021-04-28T23:13:50Z", "awsRegion": "us-east-1",
            "eventName": "AcceptEnvironmentAccountConnection", "userIdentity": { "accountId": "123456789111" },
            "responseElements": {
                "environmentAccountConnection": { "lastModifiedAt": modified, "requestedAt": requested },
            },
        });
        let mut source = CloudTrail::new();
        source.read("trail.json", &record.to_string());
        let imported = source.finish();
        let Some(Line::Call(call)) = imported.lines.into_iter().next() else { panic!("no call") };
        (imported.header.clock, call.hidden.len())
    };
    let [whole, parts] = [json!(1_619_651_630), json!(1_619_651_630.847)];
    assert_eq!(clock(whole.clone(), json!("2021-04-28T23:13:50Z")), (ClockUnit::Second, 0));
    assert_eq!(clock(whole.clone(), parts.clone()), (ClockUnit::Millisecond, 0));
    assert_eq!(clock(parts, whole.clone()), (ClockUnit::Millisecond, 0));
    assert_eq!(clock(json!("2021-04-28T23:13:50.847Z"), Value::Null), (ClockUnit::Millisecond, 0));
    assert_eq!(clock(json!("Apr 28, 2021 11:13:50 PM"), whole), (ClockUnit::Second, 1));
    assert_eq!(clock(Value::Null, json!("Apr 28, 2021 11:13:50 PM")), (ClockUnit::Millisecond, 1));
}

#[test]
fn eventbridge_has_the_events_after_the_calls() {
    for seed in 0..SEEDS {
        let Recorded { calls, mut events } = recorded(seed);
        let mut trace = lines(calls);
        let mut header = Header::new();
        header.subject = Some("a session".into());
        let text = trace.iter().fold(format!("{header}\n"), |text, line| format!("{text}{line}\n"));
        let mut source = EventBridge::new();
        source.after("trace.jsonl", &text);
        // As an editor may have saved them.
        let events_text = events.iter().map(Value::to_string).collect::<String>();
        source.read("events.json", &format!("\u{feff}{events_text}"));
        events.sort_by_key(|event| event["time"].as_str().unwrap().parse::<Timestamp>().unwrap());
        trace.push(Line::Events(events));
        assert_same(&source.finish(), &header, &trace, seed);
    }
}

#[test]
fn a_key_of_no_known_account_is_said_to_be_one() {
    let region = "us-east-1".parse::<Region>().unwrap();
    let mut call = Call::new("123456789111".parse().unwrap(), region, "ListEnvironments", json!({}), Reply::Unknown);
    call.start = Timestamp::from_unix_millis(START);
    let mut source = Boto3::new(Accounts::default());
    source.read("calls.jsonl", &rows(&[call]).iter().map(|row| format!("{row}\n")).collect::<String>());
    let problems = source.finish().problems;
    let said = problems.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        said,
        ["calls.jsonl: record 2: the account of the access key id `AKIA123456789111` is not known: \
          `--account AKIA123456789111=123456789012` would tell it"]
    );
}
