"""The public API model, as botocore installs it, and whether a value fits one of its shapes."""

import re
from decimal import Decimal

import botocore.parsers
import botocore.session

# What the emulator has of the API.
OPERATIONS = {
    f"{verb}{noun}"
    for noun, verbs in {
        "EnvironmentAccountConnection": "Create Get Update Accept Reject Delete",
        "EnvironmentAccountConnections": "List",
        "Environment": "Create Get Update Delete",
        "Environments": "List",
        "EnvironmentDeployment": "Cancel",
        "EnvironmentOutputs": "List",
        "EnvironmentProvisionedResources": "List",
        "Resource": "Tag Untag",
        "TagsForResource": "List",
        "ResourceDeploymentStatusChange": "Notify",
    }.items()
    for verb in verbs.split()
}
PROTOCOL = {"SerializationException", "UnknownOperationException"}
PROTOCOL |= {"MissingAuthenticationTokenException", "IncompleteSignatureException"}


class Model:
    def __init__(self, deviations):
        self.service = botocore.session.get_session().get_service_model("proton")
        self.parser = botocore.parsers.create_parser(self.service.metadata["protocol"])
        self.deviations = deviations
        # Every member that an answer had, by its structure.
        self.shown = set()
        self.errors = set()
        self.responses = self.members = 0

    def operation(self, name):
        return self.service.operation_model(name)

    def check_response(self, name, reply):
        """That an answer is the operation's output, and an error one that it declares."""
        self.responses += 1
        assert reply.headers["content-type"] == "application/x-amz-json-1.0", reply
        assert len(reply.headers["x-amzn-requestid"]) == 36, reply
        operation = self.operation(name)
        raw = {"status_code": reply.status, "headers": reply.headers, "body": reply.body}
        parsed = self.parser.parse(raw, operation.output_shape)
        if reply.status == 200:
            assert reply.kind == "ok", reply
            self.fits(operation.output_shape, reply.members(), operation.output_shape.name)
            assert "Error" not in parsed, parsed
            return
        members = reply.members()
        assert members.pop("__type") == reply.headers["x-amzn-errortype"] == reply.kind, reply
        assert parsed["Error"]["Code"] == reply.kind, parsed
        assert reply.status == (500 if reply.kind == "InternalServerException" else 400), reply
        declared = {shape.name: shape for shape in operation.error_shapes}
        if reply.kind in declared:
            self.fits(declared[reply.kind], members, reply.kind)
        else:
            assert reply.kind in PROTOCOL and self.deviations.permit("error", reply.kind), f"{name}: {reply}"
            assert set(members) == {"message"}, members
        self.errors.add((name, reply.kind))

    def fits(self, shape, value, place):
        """That a value is one of the shape. The place is the member of its structure."""
        problem = getattr(self, shape.type_name)(shape, value, place)
        assert not problem, f"{place}: {value!r} {problem}"

    def structure(self, shape, value, _):
        if not isinstance(value, dict):
            return "is no structure"
        for member in shape.required_members:
            place = f"{shape.name}.{member}"
            assert member in value or self.deviations.permit("absent", place), f"{place} is absent: {value}"
        for member, inner in value.items():
            place = f"{shape.name}.{member}"
            assert member in shape.members, f"{place} is no member: {value}"
            self.members += 1
            self.shown.add(place)
            self.fits(shape.members[member], inner, place)

    def list(self, shape, value, place):
        if not isinstance(value, list):
            return "is no list"
        for item in value:
            self.fits(shape.member, item, place)
        return self.size(shape, len(value), place)

    def string(self, shape, value, place):
        if not isinstance(value, str):
            return "is no string"
        if shape.enum and value not in shape.enum:
            return f"is none of {shape.enum}"
        if not matches(shape, value):
            return f"does not match {shape.metadata['pattern']}"
        return self.size(shape, len(value), place)

    def timestamp(self, _, value, __):
        # Seconds, with exactly the milliseconds, and no float has come near them.
        if not isinstance(value, Decimal) or value.as_tuple().exponent != -3:
            return "is no number of seconds with three digits after the point"

    def size(self, shape, size, place):
        least, most = shape.metadata.get("min", 0), shape.metadata.get("max", size)
        if not least <= size <= most and not self.deviations.permit("size", place):
            return f"has not {least} to {most} characters or items"

    def never_shown(self, names):
        """Members of outputs that no answer had."""
        missing, waiting, done = [], [self.operation(name).output_shape for name in sorted(names)], set()
        while waiting:
            shape = waiting.pop()
            if shape.name in done:
                continue
            done.add(shape.name)
            if shape.type_name == "list":
                waiting.append(shape.member)
            if shape.type_name == "structure":
                waiting += shape.members.values()
                missing += [f"{shape.name}.{member}" for member in shape.members]
        missing = [place for place in missing if place not in self.shown]
        return [place for place in missing if not self.deviations.permit("never", place)]


def matches(shape, text):
    """SPEC: patterns match the whole value, `\\d` and `\\w` are ASCII."""
    pattern = shape.metadata.get("pattern")
    return pattern is None or re.fullmatch(pattern, text, re.ASCII) is not None
