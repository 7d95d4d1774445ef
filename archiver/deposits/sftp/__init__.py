"""SFTP: a folder of a server that is reached by SSH (``kind = "sftp"``)."""

from archiver.deposits.sftp.kind import KEYS as KEYS
from archiver.deposits.sftp.kind import KIND as KIND
from archiver.deposits.sftp.kind import SECRETS as SECRETS
from archiver.deposits.sftp.kind import TITLE as TITLE
from archiver.deposits.sftp.kind import make as make
