//! Every status of a connection, with every trigger, by every caller: carried out, written down in
//! `tests/transitions.txt`, and held against `CONNECTION_TRANSITIONS`.
//!
//! After a change that is meant, `UPDATE=1 cargo test -p account-connections-tests transitions` writes the file anew.

use std::fmt::Write as _;

use account_connections::{
    Refusal, Rule,
    connection::Connection,
    connection::{CONNECTION_TRANSITIONS, ConnectionStatus, ConnectionTrigger},
    event::Event,
    id::Side,
    store::Record,
};
use serde_json::{Value, json};

use crate::support::{ENVIRONMENT, MANAGEMENT, NAME, ROLE, STRANGER, World, at, caller, fresh, is_as_in};

/// The environment of the connection's name and accounts, before or after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Env {
    None,
    /// Attached to the connection: it is in use.
    Attached,
    Unmanaged,
    /// Attached to another connection for the same environment.
    Elsewhere,
}

impl Env {
    const fn name(self) -> &'static str {
        match self {
            Self::None => "-",
            Self::Attached => "attached",
            Self::Unmanaged => "unmanaged",
            Self::Elsewhere => "elsewhere",
        }
    }
}

/// Every situation that a connection can be in. Only a CONNECTED one can be in use: an environment is attached to no
/// other (SPEC §7).
const SITUATIONS: [(Option<ConnectionStatus>, Env); 11] = [
    (None, Env::None),
    (Some(ConnectionStatus::Pending), Env::None),
    (Some(ConnectionStatus::Pending), Env::Unmanaged),
    (Some(ConnectionStatus::Pending), Env::Elsewhere),
    (Some(ConnectionStatus::Connected), Env::None),
    (Some(ConnectionStatus::Connected), Env::Attached),
    (Some(ConnectionStatus::Connected), Env::Unmanaged),
    (Some(ConnectionStatus::Connected), Env::Elsewhere),
    (Some(ConnectionStatus::Rejected), Env::None),
    (Some(ConnectionStatus::Rejected), Env::Unmanaged),
    (Some(ConnectionStatus::Rejected), Env::Elsewhere),
];

const CALLERS: [(&str, &str); 3] = [("environment", ENVIRONMENT), ("management", MANAGEMENT), ("stranger", STRANGER)];

/// The call by which the connection comes to be, and with it its id.
const SUBJECT: u128 = 5;

/// A world with a connection in some situation. All that happens is by calls: there is no other way to an environment.
fn situation(status: Option<ConnectionStatus>, env: Env) -> World {
    let mut world = World::default();
    let other = ask(&mut world);
    accept(&mut world, &other);
    if let Env::Elsewhere | Env::Unmanaged = env {
        provision(&mut world, &other);
    }
    world.calls = SUBJECT - 1;
    let subject = fresh(SUBJECT);
    if let Some(status) = status {
        assert_eq!(ask(&mut world), subject);
        match status {
            ConnectionStatus::Pending => (),
            ConnectionStatus::Connected => accept(&mut world, &subject),
            ConnectionStatus::Rejected => {
                call(&mut world, MANAGEMENT, "RejectEnvironmentAccountConnection", &json!({ "id": subject })).unwrap();
            }
        }
    }
    match env {
        Env::None | Env::Elsewhere => (),
        Env::Attached => provision(&mut world, &subject),
        // Only now: an acceptance would have restored it.
        Env::Unmanaged => {
            call(&mut world, ENVIRONMENT, "DeleteEnvironmentAccountConnection", &json!({ "id": other })).unwrap();
        }
    }
    world.events.clear();
    world
}

/// Provisions the environment with a connection, to success: so nothing that happens later ends a deployment.
fn provision(world: &mut World, connection: &str) {
    let input = json!({
        "name": NAME, "templateName": "simple", "templateMajorVersion": "1", "spec": "a: b",
        "environmentAccountConnectionId": connection,
    });
    call(world, MANAGEMENT, "CreateEnvironment", &input).unwrap();
    let report = json!({ "name": NAME, "deploymentId": fresh(world.calls), "outcome": "SUCCEEDED" });
    call(world, MANAGEMENT, "ReportDeployment", &report).unwrap();
}

fn ask(world: &mut World) -> String {
    call(world, ENVIRONMENT, "CreateEnvironmentAccountConnection", &request()).unwrap();
    fresh(world.calls)
}

fn request() -> Value {
    json!({ "environmentName": NAME, "managementAccountId": MANAGEMENT, "roleArn": ROLE })
}

fn accept(world: &mut World, id: &str) {
    call(world, MANAGEMENT, "AcceptEnvironmentAccountConnection", &json!({ "id": id })).unwrap();
}

fn call(world: &mut World, account: &str, operation: &str, input: &Value) -> Result<Value, Refusal> {
    world.call(caller(account), at(0), operation, input)
}

fn connection(world: &World, id: &str) -> Option<Connection> {
    world.store.records().find_map(|(_, record)| match record {
        Record::Connection(connection) if connection.id().to_string() == id => Some(connection.as_ref().clone()),
        _ => None,
    })
}

/// What is seen of the connection's environment.
fn env(world: &World) -> Env {
    let found = world.store.records().find_map(|(_, record)| match record {
        Record::Environment(environment) if environment.name().as_str() == NAME => Some(environment),
        _ => None,
    });
    match found.map(|environment| environment.attachment().map(|attachment| attachment.connection())) {
        None => Env::None,
        Some(None) => Env::Unmanaged,
        Some(Some(id)) if id.to_string() == fresh(SUBJECT) => Env::Attached,
        Some(Some(_)) => Env::Elsewhere,
    }
}

/// One cell of the whole: a situation, what is done and by whom, and what comes of it.
struct Case {
    from: Option<ConnectionStatus>,
    before: Env,
    on: ConnectionTrigger,
    by: &'static str,
    to: Result<Option<ConnectionStatus>, Rule>,
    after: Env,
}

impl Case {
    fn carry_out(
        (from, before): (Option<ConnectionStatus>, Env),
        on: ConnectionTrigger,
        (by, account): (&'static str, &str),
    ) -> Self {
        let mut world = situation(from, before);
        assert_eq!(env(&world), before);
        let untouched = connection(&world, &fresh(SUBJECT));
        // A creation makes a new connection, whatever there is: where there is one, the new one is another.
        world.calls = if from.is_none() { SUBJECT - 1 } else { SUBJECT };
        let subject = json!({ "id": fresh(SUBJECT) });
        let result = match on {
            ConnectionTrigger::Create => call(&mut world, account, "CreateEnvironmentAccountConnection", &request()),
            ConnectionTrigger::Accept => call(&mut world, account, "AcceptEnvironmentAccountConnection", &subject),
            ConnectionTrigger::Reject => call(&mut world, account, "RejectEnvironmentAccountConnection", &subject),
            ConnectionTrigger::Update => {
                let input = json!({ "id": fresh(SUBJECT), "codebuildRoleArn": ROLE });
                call(&mut world, account, "UpdateEnvironmentAccountConnection", &input)
            }
            ConnectionTrigger::Delete => call(&mut world, account, "DeleteEnvironmentAccountConnection", &subject),
        };
        let here = connection(&world, &fresh(SUBJECT));
        let to = result.map(|_| here.as_ref().map(Connection::status)).map_err(|refusal| refusal.rule());
        let case = Self { from, before, on, by, to, after: env(&world) };
        if on == ConnectionTrigger::Create {
            let created = connection(&world, &fresh(world.calls)).as_ref().map(Connection::status);
            assert_eq!(created, case.to.is_ok().then_some(ConnectionStatus::Pending), "{}", case.line());
        }
        case.check_events(&world.events);
        if case.to.is_err() || by == "stranger" || (on == ConnectionTrigger::Create && from.is_some()) {
            assert_eq!(here, untouched, "{}", case.line());
        }
        case
    }

    /// Every change of the connection's status is an event, and nothing else is.
    fn check_events(&self, events: &[Event]) {
        let changes = events.iter().filter_map(|event| match event {
            Event::ConnectionStatusChange(change) if change.arn.id.to_string() == fresh(SUBJECT) => {
                Some((change.previous, change.status))
            }
            _ => None,
        });
        let expected = match self.to {
            Ok(to) if to != self.from => vec![(self.from, to)],
            _ => Vec::new(),
        };
        assert_eq!(changes.collect::<Vec<_>>(), expected, "{}", self.line());
    }

    /// What `CONNECTION_TRANSITIONS` and its documentation have for this case.
    fn tabled(&self) -> Result<Option<ConnectionStatus>, Rule> {
        let side = match self.by {
            "environment" => Some(Side::EnvironmentAccount),
            "management" => Some(Side::ManagementAccount),
            _ => None,
        };
        if self.on == ConnectionTrigger::Create {
            // A creation is from none, whatever else there is; the other callers have not the right accounts.
            return match side {
                Some(Side::EnvironmentAccount) => Ok(self.from.or(Some(ConnectionStatus::Pending))),
                Some(Side::ManagementAccount) => Err(Rule::DistinctAccounts),
                None => Err(Rule::RoleInEnvironmentAccount),
            };
        }
        let in_use = self.before == Env::Attached;
        let mut rows = CONNECTION_TRANSITIONS.iter().filter(|row| {
            (row.from, row.on) == (self.from, self.on) && row.in_use.is_none_or(|needed| needed == in_use)
        });
        let (row, second) = (rows.next(), rows.next());
        assert_eq!(second, None, "two rows for {}", self.line());
        match (row, side) {
            // To delete what is not there, or not to be seen, is no error, and nothing changes by it.
            (None, _) | (_, None) if self.on == ConnectionTrigger::Delete => Ok(self.from),
            (None, _) | (_, None) => Err(Rule::ConnectionNotFound),
            (Some(row), Some(side)) if row.by() == side => row.to,
            (Some(_), Some(Side::EnvironmentAccount)) => Err(Rule::ManagementDecides),
            (Some(_), Some(Side::ManagementAccount)) => Err(Rule::EnvironmentAccountOwns),
        }
    }

    /// The situation and what is done.
    fn what(&self) -> String {
        let from = self.from.map_or("-", ConnectionStatus::name);
        format!("{from:<10} {:<12} {:<7}", self.before.name(), self.on.name())
    }

    fn outcome(&self) -> String {
        let gone = if self.from.is_none() { "-" } else { "gone" };
        let status = |status: Option<ConnectionStatus>| status.map_or(gone, ConnectionStatus::name);
        match self.to {
            Err(rule) => rule.name().to_owned(),
            Ok(_) if self.on == ConnectionTrigger::Create && self.from.is_some() => "a further one".to_owned(),
            Ok(to) if self.after == self.before => status(to).to_owned(),
            Ok(to) => format!("{}, environment {}", status(to), self.after.name()),
        }
    }

    fn line(&self) -> String {
        format!("{} by {}: {}", self.what(), self.by, self.outcome())
    }
}

fn all_cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for situation in SITUATIONS {
        for &on in ConnectionTrigger::ALL {
            for by in CALLERS {
                cases.push(Case::carry_out(situation, on, by));
            }
        }
    }
    cases
}

#[test]
fn every_case_is_as_written_down() {
    let mut table = "What comes of it: the status afterwards, or the rule that refuses it.\n\n".to_owned();
    write!(table, "{:<10} {:<12} {:<7}", "status", "environment", "on").unwrap();
    for (name, _) in CALLERS {
        write!(table, " {:<31}", format!("by {name}")).unwrap();
    }
    let mut last = None;
    for case in all_cases() {
        // A line for each situation and trigger, an empty one before each situation.
        let situation = (case.from, case.before);
        if last != Some((situation, case.on)) {
            let separator = if last.is_none_or(|(last, _)| last != situation) { "\n\n" } else { "\n" };
            write!(table, "{separator}{}", case.what()).unwrap();
        }
        last = Some((situation, case.on));
        write!(table, " {:<31}", case.outcome()).unwrap();
    }
    let table = table.lines().map(|line| format!("{}\n", line.trim_end())).collect::<String>();
    is_as_in("tests/transitions.txt", &table);
}

#[test]
fn every_case_is_in_the_table_of_transitions() {
    for case in all_cases() {
        assert_eq!(case.to, case.tabled(), "{}", case.line());
    }
}

/// Each row of the table of transitions decides some case.
#[test]
fn every_transition_happens() {
    let cases = all_cases();
    for row in CONNECTION_TRANSITIONS {
        let by = match row.by() {
            Side::EnvironmentAccount => "environment",
            Side::ManagementAccount => "management",
        };
        let happens = cases.iter().any(|case| {
            (case.from, case.on, case.by, case.to) == (row.from, row.on, by, row.to)
                && row.in_use.is_none_or(|needed| needed == (case.before == Env::Attached))
        });
        assert!(happens, "{row:?}");
    }
}

/// What happens to the environment, in every case: an acceptance attaches a waiting one, again or for the first
/// time, a deletion orphans an attached one, and nothing else touches it.
#[test]
fn environments_follow_their_connections() {
    for case in all_cases() {
        let expected = match (case.on, case.to, case.before) {
            (ConnectionTrigger::Accept, Ok(_), Env::Unmanaged) => Env::Attached,
            (ConnectionTrigger::Delete, Ok(None), Env::Attached) => Env::Unmanaged,
            _ => case.before,
        };
        assert_eq!(case.after, expected, "{}", case.line());
    }
}
