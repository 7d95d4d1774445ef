"""Audits of stores: what is checked when, what came of it, and the evidence of it all."""
