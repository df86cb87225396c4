"""What an earlier run made and this one would make again. With 1,000 endpoints and one changed, that is nearly all."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from callsheet.emit.manifest import NAME, ProviderDigests, digest
from callsheet.emit.rendering import model_files
from callsheet.plan.model import Plan, ProviderPlan
from callsheet.plan.names import class_names


def taken_over(
    plan: Plan, digests: Mapping[str, ProviderDigests], earlier: Mapping[str, str], package: str
) -> dict[str, str]:
    """Path within the package → text, for the endpoints whose modules would come out as they did then.

    They come from the spec of the endpoint, that of its provider, and its class name, which other endpoints may change.
    A file that is not as the earlier manifest has it is left out, and made anew.
    """
    if NAME not in earlier:
        return {}
    manifest = json.loads(earlier[NAME])
    return {
        path: text
        for provider in plan.providers
        for path in _same(provider, digests[provider.id], manifest["providers"].get(provider.id))
        if (text := earlier.get(whole := f"{package}/{path}")) is not None
        and digest(text) == manifest["files"].get(whole)
    }


def _same(provider: ProviderPlan, now: ProviderDigests, then: ProviderDigests | None) -> Iterator[str]:
    if then is None or then["spec"] != now["spec"]:
        return
    names = class_names(then["models"], provider.client_name)
    for model in provider.models:
        if then["models"].get(model.id) == now["models"][model.id] and names[model.id] == model.class_name:
            yield from model_files(provider, model)
