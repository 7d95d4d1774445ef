"""Going on where an earlier run was killed: its folder, its journal, and which of its copies still count."""
