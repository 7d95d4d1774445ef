"""Where work runs: the local worker pool. Knows nothing about what the work is."""
