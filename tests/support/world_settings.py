"""What stands in the settings file of a ``World``, and the secrets that it names."""

SETTINGS = """
[database]
url = "sqlite:///{folder}/ringback.db"

[slack]
bot_token = "env:SLACK_BOT_TOKEN"
signing_secret = "env:SLACK_SIGNING_SECRET"
api_url = "http://127.0.0.1:{port}/api/"
ops_channel = "C0OPS"
admins = ["U0ANA"]

[systems.paris]
vendor = "mirta"
url = "http://mirta.example/pbx/proxyapi.php"
key = "env:MIRTA_KEY"
tenant_code = "DEMO"
timezone = "Europe/Paris"
region = "FR"
counted_mailboxes = ["104"]

[systems.lyon]
vendor = "axeos"
url = "https://axeos.example"
api_key = "env:AXEOS_KEY"
timezone = "Europe/Paris"
region = "FR"

[systems.crm]
vendor = "bluerocktel"
url = "https://crm.example"
token = "env:CRM_TOKEN"
timezone = "Europe/Paris"

[systems.door]
vendor = "generic"
webhook_secret = "env:DOOR_SECRET"
region = "FR"
timezone = "Europe/Paris"

{routes}
[[routes]]
channel = "C0SUPPORT"
timezone = "Europe/Paris"

[[thresholds]]
metric = "longest_wait"
warn = 60
critical = 180
clear = 45
{more}
"""

SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-canary-bot-token",
    "SLACK_SIGNING_SECRET": "canary-signing-secret",
    "MIRTA_KEY": "canary-mirta-key",
    "AXEOS_KEY": "canary-axeos-key",
    "CRM_TOKEN": "canary-crm-token",
    "DOOR_SECRET": "whsec_Y2FuYXJ5LWRvb3Itc2VjcmV0LWNhbmFyeS1kb29y",
    "MOSCOW_KEY": "simulated-key",
    "OLD_CONSOLE": "canary-old-console",
}

MOSCOW = """
[systems.moscow]
vendor = "threecx_ru"
url = "https://moscow.example"
key = "env:MOSCOW_KEY"
events = "poll"
timezone = "Europe/Moscow"
region = "RU"
"""

OLD = """
[systems.old]
vendor = "threecx_legacy"
url = "http://old.example/ivr/PbxAPI.aspx"
console_password = "env:OLD_CONSOLE"
pins = { 101 = "77101" }
"""
"""Two more systems, for those who hand them to ``open_world`` as ``more``."""

FULL = """
[systems.full]
vendor = "mirta"
url = "http://mirta.example/pbx/proxyapi.php"
key = "env:MIRTA_KEY"
tenant_code = "DEMO"
timezone = "Europe/Paris"
region = "FR"
events = "cdrs"
"""
"""One more system, whose calls are read from its full records."""
