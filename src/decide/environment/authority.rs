use super::own;
use crate::{
    connection::Connection,
    decide::{
        Fault,
        desk::{Desk, Halt},
        refusals,
        sealed::Decide,
    },
    environment::{Authority, Deploying, EnvironmentDetails, Provisioning, RepositoryShown, SelfManaged, Spec, Work},
    instruction::{Grant, Instruction, InstructionKind, Means},
    operation::ProvisioningAuthority,
    rule::Rule,
    store::Key,
};

impl Decide for ProvisioningAuthority {
    type Answer = Authority;

    /// Rule `provisioning-authority`: nothing else grants any.
    fn decide(&self, desk: &mut Desk<'_>) -> Result<Authority, Halt> {
        let environment = own(&self.name, &[], desk)?;
        let provisioning = environment.provisioning().ok_or_else(|| refusals::unmanaged_grants_nothing(&self.name))?;
        let authority = granted(provisioning, environment, desk)?;
        desk.rests_on(Rule::ProvisioningAuthority);
        authority.map_err(|_| refusals::self_managed_grants_nothing(&self.name).into())
    }
}

/// The authority that an environment is provisioned with, or the place that its owner provisions it from.
pub(super) fn granted<'a>(
    provisioning: &'a Provisioning,
    environment: &EnvironmentDetails,
    desk: &Desk<'_>,
) -> Result<Result<Authority, &'a SelfManaged>, Halt> {
    let region = environment.region();
    Ok(match provisioning {
        Provisioning::Attached(attachment) => {
            let id = attachment.connection();
            match desk.connection(region, id)?.map(AsRef::as_ref) {
                Some(Connection::Connected(connected)) if attachment.joins(environment, connected) => {
                    Ok(Authority::of_connection(connected))
                }
                _ => return Err(Fault::missing(Key::connection(region, id)).into()),
            }
        }
        Provisioning::SameAccount(roles) => Ok(Authority::of_own_roles(environment.management_account(), roles)),
        Provisioning::SelfManaged(place) => Err(place),
    })
}

/// The instruction that goes with a deployment that begins, or that is to be given up. `spec` is what it deploys.
pub(super) fn instruction(deploying: &Deploying, spec: &Spec, desk: &Desk<'_>) -> Result<Instruction, Halt> {
    let current = deploying.template_version();
    let (kind, version) = match deploying.work() {
        Work::Create => (InstructionKind::Provision, current.clone().into()),
        Work::Update(target) => (InstructionKind::Update, target.version.to_take(current)),
        Work::Cancel(target) => (InstructionKind::Cancel, target.version.to_take(current)),
        Work::Delete => (InstructionKind::Deprovision, current.clone().into()),
    };
    let means = match granted(deploying.provisioning(), deploying, desk)? {
        Ok(authority) => Means::Grant(Grant::of(authority)),
        Err(SelfManaged { repository, .. }) => Means::ProvisioningRepository(RepositoryShown::new(
            deploying.region(),
            deploying.management_account(),
            repository.clone(),
        )),
    };
    Ok(Instruction {
        kind,
        environment_arn: deploying.arn(),
        deployment_id: deploying.last_attempted_deployment_id(),
        means,
        template_name: deploying.template_name().clone(),
        template_version: version.into(),
        spec: spec.clone(),
    })
}
