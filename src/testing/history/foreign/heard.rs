use alloc::{boxed::Box, string::String, vec::Vec};

use serde_json::{Value, json};

use super::{super::model::Returned, tokens};
use crate::{
    operation::{Answer, ConnectionSummary, Operation},
    page::{NextToken, Page},
    testing::subject::Reply,
};

/// What a service answered, to the extent that it is compared.
#[derive(Debug)]
pub(in super::super) enum Heard {
    /// An answer of the public API. Page tokens and texts that explain a status are not compared.
    Answer { answer: Box<Answer>, token: Option<NextToken> },
    /// A page of connections whose cut-off nobody knows: these are among those that exist.
    Among(Vec<ConnectionSummary>),
    /// An answer of which nothing is compared except that it is not an error.
    Any,
    /// An answer that is not one of the public API.
    Other(Value),
    /// An error of this kind.
    Error(String),
}

impl Heard {
    /// The answer or error in a reply to this operation; `None` where there is none.
    pub(super) fn of(operation: &str, reply: &Reply) -> Option<Self> {
        match reply {
            Reply::Answer(answer) => {
                // Some services answer with nothing at all where the API has an empty object.
                let answer = if answer.is_null() { json!({}) } else { answer.clone() };
                Some(match Answer::read(operation, &answer) {
                    Ok(read) => {
                        let token = read.next_token().cloned();
                        Self::Answer { answer: Box::new(compared(read)), token }
                    }
                    Err(_) => Self::Other(answer),
                })
            }
            Reply::Error { kind, .. } => Some(Self::Error(kind.clone())),
            Reply::Unknown => None,
        }
    }

    /// The answer, if it is one of the public API.
    pub(super) fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Answer { answer, .. } => Some(answer),
            Self::Among(_) | Self::Any | Self::Other(_) | Self::Error(_) => None,
        }
    }

    /// The same for a service that shows whole seconds: connections of the same second may be in any order.
    pub(super) fn in_seconds(mut self, operation: &Operation) -> Self {
        let Self::Answer { answer, token } = &mut self else { return self };
        let Answer::Connections(page) = answer.as_mut() else { return self };
        if page.items.is_sorted_by_key(|connection| connection.requested_at) {
            page.items.sort_by_key(|connection| (connection.requested_at, connection.id));
            if token.is_some() || tokens::asked_for(operation).is_some() {
                return Self::Among(core::mem::take(&mut page.items));
            }
        }
        self
    }

    /// The same for a service that provisions by itself; what it provisions is its own affair.
    pub(super) fn without_resources(self) -> Self {
        match self.answer() {
            Some(Answer::EnvironmentResources(_) | Answer::AccountResources(_)) => Self::Any,
            _ => self,
        }
    }

    pub(in super::super) fn agrees_with(&self, model: &Returned) -> bool {
        let Ok(outcome) = model else { return false };
        match (self, &outcome.result) {
            (Self::Answer { answer, token: more }, Ok(model)) => {
                more.is_some() == model.next_token().is_some() && **answer == compared(model.clone())
            }
            (Self::Among(some), Ok(Answer::Connections(Page { items, next_token }))) => {
                next_token.is_some() || some.iter().all(|connection| items.contains(connection))
            }
            (Self::Any, Ok(_)) => true,
            (Self::Other(answer), Ok(model)) => serde_json::to_value(model).is_ok_and(|model| model == *answer),
            (Self::Error(kind), Err(refusal)) => refusal.kind().name() == kind,
            _ => false,
        }
    }
}

/// The answer without what is not compared.
fn compared(mut answer: Answer) -> Answer {
    match &mut answer {
        Answer::Environment(environment) => environment.summary.deployment_status_message = None,
        Answer::Environments(page) => {
            page.next_token = None;
            page.items.iter_mut().for_each(|environment| environment.deployment_status_message = None);
        }
        Answer::Connections(page) => page.next_token = None,
        Answer::Tags(page) => page.next_token = None,
        Answer::AccountResources(page) => page.next_token = None,
        _ => {}
    }
    answer
}
