"""The templates, and what each is given. Paths here are relative to the package of the clients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from callsheet.emit import dcg
from callsheet.emit.filters import comment, doc, only_code, py
from callsheet.emit.judges import judges
from callsheet.emit.rules import rule_lines
from callsheet.plan.model import Code, ModelPlan, ParamPlan, Plan, ProviderPlan
from callsheet.plan.names import FILE_ERRORS, RUNTIME_ERRORS


@dataclass(frozen=True, slots=True)
class Mirror:
    """What differs between the blocking client and the asynchronous one: both come from the same lines."""

    prefix: Code
    define: Code
    call: Code
    manner: str
    block: str


MIRRORS: Final = (
    Mirror(Code(""), Code("def"), Code(""), ", blocking.", "with"),
    Mirror(Code("Async"), Code("async def"), Code("await "), ", for asyncio.", "async with"),
)


def model_files(provider: ProviderPlan, model: ModelPlan) -> tuple[str, str]:
    """The modules of one endpoint: what a caller sees, and what judges."""
    return f"{provider.package}/{model.module}.py", f"{provider.package}/_models/{model.module}.py"


@dataclass(frozen=True, slots=True)
class Entry:
    """One endpoint, as the client of its provider lists it."""

    id: str
    name: str
    module: Code
    class_name: Code
    doc: tuple[str, ...]


def entries(provider: ProviderPlan) -> list[Entry]:
    """The endpoints of a provider, in order."""
    return [Entry(model.id, model.spec.name, model.module, model.class_name, model.doc) for model in provider.models]


def shared(plan: Plan, listed: Mapping[str, Sequence[Entry]]) -> dict[str, str]:
    """The modules that belong to no endpoint, correct and not yet laid out. `listed` are the endpoints by provider."""
    templates = environment()
    made = {"__init__.py": templates.get_template("root.py.jinja").render(header=_header("the specs", "the specs"))}
    for provider in plan.providers:
        made |= _provider(templates, provider, listed[provider.id])
    return made


def endpoints(plan: Plan, *, done: frozenset[str] = frozenset()) -> dict[str, str]:
    """What a caller sees of each endpoint, correct and not yet laid out, without those whose modules are `done`."""
    template = environment().get_template("model.py.jinja")
    return {
        model_files(provider, model)[0]: template.render(_shared(provider, model), **_client(provider, model))
        for provider in plan.providers
        for model in _todo(provider, done)
    }


def judging(plan: Plan, *, done: frozenset[str] = frozenset(), run: dcg.Run = dcg.run) -> dict[str, str]:
    """What judges for each endpoint, as `endpoints` gives what is seen."""
    template = environment().get_template("judges.py.jinja")
    todo = [(provider, model) for provider in plan.providers for model in _todo(provider, done)]
    return {
        model_files(provider, model)[1]: template.render(
            _shared(provider, model), imports=made.imports, classes=made.classes, rules=rule_lines(model)
        )
        for (provider, model), made in zip(todo, judges([model for _, model in todo], run), strict=True)
    }


def _todo(provider: ProviderPlan, done: frozenset[str]) -> list[ModelPlan]:
    return [model for model in provider.models if not done.issuperset(model_files(provider, model))]


@cache
def environment() -> Environment:
    """Jinja as strict as it gets: no undefined name, nothing printed that did not come through a filter."""
    made = Environment(
        loader=PackageLoader("callsheet.emit"),
        undefined=StrictUndefined,
        finalize=only_code,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  Python, not HTML; `only_code` is what escaping is for
    )
    filters: dict[str, Any] = {"py": py, "doc": doc, "comment": comment, "described": _described, "code": Code}
    made.filters.update(filters)
    made.tests["renamed"] = _renamed
    return made


def _renamed(value: Any) -> bool:
    """Whether Python cannot say a wire name. In an object the wire's names stand: only parameters are translated."""
    return isinstance(value, ParamPlan) and value.wire != value.python


def _described(params: Iterable[ParamPlan]) -> list[str]:
    """What fields mean, a paragraph each, where a docstring cannot stand under a field."""
    return [f"`{param.wire}`: {' '.join(param.doc)}" for param in params if param.doc]


def _provider(templates: Environment, provider: ProviderPlan, listed: Sequence[Entry]) -> dict[str, str]:
    header = _header(f"specs/{provider.id}/provider.yaml", "the spec")
    given: dict[str, object] = {"provider": provider, "entries": listed, "header": header, "mirrors": MIRRORS}
    given["runtime_errors"] = [Code(name) for name in RUNTIME_ERRORS]
    given["file_errors"] = [Code(name) for name in FILE_ERRORS]
    given["exported"] = sorted({*RUNTIME_ERRORS, *FILE_ERRORS, *(str(error.class_name) for error in provider.errors)})
    given["places"] = {
        str(provider.async_client_name): "._client",
        "Journal": ".._runtime.journal",
        str(provider.client_name): "._client",
        "errors": ".errors",
    }
    return {
        f"{provider.package}/{path}": templates.get_template(name).render(given)
        for path, name in {
            "__init__.py": "provider_init.py.jinja",
            "_client.py": "client.py.jinja",
            "_provider.py": "provider.py.jinja",
            "_errors.py": "error_rows.py.jinja",
            "errors.py": "errors.py.jinja",
            "_models/__init__.py": "models_init.py.jinja",
        }.items()
    }


def _shared(provider: ProviderPlan, model: ModelPlan) -> dict[str, object]:
    header = _header(f"specs/{provider.id}/{model.id}.yaml", "the spec")
    return {"provider": provider, "model": model, "header": header}


def _client(provider: ProviderPlan, model: ModelPlan) -> dict[str, object]:
    answers = [Code(name) for name in model.definitions if name not in model.request_classes]
    return {
        "mirrors": MIRRORS,
        "answers": answers,
        "needed": [
            *(provider.protocol_names[way.protocol] for way in model.ways),
            *(provider.options[way.protocol].name for way in model.ways if way.protocol in provider.options),
        ],
        "exported": [
            *(f"{prefix}{way.class_name}" for way in model.ways for prefix in ("Async", "")),
            *map(str, [model.params_name, *(nested.name for nested in model.nested), *answers]),
        ],
    }


def _header(source: str, what: str) -> Code:
    lines = (f"Generated by callsheet from {source}.", f"Do not edit: change {what}, then `make generate`.")
    return Code("\n".join(comment(line) for line in lines))
