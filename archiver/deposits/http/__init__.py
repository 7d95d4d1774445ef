"""HTTP as targets need it: one client that says truly how each request ended, and keeps what a receipt needs."""
