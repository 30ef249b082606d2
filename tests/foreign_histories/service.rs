//! A service that chooses ids and times itself, and clients that call it at once: whose step is next, a seed decides.

use std::{collections::BTreeMap, fmt::Display};

use account_connections::{
    HostError, Memory, Refusal, Step,
    clock::{Clock as _, Ids as _, RandomIds, SystemClock},
    id::{Caller, Timestamp},
    operation::{Answer, Context, Operation},
    run,
    store::Store,
    testing::{
        SharedMemory,
        history::{Ending, Recorded, foreign::Exchange},
        session::{Call, Choices, Draft, Session},
        subject::{Model, Reply, Subject},
    },
};
use serde_json::{Value, json};

use crate::support::advance;

/// How the service speaks, and what of it is heard.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manner {
    /// Times are shown in whole seconds.
    pub in_seconds: bool,
    /// Of how many answers one is lost; 0 for none.
    pub lost: u64,
    /// Nobody hears of reports: deployments end by themselves.
    pub unreported: bool,
}

/// The same calls twice: as the service knows them, and as its clients do.
#[derive(Debug, Default)]
pub struct Played {
    pub known: Vec<Recorded>,
    pub heard: Vec<Exchange>,
}

/// A client on its way through its session.
struct Client {
    session: Session,
    calls_left: usize,
    under_way: Option<(Draft, u64, Begun)>,
}

/// A call with its next step, or what is said to an input that cannot be read.
type Begun = Result<(Call, Step<Operation>), Reply>;

/// When the first call is made, in microseconds.
const BEGIN: u64 = 1_700_000_000_000_000;

/// Each client makes this many calls of its own session.
pub fn play<S: Store<Error: Display>>(mut store: S, seed: u64, clients: u64, calls: usize, manner: Manner) -> Played {
    let client = |number| Client { session: Session::new(seed * 100 + number), calls_left: calls, under_way: None };
    let mut clients = (0..clients).map(client).collect::<Vec<_>>();
    let (mut played, mut clock, mut random) = (Played::default(), BEGIN, Choices::from_seed(seed));
    let mut voice = Voice { manner, ..Voice::default() };
    while clients.iter().any(Client::is_at_work) {
        let number = random.below(clients.len() as u64);
        let client = &mut clients[number as usize];
        // Mostly less than a millisecond; sometimes half as long as a client token is good.
        clock += if random.below(100) == 0 { 4 * 3600 * 1_000_000 } else { random.below(1500) };
        let Some((draft, start, step)) = client.under_way.take() else {
            if client.calls_left > 0 {
                client.calls_left -= 1;
                let draft = client.session.next_draft();
                let step = voice.begin(&draft, clock);
                client.under_way = Some((draft, clock, step));
            }
            continue;
        };
        let (call, returned) = match step {
            Ok((call, step)) => match advance(step, &mut store) {
                Ok(Step::Done(outcome)) => (Some(call), Ok(Ok(outcome))),
                Ok(Step::Failed(failed)) => (Some(call), Ok(Err(failed.into()))),
                Err(error) => (Some(call), Ok(Err(HostError::Commit(error)))),
                Ok(step) => {
                    client.under_way = Some((draft, start, Ok((call, step))));
                    continue;
                }
            },
            Err(reply) => (None, Err(reply)),
        };
        let mut reply = match &returned {
            Ok(Ok(outcome)) => voice.say(&outcome.result),
            Ok(Err(error)) => Reply::error(error.kind(), error.to_string()),
            Err(reply) => reply.clone(),
        };
        if manner.lost > 0 && random.below(manner.lost) == 0 {
            reply = Reply::Unknown;
        }
        match &reply {
            Reply::Answer(answer) => client.session.learn_shown(&draft, Ok(answer)),
            Reply::Error { kind, .. } => client.session.learn_shown(&draft, Err(kind)),
            Reply::Unknown => {}
        }
        if let (Some(call), Ok(returned)) = (call, returned) {
            let ending = match Ending::of(&returned) {
                Ending::Answered { answer, .. } => Ending::Answered { answer, effects: None },
                ending => ending,
            };
            played.known.push(Recorded { client: number, start, end: clock, call, ending });
        }
        if !(manner.unreported && draft.operation == "ReportDeployment") {
            let Draft { operation, input, context: Context { caller, .. }, .. } = draft;
            let operation = operation.into();
            played.heard.push(Exchange { client: number, start, end: clock, caller, operation, input, reply });
        }
    }
    played
}

impl Client {
    fn is_at_work(&self) -> bool {
        self.calls_left > 0 || self.under_way.is_some()
    }
}

/// How the service says what the model does.
#[derive(Default)]
struct Voice {
    manner: Manner,
    /// Whom it speaks to.
    client: u64,
    /// Its page tokens, each with the model's.
    tokens: BTreeMap<String, Value>,
}

impl Voice {
    fn begin(&self, draft: &Draft, clock: u64) -> Begun {
        let input = self.input(&draft.input);
        let Ok(operation) = Operation::read_host(draft.operation, &input) else {
            return Err(Model::new(Memory::new()).call(draft.context.caller, draft.operation, &input));
        };
        let now = Timestamp::from_unix_millis(clock as i64 / 1000).unwrap();
        let context = Context::new(draft.context.caller, now, draft.context.fresh_id).with_limits(draft.context.limits);
        let step = Step::begin(operation.clone(), context);
        Ok((Call { operation, context }, step))
    }

    /// An input with the model's page token.
    fn input(&self, input: &Value) -> Value {
        let mut input = input.clone();
        if let Some(token) = input.get_mut("nextToken")
            && let Some(models) = token.as_str().and_then(|token| self.tokens.get(token))
        {
            *token = models.clone();
        }
        input
    }

    /// An answer or error with its own page tokens, each new, times as on the wire, and its own words.
    fn say(&mut self, result: &Result<Answer, Refusal>) -> Reply {
        match result {
            Ok(answer) => Reply::Answer(self.answer(serde_json::to_value(answer).unwrap())),
            Err(refusal) => Reply::error(refusal.kind(), "no"),
        }
    }

    fn answer(&mut self, mut answer: Value) -> Value {
        if let Some(token) = answer.get_mut("nextToken") {
            let own = format!("T{}x{}", self.client, self.tokens.len());
            self.tokens.insert(own.clone(), core::mem::replace(token, own.into()));
        }
        self.times(&mut answer);
        answer
    }

    fn times(&self, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.times(item)),
            Value::Object(members) => {
                for (name, value) in members {
                    match value.as_str().and_then(|text| text.parse::<Timestamp>().ok()) {
                        Some(at) if name.ends_with("At") => {
                            let millis = at.unix_millis();
                            *value = if self.manner.in_seconds {
                                json!(millis / 1000)
                            } else {
                                json!(millis as f64 / 1000.0)
                            };
                        }
                        _ => self.times(value),
                    }
                }
            }
            _ => {}
        }
    }
}

/// The same service over a store that threads share: a client's handle of it.
pub struct Service {
    store: SharedMemory,
    voice: Voice,
}

impl Service {
    pub fn new(store: SharedMemory, client: u64) -> Self {
        Self { store, voice: Voice { client, ..Voice::default() } }
    }
}

impl Subject for Service {
    fn call(&mut self, caller: Caller, operation: &str, input: &Value) -> Reply {
        let input = self.voice.input(input);
        let Ok(operation) = Operation::read_host(operation, &input) else {
            return Model::new(Memory::new()).call(caller, operation, &input);
        };
        let context = Context::new(caller, SystemClock.now(), RandomIds.fresh()).with_limits(Session::LIMITS);
        match run(&mut self.store, operation, context) {
            Ok(outcome) => self.voice.say(&outcome.result),
            Err(error) => Reply::error(error.kind(), error.to_string()),
        }
    }
}
