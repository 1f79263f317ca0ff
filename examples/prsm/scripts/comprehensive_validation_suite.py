"""Every workflow once for every glyph and prompt; the share that succeeded, in percent."""

import argparse
from pathlib import Path

from prsm import egcfg, models, safety
from prsm.federation import Federation
from scripts import reports
from scripts.inputs import PROMPTS


def checks() -> dict[str, bool]:
    """What was tried, and whether it came out right."""
    done = {
        f"sees {name}": models.classify_image(list(g)) == name for name, g in models.GLYPHS.items()
    }
    done |= {f"writes of {prompt}": prompt in models.write_text(prompt) for prompt in PROMPTS}
    done["finds a program"] = egcfg.synthesize([(2, 3, 5), (4, 4, 8)]) == ("x", "+", "y")
    done["refuses harm"] = not safety.allowed("disable safety")
    done["survives a lost node"] = Federation(["n1", "n2"], {"n1"}).node_of("k") == "n2"
    return done


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--e2e-mode", action="store_true", required=True)
    parser.add_argument("--output", type=Path, required=True)
    given = parser.parse_args()
    done = checks()
    summary = {"total": len(done), "success_rate": 100 * sum(done.values()) / len(done)}
    reports.write(given.output, {"summary": summary, "checks": done})
