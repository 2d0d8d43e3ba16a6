"""Everything that our adapter asks of proxyapi.php, in one client."""

from bot.adapters.mirta.calls import CallRequests
from bot.adapters.mirta.custom_destinations import CustomDestinationRequests
from bot.adapters.mirta.mailboxes import MailboxRequests
from bot.adapters.mirta.queues import QueueRequests
from bot.adapters.mirta.reports import ReportRequests


class MirtaClient(
    CallRequests, QueueRequests, ReportRequests, MailboxRequests, CustomDestinationRequests
):
    """One method per operation; see the modules they come from."""
