"""Rules on `[tool.callsheet]` in pyproject.toml."""

from __future__ import annotations

from typing import Final

from callsheet.rules.rule import Rule

SETTINGS_SYNTAX: Final = Rule(
    "settings-syntax",
    "The pyproject.toml is not TOML.",
    "whether it holds settings for Callsheet cannot be told",
    wrong="[tool.callsheet\nspecs = 'contracts'\n",
    right="[tool.callsheet]\nspecs = 'contracts'\n",
    mend="mend the line",
    example="settings",
)
SETTINGS_UNKNOWN_KEY: Final = Rule(
    "settings-unknown-key",
    "A key in `[tool.callsheet]` is no setting.",
    "it would be ignored, most likely because of a typing error",
    wrong="[tool.callsheet]\nspec = 'contracts'\n",
    right="[tool.callsheet]\nspecs = 'contracts'\n",
    example="settings",
)
SETTINGS_VALUE: Final = Rule(
    "settings-value",
    "A setting is of the wrong type, or is not one of the values that there are.",
    "it cannot be read as what the key means",
    wrong="[tool.callsheet]\nonly = 'segmind'\n",
    right="[tool.callsheet]\nonly = ['segmind']\n",
    example="settings",
)
