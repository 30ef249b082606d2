"""Where the emulator may differ from the API model: each with what it rests on. One that never occurs is an error."""

ROLE = "a role ARN has up to 2048 characters in every input; the model's own outputs end some of them at 200"
UNTIL_SUCCESS = "absent until a deployment succeeds"
UNTIL_RESOLVED = "where it is not asked for, absent until the host reports which one it took"
BUILD_ALONE = "a connection made with a CodeBuild role alone shows no service role"
OUTPUT = "an output is a key and a value"
CUSTOMER_MANAGED = "it says that the template is customer-managed, which nobody tells the emulator"
TAG_TEXT = "the guide's page on tags: Unicode letters and numbers, spaces and `_ . : / = + - @`"
TOKEN = "every page token has the pattern of `NextToken`"
EVERYWHERE = "an error of the protocol, which any operation may answer and no model lists"

PERMITTED = {
    # A member that the model requires of an output.
    ("absent", "EnvironmentAccountConnection.roleArn"): BUILD_ALONE,
    ("absent", "EnvironmentAccountConnectionSummary.roleArn"): BUILD_ALONE,
    ("absent", "Environment.lastDeploymentSucceededAt"): UNTIL_SUCCESS,
    ("absent", "EnvironmentSummary.lastDeploymentSucceededAt"): UNTIL_SUCCESS,
    ("absent", "Environment.templateMinorVersion"): UNTIL_RESOLVED,
    ("absent", "EnvironmentSummary.templateMinorVersion"): UNTIL_RESOLVED,
    # A member of an output that is larger than the model says.
    ("size", "EnvironmentAccountConnection.roleArn"): ROLE,
    ("size", "EnvironmentAccountConnectionSummary.roleArn"): ROLE,
    ("size", "EnvironmentAccountConnectionSummary.componentRoleArn"): ROLE,
    ("size", "EnvironmentSummary.componentRoleArn"): ROLE,
    # A member of an output that no answer has.
    ("never", "Environment.provisioning"): CUSTOMER_MANAGED,
    ("never", "EnvironmentSummary.provisioning"): CUSTOMER_MANAGED,
    ("never", "ListEnvironmentOutputsOutput.nextToken"): "all outputs are on one page",
    ("never", "ListEnvironmentProvisionedResourcesOutput.nextToken"): "all resources are on one page",
    # An error that the operation does not declare.
    ("error", "SerializationException"): EVERYWHERE,
    ("error", "UnknownOperationException"): EVERYWHERE,
    ("error", "MissingAuthenticationTokenException"): EVERYWHERE,
    ("error", "IncompleteSignatureException"): EVERYWHERE,
    # A member of an input that is required here and not in the model.
    ("required", "Output.key"): OUTPUT,
    ("required", "Output.valueString"): OUTPUT,
    # An input that the model lets pass.
    ("refused", "TagKey"): TAG_TEXT,
    ("refused", "TagValue"): TAG_TEXT,
    ("refused", "ListTagsForResourceInput.nextToken"): TOKEN,
}


class Deviations:
    def __init__(self):
        self.used = set()

    def permit(self, what, *places):
        """Whether this is permitted at one of these places."""
        found = [(what, place) for place in places if (what, place) in PERMITTED]
        self.used.update(found)
        return bool(found)

    def unused(self):
        return [f"{what} {place}: {PERMITTED[what, place]}" for what, place in PERMITTED.keys() - self.used]
