"""The emulator against the public API model that botocore installs: `python3 conformance EMULATOR`."""

import random
import sys

from deviations import Deviations
from emulator import Emulator
from members import Members
from model import OPERATIONS, Model
from session import CALLS, Session


def main(program):
    deviations = Deviations()
    model = Model(deviations)
    with Emulator(program, "--provisioner", "manual") as emulator:
        members = Members(model, emulator, random.Random(1))
        members.run()
    print(f"conformance: {members.checked} input members in {model.responses} calls")
    answered, fitted = model.responses, model.members
    with Emulator(program, "--provisioner", "manual", *Session.QUOTAS) as emulator:
        session = Session(model, emulator, random.Random(2))
        session.run(CALLS)
    print(
        f"conformance: {model.responses - answered} responses of a session, with {model.members - fitted} members, "
        f"{len(model.errors)} kinds of errors by operation"
    )
    session.check_reach()
    never = model.never_shown(OPERATIONS)
    assert not never, f"no answer has {never}"
    unused = deviations.unused()
    assert not unused, "deviations that do not occur any more:\n" + "\n".join(unused)


main(sys.argv[1])
