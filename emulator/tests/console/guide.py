"""The console steps of the public guide, one by one, from Request to connect to Delete."""

import api
from api import ENVIRONMENT, MANAGEMENT, REGION, ROLE
from browser import until

HERE = f"Environment account connections · account {ENVIRONMENT} · {REGION}"
THERE = f"Environment account connections · account {MANAGEMENT} · {REGION}"


def request_to_connect(page, name):
    page.go(ENVIRONMENT)
    assert page.heading() == HERE, page.heading()
    page.click("Request to connect")
    page.fill(roleArn=ROLE, managementAccountId=MANAGEMENT, environmentName=name)
    page.click("Request to connect", page.one("form.fields"))


def from_request_to_delete(page):
    page.go(ENVIRONMENT)
    assert "has sent no request" in page.text("#sent") and "No account has asked" in page.text("#received")

    # A modal says how to accept; then the request is in the table, pending.
    request_to_connect(page, "simple-env-connected")
    modal = page.dialog()
    assert MANAGEMENT in modal.text and "accept-environment-account-connection --id" in modal.text, modal.text
    page.click("Close")
    until(lambda: not page.all("dialog:modal"), "the modal is closed")
    [row] = page.rows("sent")
    assert row["Status"] == "PENDING" and row["Management account"] == MANAGEMENT, row
    assert row["Environment name"].startswith("simple-env-connected") and row["Used by"] == "—", row

    # A reload sends nothing again.
    page.driver.refresh()
    assert len(api.connections()) == 1
    # Nor does the same form, by way of the back button.
    page.driver.back()
    assert page.one("#environmentName").get_attribute("value") == "simple-env-connected"
    page.click("Request to connect", page.one("form.fields"))
    assert len(api.connections()) == 1

    # In the management account: Accept, from pending to connected.
    page.go(MANAGEMENT)
    assert page.heading() == THERE
    [row] = page.rows("received")
    assert (row["Status"], row["Environment account"]) == ("PENDING", ENVIRONMENT), row
    page.click("Accept", page.row("received", "simple-env-connected"))
    question = page.dialog().text
    assert "PENDING" in question and "CONNECTED" in question and "accept-connects" in question, question
    assert f"provisioned in the account {ENVIRONMENT}" in question and ROLE in question, question
    page.click("Accept")
    assert page.heading() == THERE
    assert "simple-env-connected is now CONNECTED" in page.text(".did")
    assert page.rows("received")[0]["Status"] == "CONNECTED"

    # In the environment account: Delete, after a modal that asks for confirmation.
    page.go(ENVIRONMENT)
    page.click("Delete", page.row("sent", "simple-env-connected"))
    assert "gone for both accounts" in page.dialog().text
    page.click("Cancel")
    assert len(api.connections()) == 1
    page.click("Delete", page.row("sent", "simple-env-connected"))
    page.dialog()
    page.click("Delete")
    assert "The connection is deleted." in page.text(".did")
    assert page.rows("sent") == [] and api.connections() == []


def reject(page):
    request_to_connect(page, "simple-env-reject")
    page.go(MANAGEMENT)
    page.click("Reject", page.row("received", "simple-env-reject"))
    question = page.dialog().text
    assert "REJECTED is final" in question and "rejected-is-final" in question, question
    page.click("Reject")
    [row] = page.rows("received")
    assert (row["Status"], row["Actions"]) == ("REJECTED", "—"), row


def an_environment_and_its_connection(page):
    """What the guide tells of environments, resources, and of a connection that is deleted while it is in use."""
    id = api.connect("prod")
    page.go(MANAGEMENT, f"/connections/{id}")
    page.click("create it")
    page.fill(templateName="fargate", templateMajorVersion="1", spec="proton: EnvironmentSpec", tags="team=blue")
    page.click("Create environment")
    assert page.heading() == f"Environment prod · account {MANAGEMENT} · {REGION}"
    assert "IN_PROGRESS" in page.text("#fields") and "team = blue" in page.text("#fields")
    page.click("Report outcome")
    page.fill(outcome="SUCCEEDED", resources="arn:aws:cloudformation:us-east-1:123456789222:stack/AWSProton-prod/1",
              templateMinorVersion="0")
    page.click("Report outcome", page.one("form.fields"))
    assert "SUCCEEDED" in page.text("#fields") and "fargate 1.0" in page.text("#fields")
    assert len(page.rows("resources")) == 1 and page.rows("history")[0]["Deployment status"].endswith("SUCCEEDED")

    # An update, cancelled.
    page.click("Update")
    page.fill(deploymentType="CURRENT_VERSION", spec="proton: EnvironmentSpec # 2")
    page.click("Update environment")
    page.click("Cancel deployment")
    assert "CANCELLING" in page.dialog().text
    page.click("Cancel deployment")
    page.click("Report outcome")
    page.fill(outcome="CANCELLED")
    page.click("Report outcome", page.one("form.fields"))
    assert "CANCELLED" in page.text("#fields")

    # In use, it is said by which environment, and what its deletion leaves behind.
    page.go(ENVIRONMENT)
    assert page.rows("sent")[0]["Used by"] == "prod"
    page.go(ENVIRONMENT, "/provisioned")
    [resource] = page.rows("provisioned")
    assert (resource["State"], resource["Environment"], resource["From account"]) == ("managed", "prod", MANAGEMENT)
    page.go(ENVIRONMENT)
    page.click("Delete", page.row("sent", "prod"))
    question = page.dialog().text
    assert "The environment prod becomes unmanaged: nothing can be deployed to it until" in question, question
    page.click("Delete")
    page.go(MANAGEMENT, "/environments")
    assert page.rows("environments")[0]["Connection"] == "unmanaged"
    page.go(ENVIRONMENT, "/provisioned")
    assert page.rows("provisioned")[0]["State"] == "unmanaged"

    # A new connection restores it.
    request_to_connect(page, "prod")
    page.go(MANAGEMENT)
    page.click("Accept", page.row("received", "prod"))
    assert "attached to this connection, and can be deployed to again" in page.dialog().text
    page.click("Accept")
    page.go(MANAGEMENT, "/environments")
    assert "unmanaged" not in page.rows("environments")[0]["Connection"]

    # Deleted while it is unmanaged, it leaves something over, which is cleaned up.
    page.go(ENVIRONMENT)
    page.click("Delete", page.row("sent", "prod"))
    page.dialog()
    page.click("Delete")
    page.go(MANAGEMENT, "/environments/prod")
    page.click("Delete")
    assert "left over" in page.dialog().text
    page.click("Delete")
    assert "The environment is deleted." in page.text(".did")
    page.go(ENVIRONMENT, "/provisioned")
    assert page.rows("provisioned")[0]["State"] == "left over"
    page.one("#provisioned input[type=checkbox]").click()
    page.click("Clean up")
    assert page.rows("provisioned") == [] and "has left the list" in page.text(".did")


def what_happened(page):
    id = api.connect("prod")
    api.call(ENVIRONMENT, "AcceptEnvironmentAccountConnection", id=id)
    page.go(ENVIRONMENT, "/happened")
    refusal = page.rows("happened")[0]["Outcome"].removeprefix("refused")
    rows = [(row["Operation"], row["Outcome"].removesuffix(refusal)) for row in page.rows("happened")]
    # Of one moment, calls stand above events.
    calls, event = ["AcceptEnvironmentAccountConnection", "CreateEnvironmentAccountConnection"], f"Event: connection {id}"
    assert [row for row in rows if row[0] != event] == list(zip(calls, ["refused", "ok"])), rows
    changes = ["PENDING → becomes CONNECTED", "new → becomes PENDING"]
    assert [row for row in rows if row[0] == event] == [(event, change) for change in changes], rows
    assert "AccessDeniedException" in refusal and "Rule management-decides (documented in the guide)" in refusal
    # The management account's own acceptance is its own to see, and nothing else of that is.
    page.go(MANAGEMENT, "/happened")
    assert [row["Operation"] for row in page.rows("happened")] == ["AcceptEnvironmentAccountConnection"]
