"""Sentences about facts: what stands in docstrings and in `callsheet show`. Plain text; escaping is the emitter's."""

from __future__ import annotations

import json

from callsheet.spec.model import Field, ModelSpec, OptionSpec, Price, RuleSpec, Type
from callsheet.spec.ruletext import requirement


def sentence(text: str) -> str:
    """Text that ends like a sentence."""
    text = text.strip()
    return text if not text or text[-1] in ".!?:" else f"{text}."


def field_doc(field: Field, *, files: bool = False) -> tuple[str, ...]:
    """Meaning, then form, range and default, a sentence each. `files`: a file may be given in the place of its URI."""
    facts = [sentence(field.about), *type_facts(field.type, files=files)]
    if field.unit:
        facts.append(f"In {field.unit}.")
    if field.has_default:
        value = json.dumps(field.default, ensure_ascii=False)
        facts.append(f"Left out, {value} is sent." if field.required else f"Default: {value}.")
    if field.deprecated:
        facts.append("Deprecated.")
    return tuple(fact for fact in facts if fact)


def type_facts(kind: Type, *, files: bool = False) -> list[str]:
    """What a type says beyond its name."""
    facts: list[str] = []
    if kind.format == "uri":
        itself = ", or the file itself" if files else ""
        facts.append(f"A URI of {_a(kind.media)}{itself}." if kind.media else "A URI.")
    low = kind.minimum if kind.minimum is not None else kind.exclusive_minimum
    high = kind.maximum if kind.maximum is not None else kind.exclusive_maximum
    above = "above " if kind.minimum is None and low is not None else ""
    below = "below " if kind.maximum is None and high is not None else ""
    if low is not None and high is not None:
        facts.append(f"From {above}{low} to {below}{high}.")
    elif low is not None:
        facts.append(f"{'Above' if above else 'At least'} {low}.")
    elif high is not None:
        facts.append(f"{'Below' if below else 'At most'} {high}.")
    if kind.multiple_of is not None:
        facts.append(f"A multiple of {kind.multiple_of}.")
    facts += _counted("characters", kind.min_length, kind.max_length)
    facts += _counted("items", kind.min_items, kind.max_items)
    return facts


def rule_doc(rule: RuleSpec) -> str:
    """A rule and its reason, a sentence each."""
    words = requirement(rule)
    return f"{words[0].upper()}{words[1:]}. {sentence(rule.about)}"


def typical(model: ModelSpec) -> str:
    """How long a job takes, as the page says."""
    return f"About {model.typical_seconds:g} s." if model.typical_seconds is not None else "Typical time not stated."


def price(cost: Price) -> str:
    """What a job costs, as the page says."""
    if not cost.stated or cost.amount is None:
        return "Price not stated."
    per = f" per {cost.per.replace('_', ' ')}" if cost.per else ""
    most = f", at most {cost.max:g}" if cost.max is not None else ""
    return f"{cost.amount:g} {cost.currency or ''}{per}{most}.".replace(" .", ".")


def model_doc(model: ModelSpec) -> tuple[str, ...]:
    """What an endpoint is, how long it takes, what it costs, where that was read."""
    source = next((s for s in model.sources if s.id == "page"), None) or next(iter(model.sources), None)
    read = f"Page: {source.url}, read {source.read}." if source and source.url else ""
    return tuple(line for line in (sentence(model.about), f"{typical(model)} {price(model.price)}", read) if line)


def _a(media: str) -> str:
    return f"{'an' if media[0] in 'aeiou' else 'a'} {media}"


def _counted(noun: str, low: int | None, high: int | None) -> list[str]:
    if low is not None and high is not None:
        return [f"{low} to {high} {noun}."]
    if low is not None:
        return [f"At least {low} {noun}."]
    return [f"At most {high} {noun}."] if high is not None else []


def option_doc(option: OptionSpec) -> str:
    """What an option of a call means, and its bounds."""
    facts = [sentence(option.about)]
    if option.unit is not None:
        facts.append(f"In {option.unit}.")
    if option.minimum is not None:
        facts.append(f"At least {option.minimum}.")
    if option.exclusive_minimum is not None:
        facts.append(f"More than {option.exclusive_minimum}.")
    if option.maximum is not None:
        facts.append(f"At most {option.maximum}.")
    if option.default is not None:
        facts.append(f"Left out, the provider takes {json.dumps(option.default)}.")
    return " ".join(facts)
