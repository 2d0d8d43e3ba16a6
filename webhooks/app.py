"""The application: a list of doors over a runtime that is built already."""

from starlette.applications import Starlette
from starlette.routing import Route

from bot.runtime import Runtime
from webhooks.health import HealthDoors
from webhooks.phone import PhoneDoor
from webhooks.slack import SlackDoor


def create_app(runtime: Runtime) -> Starlette:
    """Every door there is. The runtime is the caller's to close."""
    health = HealthDoors(runtime)
    app = Starlette(
        routes=[
            Route("/phone/{system}", PhoneDoor(runtime)),  # first: the busiest by far
            Route("/healthz", health.healthz, methods=["GET"]),
            Route("/metrics", health.metrics, methods=["GET"]),
            Route("/readyz", health.readyz, methods=["GET"]),
            Route("/slack/events", SlackDoor(runtime).__call__, methods=["POST"]),
        ]
    )
    # Few senders follow a redirect with their post, and some take it for a success.
    app.router.redirect_slashes = False
    return app
