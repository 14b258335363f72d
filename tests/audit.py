"""`python -m tests.audit`: known flaws in what is installed, as far as PyPI's list of them can be reached.

Ends with 1 where there is one. Where the list cannot be reached, that is said in a word.
"""

from __future__ import annotations

import json
import subprocess
import sys

_MINUTES = 5


def main() -> int:
    """Ask pip-audit, and print what it found in a few lines."""
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--skip-editable"]
    try:
        done = subprocess.run(
            [*command, "--progress-spinner", "off"], capture_output=True, text=True, timeout=60 * _MINUTES
        )
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, subprocess.TimeoutExpired):
        print("audit skipped: the list of known flaws cannot be reached")
        return 0
    known = [each for each in packages if "skip_reason" not in each]
    flaws = [(each["name"], each["version"], flaw["id"]) for each in known for flaw in each["vulns"]]
    if not known:
        print("audit skipped: the list of known flaws cannot be reached")
        return 0
    for name, version, flaw in flaws:
        print(f"{name} {version}: {flaw}")
    print(f"audited: {len(known)} of {len(packages)} packages, {len(flaws)} known flaws")
    return 1 if flaws else 0


if __name__ == "__main__":
    sys.exit(main())
