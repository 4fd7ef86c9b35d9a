"""The nearest valid name for a misspelt one; the only place that decides what "near" means."""

from __future__ import annotations

from collections.abc import Iterable

_CUTOFF = 0.6
_MANY = 2000


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice most like `word`, or None when none is near; ties go to the alphabetically first."""
    from difflib import SequenceMatcher

    best, best_ratio = None, _CUTOFF
    lowered = word.lower()
    distinct = {choice for choice in choices if choice}
    if len(distinct) > _MANY:
        # Comparing with a whole fleet's names costs more than the hint is worth: look at likely ones only.
        distinct = {c for c in distinct if c[:1].lower() == lowered[:1]}
    candidates = sorted(distinct)[:_MANY]
    matcher: SequenceMatcher[str] = SequenceMatcher(autojunk=False)
    matcher.set_seq2(lowered)
    for candidate in candidates:
        matcher.set_seq1(candidate.lower())
        if matcher.real_quick_ratio() <= best_ratio or matcher.quick_ratio() <= best_ratio:
            continue
        ratio = matcher.ratio()
        if ratio > best_ratio:
            best, best_ratio = candidate, ratio
    return best


def did_you_mean(word: str, choices: Iterable[str], *, known: str = "") -> str:
    """A help text: the nearest choice, else (when they are few) all of them after `known`, else nothing."""
    names = list(choices)
    near = nearest(word, names)
    if near is not None:
        return f"did you mean `{near}`?"
    if known and 0 < len(names) <= 8:
        return f"{known}: " + ", ".join(f"`{name}`" for name in sorted(names))
    return ""
