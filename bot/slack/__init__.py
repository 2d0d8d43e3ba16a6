"""The Slack edge: what comes in, how things look, and the one poster."""
