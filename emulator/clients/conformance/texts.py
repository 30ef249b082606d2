"""Texts that match a pattern, of a given length."""

import re
import string

try:
    from re import _constants as codes, _parser as parser
except ImportError:  # before Python 3.11
    import sre_constants as codes
    import sre_parse as parser

WORD = string.ascii_letters + string.digits + "_"


def matching(pattern, length, rng):
    """A text of this length that the whole pattern matches, or None where there is none."""
    found = _sequence(list(parser.parse(pattern, re.ASCII)), length, rng)
    assert found is None or (len(found) == length and re.fullmatch(pattern, found, re.ASCII)), (pattern, found)
    return found


def edges(pattern, rng):
    """Texts with each repetition in the pattern as long as it may be, and by one longer: that may match no more."""
    for number in range(len(_repetitions(parser.parse(pattern, re.ASCII)))):
        for further in (0, 1):
            parsed = parser.parse(pattern, re.ASCII)
            *around, (container, place) = _repetitions(parsed)[number]
            code, (_, most, inner) = container[place]
            container[place] = (code, (most + further, most + further, inner))
            # Whatever it is in has to be there.
            for container, place in around:
                code, (least, most, inner) = container[place]
                container[place] = (code, (max(least, 1), most, inner))
            yield _sequence(list(parsed), _width(parsed)[0], rng)


def _repetitions(parsed, around=()):
    """The repetitions that have an end: each where it is, after those around it."""
    found = []
    for place, (code, argument) in enumerate(parsed):
        if code is codes.SUBPATTERN:
            found += _repetitions(argument[3], around)
        elif code is codes.BRANCH:
            found += [one for branch in argument[1] for one in _repetitions(branch, around)]
        elif code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            here = (*around, (parsed, place))
            found += [] if argument[1] is codes.MAXREPEAT else [here]
            found += _repetitions(argument[2], here)
    return found


def shortest(pattern):
    return parser.parse(pattern, re.ASCII).getwidth()[0]


def _width(items):
    widths = [_item_width(item) for item in items]
    return sum(least for least, _ in widths), sum(most for _, most in widths)


def _item_width(item):
    code, argument = item
    if code is codes.AT:
        return 0, 0
    if code is codes.SUBPATTERN:
        return _width(argument[3])
    if code is codes.BRANCH:
        widths = [_width(branch) for branch in argument[1]]
        return min(least for least, _ in widths), max(most for _, most in widths)
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
        times_least, times_most, inner = argument
        least, most = _width(inner)
        return times_least * least, min(int(times_most), 1 << 20) * most
    return 1, 1


def _sequence(items, length, rng):
    if not items:
        return "" if length == 0 else None
    (least, most), (rest_least, rest_most) = _item_width(items[0]), _width(items[1:])
    sizes = list(range(max(least, length - rest_most), min(most, length - rest_least) + 1))
    rng.shuffle(sizes)
    for size in sizes[:50]:
        first = _item(items[0], size, rng)
        rest = None if first is None else _sequence(items[1:], length - size, rng)
        if rest is not None:
            return first + rest
    return None


def _item(item, size, rng):
    code, argument = item
    if code is codes.AT:
        return ""
    if code is codes.SUBPATTERN:
        return _sequence(list(argument[3]), size, rng)
    if code is codes.BRANCH:
        branches = list(argument[1])
        rng.shuffle(branches)
        found = (_sequence(list(branch), size, rng) for branch in branches)
        return next((text for text in found if text is not None), None)
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
        return _repeated(*argument, size, rng)
    return rng.choice(_characters(code, argument))


def _repeated(times_least, times_most, inner, size, rng):
    inner, (least, most) = list(inner), _width(inner)
    fitting = [n for n in range(times_least, min(int(times_most), size) + 1) if n * least <= size <= n * most]
    for times in rng.sample(fitting, min(len(fitting), 10)):
        parts, left = [], size
        for further in range(times - 1, -1, -1):
            part = rng.randint(max(least, left - further * most), min(most, left - further * least))
            parts.append(_sequence(inner, part, rng))
            left -= part
        if None not in parts:
            return "".join(parts)
    return None


def _characters(code, argument):
    if code is codes.LITERAL:
        return chr(argument)
    if code is codes.ANY:
        return WORD + "-./ é😀"
    if code is codes.CATEGORY:
        return {codes.CATEGORY_DIGIT: string.digits, codes.CATEGORY_WORD: WORD}[argument]
    if code is codes.RANGE:
        return "".join(map(chr, range(argument[0], argument[1] + 1)))
    assert code is codes.IN, code
    return "".join(_characters(*one) for one in argument)
