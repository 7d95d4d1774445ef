"""What ``archiver doctor`` looks at: this machine, its programs, and what its stores need."""
