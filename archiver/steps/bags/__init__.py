"""What ``archiver bag`` does: plain bags of any folder are made, updated, split, and their payload is taken out."""
