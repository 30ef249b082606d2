"""Every input member of the model, at its limits and beyond them, of the right type and of wrong ones."""

import copy

import texts
from model import OPERATIONS, matches

ACCOUNT = "123456789222"
WRONG = [True, "x", 7, 0.5, [], {}, ["x"], [{}], [7]]
HOSTILE = " \n\t!*é٣\u0661_-/:.+=@,AZaz09g{}\"\\`😀"
TEXTS_OF_EACH = 25
# What the log says of an input that is not well formed: refused by the model, it would have the rule beside it.
MALFORMED = "ValidationException well-formed-input"


class Members:
    def __init__(self, model, emulator, rng):
        self.model, self.emulator, self.rng = model, emulator, rng
        self.checked = 0

    def run(self):
        for name in sorted(OPERATIONS):
            shape = self.model.operation(name).input_shape
            whole = self.sample(shape)
            assert self.is_read(name, whole), f"{name}: {whole} is refused: {self.outcome(name, whole)}"
            self.structure(name, whole, [], shape)
            self.strangers(name, whole)
        self.other_operations()

    # What the emulator makes of an input.

    def outcome(self, name, members):
        reply = self.emulator.call(ACCOUNT, name, members)
        self.model.check_response(name, reply)
        return reply.outcome

    def is_read(self, name, members):
        """Whether an input is well formed: what else may be wrong with it does not count."""
        outcome = self.outcome(name, members)
        assert outcome.split()[0] != "SerializationException", f"{name}: {members} is {outcome}"
        return outcome != MALFORMED

    def same(self, name, members, outcome, what):
        assert self.outcome(name, members) == outcome, f"{name}, {what}: {members}"

    # Values of a shape.

    def sample(self, shape):
        """A value with all of its members."""
        kind = shape.type_name
        if kind == "structure":
            return {member: self.sample(inner) for member, inner in shape.members.items()}
        if kind == "list":
            return self.items(shape, 1)
        if kind == "integer":
            return self.rng.randint(shape.metadata["min"], shape.metadata["max"])
        assert kind == "string", f"{shape.name} is of a type that these tests do not know: {kind}"
        return self.rng.choice(shape.enum) if shape.enum else self.text(shape, self.size(shape))

    def size(self, shape):
        least, most = self.limits(shape)
        return self.rng.randint(least, min(most, least + 20))

    def limits(self, shape):
        pattern = shape.metadata.get("pattern")
        least = shape.metadata.get("min", 1 if pattern is None else 0)
        if pattern is not None:
            least = max(least, texts.shortest(pattern))
        return least, shape.metadata.get("max", least + 20)

    def text(self, shape, size):
        """A text of the shape of this size where there is one, else a shorter one, or the shortest."""
        pattern = shape.metadata.get("pattern")
        if pattern is None:
            return "".join(self.rng.choice("abcXYZ019") for _ in range(size))
        least, found = texts.shortest(pattern), None
        while found is None:
            found = texts.matching(pattern, max(size, least), self.rng)
            assert found is not None or size > least, f"{shape.name}: no text matches {pattern}"
            size -= 1
        return found

    def items(self, shape, count):
        """So many items, of which no two have the same texts."""
        items = [self.sample(shape.member) for _ in range(count)]
        for number, item in enumerate(items):
            if isinstance(item, dict) and "key" in item:
                item["key"] = f"{number}{item['key']}"[:100]
        return items

    # The members of an input.

    def structure(self, name, whole, path, shape):
        """Every member of the structure at this path."""
        outcome = self.outcome(name, whole)
        self.same(name, put(whole, [*path, "Stranger"], [{"a": None}, 1.5]), outcome, "with a stranger")
        for member, inner in shape.members.items():
            here = [*path, member]
            self.checked += 1
            without = self.outcome(name, put(whole, here, ABSENT))
            self.same(name, put(whole, here, None), without, f"{member} is null")
            is_missing, is_required = without == MALFORMED, member in shape.required_members
            if is_missing and not is_required:
                is_required = self.model.deviations.permit("required", f"{shape.name}.{member}")
            assert is_missing == is_required, f"{name} without {here}: {without}"
            for wrong in WRONG:
                if not is_of_type(inner, wrong):
                    found = self.outcome(name, put(whole, here, wrong))
                    assert found == "SerializationException", f"{name}: {here} = {wrong!r} is {found}"
            self.value(name, whole, here, inner, f"{shape.name}.{member}")

    def value(self, name, whole, path, shape, place):
        kind = shape.type_name
        if kind == "structure":
            return self.structure(name, whole, path, shape)
        if kind == "integer":
            least, most = shape.metadata["min"], shape.metadata["max"]
            for number in (least, most, least - 1, most + 1, -(1 << 63), (1 << 63) - 1):
                self.agrees(name, put(whole, path, number), least <= number <= most, place)
        elif kind == "list":
            self.list(name, whole, path, shape, place)
        elif shape.enum:
            for text in shape.enum:
                self.agrees(name, put(whole, path, text), True, place)
            for text in ("", "NO_SUCH_VALUE", shape.enum[0].lower(), shape.enum[0] + " "):
                self.agrees(name, put(whole, path, text), False, place)
        else:
            self.texts(name, whole, path, shape, place)

    def list(self, name, whole, path, shape, place):
        least, most = shape.metadata.get("min", 0), shape.metadata.get("max")
        counts = {least: True, 3: True} | ({} if most is None else {most: True, most + 1: False})
        for count, fits in counts.items():
            self.agrees(name, put(whole, path, self.items(shape, count)), fits, place)
        self.value(name, whole, [*path, 0], shape.member, place)

    def texts(self, name, whole, path, shape, place):
        most = shape.metadata.get("max")
        shortest = self.text(shape, self.limits(shape)[0])
        for text in (shortest, shortest[:-1], ""):
            self.agrees(name, put(whole, path, text), self.fits(shape, text), place)
        if most is not None:
            full, beyond = self.text(shape, most), self.text(shape, most + 1)
            assert len(full) == most and self.fits(shape, full), f"{place} has no text of {most} characters: {full}"
            self.agrees(name, put(whole, path, full), True, place)
            # Where no text of the pattern is longer, one that is too long in any case.
            beyond = beyond if len(beyond) > most else full + "x"
            self.agrees(name, put(whole, path, beyond), False, place)
        for text in texts.edges(shape.metadata.get("pattern", ""), self.rng):
            self.agrees(name, put(whole, path, text), self.fits(shape, text), place)
        for _ in range(TEXTS_OF_EACH):
            text = self.text(shape, self.size(shape))
            self.agrees(name, put(whole, path, text), True, place)
            damaged = self.damaged(text)
            self.agrees(name, put(whole, path, damaged), self.fits(shape, damaged), place, shape.name)

    def fits(self, shape, text):
        least, most = shape.metadata.get("min", 0), shape.metadata.get("max", len(text))
        return least <= len(text) <= most and matches(shape, text)

    def damaged(self, text):
        for _ in range(self.rng.randint(1, 2)):
            at, way = self.rng.randint(0, len(text)), self.rng.randint(0, 2)
            text = text[:at] + ("" if way == 0 else self.rng.choice(HOSTILE)) + text[at + (way != 1) :]
        return text

    def agrees(self, name, members, fits, *places):
        """That the emulator takes what the model lets pass, and nothing else."""
        if self.is_read(name, members) != fits:
            permitted = fits and self.model.deviations.permit("refused", *places)
            assert permitted, f"{name}, {places}: the model {'takes' if fits else 'refuses'} {members}"

    # What is not in the model.

    def strangers(self, name, whole):
        """No member of another operation is known to this one."""
        names = {member for other in OPERATIONS for member in self.model.operation(other).input_shape.members}
        outcome = self.outcome(name, whole)
        for member in sorted(names - set(self.model.operation(name).input_shape.members)):
            for value in (7, "x", [], {}):
                self.same(name, whole | {member: value}, outcome, f"{member} is another operation's")

    def other_operations(self):
        """Whatever else the API has is no operation here, and answers as such."""
        for name in self.model.service.operation_names:
            outcome = self.outcome(name, {})
            assert (outcome == "UnknownOperationException") == (name not in OPERATIONS), f"{name}: {outcome}"
        assert OPERATIONS <= set(self.model.service.operation_names)


ABSENT = object()


def put(whole, path, value):
    """The same with another value at a path."""
    whole = copy.deepcopy(whole)
    inner = whole
    for step in path[:-1]:
        inner = inner[step]
    if value is ABSENT:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return whole


def is_of_type(shape, value):
    kind = shape.type_name
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "list":
        return isinstance(value, list) and all(is_of_type(shape.member, item) for item in value)
    return isinstance(value, {"string": str, "structure": dict}[kind])
