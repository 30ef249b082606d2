//! The only way to read an environment from text, and only as part of a [`Record`](crate::store::Record): it must be
//! one that could have been built, so that a damaged record lends no role and leads to no other account.

use alloc::{borrow::Cow, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::{
    Attachment, Deploying, Ended, Environment, EnvironmentDetails, OwnRoles, Provisioning, RepositoryBranch,
    SelfManaged, Settled, Success, Unmanaged, Work, details::Details,
};
use crate::id::{AccountId, Arn, ConnectionId, RoleArn};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Stored<'e> {
    Deploying {
        details: Cow<'e, Details>,
        provisioning: Method<'e>,
        work: Cow<'e, Work>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last_success: Option<Success>,
    },
    Settled {
        details: Cow<'e, Details>,
        provisioning: Method<'e>,
        ended: Ended,
    },
    Unmanaged {
        details: Cow<'e, Details>,
        environment_account_id: AccountId,
        ended: Ended,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Method<'e> {
    Attached {
        connection_id: ConnectionId,
        account_id: AccountId,
    },
    SameAccount {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        service: Option<Cow<'e, Arn>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        codebuild: Option<Cow<'e, RoleArn>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        component: Option<Cow<'e, RoleArn>>,
    },
    SelfManaged {
        repository: Cow<'e, RepositoryBranch>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        component: Option<Cow<'e, RoleArn>>,
    },
}

pub(crate) fn serialize<S: Serializer>(environment: &Arc<Environment>, serializer: S) -> Result<S::Ok, S::Error> {
    let stored = match environment.as_ref() {
        Environment::Deploying(Deploying { details, provisioning, work, last_success }) => Stored::Deploying {
            details: Cow::Borrowed(&details.0),
            provisioning: provisioning.into(),
            work: Cow::Borrowed(work),
            last_success: *last_success,
        },
        Environment::Settled(Settled { details, provisioning, ended }) => {
            Stored::Settled { details: Cow::Borrowed(&details.0), provisioning: provisioning.into(), ended: *ended }
        }
        Environment::Unmanaged(Unmanaged { details, environment_account_id, ended }) => Stored::Unmanaged {
            details: Cow::Borrowed(&details.0),
            environment_account_id: *environment_account_id,
            ended: *ended,
        },
    };
    stored.serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<Environment>, D::Error> {
    const EXPECTED: &str = "an environment record must have roles, all of its management account, or another account as \
                            its environment account";
    let environment = Stored::deserialize(deserializer)?.environment();
    let could_be = environment.filter(|environment| match environment.provisioning() {
        Some(provisioning) => {
            provisioning.could_be_of(environment.management_account(), environment.region().partition())
        }
        None => environment.environment_account() != Some(environment.management_account()),
    });
    could_be.map(Arc::new).ok_or_else(|| D::Error::custom(EXPECTED))
}

impl Stored<'_> {
    fn environment(self) -> Option<Environment> {
        let details = |details: Cow<'_, Details>| EnvironmentDetails(details.into_owned());
        Some(match self {
            Self::Deploying { details: of, provisioning, work, last_success } => {
                let (provisioning, work) = (provisioning.provisioning()?, work.into_owned());
                Deploying { details: details(of), provisioning, work, last_success }.into()
            }
            Self::Settled { details: of, provisioning, ended } => {
                Settled { details: details(of), provisioning: provisioning.provisioning()?, ended }.into()
            }
            Self::Unmanaged { details: of, environment_account_id, ended } => {
                Unmanaged { details: details(of), environment_account_id, ended }.into()
            }
        })
    }
}

impl<'e> From<&'e Provisioning> for Method<'e> {
    fn from(provisioning: &'e Provisioning) -> Self {
        match provisioning {
            Provisioning::Attached(Attachment { connection_id, account_id }) => {
                Self::Attached { connection_id: *connection_id, account_id: *account_id }
            }
            Provisioning::SameAccount(roles) => Self::SameAccount {
                service: roles.service().map(Cow::Borrowed),
                codebuild: roles.codebuild().map(Cow::Borrowed),
                component: roles.component().map(Cow::Borrowed),
            },
            Provisioning::SelfManaged(SelfManaged { repository, component }) => Self::SelfManaged {
                repository: Cow::Borrowed(repository),
                component: component.as_ref().map(Cow::Borrowed),
            },
        }
    }
}

impl Method<'_> {
    fn provisioning(self) -> Option<Provisioning> {
        Some(match self {
            Self::Attached { connection_id, account_id } => {
                Provisioning::Attached(Attachment { connection_id, account_id })
            }
            Self::SameAccount { service, codebuild, component } => Provisioning::SameAccount(OwnRoles::new(
                service.map(Cow::into_owned),
                codebuild.map(Cow::into_owned),
                component.map(Cow::into_owned),
            )?),
            Self::SelfManaged { repository, component } => {
                Provisioning::SelfManaged(SelfManaged::new(repository.into_owned(), component.map(Cow::into_owned)))
            }
        })
    }
}
