"""The application: the doors over a runtime that is built already."""

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.runtime import Runtime
from webhooks.health import HealthDoors
from webhooks.phone import PhoneDoor
from webhooks.slack import SlackDoor


def create_app(runtime: Runtime) -> ASGIApp:
    """Every door there is. The runtime is the caller's to close."""
    health = HealthDoors(runtime)
    others = Starlette(
        routes=[
            Route("/healthz", health.healthz, methods=["GET"]),
            Route("/metrics", health.metrics, methods=["GET"]),
            Route("/readyz", health.readyz, methods=["GET"]),
            Route("/slack/events", SlackDoor(runtime).__call__, methods=["POST"]),
        ]
    )
    # Few senders follow a redirect with their post, and some take it for a success.
    others.router.redirect_slashes = False
    return PhoneDoor(runtime, others)
