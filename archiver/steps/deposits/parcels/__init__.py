"""Packages made into parcels, as a target wants them: verified while they are read, digested, written where need be."""
