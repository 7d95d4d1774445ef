"""SWORD v2: one file a concern, and what is known of single servers beside the profile."""
