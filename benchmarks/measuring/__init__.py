"""What several measurements share: bags to measure on, a floor and a peer, and times taken in turn."""
