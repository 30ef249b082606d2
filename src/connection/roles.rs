use crate::id::{AccountId, Partition, RoleArn};

/// The IAM roles of the environment account that a connection lends: a service role, a CodeBuild role or both, and
/// perhaps one for components.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
// INVARIANT: `service` or `codebuild` is there (rule `role-required`).
pub struct Roles {
    service: Option<RoleArn>,
    codebuild: Option<RoleArn>,
    component: Option<RoleArn>,
}

impl Roles {
    /// `None` if neither a service nor a CodeBuild role is given (rule `role-required`).
    #[must_use]
    pub fn new(service: Option<RoleArn>, codebuild: Option<RoleArn>, component: Option<RoleArn>) -> Option<Self> {
        (service.is_some() || codebuild.is_some()).then_some(Self { service, codebuild, component })
    }

    /// The role for provisioning with CloudFormation (`roleArn`).
    #[must_use]
    pub const fn service(&self) -> Option<&RoleArn> {
        self.service.as_ref()
    }

    /// The role for provisioning with CodeBuild (`codebuildRoleArn`).
    #[must_use]
    pub const fn codebuild(&self) -> Option<&RoleArn> {
        self.codebuild.as_ref()
    }

    /// The role for directly defined components (`componentRoleArn`).
    #[must_use]
    pub const fn component(&self) -> Option<&RoleArn> {
        self.component.as_ref()
    }

    /// Each role that is there, with the API's name for it.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&'static str, &RoleArn)> {
        let named =
            [("roleArn", &self.service), ("codebuildRoleArn", &self.codebuild), ("componentRoleArn", &self.component)];
        named.into_iter().filter_map(|(name, role)| Some((name, role.as_ref()?)))
    }

    /// These roles with the given ones in place of their namesakes.
    #[must_use]
    pub(crate) fn replaced(
        &self,
        service: Option<&RoleArn>,
        codebuild: Option<&RoleArn>,
        component: Option<&RoleArn>,
    ) -> Self {
        Self {
            service: service.or(self.service()).cloned(),
            codebuild: codebuild.or(self.codebuild()).cloned(),
            component: component.or(self.component()).cloned(),
        }
    }

    /// Whether all of them are of this account, which could then have lent them.
    pub(super) fn could_be_of(&self, account: AccountId, partition: Partition) -> bool {
        self.each().all(|(_, role)| role.is_of(account, partition))
    }
}
