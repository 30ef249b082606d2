//! The table of all rules, in the order of the specification.

use core::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Basis, ErrorKind};

macro_rules! rules {
    ($($variant:ident $name:literal $basis:ident $kind:expr, $sentence:literal;)*) => {
        /// A rule of the model.
        ///
        /// Its [name](Rule::name) is the same in error values, in scenarios and in conformance reports. It refuses, or says what an accepted outcome may rest on, or what always holds.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Rule {
            $(
                #[doc = concat!("`", $name, "`: ", $sentence, ".")]
                #[cfg_attr(all(doc, not(doctest)), doc = concat!("\n", include_str!(concat!("about/", $name, ".md"))))]
                $variant,
            )*
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

            /// What the *kind* of the error rests on, which is a different question from what the rule rests on: the
            /// public API model names kinds for an idempotency mismatch and for a modified resource only. `None` for a
            /// rule that refuses nothing.
            #[must_use]
            pub const fn kind_basis(self) -> Option<Basis> {
                match (self, self.refuses_with()) {
                    (_, None) => None,
                    (Self::ClientTokenMismatch | Self::EnvironmentNameMismatch | Self::EnvironmentModified, Some(_)) => {
                        Some(Basis::ApiModel)
                    }
                    (_, Some(_)) => Some(Basis::Chosen),
                }
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
    RoleRequired "role-required" Chosen VALIDATION,
        "a connection has a service role, a CodeBuild role or both";
    RoleInEnvironmentAccount "role-in-environment-account" ApiModel VALIDATION,
        "every role of a connection is of the environment account and of the Region's partition";
    ClientTokenReplay "client-token-replay" ApiModel None,
        "an identical creation request with the client token of an existing connection returns that connection as it is now";
    ClientTokenMismatch "client-token-mismatch" ApiModel VALIDATION,
        "a client token of an existing connection is not good for a different request";
    ClientTokenExpires "client-token-expires" ApiModel None,
        "a client token is good for eight hours from the request that created the connection, and not longer than that connection";
    ConnectionQuota "connection-quota" Documented QUOTA,
        "an environment account has a limited number of connections in a Region";
    StartsPending "starts-pending" Documented None,
        "a new connection is PENDING";
    ReplacementAllowed "replacement-allowed" ApiModel None,
        "several connections for the same environment name and accounts may exist side by side";
    ManagementDecides "management-decides" Documented ACCESS_DENIED,
        "only the management account accepts or rejects a connection";
    AcceptAgain "accept-again" ApiModel None,
        "accepting a CONNECTED connection again does not change it";
    RejectedIsFinal "rejected-is-final" Documented CONFLICT,
        "a REJECTED connection can neither be accepted nor be used nor be changed";
    RejectAgain "reject-again" ApiModel None,
        "rejecting a REJECTED connection changes nothing";
    NoRejectWhileInUse "no-reject-while-in-use" Documented CONFLICT,
        "a connection to which an environment is attached cannot be rejected";
    AcceptRestores "accept-restores" Documented None,
        "accepting a connection attaches the unmanaged environment of its name and accounts to it";
    EnvironmentAccountOwns "environment-account-owns" Documented ACCESS_DENIED,
        "only the environment account changes or deletes a connection";
    UpdateWithoutChange "update-without-change" Chosen None,
        "an update that changes no role changes nothing";
    DeleteAgain "delete-again" ApiModel None,
        "deleting a connection that the caller cannot see succeeds with an empty answer and changes nothing";
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
    EnvironmentNameMismatch "environment-name-mismatch" ApiModel VALIDATION,
        "the name of an existing environment is not good for a different creation request";
    EnvironmentModified "environment-modified" ApiModel CONFLICT,
        "the request that created an environment cannot be repeated once the environment was modified";
    EnvironmentNameReplay "environment-name-replay" ApiModel None,
        "an identical creation request for an existing environment, not modified since, returns that environment as it is now";
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
        "an update cannot change the method by which an environment is provisioned, nor its repository";
    SameEnvironmentAccount "same-environment-account" ApiModel VALIDATION,
        "an environment can be attached to another connection of the same environment account only";
    OneDeploymentAtATime "one-deployment-at-a-time" Chosen CONFLICT,
        "an environment with a deployment under way can neither be updated nor be deleted";
    DeletionStarted "deletion-started" Chosen CONFLICT,
        "an environment whose deletion failed can only be deleted";
    UnmanagedCannotDeploy "unmanaged-cannot-deploy" Documented CONFLICT,
        "an environment without its connection cannot be deployed to";
    ConnectionSwitchIsImmediate "connection-switch-is-immediate" Chosen None,
        "what an update changes besides the deployment takes effect at once, and is not undone by a failed deployment";
    CancelUpdatesOnly "cancel-updates-only" ApiModel CONFLICT,
        "only the deployment of an update can be cancelled";
    TooLateToCancel "too-late-to-cancel" ApiModel None,
        "cancelling what is being cancelled, or has succeeded, changes nothing";
    NothingToCancel "nothing-to-cancel" Chosen CONFLICT,
        "where no update is under way there is nothing to cancel";
    DeleteEnvironmentAgain "delete-environment-again" ApiModel None,
        "deleting an environment that is not there succeeds with an empty answer and changes nothing";
    StaleReport "stale-report" Chosen CONFLICT,
        "a report is good for the deployment under way, and for an outcome that it can have";
    ReportAgain "report-again" Chosen None,
        "a report that says of the last attempted deployment what is recorded already succeeds and changes nothing";
    NotifyNeedsSelfProvisioning "notify-needs-self-provisioning" Chosen VALIDATION,
        "only the deployments of an environment that has a repository or a CodeBuild role are notified of";
    DeploymentNotFound "deployment-not-found" Chosen NOT_FOUND,
        "outputs are those of the last attempted deployment, and of no other";
    AccountSeesItsResources "account-sees-its-resources" Documented None,
        "an account sees every resource that is provisioned in it, and can clean it up";
    CleanUpTooLarge "clean-up-too-large" Chosen VALIDATION,
        "a clean-up is of resources of at most 50 environments together";
    ResourceSharedTooWidely "resource-shared-too-widely" Chosen VALIDATION,
        "a resource is of at most 20 environments of an account and Region";
    ProvisioningAuthority "provisioning-authority" Documented CONFLICT,
        "a connection while it is attached, or the roles of the own account, grant authority to provision, and nothing else";
    ConnectionTagsAreTheOwners "connection-tags-are-the-owners" Documented ACCESS_DENIED,
        "only the environment account reads and changes the tags of a connection";
    TagLimit "tag-limit" Chosen VALIDATION,
        "a resource has at most 50 user tags";
    ReservedTagPrefix "reserved-tag-prefix" Documented VALIDATION,
        "a tag key that begins with `aws:` in any case can be neither set nor removed";
    AcceptConnects "accept-connects" Documented None,
        "accepting a PENDING connection makes it CONNECTED, and changes nothing else of it but the time of its modification";
    RejectRejects "reject-rejects" Documented None,
        "rejecting a connection that is PENDING, or CONNECTED and not in use, makes it REJECTED, and changes nothing else of it but the time of its modification";
    UpdateReplacesRoles "update-replaces-roles" ApiModel None,
        "the roles given replace the old ones, one that is not given stays, and so does the status";
    DeleteAnyStatus "delete-any-status" Documented None,
        "the environment account deletes a connection in any status, in use or not; the answer is its last state";
    DeleteFrees "delete-frees" Chosen None,
        "a deleted connection frees its client token and its place in the quota";
    ModificationTime "modification-time" ApiModel None,
        "a change sets the time of modification; what changes nothing leaves it";
    ConnectionImmutable "connection-immutable" ApiModel None,
        "a connection's id, ARN, accounts, Region, environment name and time of request never change";
    ConnectionShown "connection-shown" ApiModel None,
        "an answer shows of a connection what is stored, by the API's names, and nothing else";
    EnvironmentShown "environment-shown" ApiModel None,
        "an answer shows of an environment what is stored, by the API's names, and nothing else";
    ListFilters "list-filters" ApiModel None,
        "a list holds what its parameters ask for, and all of it";
    ListOrder "list-order" Chosen None,
        "connections are listed by time of request and id, environments by name, tags and outputs by key";
    PageSize "page-size" Chosen None,
        "a page has 100 items by default, of tags 50; every page but the last is full, and the last has no token";
    StartsDeploying "starts-deploying" ApiModel None,
        "a new environment is IN_PROGRESS with a deployment id; what was given is kept, and what is not known yet is absent";
    UpdateDeploys "update-deploys" ApiModel None,
        "an update with a deployment is IN_PROGRESS with a new deployment id, attempted now";
    TargetUntilSuccess "target-until-success" Documented None,
        "until an update succeeds the environment shows its old spec and version";
    ReportOutcome "report-outcome" Chosen None,
        "a report of success, failure or cancellation ends the deployment with that outcome";
    ResourcesReplaced "resources-replaced" Chosen None,
        "resources given with a report replace those recorded; not given, those stay";
    OutputsRecorded "outputs-recorded" ApiModel None,
        "outputs given with a notification replace those recorded, whatever its status; not given, those stay";
    NotifyReports "notify-reports" ApiModel None,
        "a notification of SUCCEEDED or FAILED is a report; one of IN_PROGRESS, or without a status, changes no status";
    StatusMessage "status-message" Chosen None,
        "the status message belongs to the status: each change of status replaces or removes it";
    CancelCancels "cancel-cancels" ApiModel None,
        "cancelling the deployment of an update makes it CANCELLING";
    DeleteDeprovisions "delete-deprovisions" ApiModel None,
        "deleting an environment makes it DELETE_IN_PROGRESS with a deployment id; again, it is returned as it is; a failed deletion can be tried again";
    DeleteUnmanaged "delete-unmanaged" Chosen None,
        "an unmanaged environment is gone at once when it is deleted";
    LeftOver "left-over" Chosen None,
        "what remains of a deleted unmanaged environment stays listed to the account that it is in, until that account cleans up or a later environment of that name reports it";
    SetTags "set-tags" Chosen None,
        "setting a tag replaces its value, removing an absent one does nothing, and no time changes";
    ManagedTags "managed-tags" Documented None,
        "an environment carries its three managed tags, a connection none";
    MessageNamesIt "message-names-it" Chosen None,
        "a refusal's message names the field or resource that it is about";
    EventPerChange "event-per-change" Chosen None,
        "each change of status emits exactly one event, with the previous status; creation one without";
    EventShape "event-shape" Documented None,
        "an event has EventBridge's shape";
    EventOrder "event-order" Chosen None,
        "one operation's events are the connection's before the environment's";
    EventTime "event-time" Chosen None,
        "an event's time is the operation's, after `never-backwards`";
    Linearizable "linearizable" Chosen None,
        "calls made at once come out as if they had been made one after the other";
    WireTimes "wire-times" ApiModel None,
        "a time is a number of epoch seconds with milliseconds";
    WireErrors "wire-errors" ApiModel None,
        "an error has status 400, or 500 for trouble of the service, its kind in a header and in the body, and a message";
    WireRequestId "wire-request-id" ApiModel None,
        "every response has a fresh request id";
    WireOperation "wire-operation" ApiModel None,
        "an unknown operation is found before the body is read";
    WireTypes "wire-types" ApiModel None,
        "a body that is not a JSON object, or has a member of the wrong JSON type, cannot be read";
    WireCaller "wire-caller" ApiModel None,
        "the credential says who calls, and from which Region";
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
