"""Reads ``ringback.toml``; every mistake in it is reported at once, and no secret is shown."""

import base64
import binascii
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.settings import SYSTEM_KEY, DatabaseSettings, Settings, SettingsError, SystemSettings
from bot.settings_problems import KeyPath, Problems, note_errors, unknown_name
from bot.settings_samples import sample
from bot.settings_secrets import has_line_break

SECRET_BYTES = range(24, 65)

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MISSING = object()
ModelT = TypeVar("ModelT", bound=BaseModel)


def read_settings(
    path: Path,
    system_models: Mapping[str, type[SystemSettings]],
    environment: Mapping[str, str],
) -> Settings:
    """Read the file at ``path``; ``system_models`` maps a vendor's name to its settings.

    ``file:PATH`` values are relative to the file's own folder. Raises ``SettingsError`` with
    every mistake: full key path, what was found (never the value of a secret, or one that came
    from the environment or a file) and what was expected.
    """
    try:
        return parse_settings(_load(path), path.parent, system_models, environment)
    except RecursionError as error:
        raise SettingsError([f"{path}: tables or lists are nested too deeply"]) from error


def parse_settings(
    raw: Mapping[str, Any],
    folder: Path,
    system_models: Mapping[str, type[SystemSettings]],
    environment: Mapping[str, str],
) -> Settings:
    """The same for a file that is already parsed; ``folder`` is where ``file:PATH`` starts."""
    problems = Problems()
    sources = _Sources(environment, folder, problems)
    resolved = sources.resolve_table(raw, ())
    check = _Check(problems, sources.outside)
    systems = check.systems(resolved.get("systems", {}), system_models)
    settings = check.validated(Settings, {**resolved, "systems": systems}, ())
    check.references(resolved)
    if problems.lines or settings is None:
        raise SettingsError(problems.lines)
    return settings


def read_database(path: Path, environment: Mapping[str, str]) -> DatabaseSettings:
    """Where the database is, and nothing else: who copies it needs nobody's other secrets.

    Raises ``SettingsError`` as ``read_settings`` does.
    """
    problems = Problems()
    sources = _Sources(environment, path.parent, problems)
    raw = sources.resolve_table({"database": _load(path).get("database", {})}, ())
    if not isinstance(raw.get("database"), dict):
        raise SettingsError(problems.lines or ["database: expected a table such as [database]"])
    check = _Check(problems, sources.outside)
    database = check.validated(DatabaseSettings, raw["database"], ("database",))
    if problems.lines or database is None:
        raise SettingsError(problems.lines)
    return database


def list_systems(path: Path) -> list[str]:
    """The names of the phone systems in the file, whatever else is wrong with it.

    Raises ``SettingsError`` where it cannot be read.
    """
    systems = _load(path).get("systems")
    return list(systems) if isinstance(systems, dict) else []


def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise SettingsError([f"{path}: there is no such file"]) from error
    except OSError as error:
        raise SettingsError([f"{path}: cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise SettingsError([f"{path}: not UTF-8 text"]) from error
    except ValueError as error:
        raise SettingsError([f"{path}: not valid TOML: {' '.join(str(error).split())}"]) from error


@dataclass(slots=True)
class _Sources:
    """Replaces ``env:NAME`` and ``file:PATH``; ``outside`` remembers where that happened."""

    environment: Mapping[str, str]
    folder: Path
    problems: Problems
    outside: set[KeyPath] = field(default_factory=set)

    def resolve_table(self, table: Mapping[str, Any], path: KeyPath) -> dict[str, Any]:
        """A copy of ``table``; values that could not be had are problems, and left out."""
        items = {key: self._resolve(value, (*path, key)) for key, value in table.items()}
        return {key: value for key, value in items.items() if value is not _MISSING}

    def _resolve(self, value: Any, path: KeyPath) -> Any:
        if isinstance(value, dict):
            return self.resolve_table(value, path)
        if isinstance(value, list):
            items = [self._resolve(item, (*path, index)) for index, item in enumerate(value)]
            return [None if item is _MISSING else item for item in items]
        if not isinstance(value, str):
            return value
        source, _, name = value.partition(":")
        if source not in ("env", "file") or source == value:
            return value
        self.outside.add(path)
        text = self._variable(name, path) if source == "env" else self._file(name, path)
        return _MISSING if text is None else text

    def _variable(self, name: str, path: KeyPath) -> str | None:
        if not _VARIABLE.fullmatch(name):
            self.problems.add(path, "expected the name of an environment variable after env:")
        elif name not in self.environment:
            self.problems.add(path, f"the environment variable {name} is not set")
        elif not self.environment[name].strip():
            self.problems.add(path, f"the environment variable {name} is empty")
        elif not _is_text(self.environment[name]):
            self.problems.add(path, f"the environment variable {name} is not UTF-8 text")
        else:
            return self.environment[name]
        return None

    def _file(self, name: str, path: KeyPath) -> str | None:
        try:
            text = (self.folder / name).read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            self.problems.add(path, f"the file {sample(name)} cannot be read")
            return None
        if not text:
            self.problems.add(path, f"the file {sample(name)} is empty")
        return text or None


@dataclass(frozen=True, slots=True)
class _Check:
    """Compares the resolved file with the models and with itself."""

    problems: Problems
    outside: set[KeyPath]

    def validated(self, model: type[ModelT], raw: dict[str, Any], path: KeyPath) -> ModelT | None:
        try:
            return model.model_validate(raw)
        except ValidationError as error:
            note_errors(error, model, raw, path, self.outside, self.problems)
            return None

    def systems(
        self, raw: Any, models: Mapping[str, type[SystemSettings]]
    ) -> dict[str, SystemSettings]:
        """Validate each system with its own vendor's settings."""
        if not isinstance(raw, dict) or not raw:
            missing = "missing; " if raw == {} else ""
            self.problems.add(("systems",), f"{missing}expected tables such as [systems.paris]")
            return {}
        checked = {key: self._system(key, values, models) for key, values in raw.items()}
        return {key: system for key, system in checked.items() if system is not None}

    def _system(
        self, key: str, raw: Any, models: Mapping[str, type[SystemSettings]]
    ) -> SystemSettings | None:
        path = ("systems", key)
        if not SYSTEM_KEY.fullmatch(key):
            wanted = "expected a short name of lower-case letters, digits, - and _"
            self.problems.add(path, f"{wanted} that starts with a letter")
        if not isinstance(raw, dict):
            self.problems.add(path, "expected a table such as [systems.paris]")
            return None
        vendor = raw.get("vendor")
        if not isinstance(vendor, str) or vendor not in models:
            self._unknown_vendor((*path, "vendor"), vendor, models)
            return None
        usual = models[vendor].model_fields["webhook_signature"].default
        if raw.get("webhook_signature", usual) == "standard":
            self._webhook_secrets(raw, path)
        return self.validated(models[vendor], raw, path)

    def _unknown_vendor(self, path: KeyPath, vendor: Any, known: Mapping[str, Any]) -> None:
        if vendor is None:
            hint = f"missing; expected one of: {', '.join(sorted(known))}"
        elif path in self.outside:
            hint = f"expected one of: {', '.join(sorted(known))}"
        else:
            near = unknown_name(vendor if isinstance(vendor, str) else "", known)
            hint = f"found {sample(vendor)}; {near}"
        self.problems.add(path, hint)

    def _webhook_secrets(self, raw: dict[str, Any], path: KeyPath) -> None:
        given = raw.get("webhook_secret")
        for index, secret in enumerate(given if isinstance(given, list) else [given]):
            if not isinstance(secret, str) or not secret.strip() or has_line_break(secret):
                continue  # the model says what is wrong
            if not _is_standard_secret(secret):
                place = (index,) if isinstance(given, list) else ()
                self.problems.add(
                    (*path, "webhook_secret", *place),
                    'expected "whsec_" and the base64 of 24 to 64 random bytes '
                    '(or webhook_signature = "hmac" or "shared_secret")',
                )

    def references(self, resolved: Mapping[str, Any]) -> None:
        """Routes and thresholds name systems that exist."""
        systems = resolved.get("systems")
        known = sorted(systems) if isinstance(systems, dict) else []
        allowed = {"routes": set(known), "thresholds": {*known, "*"}}
        for table, names in allowed.items():
            for path, name in _named_systems(resolved.get(table), table):
                if name not in names:
                    shown = "" if path in self.outside else f"{sample(name)} is "
                    text = f"{shown}not one of your systems: {', '.join(known) or 'none'}"
                    self.problems.add(path, text)


def _named_systems(rows: Any, table: str) -> Iterator[tuple[KeyPath, str]]:
    for index, row in enumerate(rows if isinstance(rows, list) else []):
        names = row.get("systems") if isinstance(row, dict) else None
        for position, name in enumerate(names if isinstance(names, list) else []):
            if isinstance(name, str):
                yield (table, index, "systems", position), name


def _is_text(value: str) -> bool:
    """Whether the environment's bytes were UTF-8; others arrive as lone surrogates."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_standard_secret(secret: str) -> bool:
    """Standard Webhooks, "Symmetric signature": ``whsec_`` and base64 of 24 to 64 bytes."""
    if not secret.startswith("whsec_"):
        return False
    try:
        key = base64.b64decode(secret.removeprefix("whsec_").encode(), validate=True)
    except binascii.Error:
        return False
    return len(key) in SECRET_BYTES
