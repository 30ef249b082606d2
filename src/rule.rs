//! Every rule of the model, by name: what it says and what it rests on.

use core::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::words::names;

names! {
    /// What a rule rests on.
    ///
    /// A conformance report needs it to tell "contradicts the documentation" from "differs from a choice that this model
    /// had to make".
    #[expect(clippy::exhaustive_enums, reason = "a new kind of basis changes what every report has to say")]
    pub enum Basis {
        /// The AWS Proton guide: its page on environment account connections, or those on environments, quotas, tags and
        /// events.
        Documented = "documented",
        /// The public AWS Proton API model of 2020-07-20: shapes, patterns, limits, error names, operation descriptions.
        ApiModel = "API model",
        /// The public material is silent: a choice of this model.
        Chosen = "chosen",
    }
}

names! {
    /// The kind of an error, named as the public API names it.
    ///
    /// The model itself refuses with the first five. The last two are for trouble in a host's store: see
    /// [`HostError::kind`](crate::HostError::kind).
    #[expect(
        clippy::exhaustive_enums,
        reason = "the seven kinds of the public API; an eighth must be looked at by every host"
    )]
    pub enum ErrorKind {
        /// `ValidationException`: the input is not well formed, or asks for something that can never be.
        Validation = "ValidationException",
        /// `AccessDeniedException`: the caller can see the resource and may not do this to it.
        AccessDenied = "AccessDeniedException",
        /// `ConflictException`: the state of the resource does not allow it.
        Conflict = "ConflictException",
        /// `ResourceNotFoundException`: there is no such resource that the caller can see.
        ResourceNotFound = "ResourceNotFoundException",
        /// `ServiceQuotaExceededException`: a quota is used up.
        ServiceQuotaExceeded = "ServiceQuotaExceededException",
        /// `ThrottlingException`: too many races were lost; the same request may succeed later.
        Throttling = "ThrottlingException",
        /// `InternalServerException`: the host's store failed.
        InternalServer = "InternalServerException",
    }
}

macro_rules! rules {
    ($($variant:ident $name:literal $basis:ident $kind:expr, $sentence:literal;)*) => {
        /// A rule of the model.
        ///
        /// Its [name](Rule::name) is the same in error values, in scenarios and in conformance reports.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Rule {
            $(#[doc = concat!("`", $name, "`: ", $sentence, ".")] $variant,)*
        }

        impl Rule {
            /// All rules, in the order of the specification.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The rule's name in `kebab-case`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// What the rule rests on.
            #[must_use]
            pub const fn basis(self) -> Basis {
                match self { $(Self::$variant => Basis::$basis),* }
            }

            /// The kind of error with which an operation that breaks the rule is refused.
            ///
            /// `None` for a rule that says what an accepted operation does, or what always holds.
            #[must_use]
            pub const fn refuses_with(self) -> Option<ErrorKind> {
                match self { $(Self::$variant => $kind),* }
            }

            /// The rule in one sentence, without the full stop.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence),* }
            }
        }
    };
}

const VALIDATION: Option<ErrorKind> = Some(ErrorKind::Validation);
const ACCESS_DENIED: Option<ErrorKind> = Some(ErrorKind::AccessDenied);
const CONFLICT: Option<ErrorKind> = Some(ErrorKind::Conflict);
const NOT_FOUND: Option<ErrorKind> = Some(ErrorKind::ResourceNotFound);
const QUOTA: Option<ErrorKind> = Some(ErrorKind::ServiceQuotaExceeded);

rules! {
    NeverBackwards "never-backwards" Chosen None,
        "a stored time never decreases: a modification uses the later of the host's time and the latest time in the record";
    RefusedChangesNothing "refused-changes-nothing" Chosen None,
        "a refused operation changes nothing and emits nothing";
    FirstFailureWins "first-failure-wins" Chosen None,
        "an operation's checks run in their listed order, and the first that fails is the answer";
    WellFormedInput "well-formed-input" ApiModel VALIDATION,
        "an operation first checks the shape of its own parameters";
    SameRegion "same-region" Documented None,
        "a connection exists only in the Region in which it was created";
    PartiesOnly "parties-only" Documented None,
        "only its environment account and its management account can see a connection";
    ConnectionNotFound "connection-not-found" Documented NOT_FOUND,
        "a connection that the caller cannot see is as one that was never created";
    ArnNotFound "arn-not-found" Chosen NOT_FOUND,
        "an ARN of something that the caller cannot see is as one of nothing";
    EnvironmentNotFound "environment-not-found" Documented NOT_FOUND,
        "an environment that is not the caller's in this Region is as one that was never created";
    DistinctAccounts "distinct-accounts" Documented VALIDATION,
        "a connection joins two different accounts";
    RoleRequired "role-required" ApiModel VALIDATION,
        "a connection has a service role, a CodeBuild role or both";
    RoleInEnvironmentAccount "role-in-environment-account" ApiModel VALIDATION,
        "every role of a connection is of the environment account and of the Region's partition";
    ClientTokenReplay "client-token-replay" ApiModel None,
        "an identical creation request with the client token of an existing connection returns that connection as it is now";
    ClientTokenMismatch "client-token-mismatch" Documented VALIDATION,
        "a client token of an existing connection is not good for a different request";
    ConnectionQuota "connection-quota" Documented QUOTA,
        "an environment account has a limited number of connections in a Region";
    StartsPending "starts-pending" Documented None,
        "a new connection is PENDING";
    ReplacementAllowed "replacement-allowed" ApiModel None,
        "several connections for the same environment name and accounts may exist side by side";
    ManagementDecides "management-decides" Documented ACCESS_DENIED,
        "only the management account accepts or rejects a connection";
    AcceptAgain "accept-again" ApiModel None,
        "accepting a CONNECTED connection changes nothing";
    RejectAgain "reject-again" ApiModel None,
        "rejecting a REJECTED connection changes nothing";
    RejectedIsFinal "rejected-is-final" Documented CONFLICT,
        "a REJECTED connection can neither be accepted nor be used nor be changed";
    NoRejectWhileInUse "no-reject-while-in-use" Documented CONFLICT,
        "a connection to which an environment is attached cannot be rejected";
    AcceptRestores "accept-restores" Documented None,
        "accepting a connection attaches the unmanaged environment of its name and accounts to it";
    EnvironmentAccountOwns "environment-account-owns" Documented ACCESS_DENIED,
        "only the environment account changes or deletes a connection";
    UpdateWithoutChange "update-without-change" Chosen None,
        "an update that changes no role changes nothing";
    DeleteOrphans "delete-orphans" Documented None,
        "deleting a connection leaves the environment that is attached to it unmanaged";
    StablePages "stable-pages" Chosen None,
        "following the page tokens to the end gives each thing that existed throughout exactly once";
    ForeignToken "foreign-token" Chosen VALIDATION,
        "a page token is good for the caller, the operation and the filters that it was given for";
    EnvironmentIsManagements "environment-is-managements" Documented None,
        "an environment is reached by the account that owns it, and by no other";
    OneProvisioningMethod "one-provisioning-method" ApiModel VALIDATION,
        "an environment is provisioned with a connection, with roles of its own account, or from a repository";
    RoleInOwnAccount "role-in-own-account" Chosen VALIDATION,
        "every role of an environment is of the management account and of the Region's partition";
    EnvironmentNameReplay "environment-name-replay" Documented None,
        "an identical creation request for an existing environment returns that environment as it is now";
    EnvironmentNameMismatch "environment-name-mismatch" Documented VALIDATION,
        "the name of an existing environment is not good for a different creation request";
    ManagementProvisions "management-provisions" Documented ACCESS_DENIED,
        "only the management account of a connection provisions with it";
    ConnectionNamesEnvironment "connection-names-environment" Documented VALIDATION,
        "a connection is for the environment of its environment name";
    ConnectionMustBeConnected "connection-must-be-connected" Documented CONFLICT,
        "a PENDING connection cannot be used";
    EnvironmentQuota "environment-quota" Documented QUOTA,
        "a management account has a limited number of environments in a Region";
    DeploymentTypeParameters "deployment-type-parameters" ApiModel VALIDATION,
        "each type of deployment takes its own parameters";
    KeepProvisioningMethod "keep-provisioning-method" ApiModel VALIDATION,
        "an update cannot change the method by which an environment is provisioned";
    SameEnvironmentAccount "same-environment-account" ApiModel VALIDATION,
        "an environment can be attached to another connection of the same environment account only";
    OneDeploymentAtATime "one-deployment-at-a-time" Chosen CONFLICT,
        "an environment with a deployment under way can neither be updated nor be deleted";
    DeletionStarted "deletion-started" Chosen CONFLICT,
        "an environment whose deletion failed can only be deleted";
    UnmanagedCannotDeploy "unmanaged-cannot-deploy" Documented CONFLICT,
        "an environment without its connection cannot be deployed to";
    ConnectionSwitchIsImmediate "connection-switch-is-immediate" Chosen None,
        "what an update changes beside the deployment takes effect at once, and is not undone by a failed deployment";
    CancelUpdatesOnly "cancel-updates-only" ApiModel CONFLICT,
        "only the deployment of an update can be cancelled";
    TooLateToCancel "too-late-to-cancel" ApiModel None,
        "cancelling what is being cancelled, or has succeeded, changes nothing";
    NothingToCancel "nothing-to-cancel" Chosen CONFLICT,
        "where no update is under way there is nothing to cancel";
    UnmanagedCannotDelete "unmanaged-cannot-delete" Documented CONFLICT,
        "an environment without its connection cannot be deleted while resources remain";
    StaleReport "stale-report" Chosen CONFLICT,
        "a report is good for the deployment under way, and for an outcome that it can have";
    AccountSeesItsResources "account-sees-its-resources" Documented None,
        "an account sees every resource that is provisioned in it, and can clean it up";
    ProvisioningAuthority "provisioning-authority" Documented CONFLICT,
        "a connection while it is attached, or the roles of the own account, grant authority to provision, and nothing else";
    ConnectionTagsAreTheOwners "connection-tags-are-the-owners" Documented ACCESS_DENIED,
        "only the environment account reads and changes the tags of a connection";
    TagLimit "tag-limit" Chosen VALIDATION,
        "a resource has at most 50 user tags";
    ReservedTagPrefix "reserved-tag-prefix" Documented VALIDATION,
        "a tag key that begins with `aws:` in any case can be neither set nor removed";
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The text is not the name of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("not the name of a rule: see `Rule::ALL` for all of them")]
#[non_exhaustive]
pub struct UnknownRule;

impl FromStr for Rule {
    type Err = UnknownRule;

    fn from_str(name: &str) -> Result<Self, UnknownRule> {
        Self::ALL.iter().copied().find(|rule| rule.name() == name).ok_or(UnknownRule)
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = alloc::string::String::deserialize(deserializer)?;
        name.parse().map_err(de::Error::custom)
    }
}
