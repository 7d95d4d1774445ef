"""What is written down of deposits before and after each request: a run that was killed can be gone on with."""

from archiver.deposits.journal.faults import JournalError as JournalError
from archiver.deposits.journal.faults import JournalNewerError as JournalNewerError
from archiver.deposits.journal.journal import DepositJournal as DepositJournal
from archiver.deposits.journal.values import Deposit as Deposit
from archiver.deposits.journal.values import Intent as Intent
from archiver.deposits.journal.values import IntentEnd as IntentEnd
from archiver.deposits.journal.values import ParcelFacts as ParcelFacts
from archiver.deposits.journal.values import SentFile as SentFile
