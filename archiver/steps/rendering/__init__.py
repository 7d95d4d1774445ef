"""Renditions made by workers that may die alone, and the ways by which a document comes to PDF/A."""
