//! Whether the two sides say the same.

use account_connections::{
    Refusal, Rule,
    event::{Event, StatusChange},
    id::ConnectionArn,
    operation::{EnvironmentAccountConnection, EnvironmentAccountConnectionSummary},
    page::Page,
};

use crate::baseline::{self, Arn, Change, Shown, Summary};

/// An answer of the baseline, to be compared with the crate's.
pub trait Alike<Ours> {
    fn alike(&self, ours: &Ours) -> bool;
}

impl Alike<ConnectionArn> for Arn {
    fn alike(&self, ours: &ConnectionArn) -> bool {
        (self.region, self.environment_account, self.id) == (ours.region, ours.environment_account, ours.id)
    }
}

impl Alike<EnvironmentAccountConnection> for Shown {
    fn alike(&self, ours: &EnvironmentAccountConnection) -> bool {
        self.arn.alike(&ours.arn)
            && self.codebuild_role_arn == ours.codebuild_role_arn
            && self.component_role_arn == ours.component_role_arn
            && self.environment_account_id == ours.environment_account_id
            && self.environment_name == ours.environment_name
            && self.id == ours.id
            && self.last_modified_at == ours.last_modified_at
            && self.management_account_id == ours.management_account_id
            && self.requested_at == ours.requested_at
            && self.role_arn == ours.role_arn
            && self.status == ours.status
    }
}

impl Alike<EnvironmentAccountConnectionSummary> for Summary {
    fn alike(&self, ours: &EnvironmentAccountConnectionSummary) -> bool {
        self.arn.alike(&ours.arn)
            && self.component_role_arn == ours.component_role_arn
            && self.environment_account_id == ours.environment_account_id
            && self.environment_name == ours.environment_name
            && self.id == ours.id
            && self.last_modified_at == ours.last_modified_at
            && self.management_account_id == ours.management_account_id
            && self.requested_at == ours.requested_at
            && self.role_arn == ours.role_arn
            && self.status == ours.status
    }
}

impl Alike<Page<EnvironmentAccountConnectionSummary>> for baseline::Page {
    fn alike(&self, ours: &Page<EnvironmentAccountConnectionSummary>) -> bool {
        self.0.alike(&ours.items) && self.1 == ours.next_token.is_some()
    }
}

impl Alike<Event> for Change {
    fn alike(&self, ours: &Event) -> bool {
        match ours {
            Event::ConnectionStatusChange(StatusChange { arn, at, previous, status, .. }) => {
                self.arn.alike(arn) && (self.at, self.previous, self.status) == (*at, *previous, *status)
            }
            _ => false,
        }
    }
}

/// The baseline refuses with the rule alone: the kind goes with it, and no refusal is measured.
impl Alike<Refusal> for Rule {
    fn alike(&self, ours: &Refusal) -> bool {
        *self == ours.rule
    }
}

impl<A: Alike<Ours>, Ours> Alike<Result<Ours, Refusal>> for Result<A, Rule> {
    fn alike(&self, ours: &Result<Ours, Refusal>) -> bool {
        match (self, ours) {
            (Ok(its), Ok(ours)) => its.alike(ours),
            (Err(its), Err(ours)) => its.alike(ours),
            _ => false,
        }
    }
}

impl<A: Alike<Ours>, Ours> Alike<Vec<Ours>> for Vec<A> {
    fn alike(&self, ours: &Vec<Ours>) -> bool {
        self.len() == ours.len() && self.iter().zip(ours).all(|(its, ours)| its.alike(ours))
    }
}
