"""Documents that are PDF already: valid PDF/A is kept as it is, the rest is made PDF/A where that changes nothing seen.

A page is never redrawn here: what is not PDF/A and cannot be made so by structure and metadata alone stays as it is,
and the finding says what is in the way.
"""
