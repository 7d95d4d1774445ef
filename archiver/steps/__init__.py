"""The verbs: the only rooms that join descriptions, renditions and storage. They print nothing and ask no clock."""
