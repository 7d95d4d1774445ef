"""Schedules as the systems write them that start programs by the clock: a file each. Text alone; installs nothing."""
