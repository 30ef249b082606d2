"""A long random session: few accounts and names, so that calls collide; the same one each time."""

import time

from model import OPERATIONS

CALLS = 6000
ACCOUNTS = ["111111111111", "222222222222", "333333333333", "000000000004"]
REGIONS = ["us-east-1", "cn-north-1"]
NAMES = ["dev", "prod", "n" * 100]
NOWHERE = "00000000-0000-0000-0000-000000000000"
STATUSES = "IN_PROGRESS FAILED SUCCEEDED DELETE_IN_PROGRESS DELETE_FAILED DELETE_COMPLETE CANCELLING CANCELLED"
WEIGHTS = {
    "CreateEnvironmentAccountConnection": 10,
    "AcceptEnvironmentAccountConnection": 10,
    "RejectEnvironmentAccountConnection": 3,
    "DeleteEnvironmentAccountConnection": 4,
    "CreateEnvironment": 12,
    "UpdateEnvironment": 10,
    "CancelEnvironmentDeployment": 6,
    "DeleteEnvironment": 4,
    "report": 16,
    "clean-up": 3,
    "broken": 2,
}


class Session:
    QUOTAS = ["--connections-per-account", "6", "--environments-per-account", "3"]

    def __init__(self, model, emulator, rng):
        self.model, self.emulator, self.rng = model, emulator, rng
        self.connections, self.environments, self.tokens = {}, {}, []
        self.answered, self.statuses = set(), set()

    def run(self, calls):
        steps = sorted(OPERATIONS) + ["report", "clean-up", "broken"]
        weights = [WEIGHTS.get(step, 3) for step in steps]
        while self.emulator.calls < calls:
            step = self.rng.choices(steps, weights)[0]
            if step in OPERATIONS:
                self.call(step, *getattr(self, step)())
            else:
                getattr(self, step.replace("-", "_"))()

    def check_reach(self):
        """That the session was one worth checking."""
        assert self.answered == OPERATIONS, OPERATIONS - self.answered
        expected = set(STATUSES.split()) | {"PENDING", "CONNECTED", "REJECTED"}
        assert self.statuses == expected, expected ^ self.statuses
        kinds = {kind for _, kind in self.model.errors}
        # A store in memory is in no trouble, and one client loses no races.
        unreached = {"ThrottlingException", "InternalServerException"}
        declared = {shape.name for name in OPERATIONS for shape in self.model.operation(name).error_shapes}
        assert declared - kinds == unreached, (declared, kinds)

    def call(self, operation, account, members, region="us-east-1"):
        if self.often(3):
            account = self.rng.choice(ACCOUNTS)
        if self.often(2):
            region = self.rng.choice(REGIONS)
        reply = self.emulator.call(account, operation, members, region)
        self.model.check_response(operation, reply)
        if reply.status == 200:
            self.answered.add(operation)
            self.learn(operation, account, region, members, reply.members())
            # Lists are in the order of the requests, and within a millisecond of the ids, which are random.
            time.sleep(0.002 if operation == "CreateEnvironmentAccountConnection" else 0)

    def learn(self, operation, account, region, members, shown):
        if connection := shown.get("environmentAccountConnection"):
            self.statuses.add(connection["status"])
            self.connections[connection["id"]] = connection | {"region": region}
            if operation.startswith("Delete"):
                del self.connections[connection["id"]]
        if environment := shown.get("environment"):
            self.statuses.add(environment["deploymentStatus"])
            self.environments[environment["arn"]] = environment | {"account": account, "region": region}
            if environment["deploymentStatus"] == "DELETE_COMPLETE":
                del self.environments[environment["arn"]]
        if token := shown.get("nextToken"):
            self.tokens.append((operation, account, members | {"nextToken": token}, region))

    # Choices.

    def often(self, percent):
        return self.rng.randrange(100) < percent

    def some(self, **members):
        """Each of these members in half of all cases."""
        return {name: value for name, value in members.items() if self.often(50)}

    def connection(self, status=None):
        """One of those that there are, by choice of this status; now and then one that there is not."""
        known = list(self.connections.values())
        wanted = [one for one in known if one["status"] == status] or known
        if self.often(4) or not wanted:
            account, management = self.rng.sample(ACCOUNTS, 2)
            nobody = {"id": NOWHERE, "environmentName": NAMES[0], "region": REGIONS[0], "status": "PENDING"}
            return nobody | {"environmentAccountId": account, "managementAccountId": management}
        return self.rng.choice(wanted)

    def environment(self, *statuses):
        known = list(self.environments.values())
        wanted = [one for one in known if one["deploymentStatus"] in statuses] or known
        if self.often(4) or not wanted:
            return {"name": "nothing", "account": ACCOUNTS[0], "region": REGIONS[0], "deploymentStatus": "FAILED"}
        return self.rng.choice(wanted)

    def role(self, account, region=REGIONS[0]):
        partition = "aws-cn" if region.startswith("cn-") else "aws"
        account = self.rng.choice(ACCOUNTS) if self.often(3) else account
        path = ("p" * 500 + "/") * 3 if self.often(15) else self.rng.choice(["", "service-role/"])
        return f"arn:{partition}:iam::{account}:role/{path}{self.rng.choice('ab')}"

    def tags(self):
        count = 50 if self.often(20) else self.rng.randrange(4)
        return [{"key": f"k{number}", "value": self.rng.choice(["", "é", "v w"])} for number in range(count)]

    def page(self):
        return {"maxResults": self.rng.choice([1, 2, 3, 100])} if self.often(70) else {}

    def right_or(self, right, confused):
        return confused if self.often(8) else right

    # Operations: the caller, the input, and where it is not home, the Region.

    def CreateEnvironmentAccountConnection(self):
        account, management = self.rng.sample(ACCOUNTS[:3], 2)
        region = REGIONS[self.often(10)]
        roles = self.some(codebuildRoleArn=self.role(account, region), componentRoleArn=self.role(account, region))
        if self.often(70):
            roles["roleArn"] = self.role(account, region)
        more = self.some(tags=self.tags(), clientToken=self.rng.choice(["t", "u", ""]))
        named = {"environmentName": self.rng.choice(NAMES), "managementAccountId": self.right_or(management, account)}
        return account, named | roles | more, region

    def on_connection(self, right, confused, status=None, **more):
        found = self.connection(status)
        return self.right_or(found[right], found[confused]), {"id": found["id"], **more}, found["region"]

    def AcceptEnvironmentAccountConnection(self):
        return self.on_connection("managementAccountId", "environmentAccountId", "PENDING")

    def RejectEnvironmentAccountConnection(self):
        status = self.rng.choice(["PENDING", "CONNECTED"])
        return self.on_connection("managementAccountId", "environmentAccountId", status)

    def GetEnvironmentAccountConnection(self):
        return self.on_connection(*self.rng.sample(["managementAccountId", "environmentAccountId"], 2))

    def DeleteEnvironmentAccountConnection(self):
        status = self.rng.choice(["REJECTED", "REJECTED", "CONNECTED", "PENDING"])
        return self.on_connection("environmentAccountId", "managementAccountId", status)

    def UpdateEnvironmentAccountConnection(self):
        account, members, region = self.on_connection("environmentAccountId", "managementAccountId")
        roles = {name: self.role(account, region) for name in ("roleArn", "codebuildRoleArn", "componentRoleArn")}
        return account, members | self.some(**roles), region

    def ListEnvironmentAccountConnections(self):
        if self.tokens and self.often(40):
            operation, *again = self.rng.choice(self.tokens[-10:])
            if operation == "ListEnvironmentAccountConnections":
                return again
        statuses = self.rng.sample(["PENDING", "CONNECTED", "REJECTED"], self.rng.randrange(4))
        members = self.some(environmentName=self.rng.choice(NAMES), statuses=statuses) if self.often(50) else {}
        side = self.rng.choice(["MANAGEMENT_ACCOUNT", "ENVIRONMENT_ACCOUNT"])
        return self.rng.choice(ACCOUNTS[:3]), {"requestedBy": side} | members | self.page()

    def CreateEnvironment(self):
        found = self.connection("CONNECTED")
        account, name, region = found["managementAccountId"], found["environmentName"], found["region"]
        members = {"name": name, "templateName": self.rng.choice("st"), "templateMajorVersion": "1", "spec": "a: é\n"}
        members |= self.some(templateMinorVersion="2", description=self.rng.choice(["", "d"]), tags=self.tags())
        method = self.rng.randrange(10)
        if method < 5 or method == 9:
            members["environmentAccountConnectionId"] = found["id"]
        if 5 <= method < 8 or method == 9:
            members["name"] = self.rng.choice([*NAMES, "own"])
            service = f"arn:aws:iam::{account}:role/service"
            members |= self.some(protonServiceRoleArn=service, codebuildRoleArn=self.role(account))
            members |= self.some(componentRoleArn=self.role(account))
        if method == 8:
            members["name"] = self.rng.choice([*NAMES, "self"])
            members["provisioningRepository"] = self.repository()
            members |= self.some(componentRoleArn=self.role(account, region))
        return account, members, region

    def repository(self):
        return {"branch": "main", "name": "owner/name", "provider": self.rng.choice(["GITHUB", "BITBUCKET"])}

    def UpdateEnvironment(self):
        found = self.environment("SUCCEEDED", "FAILED", "CANCELLED")
        kinds = ["CURRENT_VERSION"] * 3 + ["NONE", "MINOR_VERSION", "MAJOR_VERSION"]
        members = {"name": found["name"], "deploymentType": self.rng.choice(kinds)}
        members |= self.some(spec="b", description="again") if self.often(50) else {}
        if self.often(20):
            members |= self.some(templateMajorVersion=self.rng.choice("123"), templateMinorVersion="7")
        if self.often(20):
            members["environmentAccountConnectionId"] = self.connection("CONNECTED")["id"]
        if self.often(10):
            members |= self.some(componentRoleArn=self.role(found["account"]), provisioningRepository=self.repository())
        return found["account"], members, found["region"]

    def named(self, member, *statuses):
        found = self.environment(*statuses)
        return found["account"], {member: found["name"]}, found["region"]

    def GetEnvironment(self):
        return self.named("name")

    def CancelEnvironmentDeployment(self):
        return self.named("environmentName", "IN_PROGRESS")

    def DeleteEnvironment(self):
        return self.named("name", "SUCCEEDED", "FAILED", "CANCELLED", "DELETE_FAILED")

    def ListEnvironmentProvisionedResources(self):
        return self.named("environmentName", "SUCCEEDED")

    def ListEnvironments(self):
        filters = [{"templateName": self.rng.choice("st"), "majorVersion": self.rng.choice("12")}]
        members = self.some(environmentTemplates=filters) if self.often(30) else {}
        return self.rng.choice(ACCOUNTS[:3]), members | self.page()

    def arn(self):
        """Of a connection or an environment, and whose it is."""
        if self.environments and self.often(60):
            found = self.environment()
            nothing = f"arn:aws:proton:us-east-1:{ACCOUNTS[0]}:environment/nothing"
            return found["account"], found.get("arn", nothing), found["region"]
        found = self.connection()
        owner = self.right_or(found["environmentAccountId"], found["managementAccountId"])
        arn = f"arn:aws:proton:us-east-1:{owner}:environment-account-connection/{found['id']}"
        return owner, found.get("arn", arn), found["region"]

    def TagResource(self):
        account, arn, region = self.arn()
        one = [{"key": self.rng.choice("xyz"), "value": ""}]
        return account, {"resourceArn": arn, "tags": one if self.often(40) else self.tags()}, region

    def UntagResource(self):
        account, arn, region = self.arn()
        return account, {"resourceArn": arn, "tagKeys": self.rng.sample(["k0", "k1", "x", "é"], 2)}, region

    def ListTagsForResource(self):
        account, arn, region = self.arn()
        return account, {"resourceArn": arn} | self.page(), region

    def ListEnvironmentOutputs(self):
        account, members, region = self.named("environmentName")
        return account, members | ({"deploymentId": NOWHERE} if self.often(10) else {}), region

    def NotifyResourceDeploymentStatusChange(self):
        account, arn, region = self.arn()
        members = {"resourceArn": arn} | self.some(status=self.rng.choice(["IN_PROGRESS", "FAILED", "SUCCEEDED"]))
        if (deployment := self.environments.get(arn, {}).get("lastAttemptedDeploymentId")) and self.often(50):
            members["deploymentId"] = deployment
        outputs = [{"key": f"k{number}", "valueString": "v"} for number in range(self.rng.randrange(3))]
        return account, members | self.some(statusMessage="m", outputs=outputs), region

    # The host's side, and clients that are none.

    def report(self):
        found = self.environment("IN_PROGRESS", "CANCELLING", "DELETE_IN_PROGRESS")
        outcomes = {"CANCELLING": ["CANCELLED"], "DELETE_IN_PROGRESS": ["FAILED", "SUCCEEDED"]}
        usual = ["SUCCEEDED", "SUCCEEDED", "FAILED", "CANCELLED"]
        outcome = self.rng.choice(outcomes.get(found["deploymentStatus"], usual))
        resource = {"identifier": self.rng.choice(["stack", "r" * 200])}
        resource |= self.some(name="n", provisioningEngine=self.rng.choice(["CLOUDFORMATION", "TERRAFORM"]))
        members = {"outcome": outcome} | self.some(message="m", resources=[resource][: self.rng.randrange(2)])
        if outcome == "SUCCEEDED":
            members |= self.some(templateMinorVersion="3")
        path = f"report/{found['region']}/{found['account']}/{found['name']}"
        reply = self.emulator.host(path, members)
        if reply.status == 200 and found.get("arn"):
            self.call("GetEnvironment", found["account"], {"name": found["name"]}, found["region"])
            if found["deploymentStatus"] == "DELETE_IN_PROGRESS" and outcome == "SUCCEEDED":
                del self.environments[found["arn"]]

    def clean_up(self):
        account = self.rng.choice(ACCOUNTS[:3])
        self.emulator.host(f"clean-up/us-east-1/{account}", {"identifiers": ["stack", "r" * 200]})

    def broken(self):
        """Calls that do not come to the model: whatever the operation, the answer is one of the protocol's."""
        operation = self.rng.choice(sorted(OPERATIONS))
        body = self.rng.choice(['{"id"', "[]", "", '{"x": 1, "x": 2}', "[" * 40, " " * (1 << 20) + "{}"])
        reply = self.emulator.call(ACCOUNTS[0], operation, body)
        assert reply.kind == "SerializationException", reply
        self.model.check_response(operation, reply)
        for headers in ({}, {"Authorization": self.rng.choice(["", "Bearer x", "AWS4-HMAC-SHA256 Credential=x/y"])}):
            reply = self.emulator.send("POST", "/", headers | {"X-Amz-Target": "AwsProton20200720." + operation}, b"{}")
            kind = "IncompleteSignatureException" if headers else "MissingAuthenticationTokenException"
            assert reply.kind == kind, reply
            self.model.check_response(operation, reply)
