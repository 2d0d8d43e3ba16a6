"""A world on loopback: a Slack workspace stand-in, simulators, and the application between."""
