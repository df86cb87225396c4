"""A schema as each of fal's pages shows it: as copied text, as saved HTML, as `llms.txt`."""

from __future__ import annotations

import html
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from invented import Field, Schema


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _example(fields: Sequence[Field], schema: Schema) -> dict[str, Any]:
    """A value for each field that must be there."""

    def value(one: Field) -> Any:
        if one.inner:
            below = _example(schema.types[one.inner], schema)
            return [below] if one.listed else below
        kind = one.facts["type"]
        samples = {"string": "text", "integer": 7, "number": 0.5, "boolean": True}
        return one.facts.get("default", one.facts.get("allowed", [samples.get(str(kind), ["x"])])[0])

    return {one.name: value(one) for one in fields if one.required or "default" in one.facts} or {
        one.name: value(one) for one in fields[:1]
    }


def examples(schema: Schema) -> tuple[str, str]:
    """The examples that close input and output."""
    return (
        json.dumps(_example(schema.input, schema), indent=2, ensure_ascii=False),
        json.dumps(_example(schema.output, schema), indent=2, ensure_ascii=False),
    )


def _text(one: Field) -> list[str]:
    default = f"Default value: {_json(one.facts['default'])}" if "default" in one.facts else ""
    lines = one.about.split("\n")
    lines[-1] = f"{lines[-1]} {default}".strip()
    values = ", ".join(map(str, one.facts.get("allowed", one.facts.get("items", ()))))
    return [*lines, *(["", f"Possible enum values: {values}"] if values else [])]


def as_text(schema: Schema) -> str:
    """The page as a browser copies it."""
    shown = examples(schema)
    lines = [
        "fal-ai/made-up",
        "",
        "It makes things up, whatever they are.",
        "Inference",
        "1. Calling the API#",
        "",
        'const result = await fal.subscribe("fal-ai/made-up", {',
        f"  input: {shown[0]},",
        "});",
        "",
        "5. Schema#",
    ]

    def add(heading: str, fields: Sequence[Field], example: str = "") -> None:
        lines.extend(["", f"{heading}#", ""])
        for one in fields:
            lines.extend([f"{one.name} {one.kind}{'* required' if one.required else ''}", "", *_text(one), ""])
        lines.append(example)

    add("Input", schema.input, shown[0])
    add("Output", schema.output, shown[1])
    lines.extend(["", "Other types#"])
    for name, fields in schema.types.items():
        add(name, fields)
    return "\n".join([*lines, "", "Related Models", "", "other/model", ""])


def as_html(schema: Schema) -> str:
    """The page as a browser saves it: boxes in boxes, buttons, pictures, menus that are closed, and the data twice."""
    shown = examples(schema)

    def code(text: str) -> str:
        lines = "".join(
            f'<span class="line"><span style="color:#9cf">{html.escape(line)}</span></span>\n'
            for line in text.split("\n")
        )
        button = '<button aria-label="Copy"><svg><title>Copy</title><path d="M0 0"/></svg></button>'
        return f'<div class="relative"><pre class="shiki"><code>{lines}</code></pre>{button}</div>'

    def heading(text: str, level: int) -> str:
        link = f'<a href="#schema">{text}<span class="opacity-0">#</span></a>'
        return f'<h{level} id="schema-{text.lower()}" class="group">{link}</h{level}>'

    def box(one: Field) -> str:
        mark = '<span class="text-red"><span>*</span> <span>required</span></span>' if one.required else ""
        about, *rest = "\n".join(_text(one)).partition("\n\nPossible enum values: ")
        values = f"<p>Possible enum values: <code>{html.escape(rest[1])}</code></p>" if rest[1] else ""
        text = "".join(f"<p>{html.escape(part)}</p>" for part in about.split("\n") if part)
        return (
            f'<div class="flex flex-col"><div class="flex gap-2"><span class="font-mono">{one.name}</span> '
            f'<span class="badge"><code>{html.escape(one.kind)}</code></span>{mark}</div>'
            f'<div class="prose">{text}{values}</div></div>'
        )

    def fields(name: str, listed: Sequence[Field], level: int = 3) -> str:
        return heading(name, level) + "".join(map(box, listed))

    data = json.dumps({"props": {"Input": "prompt string* required", "html": "<h3>Input#</h3>"}})
    types = "".join(fields(name, listed, 4) for name, listed in schema.types.items())
    sample = f'const result = await fal.subscribe("fal-ai/made-up", {{\n  input: {shown[0]},\n}});'
    return (
        "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>Made Up | fal.ai</title>"
        '<link rel="canonical" href="https://fal.ai/models/fal-ai/made-up/api">'
        f'<style>.a:after{{content:"Input"}}</style><script>self.__next_f=[{data}]</script></head><body>'
        '<header><nav><ul><li><a href="/models">Models</a></li><li><a href="/docs">Docs</a></li></ul>'
        "<div hidden><h3>Input#</h3><p>prompt string* required</p></div>"
        '<div style="display: none"><p>Output#</p></div><button aria-expanded="false">Sign in</button></nav></header>'
        "<main><h1>fal-ai/made-up</h1><p>It makes things up, whatever they are.</p>"
        '<div role="tablist"><button role="tab">Playground</button><button role="tab">API</button></div>'
        f"<h2>1. Calling the API<span>#</span></h2>{code(sample)}"
        f"<h2>5. Schema<span>#</span></h2>{fields('Input', schema.input)}{code(shown[0])}"
        f"{fields('Output', schema.output)}{code(shown[1])}{heading('Other types', 3)}{types}</main>"
        '<footer><h4>Related Models</h4><a href="/x">other/model</a></footer>'
        f'<script id="__NEXT_DATA__">{data}</script></body></html>'
    )


def as_llms(schema: Schema) -> str:
    """The page that is made for machines."""
    shown = examples(schema)

    def bullets(fields: Sequence[Field]) -> list[str]:
        lines: list[str] = []
        for one in fields:
            colon = ":" if one.about or "default" in one.facts else ""
            lines += [f"- **`{one.name}`** (`{one.kind}`, _{'required' if one.required else 'optional'}_){colon}"]
            default = f" Default value: `{_json(one.facts['default'])}`" if "default" in one.facts else ""
            lines += [f"  {line}" for line in f"{one.about}{default}".split("\n") if line.strip()]
            if "default" in one.facts:
                lines += [f"  - Default: `{_json(one.facts['default'])}`"]
            if values := one.facts.get("allowed", one.facts.get("items", ())):
                lines += [f"  - Options: {', '.join(f'`{_json(value)}`' for value in values)}"]
            if one.limits:
                lines += [f"  - Range: `{one.limits['minimum']}` to `{one.limits.get('maximum', '∞')}`"]
            lines += [""]
        return lines

    return "\n".join(
        [
            "# Made Up",
            "",
            "> It makes things up, whatever they are.",
            "## Overview",
            "- **Endpoint**: `https://fal.run/fal-ai/made-up`",
            "- **Model ID**: `fal-ai/made-up`",
            "",
            "### Input Schema",
            "",
            "The API accepts the following input parameters:",
            "",
            *bullets(schema.input),
            "**Full Example**:",
            "",
            "```json",
            shown[0],
            "```",
            "",
            "### Output Schema",
            "",
            "The API returns the following output format:",
            "",
            *bullets(schema.output),
            "**Example Response**:",
            "",
            "```json",
            shown[1],
            "```",
            "",
            "## Usage Examples",
            "",
        ]
    )
