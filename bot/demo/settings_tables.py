"""Every setting as Markdown, read off the models: what it takes, what it is without, what it does.

A setting's sentence is the text below it in its class. It is looked for in the source, and only
here: pydantic would do that for every model at every start.
"""

import ast
import inspect
import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from datetime import time
from itertools import pairwise
from typing import Any, get_args, get_origin

from pydantic import AnyUrl, BaseModel, SecretStr
from pydantic.fields import FieldInfo

from bot.adapters import VENDORS
from bot.settings import Settings, SystemSettings
from bot.settings_problems import described

HEAD = "| Setting | Takes | Without it | What it does |\n|---|---|---|---|"


def settings_tables() -> str:
    """One table for each table of the file; for systems one for all, and one for each vendor."""
    return "\n\n".join(_parts())


def _parts() -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        model, title = _table_of(name, field.annotation)
        yield _part(f"## `{title}`", model, model.model_fields)
        if model is SystemSettings:
            for vendor in sorted(VENDORS):
                yield _vendor(vendor)


def _table_of(name: str, annotation: Any) -> tuple[type[BaseModel], str]:
    """The model of a table of the file, and how the file spells its head."""
    if get_origin(annotation) is Mapping:
        return get_args(annotation)[1], f"[{name}.NAME]"
    if get_origin(annotation) is tuple:
        return get_args(annotation)[0], f"[[{name}]]"
    return annotation, f"[{name}]"


def _vendor(name: str) -> str:
    """What its systems have beside, or otherwise than, all others."""
    model = VENDORS[name].settings
    own = sentences(model)
    fields = {key: field for key, field in model.model_fields.items() if key in own}
    title = f'### `vendor = "{name}"`: {VENDORS[name].title}'
    return _part(title, model, fields)


def _part(title: str, model: type[BaseModel], fields: Mapping[str, FieldInfo]) -> str:
    told = sentences(model)
    rows = [_row(field.alias or key, field, told[key]) for key, field in fields.items()]
    return "\n\n".join([title, inspect.getdoc(model) or "", "\n".join([HEAD, *rows])])


def _row(name: str, field: FieldInfo, sentence: str) -> str:
    takes = described(field.annotation, field.metadata)
    cells = (f"`{name}`", takes, usual(field), sentence)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def sentences(model: type[BaseModel]) -> dict[str, str]:
    """The sentence below each setting of the class itself."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    assert isinstance(definition, ast.ClassDef)
    found = {}
    for setting, below in pairwise(definition.body):
        match setting, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found[name] = " ".join(text.split())
    return found


def usual(field: FieldInfo) -> str:
    """What a setting is when the file does not say it, as the file would spell it."""
    if field.is_required():
        return "**required**"
    value = _spelled(field.get_default(call_default_factory=True))
    return f"`{value}`" if value else ""


def _spelled(value: Any) -> str:
    if value in (None, "", (), {}):
        return ""
    match value:
        case SecretStr():
            return json.dumps(value.get_secret_value())
        case time():
            return json.dumps(f"{value:%H:%M}")
        case float():
            return f"{value:g}"
        case AnyUrl():
            return json.dumps(str(value))
        case Sequence() if not isinstance(value, str):
            return json.dumps(list(value))
        case _:
            return json.dumps(value)
