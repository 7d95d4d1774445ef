"""Deposits into a folder that people or programs take packages from: on this machine, a mount, or over SFTP.

What is on its way lies in a folder of its own, which nobody looks into; one rename hands it over. Where the folder is,
only a :class:`~archiver.deposits.incoming.place.Place` knows.
"""

from archiver.deposits.incoming.options import OPTIONS as OPTIONS
from archiver.deposits.incoming.options import IncomingOptions as IncomingOptions
from archiver.deposits.incoming.options import incoming_options as incoming_options
from archiver.deposits.incoming.place import NEW_NOTE as NEW_NOTE
from archiver.deposits.incoming.place import Found as Found
from archiver.deposits.incoming.place import FoundKind as FoundKind
from archiver.deposits.incoming.place import Place as Place
from archiver.deposits.incoming.place import ReadBack as ReadBack
from archiver.deposits.incoming.target import IncomingTarget as IncomingTarget
