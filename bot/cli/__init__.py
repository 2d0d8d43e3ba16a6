"""The command line: one module per subject, gathered in ``app``."""
