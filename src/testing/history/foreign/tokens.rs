use alloc::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    vec,
    vec::Vec,
};

use super::heard::Heard;
use crate::{
    Outcome,
    operation::{Answer, Operation},
    page::NextToken,
    testing::session::Call,
};

/// A service's page tokens, each with the model's tokens that stand for the same place.
///
/// It only grows. A pair rests only on an answer that was heard, so it stays right wherever the search backtracks to;
/// and a token can be used only once its answer has its place, so none is missing there.
#[derive(Debug, Default)]
pub(in super::super) struct Tokens(BTreeMap<NextToken, BTreeSet<NextToken>>);

impl Tokens {
    /// Learns from an answer that the model also gives.
    pub(in super::super) fn learn(&mut self, heard: &Heard, model: &Outcome<Answer>) {
        if let Heard::Answer { token: Some(service), .. } = heard
            && let Ok(answer) = &model.result
            && let Some(model) = answer.next_token()
        {
            self.0.entry(service.clone()).or_default().insert(model.clone());
        }
    }

    /// The call with each of the model's tokens in place of the service's; one that nobody was given stays.
    pub(in super::super) fn asked<'c>(&self, call: &'c Call) -> Vec<Cow<'c, Call>> {
        let Some(paired) = asked_for(&call.operation).and_then(|token| self.0.get(token)) else {
            return vec![Cow::Borrowed(call)];
        };
        let with = |token: &NextToken| {
            let mut call = call.clone();
            set_asked_for(&mut call.operation, Some(token.clone()));
            Cow::Owned(call)
        };
        paired.iter().map(with).collect()
    }
}

/// The page token of the request.
pub(super) const fn asked_for(operation: &Operation) -> Option<&NextToken> {
    match operation {
        Operation::ListEnvironmentAccountConnections(list) => list.next_token.as_ref(),
        Operation::ListEnvironments(list) => list.next_token.as_ref(),
        Operation::ListTagsForResource(list) => list.next_token.as_ref(),
        Operation::ListProvisionedResources(list) => list.next_token.as_ref(),
        _ => None,
    }
}

/// Asks for the longest page from the beginning.
pub(super) fn ask_for_the_first_page(operation: &mut Operation) {
    set_asked_for(operation, None);
    if let Operation::ListEnvironmentAccountConnections(list) = operation {
        list.max_results = None;
    }
}

fn set_asked_for(operation: &mut Operation, token: Option<NextToken>) {
    match operation {
        Operation::ListEnvironmentAccountConnections(list) => list.next_token = token,
        Operation::ListEnvironments(list) => list.next_token = token,
        Operation::ListTagsForResource(list) => list.next_token = token,
        Operation::ListProvisionedResources(list) => list.next_token = token,
        _ => {}
    }
}
