"""A made-up catalogue of specs, as large as asked for and the same every time, to measure generation with.

In size and shape its models are like those of a large real catalogue: about twelve parameters each, some of them
nested, and a handful of file types that most of the answers share. Names and words are made up here.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Final

PROVIDER: Final = "atelier"

_MAKERS: Final = ("alder", "birch", "cedar", "dogwood", "elm", "fir", "ginkgo", "hazel", "ironwood", "juniper")
_FAMILIES: Final = ("motion", "canvas", "reel", "stage", "portrait", "dance", "echo", "lumen", "frame", "choir")
_TASKS: Final = ("text-to-video", "image-to-video", "edit", "upscale", "lip-sync", "extend", "animate", "reframe")
_WORDS: Final = (
    *("the", "finished", "video", "follows", "this", "where", "reference", "leaves", "it", "open", "and", "more", "of"),
    *("costs", "time", "less", "keeps", "closer", "to", "input", "which", "suits", "short", "scenes", "with", "one"),
    *("person", "in", "even", "light"),
)

_PROVIDER_SPEC: Final = """\
callsheet: provider/1
id: atelier
name: Atelier
about: A provider that was made up to measure with.
client_version: "0.1.0"
sources:
  page: {url: "https://atelier.test/docs", read: "2026-01-02"}
hosts:
  api: {url: "https://api.atelier.test", about: Inference., source: page}
credential: {env: ATELIER_KEY, header: authorization, value: "Bearer {key}", hosts: [api], source: page}
errors:
  bad_input:
    {http: 422, on: [status, result], means: failed, about: The input was refused., accepted: always, billed: never,
     retry: never, mend: caller, answer: {error: "{message}"}, source: page}
  unknown_request:
    {http: 404, on: [status, result], means: unknown_job, about: There is no such job., accepted: always,
     billed: maybe, retry: never, mend: caller, answer: {error: "No job {request_id}"}, source: page}
error_body: {message: [/error], source: page}
protocols:
  queue:
    about: Submit, poll, fetch.
    kind: queue
    source: page
    path_variables: [model]
    urls:
      status_url: {host: api, path: "/jobs/{request_id}/status"}
      response_url: {host: api, path: "/jobs/{request_id}"}
    submit:
      {host: api, path: "/run/{model}", handle: {request_id: /id}, answer: {id: "{request_id}", status: WAITING}}
    status:
      url: status_url
      state: /status
      initial: WAITING
      states:
        WAITING: {means: queued, about: It waits., next: [DONE, FAILED], answer: {status: WAITING}}
        DONE: {means: succeeded, about: It is done., answer: {status: DONE}}
        FAILED: {means: failed, about: It failed., error: bad_input, answer: {status: FAILED, error: "{message}"}}
      failure: {message: /error}
    result:
      url: response_url
      output: /output
      early: {answers: status}
      failed: {answers: status}
      answer: {output: "{output}"}
    judges: {when: after_queueing, refuses_with: bad_input, unknown_fields: ignored, nulls: refused}
"""

_FIELDS: Final = (
    '{type: string, format: uri, media: image, about: "@"}',
    '{type: string, format: uri, media: video, about: "@"}',
    '{type: string, max_length: 2500, about: "@"}',
    '{type: string, enum: ["16:9", "9:16", "1:1", "4:3", "3:4"], default: "16:9", about: "@"}',
    '{type: string, enum: ["480p", "720p", "1080p"], default: "720p", about: "@"}',
    '{type: integer, minimum: 1, maximum: 60, default: 30, about: "@"}',
    '{type: integer, about: "@"}',
    '{type: number, minimum: 0, maximum: 20, default: 3.5, about: "@"}',
    '{type: boolean, default: true, about: "@"}',
    '{type: array, max_items: 4, items: {type: string, format: uri}, about: "@"}',
    '{type: string, nullable: true, about: "@"}',
    '{type: array, items: {type: Weight}, about: "@"}',
    '{type: Size, about: "@"}',
)
_FIELD_NAMES: Final = (
    *("image_url", "video_url", "negative_prompt", "aspect_ratio", "resolution", "num_inference_steps", "seed"),
    *("guidance_scale", "enable_safety_checker", "reference_image_urls", "style", "loras", "frame_size"),
)
_TYPES: Final = """\
types:
  File:
    about: A file that the provider keeps.
    fields:
      url: {type: string, format: uri, required: true, about: Where the file can be fetched.}
      content_type: {type: string, about: Its media type.}
      file_name: {type: string, about: Its name.}
      file_size: {type: integer, about: Its size.}
  Weight:
    about: Weights that are laid over the model's own.
    fields:
      path: {type: string, required: true, about: Where they can be fetched.}
      scale: {type: number, minimum: 0, maximum: 4, default: 1, about: How much they count.}
  Size:
    about: Width and height.
    fields:
      width: {type: integer, minimum: 64, maximum: 4096, required: true, about: In pixels.}
      height: {type: integer, minimum: 64, maximum: 4096, required: true, about: In pixels.}
"""


def write(folder: Path, count: int, *, seed: int = 7) -> None:
    """Lay out a folder of specs with so many models."""
    provider = folder / PROVIDER
    provider.mkdir(parents=True)
    (provider / "provider.yaml").write_text(_PROVIDER_SPEC, encoding="utf-8")
    for number in range(count):
        # Each model has its own source of chance, so that a catalogue begins with the whole of a smaller one.
        name, text = _model(random.Random(f"{seed}/{number}"), number)  # noqa: S311 - not for secrets
        (provider / f"{name}.yaml").write_text(text, encoding="utf-8")


def change_one(folder: Path) -> None:
    """Give one model one more parameter, as a page that was read anew would."""
    path = min(path for path in (folder / PROVIDER).iterdir() if path.name != "provider.yaml")
    text = path.read_text(encoding="utf-8")
    number = text.count("\n  added_")
    field = f"  added_{number}: {{type: integer, minimum: {number}, about: One more.}}\n"
    path.write_text(text.replace("\ninput:\n", f"\ninput:\n{field}"), encoding="utf-8")


def _model(chance: random.Random, number: int) -> tuple[str, str]:
    family, task, maker = chance.choice(_FAMILIES), chance.choice(_TASKS), chance.choice(_MAKERS)
    name = f"{maker}-{family}-{number}-{task}"
    chosen = sorted(chance.sample(range(len(_FIELDS)), chance.randint(8, 13)))
    extra = [f"{chance.choice(_FAMILIES)}_{chance.choice(_WORDS)}_{n}" for n in range(chance.randint(0, 4))]
    fields = [f'  prompt: {{type: string, required: true, about: "{_about(chance)}"}}']
    fields += [f"  {_FIELD_NAMES[n]}: {_FIELDS[n].replace('@', _about(chance))}" for n in chosen]
    fields += [f"  {key}: {chance.choice(_FIELDS[2:9]).replace('@', _about(chance))}" for key in extra]
    return name, "\n".join(
        (
            "callsheet: model/1",
            f"provider: {PROVIDER}",
            f"id: {name}",
            f"name: {name.replace('-', ' ').title()}",
            f'about: "{_about(chance)}"',
            "sources:",
            f'  page: {{url: "https://atelier.test/{name}", read: "2026-01-02"}}',
            "protocols: [queue]",
            f"path: {{model: {name}}}",
            f"typical: {{seconds: {chance.randint(20, 900)}}}",
            "price: {stated: false}",
            "input:",
            *fields,
            f"{_TYPES}output:",
            "  type: object",
            "  about: What the endpoint answers.",
            "  media: /video",
            "  fields:",
            "    video: {type: File, media: video, required: true, about: The finished video.}",
            "    seed: {type: integer, required: true, about: The seed that was used.}",
            "",
        )
    )


def _about(chance: random.Random) -> str:
    return f"{' '.join(chance.choices(_WORDS, k=chance.randint(5, 14))).capitalize()}."
