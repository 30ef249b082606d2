//! What is read and written on the wire byte by byte: names that come twice, and texts and numbers that are written
//! without a formatter.

use std::collections::BTreeSet;

use account_connections::{
    Memory,
    event::Event,
    id::{AccountId, Caller, Timestamp},
    operation::Context,
    wire,
};
use serde_json::Value;
use uuid::Uuid;

const GET: &str = "AwsProton20200720.GetEnvironmentAccountConnection";
const CREATE: &str = "AwsProton20200720.CreateEnvironmentAccountConnection";

/// Every sequence of up to four names: the second text stands for the first name, too.
#[test]
fn a_name_that_comes_twice_is_refused_wherever_it_is() {
    let names = [("id", r#""id""#), ("id", r#""\u0069d""#), ("a", r#""a""#), ("", r#""""#)];
    let value = format!("\"{}\"", Uuid::nil());
    let (mut refused, mut read) = (0, 0);
    for length in 1..=4 {
        for choice in 0..names.len().pow(length) {
            let chosen = (0..length).map(|place| names[choice / names.len().pow(place) % names.len()]);
            let members = chosen.clone().map(|(_, text)| format!("{text}: {value}")).collect::<Vec<_>>().join(", ");
            let is_twice = chosen.clone().map(|(name, _)| name).collect::<BTreeSet<_>>().len() < length as usize;
            let nested = format!(r#"{{"id": {value}, "ignored": [{{{members}}}]}}"#);
            for (body, has_id) in
                [(format!("{{{members}}}"), chosen.clone().any(|(name, _)| name == "id")), (nested, true)]
            {
                let decoded = wire::decode(GET, body.as_bytes());
                let kind = decoded.as_ref().err().map(|response| kind(&response.body));
                let expected = match (is_twice, has_id) {
                    (true, _) => Some("SerializationException".to_owned()),
                    (false, true) => None,
                    (false, false) => Some("ValidationException".to_owned()),
                };
                assert_eq!(kind, expected, "{body}");
                if is_twice { refused += 1 } else { read += 1 }
            }
        }
    }
    assert_eq!((refused, read), (628, 52));
}

fn kind(body: &[u8]) -> String {
    serde_json::from_slice::<Value>(body).unwrap()["__type"].as_str().unwrap().to_owned()
}

/// Times, ids, accounts and ARNs are written as they are displayed, or as the number that they are.
#[test]
fn texts_and_numbers_are_written_as_they_are_displayed() {
    let times = [-62_167_219_200_000, -1_000, -999, -1, 0, 1, 10, 999, 1_000, 1_619_651_630_847, 253_402_300_799_999];
    let accounts = ["000000000000", "000000000001", "012345678901", "999999999999"];
    let regions = ["us-east-1", "cn-north-1", "us-gov-west-1", "xx-yyyyyyyyyyyyyyyyyyyyyyyyyy-12"];
    let calls = times.map(|time| accounts.map(|account| regions.map(|region| (time, account, region))));
    for (millis, account, region) in calls.into_iter().flatten().flatten() {
        let caller = Caller::new(account.parse().unwrap(), region.parse().unwrap());
        let (now, fresh_id) = (Timestamp::from_unix_millis(millis).unwrap(), Uuid::from_u128(0xabc << 100 | 0xf));
        let partition = caller.region.partition();
        let manager = "123456789111".parse::<AccountId>().unwrap();
        let body = format!(
            r#"{{"environmentName": "e", "managementAccountId": "{manager}", "roleArn": "arn:{partition}:iam::{account}:role/r"}}"#
        );
        let context = Context::new(caller, now, fresh_id);
        let wire::Served { response, events, .. } = wire::serve(&mut Memory::new(), CREATE, body.as_bytes(), context);

        let text = String::from_utf8(response.body).unwrap();
        let Some(Event::ConnectionStatusChange(change)) = events.first() else { panic!("{text}") };
        let sign = if millis < 0 { "-" } else { "" };
        let (seconds, rest) = (millis.unsigned_abs() / 1000, millis.unsigned_abs() % 1000);
        let arn = format!("arn:{partition}:proton:{region}:{account}:environment-account-connection/{fresh_id}");
        assert_eq!(change.arn.to_string(), arn);
        for written in [
            format!(r#"{{"arn":"{arn}","#),
            format!(r#""environmentAccountId":"{account}""#),
            format!(r#""managementAccountId":"{manager}""#),
            format!(r#""id":"{fresh_id}""#),
            format!(r#""requestedAt":{sign}{seconds}.{rest:03},"#),
        ] {
            assert!(text.contains(&written), "{written} is not in {text}");
        }
    }
}
