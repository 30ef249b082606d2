//! Outcomes of deployments that nobody reported: a service's own steps.

use alloc::{borrow::Cow, vec::Vec};

use super::{
    super::turn::{Said, Turn},
    shown::{Environment, Shown},
};
use crate::{
    id::{Caller, DeploymentId, EnvironmentName, Region, Timestamp},
    operation::{Context, DeploymentOutcome, Limits, ReportDeployment},
    testing::session::Call,
};

/// A step for each deployment that an answer shows: it may end at any time, in the way an answer shows, or else in any
/// way the model allows.
pub(super) fn turns(shown: &Shown, region: Region, limits: Limits) -> impl Iterator<Item = Turn<'static>> {
    shown.environments.iter().flat_map(move |((account, name), environment)| {
        let turn = move |deployment: &DeploymentId| {
            let reports = environment.reports(name, *deployment);
            let reading = |(report, at): (ReportDeployment, Option<Timestamp>)| {
                let context =
                    Context::new(Caller::new(*account, region), at.unwrap_or(Timestamp::MIN), uuid::Uuid::nil());
                Cow::Owned(Call { operation: report.into(), context: context.with_limits(limits) })
            };
            Turn {
                number: None,
                start: environment.since,
                end: u64::MAX,
                optional: true,
                pure: false,
                readings: reports.into_iter().map(reading).collect(),
                said: Said::Nothing,
            }
        };
        environment.deployments.iter().map(turn)
    })
}

impl Environment {
    /// The reports that may have been made on a deployment, each with its time if an answer shows it.
    fn reports(&self, name: &EnvironmentName, deployment: DeploymentId) -> Vec<(ReportDeployment, Option<Timestamp>)> {
        let report = |outcome| ReportDeployment::new(name.clone(), deployment, outcome);
        let successes = self.successes.iter().filter(|success| success.deployment == deployment).map(|success| {
            let mut report = report(DeploymentOutcome::Succeeded);
            let (major, minor) = success.version.clone();
            (report.template_major_version, report.template_minor_version) = (Some(major), minor);
            (report, Some(success.at))
        });
        // For a success that no answer shows, nobody knows which version it took: one that a request names, or a higher
        // one.
        let unseen = self.majors.iter().cloned().chain("99999999999999999999".parse()).map(Some).chain([None]);
        let unseen = unseen.map(|major| {
            let mut report = report(DeploymentOutcome::Succeeded);
            report.template_major_version = major;
            report
        });
        let others = [DeploymentOutcome::Failed, DeploymentOutcome::Cancelled].map(report);
        successes.chain(unseen.chain(others).map(|report| (report, None))).collect()
    }
}
