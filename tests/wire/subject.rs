//! How `testing::subject::Wire` reads what a service answers.

use account_connections::{
    id::Caller,
    testing::{
        scenario::Cast,
        subject::{Reply, Subject as _, Wire},
    },
    wire::Response,
};
use serde_json::json;

fn heard(response: Response) -> Reply {
    let caller = Caller::new(Cast::default().management, "us-east-1".parse().expect("a Region"));
    Wire::new(|_, _, _: &[u8]| response.clone()).call(caller, "GetEnvironment", &json!({ "name": "prod" }))
}

/// The kind of an error has come in each of these ways from some AWS service.
#[test]
fn errors_are_read_as_aws_clients_read_them() {
    let body = |kind: &str| json!({ "__type": kind, "message": "no" }).to_string().into_bytes();
    let mut in_header = Response::new(400, b"{}".to_vec());
    in_header.error_type = Some("ConflictException:http://internal/".to_owned());
    let said = |message: Option<&str>| Reply::Error {
        kind: "ConflictException".to_owned(),
        message: message.map(str::to_owned),
    };

    assert_eq!(heard(Response::new(400, body("ConflictException"))), said(Some("no")));
    assert_eq!(heard(Response::new(400, body("com.amazonaws.proton#ConflictException"))), said(Some("no")));
    assert_eq!(heard(in_header), said(None));
    assert_eq!(heard(Response::new(200, b"{}".to_vec())), Reply::Answer(json!({})));
}

#[test]
fn what_is_no_json_is_an_error_that_says_so() {
    for status in [200, 503] {
        let Reply::Error { kind, message } = heard(Response::new(status, vec![b'<'])) else { panic!("an answer") };
        assert_eq!(kind, format!("status {status}"));
        assert!(message.expect("a message").starts_with("the body is not JSON"));
    }
}
