//! A degraded recording lacks what it says, and can be written and read like any other.

use account_connections::{
    operation::Operation,
    testing::{session::Session, subject::Reply},
};
use account_connections_conformance::{
    record,
    trace::{Begins, Call, ClockUnit, Line, Read, read},
};
use account_connections_wrong::{
    WrongSubject,
    degrade::{self, Trace},
};

fn recorded() -> Trace {
    record(WrongSubject::right(Session::LIMITS), 1, 600)
}

fn calls(trace: &Trace) -> Vec<&Call> {
    let calls = trace.1.iter().filter_map(|line| match line {
        Line::Call(call) => Some(call.as_ref()),
        Line::Events(_) => None,
    });
    calls.collect()
}

fn by_name(name: &str) -> Trace {
    let degradation = degrade::ALL.iter().find(|degradation| degradation.name == name).unwrap();
    (degradation.apply)(recorded())
}

#[test]
fn all_can_be_written_and_read_again() {
    for degradation in degrade::ALL {
        let (header, lines) = (degradation.apply)(recorded());
        assert_eq!(read(&header.to_string()), Ok(Read::Header(header)), "{}", degradation.name);
        assert!(lines.len() > 100, "{} leaves {} lines", degradation.name, lines.len());
        for line in lines {
            assert_eq!(read(&line.to_string()), Ok(Read::Line(line)), "{}", degradation.name);
        }
    }
}

#[test]
fn the_whole_one_has_everything() {
    let whole = recorded();
    assert_eq!((whole.0.begins, whole.0.clock, whole.0.events_complete), (Begins::Empty, ClockUnit::Millisecond, true));
    assert_eq!((whole.0.limits, calls(&whole).len()), (Session::LIMITS, 600));
    for operation in Operation::NAMES {
        assert!(calls(&whole).iter().any(|call| call.operation == *operation), "{operation}");
    }
    assert!(whole.1.iter().any(|line| matches!(line, Line::Events(_))));
    assert!(calls(&whole).iter().all(|call| call.reply != Reply::Unknown && call.start.is_some()));
}

#[test]
fn each_lacks_what_it_says() {
    let reads = |trace: &Trace| calls(trace).iter().filter(|call| call.operation.starts_with("Get")).count();
    let hosts = |trace: &Trace| calls(trace).iter().filter(|call| !Operation::is_public_name(&call.operation)).count();
    let hidden = |trace: &Trace| calls(trace).iter().filter(|call| !call.hidden.is_empty()).count();
    let unknown = |trace: &Trace| calls(trace).iter().filter(|call| call.reply == Reply::Unknown).count();

    assert_eq!(reads(&by_name("no reads")), 0);
    assert_eq!(hosts(&by_name("no host")), 0);
    assert!(hidden(&by_name("hidden")) > 100);
    assert!((60..120).contains(&unknown(&by_name("answers lost"))));
    let middle = by_name("from the middle");
    assert_eq!((middle.0.begins, calls(&middle).len()), (Begins::Unknown, 400));

    let trail = by_name("CloudTrail");
    assert_eq!((reads(&trail), hosts(&trail)), (0, 0));
    assert_eq!((trail.0.clock, trail.0.events_complete, trail.0.host_complete), (ClockUnit::Second, false, false));
    let text = trail.1.iter().map(Line::to_string).collect::<String>();
    assert!(!text.contains(r#"oleArn":"arn:"#) && !text.contains(r#""spec":"s"#));
    assert!(text.contains("there is no environment"), "the messages of errors stay");
}

#[test]
fn whole_seconds_have_no_fractions_and_a_call_is_within_its_second() {
    let seconds = by_name("whole seconds");
    for (cut, whole) in calls(&seconds).iter().zip(calls(&recorded())) {
        let (start, end) = (cut.start.unwrap(), cut.end.unwrap());
        assert!(start <= whole.start.unwrap() && whole.end.unwrap() <= end && start.unix_millis() % 1000 == 0);
        assert_eq!(end.unix_millis() - start.unix_millis(), 999);
        let Reply::Answer(answer) = &cut.reply else { continue };
        assert!(!answer.to_string().contains("000+00:00"), "{answer}");
    }
}
