"""Each refusal that a person can meet: what is said, at which field, under which rule, and what stays typed."""

import api
from api import ENVIRONMENT, MANAGEMENT, ROLE, STRANGER

OTHERS = f"arn:aws:iam::{STRANGER}:role/others"

# What is filled in, the fields that are marked, the rule.
REQUESTS = [
    ({"environmentName": "a b", "managementAccountId": MANAGEMENT, "roleArn": ROLE}, ["environmentName"], "well-formed-input"),
    ({"environmentName": "one", "managementAccountId": "111", "roleArn": ROLE}, ["managementAccountId"], "well-formed-input"),
    ({"environmentName": "one", "roleArn": ROLE}, ["managementAccountId"], "well-formed-input"),
    ({"environmentName": "one", "managementAccountId": ENVIRONMENT, "roleArn": ROLE}, ["managementAccountId"], "distinct-accounts"),
    ({"environmentName": "one", "managementAccountId": MANAGEMENT}, ["roleArn", "codebuildRoleArn"], "role-required"),
    ({"environmentName": "one", "managementAccountId": MANAGEMENT, "roleArn": OTHERS}, ["roleArn"], "role-in-environment-account"),
    (
        {"environmentName": "one", "managementAccountId": MANAGEMENT, "roleArn": ROLE, "codebuildRoleArn": OTHERS},
        ["codebuildRoleArn"],
        "role-in-environment-account",
    ),
    ({"environmentName": "one", "managementAccountId": MANAGEMENT, "roleArn": ROLE, "tags": "aws:x=1"}, ["tags"], "reserved-tag-prefix"),
]


def requests_to_connect(page):
    for given, marked, rule in REQUESTS:
        page.go(ENVIRONMENT, "/request")
        page.fill(**given)
        page.click("Request to connect", page.one("form.fields"))
        refused(page, given, marked, rule)
    assert api.connections() == []


def refused(page, given, marked, rule):
    assert f"Rule {rule} (" in page.text("#refusal"), page.text("#refusal")
    wrong = [it.get_attribute("name") for it in page.all("[aria-invalid=true]")]
    assert wrong == marked, f"{wrong}, not {marked}: {page.text('#refusal')}"
    for field in wrong:
        assert page.text(f"#{field}-error") in page.text("#refusal")
    for member, value in given.items():
        kept = page.one(f'main [name="{member}"]').get_attribute("value")
        assert kept == value, f"{member}: {kept!r}, not {value!r}"


def quota(page):
    for number in range(40):
        api.ask(f"env-{number}")
    page.go(ENVIRONMENT, "/request")
    given = {"environmentName": "one", "managementAccountId": MANAGEMENT, "roleArn": ROLE}
    page.fill(**given)
    page.click("Request to connect", page.one("form.fields"))
    refused(page, given, [], "connection-quota")
    # By the page, as the API has it.
    page.go(ENVIRONMENT)
    assert len(page.rows("sent")) == 25
    page.click("Next page")
    assert len(page.rows("sent")) == 15
    page.click("First page")
    assert len(page.rows("sent")) == 25


def environments(page):
    pending, connected, rejected = api.ask("pending"), api.connect("connected"), api.ask("rejected")
    api.call(MANAGEMENT, "RejectEnvironmentAccountConnection", id=rejected)
    common = {"templateName": "fargate", "templateMajorVersion": "1", "spec": "a: 1\nb: 2"}
    for given, marked, rule in [
        ({"name": "x"}, ["environmentAccountConnectionId", "protonServiceRoleArn", "codebuildRoleArn"], "one-provisioning-method"),
        ({"name": "pending", "environmentAccountConnectionId": pending}, [], "connection-must-be-connected"),
        ({"name": "rejected", "environmentAccountConnectionId": rejected}, [], "rejected-is-final"),
        ({"name": "other", "environmentAccountConnectionId": connected}, [], "connection-names-environment"),
        ({"name": "x", "codebuildRoleArn": ROLE}, ["codebuildRoleArn"], "role-in-own-account"),
        ({"name": "x", "provisioningRepository.name": "o/r"}, None, "well-formed-input"),
    ]:
        page.go(MANAGEMENT, "/create")
        page.fill(**{member.replace(".", "__"): value for member, value in {**common, **given}.items()})
        page.click("Create environment")
        assert f"Rule {rule} (" in page.text("#refusal"), page.text("#refusal")
        assert page.one("#spec").get_attribute("value") == "a: 1\nb: 2"
        if marked:
            assert [it.get_attribute("name") for it in page.all("[aria-invalid=true]")] == marked, page.text("#refusal")


def moves_that_may_not_be_made(page):
    """On a connection's page each move is there, with why not where it may not be made."""
    pending, rejected, used = api.ask("pending"), api.ask("rejected"), api.connect("used")
    api.call(MANAGEMENT, "RejectEnvironmentAccountConnection", id=rejected)
    api.create("used", environmentAccountConnectionId=used)
    why_not = {
        (ENVIRONMENT, pending): {"Accept": "management-decides", "Reject": "management-decides"},
        (MANAGEMENT, pending): {"Change roles": "environment-account-owns", "Delete": "environment-account-owns"},
        (MANAGEMENT, used): {
            "Accept": "accept-again",
            "Reject": "no-reject-while-in-use",
            "Change roles": "environment-account-owns",
            "Delete": "environment-account-owns",
        },
        (MANAGEMENT, rejected): {
            "Accept": "rejected-is-final",
            "Reject": "reject-again",
            "Change roles": "environment-account-owns",
            "Delete": "environment-account-owns",
        },
        (ENVIRONMENT, rejected): {
            "Accept": "management-decides",
            "Reject": "management-decides",
            "Change roles": "rejected-is-final",
        },
    }
    for (account, id), expected in why_not.items():
        page.go(account, f"/connections/{id}")
        offs = {page.one(".off", it).text: it.text for it in page.all("#moves > ul > li") if page.all(".off", it)}
        assert offs.keys() == expected.keys(), f"{offs.keys()}, not {expected.keys()}"
        for move, rule in expected.items():
            assert f"Rule {rule} (" in offs[move], offs[move]
    assert "delete the environment used before rejecting it" in page_text(page, MANAGEMENT, used)
    # Whoever goes to such a move all the same reads why not, and there is no button.
    page.go(MANAGEMENT, f"/connections/{used}/reject")
    assert "no-reject-while-in-use" in page.text("#confirm") and not page.all("#confirm button")


def page_text(page, account, id):
    page.go(account, f"/connections/{id}")
    return page.text("#moves")


def too_late(page):
    """The question was open while somebody else was faster."""
    id = api.ask("prod")
    page.go(MANAGEMENT, f"/connections/{id}/accept")
    api.call(MANAGEMENT, "RejectEnvironmentAccountConnection", id=id)
    page.click("Accept", page.one("#confirm"))
    assert "Rule rejected-is-final (" in page.text("#confirm"), page.text("#confirm")


def unmanaged(page):
    id = api.connect("prod")
    api.create("prod", environmentAccountConnectionId=id)
    page.go(MANAGEMENT, "/environments/prod")
    assert "one-deployment-at-a-time" in page.text("#moves")
    api.call(ENVIRONMENT, "DeleteEnvironmentAccountConnection", id=id)
    page.driver.refresh()
    assert "FAILED" in page.text("#fields") and "unmanaged-cannot-deploy" in page.text("#moves")
    page.click("Update")
    page.fill(deploymentType="CURRENT_VERSION")
    page.click("Update environment")
    assert "Rule unmanaged-cannot-deploy (documented" in page.text("#refusal"), page.text("#refusal")
    assert page.one("#deploymentType").get_attribute("value") == "CURRENT_VERSION"


def nothing_here(page):
    page.go(STRANGER, f"/connections/{api.ask('prod')}")
    assert "connection-not-found" in page.text("main")
    page.go(MANAGEMENT, "/environments/none")
    assert "environment-not-found" in page.text("main")
    page.go(MANAGEMENT, "/nothing")
    assert "no such page" in page.text("main")
    page.go("12345")
    assert "12345 must be an account id" in page.text("main"), page.text("main")
