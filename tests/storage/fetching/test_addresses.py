"""Which addresses may be connected to."""

from __future__ import annotations

import pytest

from archiver.storage.fetching.addresses import AddressRefusedError, refusal, resolve

PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:8.8.8.8", "64:ff9b::808:808"]
PRIVATE = [
    "127.0.0.1",
    "127.255.255.254",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "198.18.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fec0::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:db8::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_the_public_internet_may_be_asked(address: str) -> None:
    assert refusal(address, private=False) is None


@pytest.mark.parametrize("address", PRIVATE)
def test_other_networks_may_not(address: str) -> None:
    assert refusal(address, private=False)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1"])
def test_a_host_that_was_excepted_may_be_in_this_network(address: str) -> None:
    assert refusal(address, private=True) is None


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "224.0.0.1", "ff02::1", "::ffff:0.0.0.0", "::ffff:224.0.0.1"])  # noqa: S104 - asked about, never bound
def test_what_is_no_single_machine_never_may(address: str) -> None:
    assert refusal(address, private=True)
    assert refusal(address, private=False)


def test_a_name_that_leads_to_this_machine_is_refused() -> None:
    with pytest.raises(AddressRefusedError, match="this machine itself"):
        resolve("localhost", 443, private=False)
    assert set(resolve("localhost", 443, private=True)) <= {"127.0.0.1", "::1"}


def test_a_name_that_does_not_exist_is_an_error_of_the_system() -> None:
    with pytest.raises(OSError, match=r"."):
        resolve("nowhere.invalid", 443, private=False)
