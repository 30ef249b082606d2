//! An environment and its three states, each its own type: for anyone who works with states and transitions rather than
//! operations, or wants the [table](DEPLOYMENT_TRANSITIONS) of them.
//!
//! What belongs together is in one state: only an environment that can be provisioned has a deployment under way, and
//! one whose last deployment succeeded has the time of the success.
//!
//! An unmanaged environment cannot be deployed to:
//!
//! ```compile_fail,E0599
//! # use account_connections::{environment::*, id::*};
//! fn deploy(unmanaged: Unmanaged, target: Target, id: DeploymentId, now: Timestamp) -> Deploying {
//!     unmanaged.deploying(target, id, now)
//! }
//! ```
//!
//! Nor can one that has a deployment under way:
//!
//! ```compile_fail,E0599
//! # use account_connections::{environment::*, id::*};
//! fn deploy_twice(deploying: Deploying, target: Target, id: DeploymentId, now: Timestamp) -> Deploying {
//!     deploying.deploying(target, id, now)
//! }
//! ```
//!
//! Nobody can make up or read from text an authority to provision, or an attachment to a connection that never was:
//!
//! ```compile_fail,E0451
//! # use account_connections::{environment::*, id::*};
//! fn lend(account_id: AccountId, role: String) -> Authority {
//!     Authority { account_id, role_arn: Some(role), codebuild_role_arn: None, component_role_arn: None }
//! }
//! ```
//!
//! ```compile_fail,E0277
//! # use account_connections::environment::*;
//! fn lend(text: &str) -> serde_json::Result<Authority> {
//!     serde_json::from_str(text)
//! }
//! ```
//!
//! ```compile_fail,E0277
//! # use account_connections::environment::*;
//! fn attach(text: &str) -> serde_json::Result<Attachment> {
//!     serde_json::from_str(text)
//! }
//! ```

mod authority;
mod deployment;
mod details;
mod outputs;
mod provisioning;
mod repository;
mod resources;
mod state;
mod status;
pub(crate) mod stored;
mod template;
mod texts;

pub use authority::Authority;
pub(crate) use deployment::Outcome;
pub use deployment::{Ended, Success, Target, TargetVersion, Work};
pub(crate) use details::Creation;
pub use details::EnvironmentDetails;
pub use outputs::{Output, OutputKey, OutputValue, Outputs};
pub(crate) use provisioning::GivenRoles;
pub use provisioning::{Attachment, OwnRoles, Provisioning, SelfManaged};
pub use repository::{BranchName, RepositoryBranch, RepositoryName, RepositoryProvider, RepositoryShown};
pub use resources::{ProvisionedResource, ProvisioningEngine, ResourceIdentifier, ResourceName, Resources};
pub(crate) use state::Changes;
pub use state::{Deploying, Environment, Settled, Unmanaged};
pub use status::{
    DEPLOYMENT_TRANSITIONS, DeploymentCondition, DeploymentStatus, DeploymentTransition, DeploymentTrigger,
};
pub(crate) use template::TemplateArn;
pub use template::{TemplateVersion, VersionPart, VersionParts};
pub use texts::{Description, Spec, StatusMessage};
