"""The payload of a code sample, whichever language a page was copied in; and what a sample must not be taken for."""

from __future__ import annotations

from typing import Any

import pytest

from callsheet.pages.segmind.payloads import payload
from callsheet.pages.segmind.php import php_literal

SENT = {"prompt": "it's", "folds": 3, "lit": True, "colors": ["red", "blue"], "mask": None}
SAMPLES = {
    "python": """data = {"prompt": "it's", "folds": 3, "lit": True, "colors": ["red", 'blue'], "mask": None}""",
    "javascript": """const data = {prompt: "it's", folds: 3, lit: true, colors: ["red", "blue"], mask: null};""",
    "fetch": """body: JSON.stringify({prompt: 'it\\'s', folds: 3, lit: true, colors: ["red", "blue"], mask: null})""",
    "curl": """curl "https://a.b" \\
 -d '{"prompt": "it'\\''s", "folds": 3, "lit": true, "colors": ["red", "blue"], "mask": null}'""",
    "curl, quoted": r"""curl -d "{\"prompt\": \"it's\", \"folds\": 3, \"lit\": true, \"colors\": [\"red\", \"blue\"],
 \"mask\": null}" """.replace("\n", ""),
    "php": """$data = [ # what to fold
  "prompt" => 'it\\'s', "folds" => 3, 'lit' => TRUE, "colors" => array("red", "blue"), "mask" => null,
];""",
    "php, old": """$data = array("prompt" => "it's", "folds" => 3, "lit" => true, "colors" => ["red", "blue"],
"mask" => NULL)""",
    "go": """payload := strings.NewReader(`{"prompt": "it's", "folds": 3, "lit": true, "colors": ["red", "blue"],
"mask": null}`)""",
    "go, map": """data := map[string]interface{}{"prompt": "it's", "folds": 3, "lit": true,
"colors": ["red", "blue"], "mask": nil}""",
    "keywords": """out = client.run("paper-lantern", prompt="it's", folds=3, lit=True,
  colors=["red", "blue"], mask=None)""",
}


@pytest.mark.parametrize("language", SAMPLES)
def test_a_payload_is_the_same_in_every_language(language: str) -> None:
    """Quotes, words for nothing and truth, and forms of lists are each language's own; the values are one."""
    found, _ = payload(f"import x\n{SAMPLES[language]}\nprint()")

    assert found is not None
    assert found[0] == SENT
    assert [type(value) for value in found[0].values()] == [type(value) for value in SENT.values()]


@pytest.mark.parametrize(
    "code",
    [
        'data = {"prompt": prompt}',
        '$data = ["prompt" => $prompt];',
        '$data = ["prompt" => "a $kind lantern"];',
        '$data = ["prompt" => "a", "b"];',
        'curl -d \'{"prompt": "it\'s"}\'',
        'client.submit_async("paper-lantern", **payload)',
        'client.run("paper-lantern", timeout=60, **payload)',
        'client.run("paper-lantern", prompt=text)',
        'data = {"prompt": `a ${kind}`}',
        'data = {"prompt": "a',
    ],
)
def test_what_only_a_program_knows_is_no_payload(code: str) -> None:
    """Variables, options, texts that are put together or not closed: nothing is made of them."""
    assert payload(code)[0] is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("[1, [2, 'a']]", [1, [2, "a"]]), ("array()", []), (r"'a\nb\'\\'", r"a\nb'" + "\\"), ('"a\\nb"', "a\nb")],
)
def test_arrays_of_php(text: str, value: Any) -> None:
    """Lists within lists; in single quotes only two escapes count."""
    assert php_literal(text, 0) == (value, len(text))
