"""Completing holey bags: files that ``fetch.txt`` lists are downloaded, checked and put in their places.

Asks only the hosts it is told it may ask, and gives no file its name before every manifest that lists it agrees.
"""
