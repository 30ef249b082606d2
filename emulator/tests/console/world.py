"""A world with a bit of everything, and the pages that show it."""

import api
from api import ENVIRONMENT, MANAGEMENT

LONGEST = "LongestName_" * 8 + "Long"

PAGES = {
    "connections-environment": (ENVIRONMENT, ""),
    "connections-management": (MANAGEMENT, ""),
    "connections-empty": ("123456789444", ""),
    "sent": (ENVIRONMENT, "?did=request&id={pending}"),
    "request": (ENVIRONMENT, "/request"),
    "connection-used": (MANAGEMENT, "/connections/{prod}"),
    "connection-pending": (MANAGEMENT, "/connections/{pending}"),
    "connection-own": (ENVIRONMENT, "/connections/{pending}"),
    "connection-longest": (MANAGEMENT, "/connections/{" + LONGEST + "}"),
    "roles": (ENVIRONMENT, "/connections/{prod}/update"),
    "accept": (MANAGEMENT, "/connections/{pending}/accept"),
    "reject": (MANAGEMENT, "/connections/{pending}/reject"),
    "reject-refused": (MANAGEMENT, "/connections/{prod}/reject"),
    "delete": (ENVIRONMENT, "/connections/{prod}/delete"),
    "environments": (MANAGEMENT, "/environments"),
    "environment": (MANAGEMENT, "/environments/prod"),
    "environment-unmanaged": (MANAGEMENT, "/environments/orphan"),
    "environment-update": (MANAGEMENT, "/environments/prod/update"),
    "environment-report": (MANAGEMENT, "/environments/busy/report"),
    "environment-delete": (MANAGEMENT, "/environments/orphan/delete"),
    "create": (MANAGEMENT, "/create"),
    "provisioned": (ENVIRONMENT, "/provisioned"),
    "happened": (MANAGEMENT, "/happened"),
    "not-found": (MANAGEMENT, "/environments/none"),
}


def world():
    """A bit of everything: the ids of the connections by their names."""
    ids = {name: api.ask(name, tags=[{"key": "team", "value": "blue"}]) for name in ("pending", "rejected")}
    ids |= {name: api.connect(name) for name in ("prod", LONGEST, "orphan", "busy", "gone")}
    api.call(MANAGEMENT, "RejectEnvironmentAccountConnection", id=ids["rejected"])
    for name in ("prod", "orphan", "busy", "gone"):
        api.create(name, environmentAccountConnectionId=ids[name], description=f"The environment {name}")
    for name in ("prod", "orphan", "gone"):
        stack = f"arn:aws:cloudformation:us-east-1:{ENVIRONMENT}:stack/AWSProton-{name}/9f0c5a1e"
        resource = {"identifier": stack, "name": f"AWSProton-{name}", "provisioningEngine": "CLOUDFORMATION"}
        api.report(name, "SUCCEEDED", message="All went well.", resources=[resource], templateMinorVersion="0")
    for name in ("orphan", "gone"):
        api.call(ENVIRONMENT, "DeleteEnvironmentAccountConnection", id=ids[name])
    api.call(MANAGEMENT, "DeleteEnvironment", name="gone")
    repository = {"provider": "GITHUB", "name": "example/infrastructure", "branch": "main"}
    api.create("self-managed", provisioningRepository=repository)
    api.call(MANAGEMENT, "RejectEnvironmentAccountConnection", id=ids["prod"])
    return ids
