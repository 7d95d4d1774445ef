"""Plans are the same for the same seed, meet every kind, and stay within the run."""

from __future__ import annotations

from collections import Counter

from tests.faults.plans import HttpFault, TcpFault, http_plan, tcp_plan


def test_the_same_seed_gives_the_same_plan() -> None:
    assert [http_plan(seed, 20) for seed in range(50)] == [http_plan(seed, 20) for seed in range(50)]
    assert [tcp_plan(seed, [(10, 20)]) for seed in range(50)] == [tcp_plan(seed, [(10, 20)]) for seed in range(50)]


def test_a_row_of_seeds_meets_every_kind_at_every_request() -> None:
    plans = [http_plan(seed, 9) for seed in range(500)]
    kinds = Counter(plan[0].fault for plan in plans)
    assert set(kinds) == set(HttpFault)
    assert min(kinds.values()) >= 500 // 30
    assert {at.request for plan in plans for at in plan} == set(range(10))
    assert {len(plan) for plan in plans} == {1, 2, 3}
    assert {at.lasting for plan in plans for at in plan} == {True, False}


def test_faults_of_connections_lie_within_their_bytes() -> None:
    plans = [tcp_plan(seed, [(10, 0), (1000, 5000)]) for seed in range(300)]
    assert {plan[0].fault for plan in plans} == set(TcpFault)
    assert {at.connection for plan in plans for at in plan} == {0, 1}
    assert max(at.offset for plan in plans for at in plan) > 4000
    assert all(at.offset < 10 for plan in plans for at in plan if at.connection == 0)


def test_a_plan_says_what_it_is() -> None:
    [at, *_] = http_plan(3, 5)
    assert str(at.fault) in str(at)
    [other, *_] = tcp_plan(3, [(5, 5)])
    assert str(other.direction) in str(other)
