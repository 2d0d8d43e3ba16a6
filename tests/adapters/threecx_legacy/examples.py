"""Examples of both functions: how they are called, and how the document spells the request.

``<pin>`` and ``<pwd>`` stand for the secrets. The document spells the extension in two ways,
``ext_num`` in its rows and ``extnum`` in its combination: both are sent.
"""

from typing import Any

FLAGS = "func=upd_ext&ext_num=100&extnum=100&pwd=<pwd>&"

# The rows for V10, then the combination, which switches recording on and external calls off.
EXAMPLES: list[tuple[str, dict[str, Any], str]] = [
    (
        "make_call",
        {"extension": "100", "number": "15550123"},
        "func=make_call&from=100&to=15550123&pin=<pin>",
    ),
    ("upd_ext", {"extension": "100", "disable": True}, f"{FLAGS}disable=1"),
    ("upd_ext", {"extension": "100", "disable": False}, f"{FLAGS}disable=0"),
    ("upd_ext", {"extension": "100", "disable_external": True}, f"{FLAGS}disable_external=1"),
    ("upd_ext", {"extension": "100", "disable_external": False}, f"{FLAGS}disable_external=0"),
    ("upd_ext", {"extension": "100", "record_calls": False}, f"{FLAGS}record_calls=0"),
    ("upd_ext", {"extension": "100", "record_calls": True}, f"{FLAGS}record_calls=1"),
    (
        "upd_ext",
        {"extension": "100", "disable": False, "disable_external": True, "record_calls": True},
        f"{FLAGS}disable=0&disable_external=1&record_calls=1",
    ),
]
