"""The locks on a rendering child, by the kernel and by Python. Knows nothing of documents."""
