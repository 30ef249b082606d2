use alloc::{boxed::Box, vec::Vec};

use super::{first_reads, own};
use crate::{
    connection::Connection,
    decide::{refusals, sealed::Decide},
    environment::{Authority, Deploying, Environment, Provisioning, RepositoryShown, SelfManaged, Work},
    instruction::{Instruction, InstructionKind, Means},
    operation::{Context, ProvisioningAuthority},
    store::{Key, Plan, Stop, Trouble},
};

impl Decide for ProvisioningAuthority {
    type Answer = Authority;

    fn first_reads(&self, context: &Context) -> Vec<Key> {
        first_reads(&self.name, context)
    }

    /// Rule `provisioning-authority`: nothing else grants any.
    fn decide(&self, context: &Context, plan: &mut Plan<'_>) -> Result<Authority, Stop> {
        let environment = own(&self.name, context, plan)?;
        let provisioning = environment.provisioning().ok_or_else(|| refusals::unmanaged_grants_nothing(&self.name))?;
        match means(provisioning, environment, plan)? {
            Means::Authority(authority) => Ok(authority),
            Means::ProvisioningRepository(_) => Err(refusals::self_managed_grants_nothing(&self.name).into()),
        }
    }
}

/// With what means an environment that can be provisioned is.
fn means(provisioning: &Provisioning, environment: &Environment, plan: &Plan<'_>) -> Result<Means, Stop> {
    let (region, owner) = (environment.region(), environment.management_account());
    Ok(match provisioning {
        Provisioning::Attached(attachment) => {
            let id = attachment.connection();
            match plan.connection(region, id)?.map(AsRef::as_ref) {
                Some(Connection::Connected(connected)) if environment.agrees_with(connected) => {
                    Means::Authority(Authority::of_connection(connected))
                }
                _ => return Err(Trouble::Missing(Box::new(Key::Connection { region, id })).into()),
            }
        }
        Provisioning::SameAccount(roles) => Means::Authority(Authority::of_own_roles(owner, roles)),
        Provisioning::SelfManaged(SelfManaged { repository, .. }) => {
            Means::ProvisioningRepository(RepositoryShown::new(region, owner, repository.clone()))
        }
    })
}

/// The instruction that goes with a deployment which begins, or is to be given up.
pub(super) fn instruction(deploying: &Deploying, plan: &Plan<'_>) -> Result<Instruction, Stop> {
    let environment = Environment::from(deploying.clone());
    let current = deploying.template_version();
    let (kind, version, spec) = match deploying.work() {
        Work::Create => (InstructionKind::Provision, current.clone().into(), deploying.spec()),
        Work::Update(target) => (InstructionKind::Update, target.version.to_take(current), &target.spec),
        Work::Cancel(target) => (InstructionKind::Cancel, target.version.to_take(current), &target.spec),
        Work::Delete => (InstructionKind::Deprovision, current.clone().into(), deploying.spec()),
    };
    Ok(Instruction {
        kind,
        environment_arn: deploying.arn(),
        deployment_id: deploying.last_attempted_deployment_id(),
        means: means(deploying.provisioning(), &environment, plan)?,
        template_name: deploying.template_name().clone(),
        template_version: version.into(),
        spec: spec.clone(),
    })
}
