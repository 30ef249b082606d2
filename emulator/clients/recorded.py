"""A short session of boto3 that the judge's hook records: `recorded.py HOOK FILE`."""

import importlib.util
import sys

import boto3
import botocore.config
import botocore.exceptions

MANAGEMENT, ENVIRONMENT = "123456789111", "123456789222"


def main(hook_path, path):
    spec = importlib.util.spec_from_file_location("hook", hook_path)
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    session = boto3.Session(region_name="us-east-1")
    hook.record(session, path)

    def client(account, **more):
        return session.client("proton", aws_access_key_id=account, aws_secret_access_key="any", **more)

    management, environment = client(MANAGEMENT), client(ENVIRONMENT)
    other = boto3.client("proton", "us-east-1", aws_access_key_id=MANAGEMENT, aws_secret_access_key="any")
    hook.record(other, path)
    for name in ("one", "two", "three"):
        created = environment.create_environment_account_connection(
            environmentName=name, managementAccountId=MANAGEMENT, roleArn=f"arn:aws:iam::{ENVIRONMENT}:role/x"
        )["environmentAccountConnection"]
        other.accept_environment_account_connection(id=created["id"])
    pages = management.get_paginator("list_environment_account_connections")
    assert len(list(pages.paginate(requestedBy="MANAGEMENT_ACCOUNT", PaginationConfig={"PageSize": 2}))) == 2
    try:
        management.delete_environment_account_connection(id=created["id"])
    except management.exceptions.AccessDeniedException:
        pass
    # Nobody listens there: it is tried twice, and never answered.
    config = botocore.config.Config(retries={"total_max_attempts": 2, "mode": "standard"})
    try:
        client(MANAGEMENT, endpoint_url="http://127.0.0.1:9", config=config).list_environments()
    except botocore.exceptions.EndpointConnectionError:
        pass


main(*sys.argv[1:])
