"""The trade's words: what phone systems are and do, with no vendor and no Slack in them."""
