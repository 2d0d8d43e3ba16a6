"""``/queue``: how the queues stand now."""

from bot.commands.access import channel_systems, some_system, split_system
from bot.commands.queue_choice import find_only_queue
from bot.commands.request import Reply, Request
from bot.commands.roles import require_line
from bot.telephony.queues import QueueFigures


async def run(request: Request) -> Reply:
    """The figures of one queue, or a line for each."""
    named, request = split_system(request)
    system = await some_system(request, named, "queues")
    board = system.need(system.queues, "show queue figures")
    if system.key not in channel_systems(request):
        await require_line(request, system)
    queues = await board.list_queues()
    if not queues:
        return Reply(text=f"{system.key} has no queues.")
    queue = find_only_queue(queues, request.text)
    chosen = [queue] if queue else queues
    figures = [await board.fetch_figures(queue.queue_id) for queue in chosen]
    rows = tuple((describe(of_one), ()) for of_one in figures)
    return Reply(text=f"Queues of {system.key}:", rows=rows)


def describe(figures: QueueFigures) -> str:
    """One line about a queue; what the system does not tell is left out."""
    parts = []
    if figures.waiting is not None:
        parts.append(f"{figures.waiting} waiting")
    if figures.longest_wait_seconds:
        minutes, seconds = divmod(figures.longest_wait_seconds, 60)
        parts.append(f"oldest {minutes}:{seconds:02}")
    if figures.agents_available is not None:
        whole = figures.agents_logged_in
        counted = figures.agents_available if whole is None else whole
        free = f"{figures.agents_available}{'' if whole is None else f' of {whole}'}"
        parts.append(f"{free} agent{'' if counted == 1 else 's'} free")
    if figures.agents_paused:
        parts.append(f"{figures.agents_paused} paused")
    if figures.answered is not None:
        parts.append(f"{figures.answered} answered")
    if figures.abandoned is not None:
        parts.append(f"{figures.abandoned} abandoned")
    if figures.service_level_percent is not None:
        parts.append(f"service level {figures.service_level_percent:g} %")
    return f"{figures.name}: {', '.join(parts) or 'no figures'}"
