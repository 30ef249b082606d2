"""The emulator as an AWS client and a test's host reach it."""

import json
import os
import urllib.error
import urllib.request

URL = os.environ["CONSOLE_URL"]
MANAGEMENT, ENVIRONMENT, STRANGER = "123456789111", "123456789222", "123456789333"
REGION = "us-east-1"
ROLE = "arn:aws:iam::123456789222:role/service-role/env-account-proton-service-role"


def send(path, body, headers=None):
    request = urllib.request.Request(URL + path, data=json.dumps(body).encode(), headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.loads(response.read() or "{}")
    except urllib.error.HTTPError as error:
        return json.loads(error.read())


def call(account, operation, **members):
    scope = f"{account}/20260101/{REGION}/proton/aws4_request"
    headers = {
        "X-Amz-Target": f"AwsProton20200720.{operation}",
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
    }
    return send("/", members, headers)


def reset():
    send("/_emulator/reset", {})


def ask(name, **more):
    """Asks for a connection: its id."""
    members = {"environmentName": name, "managementAccountId": MANAGEMENT, "roleArn": ROLE, **more}
    return call(ENVIRONMENT, "CreateEnvironmentAccountConnection", **members)["environmentAccountConnection"]["id"]


def connect(name, **more):
    """The id of a connection that is CONNECTED."""
    id = ask(name, **more)
    call(MANAGEMENT, "AcceptEnvironmentAccountConnection", id=id)
    return id


def create(name, **more):
    members = {"templateName": "fargate", "templateMajorVersion": "1", "spec": "proton: EnvironmentSpec", **more}
    return call(MANAGEMENT, "CreateEnvironment", name=name, **members)


def report(name, outcome, **more):
    return send(f"/_emulator/report/{REGION}/{MANAGEMENT}/{name}", {"outcome": outcome, **more})


def connections(account=ENVIRONMENT, side="ENVIRONMENT_ACCOUNT"):
    listed = call(account, "ListEnvironmentAccountConnections", requestedBy=side)
    return listed["environmentAccountConnections"]
