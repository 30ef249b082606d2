//! Calls on connections.

use super::{
    Draft, all,
    known::KnownConnection,
    world::{ACCOUNTS, NEVER_ISSUED, valid},
};
use crate::{
    connection::ConnectionStatus::{self, Connected, Pending},
    id::{AccountId, Caller, ClientToken, ConnectionArn, Region, RoleArn},
    operation::{
        AcceptEnvironmentAccountConnection, CreateEnvironmentAccountConnection, DeleteEnvironmentAccountConnection,
        GetEnvironmentAccountConnection, Operation, RejectEnvironmentAccountConnection,
        UpdateEnvironmentAccountConnection,
    },
};

impl Draft<'_> {
    pub(super) fn create_connection(&mut self) -> (Caller, Operation) {
        let [one, two, three, four] = ACCOUNTS;
        let (account, management) = match self.random.below(100) {
            0..50 => (two, one),
            50..62 => (three, one),
            62..74 => (two, three),
            74..82 => (one, two),
            82..88 => (four, one),
            88..96 => (two, four),
            _ => (two, two),
        };
        let (account, region) = (valid(account), self.region());
        let [role_arn, codebuild_role_arn, component_role_arn] = self.connection_roles(account, region);
        let request = CreateEnvironmentAccountConnection {
            environment_name: self.name(),
            management_account_id: valid(management),
            role_arn,
            codebuild_role_arn,
            component_role_arn,
            tags: self.first_tags(),
            client_token: self.client_token(),
        };
        (Caller::new(account, region), request.into())
    }

    pub(super) fn accept_connection(&mut self) -> (Caller, Operation) {
        let target = self.connection(Some(Pending));
        (self.by_management(&target), AcceptEnvironmentAccountConnection::from(target.arn.id).into())
    }

    pub(super) fn reject_connection(&mut self) -> (Caller, Operation) {
        let status = self.random.of([Connected, Pending]);
        let target = self.connection(Some(status));
        (self.by_management(&target), RejectEnvironmentAccountConnection::from(target.arn.id).into())
    }

    pub(super) fn update_connection(&mut self) -> (Caller, Operation) {
        let target = self.connection(None);
        let ConnectionArn { region, environment_account, id } = target.arn;
        let [role_arn, codebuild_role_arn, component_role_arn] = self.connection_roles(environment_account, region);
        let request = UpdateEnvironmentAccountConnection { id, role_arn, codebuild_role_arn, component_role_arn };
        (self.by_environment(&target), request.into())
    }

    pub(super) fn delete_connection(&mut self) -> (Caller, Operation) {
        let status = self.random.of([None, Some(Connected)]);
        let target = self.connection(status);
        (self.by_environment(&target), DeleteEnvironmentAccountConnection::from(target.arn.id).into())
    }

    pub(super) fn get_connection(&mut self) -> (Caller, Operation) {
        let target = self.connection(None);
        let caller =
            if self.random.of([true, false]) { self.by_management(&target) } else { self.by_environment(&target) };
        (caller, GetEnvironmentAccountConnection::from(target.arn.id).into())
    }

    /// A connection, mostly one that is there, and of this status; sometimes one that is gone or that never was.
    pub(super) fn connection(&mut self, status: Option<ConnectionStatus>) -> KnownConnection {
        let known = all(self.known.connections());
        let mut wanted = known.clone();
        if self.random.below(100) < 75 {
            wanted.retain(|connection| status.is_none_or(|status| connection.status == status));
        }
        let found = match self.random.below(100) {
            0..92 if wanted.is_empty() => self.random.latest(known.into_iter()),
            0..92 => self.random.latest(wanted.into_iter()),
            92..96 => self.random.latest(self.known.gone()),
            _ => None,
        };
        found.cloned().unwrap_or_else(|| {
            let [management, environment, ..] = ACCOUNTS;
            KnownConnection {
                arn: ConnectionArn::new(self.region(), valid(environment), NEVER_ISSUED.into()),
                management_account: valid(management),
                name: self.name(),
                status: Pending,
            }
        })
    }

    pub(super) fn by_management(
        &mut self,
        KnownConnection { arn, management_account, .. }: &KnownConnection,
    ) -> Caller {
        self.caller(*management_account, arn.environment_account, arn.region)
    }

    pub(super) fn by_environment(
        &mut self,
        KnownConnection { arn, management_account, .. }: &KnownConnection,
    ) -> Caller {
        self.caller(arn.environment_account, *management_account, arn.region)
    }

    /// Service, CodeBuild and component role: mostly good ones, sometimes none.
    fn connection_roles(&mut self, account: AccountId, region: Region) -> [Option<RoleArn>; 3] {
        let given = match self.random.below(100) {
            0..55 => [true, false, false],
            55..65 => [true, true, true],
            65..75 => [false, true, false],
            75..85 => [true, false, true],
            85..93 => [false; 3],
            _ => [false, false, true],
        };
        given.map(|given| given.then(|| self.role(account, region)))
    }

    fn client_token(&mut self) -> Option<ClientToken> {
        let token = self.random.of(["t1", "t2", "!~"]);
        (self.random.below(100) < 40).then(|| valid(token))
    }
}
