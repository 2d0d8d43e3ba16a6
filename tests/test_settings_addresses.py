"""Mistakes in the addresses of the settings: the database's, and Ringback's own."""

import pytest
from support.settings_files import CANARY, PARIS, SLACK, problems

from bot.adapters import SETTINGS_MODELS
from bot.settings import SettingsError
from bot.settings_file import read_settings


@pytest.mark.parametrize(
    ("addition", "problem"),
    [
        ("[server]\npublic_url = 'x y'", "server.public_url: found"),
        (
            "[server]\npublic_url = 'https://ringback.example/?a=b'",
            'server.public_url: found "https://ringback.example…"; expected a web address '
            "without ? and #",
        ),
        ("[database]\nurl = 'mysql://x'", "database.url: expected sqlite:///PATH or postgresql://"),
        ("[database]\nurl = 'postgresql://[x'", "database.url: expected sqlite:///PATH or"),
        ("[database]\nurl = 'sqlite://x.db'", "database.url: expected sqlite:///PATH or"),
        ("[database]\nurl = 'sqlite://host/x.db'", "database.url: expected sqlite:///PATH or"),
        ("[database]\nurl = 'sqlite:x.db'", "database.url: expected sqlite:///PATH or"),
        ("[database]\nurl = 'sqlite:///'", "database.url: expected sqlite:///PATH or"),
        ("[database]\nurl = 'sqlite:///:memory:'", "database.url: expected sqlite:///PATH or"),
        ('[database]\nurl = "sqlite:///a\\u0000b"', "database.url: expected sqlite:///PATH or"),
        (
            "[database]\nurl = 'sqlite:///x.db?mode=ro'",
            "database.url: an SQLite file takes no options: write sqlite:///PATH without ? and",
        ),
        (
            "[database]\nurl = 'sqlite:///~/x.db'",
            "database.url: ~ stands for nobody's folder here: write the whole path, with four "
            "slashes, such as sqlite:////var/lib/ringback/ringback.db",
        ),
        ("[database]\nurl = 'postgresql:x'", "database.url: expected sqlite:///PATH or"),
        ("[database]\nurl = 'POSTGRESQL://h/d'", "database.url: expected sqlite:///PATH or"),
        (
            "[server]\npublic_url = 'https://ringback.example/slack/events/'",
            "server.public_url: leave out /slack/events: Ringback adds it by itself",
        ),
        (
            "[server]\npublic_url = 'https://ringback.example:99999'",
            'server.public_url: found "https://ringback.example:99999"; expected a web address ',
        ),
        (
            f"[server]\npublic_url = 'https://me:{CANARY}@ringback.example'",
            "server.public_url: a user or password in it would be shown: leave them out",
        ),
    ],
)
def test_a_mistake_in_an_address_is_told_with_what_to_do(tmp_path, addition, problem):
    (told,) = problems(tmp_path, f"{SLACK}{PARIS}{addition}\n")

    assert told.startswith(problem)


@pytest.mark.parametrize(
    ("vendor", "url", "shown"),
    [
        ("threecx_ru", f"https://h/{CANARY}/api", "https://h…"),
        ("threecx_ru", f"h/{CANARY}", "…"),
        ("threecx_ru", f"pbx.example.org/{CANARY}", "…"),
        ("threecx_ru", f"{CANARY}/wjUPD8", "…"),
        ("threecx_ru", f"sk-live.{CANARY.upper()}", "…"),
        ("threecx_ru", "sk-live.abcdefghijkl", "…"),
        ("threecx_ru", "sk-live.abcdefghijkl/x", "…"),
        ("threecx_ru", "a1b2c3.d4e5f6.secretkey", "…"),
        ("threecx_ru", "correct.horse.battery", "…"),
        ("threecx_ru", "SeCrEtKy://h", "…"),
        ("threecx_ru", f"htps:/{CANARY}", "…"),
        ("threecx_ru", f"key={CANARY}://h", "…"),
        ("threecx_ru", f"{CANARY}KEY https://h.example/", "…"),
        ("threecx_ru", "https://user:12345678", "https://user…"),
        ("axeos", f"https://adm:{CANARY}@pbx.example.org", "https://…"),
        ("axeos", f"https://adm:a/{CANARY}@pbx.example.org", "https://…"),
        ("axeos", f"https://pbx.example.org?apiKey={CANARY}", "https://pbx.example.org…"),
        ("threecx_ru", f"https://h:{CANARY}", "https://h…"),
        ("mirta", f"http://p.example/proxyapi.php?key={CANARY}", "http://p.example…"),
        ("bluerocktel", f"https://u:{CANARY}@portal.example.net/", "https://…"),
        ("bluerocktel", f"htps://u:{CANARY}@portal.example.net/", "htps://…"),
        ("axeos", f"https://{CANARY}\uff20pbx.example.org/", "https://…"),
        ("axeos", f"https://{CANARY}\ufe6bpbx.example.org/", "https://…"),
        ("axeos", f"https://{CANARY}%40pbx.example.org/", "https://…"),
        ("axeos", f"https://{CANARY}%2540pbx.example.org/", "https://…"),
        ("axeos", f"https://{CANARY}%EF%BC%A0pbx.example.org/", "https://…"),
        ("threecx_ru", f"https://h key={CANARY}", "https://h…"),
        ("threecx_ru", f"https://h {CANARY}", "https://h…"),
        ("threecx_ru", f"https://h|{CANARY}", "https://h…"),
        ("threecx_ru", f"https://pbx.example.org:5001,{CANARY}", "https://pbx.example.org…"),
        ("threecx_ru", CANARY, "…"),
        ("threecx_ru", "pbx.example.org:5001", "…"),
        ("threecx_ru", "htps://pbx.example.org:5001/", "htps://pbx.example.org:5001/"),
        ("threecx_ru", "HTPS://pbx.example.org", "HTPS://pbx.example.org"),
        ("threecx_ru", "wss://pbx.example.org/x", "wss://pbx.example.org…"),
    ],
)
def test_no_key_or_password_in_an_address_is_shown(tmp_path, vendor, url, shown):
    file = tmp_path / "ringback.toml"
    file.write_text(f'{SLACK}[systems.x]\nvendor = "{vendor}"\nurl = "{url}"\n')
    with pytest.raises(SettingsError) as raised:
        read_settings(file, SETTINGS_MODELS, {})
    told = "\n".join(raised.value.problems)

    assert f'systems.x.url: found "{shown}"; expected' in told
    assert CANARY[:6] not in told
