"""The command line: one file a command. Printing, exit statuses, the clock and the environment live here alone."""
