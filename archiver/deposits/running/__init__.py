"""Runs deposits: which step is next, what to do after each bad end, and when to stop trying."""

from archiver.deposits.running.looking import objections as objections
from archiver.deposits.running.rules import Rules as Rules
from archiver.deposits.running.rules import rules_of as rules_of
from archiver.deposits.running.run import Bandwidth as Bandwidth
from archiver.deposits.running.run import Run as Run
from archiver.deposits.running.run import RunClock as RunClock
from archiver.deposits.running.run import Watcher as Watcher
from archiver.deposits.running.runner import run_deposit as run_deposit
from archiver.deposits.running.side_by_side import side_by_side as side_by_side
