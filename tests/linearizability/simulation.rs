//! Clients at once, without threads: whose step is next, a seed decides.

use std::fmt::Display;

use account_connections::{
    HostError, Step,
    operation::Operation,
    store::Store,
    testing::{
        history::{Ending, Recorded},
        session::{Call, Choices, Session},
    },
};

use crate::support::advance;

/// A client on its way through its session.
struct Client {
    session: Session,
    calls_left: usize,
    under_way: Option<(Call, u64, Step<Operation>)>,
}

/// Each client makes this many calls of its own session; the history, and the store after it.
pub fn simulate<S: Store<Error: Display>>(mut store: S, seed: u64, clients: u64, calls: usize) -> (Vec<Recorded>, S) {
    let client = |number| Client { session: Session::new(seed * 100 + number), calls_left: calls, under_way: None };
    let mut clients = (0..clients).map(client).collect::<Vec<_>>();
    let (mut history, mut clock, mut random) = (Vec::new(), 0, Choices::from_seed(seed));
    while clients.iter().any(Client::is_at_work) {
        let number = random.below(clients.len() as u64) as usize;
        let client = &mut clients[number];
        clock += 1;
        let Some((call, start, step)) = client.under_way.take() else {
            if client.calls_left > 0 {
                client.calls_left -= 1;
                let call = client.session.next_call();
                let step = Step::begin(call.operation.clone(), call.context);
                client.under_way = Some((call, clock, step));
            }
            continue;
        };
        let returned = match advance(step, &mut store) {
            Ok(Step::Done(outcome)) => Ok(outcome),
            Ok(Step::Failed(failed)) => Err(failed.into()),
            Err(error) => Err(HostError::Commit(error)),
            Ok(step) => {
                client.under_way = Some((call, start, step));
                continue;
            }
        };
        if let Ok(outcome) = &returned {
            client.session.learn(&call, &outcome.result);
        }
        history.push(Recorded { client: number as u64, start, end: clock, call, ending: Ending::of(&returned) });
    }
    (history, store)
}

impl Client {
    fn is_at_work(&self) -> bool {
        self.calls_left > 0 || self.under_way.is_some()
    }
}
