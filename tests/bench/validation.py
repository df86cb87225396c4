"""How fast payloads are judged: by the generated models, by the offline judge, and by a bare validator."""

from __future__ import annotations

import measure
from jsonschema import Draft202012Validator

from callsheet.findings import Span
from callsheet.validate import validate
from callsheet_clients.segmind import Segmind


def main() -> None:
    """One good payload, many times."""
    model = measure.plan_of().provider("segmind").model("wan-animate")
    payload = dict(model.samples["page"])
    bare = Draft202012Validator(model.wire_schema)
    place = Span("payload.json", 1, 1)
    with Segmind("key") as segmind:
        measure.compare(
            "validation of one payload",
            {
                "jsonschema, validator at hand": lambda: bare.is_valid(payload),
                "client: segmind.wan_animate.validate": lambda: segmind.wan_animate.validate(payload),
                "callsheet.validate.validate": lambda: validate(model, payload, place),
            },
            rounds=15,
            per_round=200,
        )


if __name__ == "__main__":
    main()
