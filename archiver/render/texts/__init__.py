"""From bytes to text that can be set, shown as source, and compared. Lays nothing out."""
