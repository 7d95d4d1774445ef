"""What is written down in a package beside its documents, and how its tag files seal it."""
