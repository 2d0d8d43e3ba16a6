"""What Ringback does: phone systems, commands, alerts and Slack."""
