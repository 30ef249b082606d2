"""boto3 against the emulator at AWS_ENDPOINT_URL_PROTON: paginators, waiters, typed errors, times, tags."""

import datetime
import json
import os
import unittest
import urllib.request
import uuid

import boto3
import botocore.exceptions

MANAGEMENT, ENVIRONMENT = "123456789111", "123456789222"
ROLE = f"arn:aws:iam::{ENVIRONMENT}:role/service-role/env-account-proton-service-role"
NOWHERE = "00000000-0000-0000-0000-000000000000"


def client(account, region="us-east-1"):
    return boto3.client("proton", region_name=region, aws_access_key_id=account, aws_secret_access_key="any")


def emulator(path, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(os.environ["AWS_ENDPOINT_URL_PROTON"] + "/_emulator/" + path, data) as response:
        return json.load(response)


class Clients(unittest.TestCase):
    def setUp(self):
        emulator("reset", {})
        self.management, self.environment = client(MANAGEMENT), client(ENVIRONMENT)

    def create(self, name, **more):
        return self.environment.create_environment_account_connection(
            environmentName=name, managementAccountId=MANAGEMENT, roleArn=ROLE, **more
        )["environmentAccountConnection"]

    def connect(self, name):
        connection = self.create(name)
        self.management.accept_environment_account_connection(id=connection["id"])
        return connection

    def create_environment(self, name, **more):
        how = more or {"environmentAccountConnectionId": self.connect(name)["id"]}
        return self.management.create_environment(
            name=name, templateName="simple", templateMajorVersion="1", spec="a: b", **how
        )["environment"]

    def test_the_way_of_a_connection(self):
        created = self.create("one")
        self.assertEqual(created["status"], "PENDING")
        self.assertEqual(created["requestedAt"], created["lastModifiedAt"])
        age = datetime.datetime.now(datetime.timezone.utc) - created["requestedAt"]
        self.assertLess(abs(age), datetime.timedelta(minutes=1))
        accepted = self.management.accept_environment_account_connection(id=created["id"])
        accepted = accepted["environmentAccountConnection"]
        self.assertEqual(accepted["status"], "CONNECTED")
        self.assertEqual(accepted["requestedAt"], created["requestedAt"])
        component = f"arn:aws:iam::{ENVIRONMENT}:role/component"
        updated = self.environment.update_environment_account_connection(id=created["id"], componentRoleArn=component)
        updated = updated["environmentAccountConnection"]
        self.assertEqual((updated["componentRoleArn"], updated["roleArn"]), (component, ROLE))
        rejected = self.management.reject_environment_account_connection(id=created["id"])
        self.assertEqual(rejected["environmentAccountConnection"]["status"], "REJECTED")
        deleted = self.environment.delete_environment_account_connection(id=created["id"])
        self.assertEqual(deleted["environmentAccountConnection"], rejected["environmentAccountConnection"])
        again = self.environment.delete_environment_account_connection(id=created["id"])
        self.assertEqual(again.keys(), {"ResponseMetadata"})
        with self.assertRaises(self.environment.exceptions.ResourceNotFoundException):
            self.environment.get_environment_account_connection(id=created["id"])

    def test_paginators(self):
        created = [self.create(f"e{number}") for number in range(5)]
        # Those of one millisecond are in the order of their ids.
        created = [one["id"] for one in sorted(created, key=lambda one: (one["requestedAt"], one["id"]))]
        paginator = self.management.get_paginator("list_environment_account_connections")
        pages = list(paginator.paginate(requestedBy="MANAGEMENT_ACCOUNT", PaginationConfig={"PageSize": 2}))
        sizes = [len(page["environmentAccountConnections"]) for page in pages]
        self.assertEqual(sizes, [2, 2, 1])
        listed = [one["id"] for page in pages for one in page["environmentAccountConnections"]]
        self.assertEqual(listed, created)
        for number in range(3):
            self.create_environment(f"own{number}", protonServiceRoleArn=f"arn:aws:iam::{MANAGEMENT}:role/own")
        pages = self.management.get_paginator("list_environments").paginate(PaginationConfig={"PageSize": 1})
        self.assertEqual([one["name"] for page in pages for one in page["environments"]], ["own0", "own1", "own2"])

    def test_the_waiter(self):
        self.assertEqual(self.create_environment("one")["deploymentStatus"], "IN_PROGRESS")
        self.management.get_waiter("environment_deployed").wait(name="one", WaiterConfig={"Delay": 1, "MaxAttempts": 2})
        shown = self.management.get_environment(name="one")["environment"]
        self.assertEqual((shown["deploymentStatus"], shown["templateMinorVersion"]), ("SUCCEEDED", "0"))
        self.assertEqual(shown["lastSucceededDeploymentId"], shown["lastAttemptedDeploymentId"])
        self.assertGreaterEqual(shown["lastDeploymentSucceededAt"], shown["createdAt"])

    def test_whoever_provisions_from_a_repository(self):
        repository = {"provider": "GITHUB", "name": "us/infra", "branch": "main"}
        created = self.create_environment("repo", provisioningRepository=repository)
        self.assertNotIn("provisioning", created)
        outputs, deployment = [{"key": "a", "valueString": "b"}], created["lastAttemptedDeploymentId"]
        failed = {"resourceArn": created["arn"], "deploymentId": deployment, "status": "FAILED"}
        # A job that runs twice.
        for _ in range(2):
            self.management.notify_resource_deployment_status_change(**failed, statusMessage="no", outputs=outputs)
        with self.assertRaises(botocore.exceptions.WaiterError):
            self.management.get_waiter("environment_deployed").wait(name="repo")
        pages = self.management.get_paginator("list_environment_outputs").paginate(environmentName="repo")
        self.assertEqual([output for page in pages for output in page["outputs"]], outputs)
        deleted = self.management.delete_environment(name="repo")["environment"]
        self.assertEqual(deleted["deploymentStatus"], "DELETE_IN_PROGRESS")
        self.assertEqual(self.management.delete_environment(name="repo").keys(), {"ResponseMetadata"})

    def test_an_environment_and_its_resources(self):
        self.create_environment("one")
        self.management.update_environment(
            name="one", deploymentType="MINOR_VERSION", templateMinorVersion="2", spec="c: d", description="second"
        )
        shown = self.management.get_environment(name="one")["environment"]
        self.assertEqual((shown["templateMinorVersion"], shown["spec"], shown["description"]), ("2", "c: d", "second"))
        # Too late: it has succeeded.
        cancelled = self.management.cancel_environment_deployment(environmentName="one")["environment"]
        self.assertEqual(cancelled["deploymentStatus"], "SUCCEEDED")
        (resource,) = self.management.list_environment_provisioned_resources(environmentName="one")[
            "provisionedResources"
        ]
        self.assertEqual((resource["name"], resource["provisioningEngine"]), ("AWSProton-one", "CLOUDFORMATION"))
        self.environment.delete_environment_account_connection(id=shown["environmentAccountConnectionId"])
        gone = self.management.delete_environment(name="one")["environment"]
        self.assertEqual(gone["deploymentStatus"], "DELETE_COMPLETE")
        last = emulator("events")["events"][-1]
        self.assertEqual(last["detail"], {"name": "one", "previousStatus": "SUCCEEDED", "status": "DELETED"})
        (seen,) = emulator(f"resources/us-east-1/{ENVIRONMENT}")["resources"]
        self.assertEqual((seen["identifier"], seen["unmanaged"]), (resource["identifier"], True))
        emulator(f"clean-up/us-east-1/{ENVIRONMENT}", {"identifiers": [resource["identifier"]]})
        self.assertEqual(emulator(f"resources/us-east-1/{ENVIRONMENT}")["resources"], [])

    def test_typed_errors(self):
        exceptions = self.management.exceptions
        connection = self.connect("one")
        with self.assertRaises(exceptions.ResourceNotFoundException):
            self.management.get_environment_account_connection(id=NOWHERE)
        with self.assertRaises(self.environment.exceptions.AccessDeniedException):
            self.environment.reject_environment_account_connection(id=connection["id"])
        self.create_environment("one", environmentAccountConnectionId=connection["id"])
        with self.assertRaises(exceptions.ConflictException) as raised:
            self.management.reject_environment_account_connection(id=connection["id"])
        self.assertIn("delete the environment `one`", raised.exception.response["Error"]["Message"])
        self.assertEqual(raised.exception.response["ResponseMetadata"]["HTTPStatusCode"], 400)
        with self.assertRaises(self.environment.exceptions.ValidationException):
            self.environment.create_environment_account_connection(
                environmentName="two", managementAccountId=MANAGEMENT, roleArn=f"arn:aws:iam::{MANAGEMENT}:role/x"
            )
        for number in range(4):
            self.create(f"more{number}")
        with self.assertRaises(self.environment.exceptions.ServiceQuotaExceededException):
            self.create("sixth")
        with self.assertRaises(botocore.exceptions.ClientError) as raised:
            self.management.list_services()
        self.assertEqual(raised.exception.response["Error"]["Code"], "UnknownOperationException")

    def test_tokens(self):
        first, again = self.create("one", clientToken="token"), self.create("one", clientToken="token")
        self.assertEqual(first, again)
        with self.assertRaisesRegex(self.environment.exceptions.ValidationException, "Idempotent parameter mismatch"):
            self.create("two", clientToken="token")
        # Without one, the client makes one up for each call.
        self.assertNotEqual(self.create("one")["id"], self.create("one")["id"])

    def test_tags(self):
        arn = self.create("one", tags=[{"key": "a", "value": "1"}, {"key": "b", "value": ""}])["arn"]
        self.environment.tag_resource(resourceArn=arn, tags=[{"key": "a", "value": "2"}, {"key": "c", "value": "ü"}])
        self.environment.untag_resource(resourceArn=arn, tagKeys=["b"])
        pages = self.environment.get_paginator("list_tags_for_resource").paginate(
            resourceArn=arn, PaginationConfig={"PageSize": 1}
        )
        tags = [(tag["key"], tag["value"]) for page in pages for tag in page["tags"]]
        self.assertEqual(tags, [("a", "2"), ("c", "ü")])
        with self.assertRaises(self.management.exceptions.AccessDeniedException):
            self.management.list_tags_for_resource(resourceArn=arn)

    def test_account_and_region(self):
        connection = self.create("one")
        with self.assertRaises(self.management.exceptions.ResourceNotFoundException):
            client(MANAGEMENT, "eu-west-1").get_environment_account_connection(id=connection["id"])
        # A key that is no account is of the account of `--account`.
        role = "arn:aws:iam::123456789012:role/x"
        created = client("AKIAIOSFODNN7EXAMPLE").create_environment_account_connection(
            environmentName="one", managementAccountId=MANAGEMENT, roleArn=role
        )
        self.assertEqual(created["environmentAccountConnection"]["environmentAccountId"], "123456789012")

    def test_request_ids(self):
        ids = {self.management.list_environments()["ResponseMetadata"]["RequestId"] for _ in range(3)}
        self.assertEqual(len({uuid.UUID(one) for one in ids}), 3)


unittest.main()
