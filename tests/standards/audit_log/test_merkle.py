"""Merkle trees: RFC 9162 by its own recursive words, and proofs that hold for the right leaf alone."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.standards.audit_log.merkle import EMPTY_ROOT, MerkleTree, inclusion_proof, leaf_hash, root_by_proof

LEAVES = st.lists(st.binary(max_size=5), min_size=1, max_size=70)


def root_by_definition(leaves: list[bytes]) -> bytes:
    """Return MTH(D) as RFC 9162 section 2.1.1 defines it."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\1" + root_by_definition(leaves[:half]) + root_by_definition(leaves[half:])).digest()


def path_by_definition(leaves: list[bytes], index: int) -> list[bytes]:
    """Return PATH(m, D) as RFC 9162 section 2.1.3.1 defines it."""
    if len(leaves) == 1:
        return []
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    if index < half:
        return [*path_by_definition(leaves[:half], index), root_by_definition(leaves[half:])]
    return [*path_by_definition(leaves[half:], index - half), root_by_definition(leaves[:half])]


def tree_of(leaves: list[bytes]) -> MerkleTree:
    tree = MerkleTree()
    for leaf in leaves:
        tree.add(leaf)
    return tree


def test_known_roots() -> None:
    # The test vectors of Certificate Transparency's reference implementation.
    leaves = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243")]
    assert tree_of([]).root() == EMPTY_ROOT
    assert tree_of(leaves[:1]).root() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert tree_of(leaves[:2]).root() == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    assert tree_of(leaves[:3]).root() == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"


@given(LEAVES)
def test_the_root_is_that_of_the_definition(leaves: list[bytes]) -> None:
    assert tree_of(leaves).root() == root_by_definition(leaves).hex()


@given(LEAVES, st.data())
def test_a_proof_leads_to_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = inclusion_proof([leaf_hash(leaf) for leaf in leaves], index)
    assert [bytes.fromhex(step) for step in proof.path] == path_by_definition(leaves, index)
    assert root_by_proof(leaves[index], proof) == tree_of(leaves).root()
    assert root_by_proof(leaves[index] + b"x", proof) != tree_of(leaves).root()


@given(LEAVES, st.data())
def test_a_proof_of_another_place_or_size_does_not_hold(leaves: list[bytes], data: st.DataObject) -> None:
    distinct = [bytes([number]) + leaf for number, leaf in enumerate(leaves)]
    index = data.draw(st.integers(0, len(leaves) - 1))
    other = data.draw(st.integers(0, len(leaves) + 2).filter(lambda number: number != index))
    proof = inclusion_proof([leaf_hash(leaf) for leaf in distinct], index)
    assert root_by_proof(distinct[index], replace(proof, index=other)) != tree_of(distinct).root()
    assert root_by_proof(distinct[index], replace(proof, path=(*proof.path, "00" * 32))) is None
    if proof.path:
        assert root_by_proof(distinct[index], replace(proof, path=proof.path[:-1])) is None


def test_there_is_no_proof_of_what_is_not_there() -> None:
    with pytest.raises(IndexError):
        inclusion_proof([leaf_hash(b"a")], 1)
