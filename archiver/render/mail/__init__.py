"""E-mail: single messages and mailboxes, shown with their headers, text, pictures and a list of what is attached.

Never loads what a message points at, never follows a link in it, never trusts what it says of itself.
"""
