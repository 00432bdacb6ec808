"""Rule sets as a test writes them: beside the one rule that every set needs."""

from pathlib import Path

from alerting.rules.loader import RuleSet, load_rules

DOWN = """\
rules:
  - id: device-down
    kind: device-down
    severity: minor
    summary: "{device} 失联"
    summary_en: "{device} is down"
"""


def written(directory: Path, *rules: str) -> RuleSet:
    """These rules, each as lines of `key: value`; a severity and summaries are added where they are missing."""
    text = DOWN
    for rule in rules:
        lines = rule.strip().splitlines()
        keys = {line.partition(":")[0] for line in lines}
        if "severity" not in keys:
            lines.append("severity: minor")
        for key in ("summary", "summary_en"):
            if key not in keys:
                lines.append(f'{key}: "{{device}}"')
        text += "  - " + "\n    ".join(lines) + "\n"
    (directory / "written.yaml").write_text(text, encoding="utf-8")
    return load_rules(directory)
