//! A recording that goes on as long as it is read: the lines of several sessions in turns, each with its own accounts.

use account_connections::testing::{
    session::{Draft, Session},
    subject::{Model, Reply, Subject as _},
};
use account_connections_conformance::trace::{Begins, Call, Header, Line};

const SESSIONS: u64 = 32;

/// The accounts that every session has.
const ACCOUNTS: [&str; 4] = ["111111111111", "222222222222", "333333333333", "000000000004"];

/// Sessions, each with what answers it.
pub struct Recording {
    worlds: Vec<World>,
    calls: usize,
}

/// A session, and what answers it.
struct World {
    number: u64,
    session: Session,
    model: Model,
    /// In place of those of the session.
    accounts: [String; 4],
}

impl Recording {
    pub fn new() -> Self {
        Self { worlds: (0..SESSIONS).map(World::new).collect(), calls: 0 }
    }

    pub fn header() -> Header {
        let mut header = Header::new();
        header.limits = Session::LIMITS;
        (header.begins, header.events_complete, header.host_complete) = (Begins::Empty, true, true);
        header
    }

    /// The next lines, at least this many.
    pub fn lines(&mut self, count: usize) -> Vec<String> {
        let mut lines = Vec::with_capacity(count + 1);
        while lines.len() < count {
            let turn = self.calls % self.worlds.len();
            self.calls += 1;
            self.worlds[turn].call(&mut lines);
        }
        lines
    }

    /// How many records there are after what was read so far.
    pub fn alive(&self) -> usize {
        self.worlds.iter().map(|world| world.model.store().len()).sum()
    }
}

impl World {
    fn new(number: u64) -> Self {
        // In the order of the session's: lists are in that order.
        let accounts = [2, 3, 4, 1].map(|account| format!("{account}{number:011}"));
        let model = Model::default().with_limits(Session::LIMITS);
        Self { number, session: Session::new(number), model, accounts }
    }

    /// Makes the next call, and adds its lines.
    fn call(&mut self, lines: &mut Vec<String>) {
        let draft = self.session.next_draft();
        let Draft { operation, input, context, .. } = &draft;
        self.model.set_time(context.now);
        let reply = self.model.call_with_id(context.caller, operation, input, context.fresh_id);
        match &reply {
            Reply::Answer(answer) => self.session.learn_shown(&draft, Ok(answer)),
            Reply::Error { kind, .. } => self.session.learn_shown(&draft, Err(kind)),
            Reply::Unknown => {}
        }
        let mut call = Call::new(context.caller.account, context.caller.region, *operation, input.clone(), reply);
        (call.start, call.end) = (Some(context.now), Some(context.now));
        lines.push(self.renamed(&Line::Call(Box::new(call))));
        let events = self.model.events().unwrap_or_default();
        if !events.is_empty() {
            lines.push(self.renamed(&Line::Events(events)));
        }
    }

    /// The text of a line, with this world's accounts, and with page tokens that no other world has.
    fn renamed(&self, line: &Line) -> String {
        let begin = |token: &str| format!("\"nextToken\":\"{token}");
        let text = line.to_string().replace(&begin("01"), &begin(&format!("01{:02}", self.number)));
        ACCOUNTS.iter().zip(&self.accounts).fold(text, |text, (from, to)| text.replace(from, to))
    }
}
