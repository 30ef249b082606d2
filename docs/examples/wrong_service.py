"""A small service for environment account connections, with one mistake: what was rejected can still be accepted.

It has the operations about connections and knows no environments. The account of a call is its access key id. It is here
to be judged: see docs/judging.md.

    python3 docs/examples/wrong_service.py 8788
"""

import json
import re
import sys
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

connections = {}
lock = Lock()


class Refused(Exception):
    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


def now():
    return int(time.time() * 1000) / 1000


def visible(account, region, id):
    """The connection, for its two parties in its Region; for anybody else it is not there."""
    found = connections.get((region, id))
    if not found or account not in (found["environmentAccountId"], found["managementAccountId"]):
        raise Refused("ResourceNotFoundException", f"there is no environment account connection `{id}`")
    return found


def account_of(found):
    return found["environmentAccountId"]


def check_roles(account, request):
    for name in ("roleArn", "codebuildRoleArn", "componentRoleArn"):
        if name in request and not request[name].startswith(f"arn:aws:iam::{account}:role/"):
            raise Refused("ValidationException", f"{name} must be a role of the account {account}")


def create(account, region, request):
    if request["managementAccountId"] == account:
        raise Refused("ValidationException", "managementAccountId must be another account")
    if "roleArn" not in request and "codebuildRoleArn" not in request:
        raise Refused("ValidationException", "roleArn or codebuildRoleArn is needed")
    check_roles(account, request)
    id, at = str(uuid.uuid4()), now()
    shown = {
        "id": id,
        "arn": f"arn:aws:proton:{region}:{account}:environment-account-connection/{id}",
        "environmentAccountId": account,
        "status": "PENDING",
        "requestedAt": at,
        "lastModifiedAt": at,
    }
    given = ("environmentName", "managementAccountId", "roleArn", "codebuildRoleArn", "componentRoleArn")
    shown.update({name: request[name] for name in given if name in request})
    connections[region, id] = shown
    return shown


def decide(status):
    def decided(account, region, request):
        found = visible(account, region, request["id"])
        if account != found["managementAccountId"]:
            raise Refused("AccessDeniedException", f"`{request['id']}` is decided on by {found['managementAccountId']}")
        # The mistake: REJECTED is to be final.
        if found["status"] != status:
            found.update(status=status, lastModifiedAt=now())
        return found

    return decided


def update(account, region, request):
    found = visible(account, region, request["id"])
    if account != found["environmentAccountId"]:
        raise Refused("AccessDeniedException", f"`{request['id']}` is changed by {account_of(found)}")
    check_roles(account, request)
    if found["status"] == "REJECTED":
        raise Refused("ConflictException", f"connection `{request['id']}` is REJECTED")
    roles = {name: request[name] for name in ("roleArn", "codebuildRoleArn", "componentRoleArn") if name in request}
    if any(found.get(name) != role for name, role in roles.items()):
        found.update(roles, lastModifiedAt=now())
    return found


def get(account, region, request):
    return visible(account, region, request["id"])


def delete(account, region, request):
    try:
        found = visible(account, region, request["id"])
    except Refused:
        return None
    if account != found["environmentAccountId"]:
        raise Refused("AccessDeniedException", f"`{request['id']}` is deleted by {account_of(found)}")
    return connections.pop((region, request["id"]))


def list_all(account, region, request):
    side = {"MANAGEMENT_ACCOUNT": "managementAccountId", "ENVIRONMENT_ACCOUNT": "environmentAccountId"}[request["requestedBy"]]
    mine = [one for (where, _), one in connections.items() if where == region and one[side] == account]
    mine.sort(key=lambda one: (one["requestedAt"], one["id"]))
    return [{name: value for name, value in one.items() if name != "codebuildRoleArn"} for one in mine]


def no_environment(account, region, request):
    raise Refused("ResourceNotFoundException", f"there is no environment `{request['name']}`")


one, many = "environmentAccountConnection", "environmentAccountConnections"
operations = {
    "CreateEnvironmentAccountConnection": (create, one),
    "GetEnvironmentAccountConnection": (get, one),
    "ListEnvironmentAccountConnections": (list_all, many),
    "UpdateEnvironmentAccountConnection": (update, one),
    "AcceptEnvironmentAccountConnection": (decide("CONNECTED"), one),
    "RejectEnvironmentAccountConnection": (decide("REJECTED"), one),
    "DeleteEnvironmentAccountConnection": (delete, one),
    "GetEnvironment": (no_environment, "environment"),
    "ListEnvironments": (lambda *_: [], "environments"),
}


class Service(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # A response is sent as a whole.
    wbufsize = -1

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"] or 0))
        name = (self.headers["x-amz-target"] or "").removeprefix("AwsProton20200720.")
        caller = re.search(r"Credential=(\d{12})/\d{8}/([a-z0-9-]+)/", self.headers["authorization"] or "")
        try:
            if name not in operations or not caller:
                raise Refused("UnknownOperationException", f"there is no operation `{name}`")
            operation, member = operations[name]
            with lock:
                answer = operation(*caller.groups(), json.loads(body))
                text = json.dumps({} if answer is None else {member: answer})
            self.send(200, text)
        except Refused as refused:
            self.send(400, json.dumps({"__type": refused.kind, "message": str(refused)}), refused.kind)

    def send(self, status, text, kind=None):
        self.send_response(status)
        self.send_header("content-type", "application/x-amz-json-1.0")
        self.send_header("content-length", str(len(text.encode())))
        self.send_header("x-amzn-RequestId", str(uuid.uuid4()))
        if kind:
            self.send_header("x-amzn-ErrorType", kind)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    # Clients that come at once are let in, and not turned away.
    ThreadingHTTPServer.request_queue_size = 128
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0), Service)
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
