"""A line's budget: what is above it is put off, in order of waiting, and nobody is forgotten."""

from hypothesis import given
from hypothesis import strategies as st

from collectors.budget.ledger import Account, line_rate
from collectors.budget.line import HOLDS, INVENTORY_YIELDS, Line

RATE = 100.0
FULL = int(RATE * HOLDS)


def test_the_bucket_holds_a_minute_of_the_rate_and_fills_again() -> None:
    line = Line(RATE, 0.0)
    assert line.held(0.0) == FULL
    line.spent += 4_000
    assert line.held(0.0) == FULL - 4_000
    assert line.held(10.0) == FULL - 3_000
    assert line.held(1_000.0) == FULL


def test_what_is_spent_beyond_it_is_owed_but_never_more_than_a_minute() -> None:
    line = Line(RATE, 0.0)
    line.spent += 50 * FULL
    assert line.held(0.0) == -FULL


def test_a_full_look_goes_while_the_bucket_holds_what_it_takes() -> None:
    line = Line(RATE, 0.0)
    first, second = Account("a", (line,)), Account("b", (line,))
    assert first.may_read(FULL - 100, 0.0)
    assert not second.may_read(200, 0.0)
    assert second.may_read(200, 1.0), "a second later there is enough"
    assert (first.put_off, second.put_off) == (0, 1)


def test_a_look_that_is_larger_than_the_bucket_goes_when_it_is_full() -> None:
    line = Line(RATE, 0.0)
    account = Account("a", (line,))
    account.spend(1)
    assert not account.may_read(10 * FULL, 0.0)
    assert account.may_read(10 * FULL, 1.0)


def test_who_waits_longer_goes_first_however_small_the_others_looks_are() -> None:
    line = Line(RATE, 0.0)
    large, small = Account("large", (line,)), Account("small", (line,))
    line.spent += FULL
    assert not large.may_read(1_000, 0.0)
    assert not small.may_read(100, 1.0)
    assert not small.may_read(100, 9.0), "there is enough for it, but it would take what the other has waited for"
    assert large.may_read(1_000, 10.0)
    assert small.may_read(100, 11.0)


def test_who_leaves_holds_up_nobody() -> None:
    line = Line(RATE, 0.0)
    gone, other = Account("gone", (line,)), Account("other", (line,))
    line.spent += FULL
    assert not gone.may_read(FULL, 0.0)
    gone.leave()
    assert other.may_read(100, 1.0)


def test_inventories_let_full_looks_go_first_until_they_have_waited_long() -> None:
    line = Line(RATE, 0.0)
    learner, reader = Account("learner", (line,)), Account("reader", (line,))
    line.spent += FULL
    assert not learner.may_learn(500, 0.0)
    assert not reader.may_read(500, 1.0)
    assert not learner.may_learn(500, 5.0), "the full look is younger, and goes first all the same"
    assert reader.may_read(500, 5.5)
    later = INVENTORY_YIELDS + 2.0
    line.held(later)
    line.spent += 2 * FULL
    assert not reader.may_read(500, later)
    assert not learner.may_learn(500, later)
    moment = later + HOLDS + 6.0
    assert not reader.may_read(500, moment), "by now the inventory has waited longer"
    assert learner.may_learn(500, moment)


def test_a_look_is_counted_on_every_line_of_the_way_and_refused_if_one_has_too_little() -> None:
    wide, narrow = Line(1_000 * RATE, 0.0), Line(RATE, 0.0)
    behind, beside = Account("behind", (narrow, wide)), Account("beside", (wide,))
    narrow.spent += FULL
    assert not behind.may_read(500, 0.0)
    assert beside.may_read(500, 0.0), "what is not behind the narrow line does not wait for it"
    assert (narrow.spent, wide.spent) == (FULL, 500)


def test_reachability_is_counted_and_never_refused() -> None:
    line = Line(RATE, 0.0)
    account = Account("a", (line,))
    account.spend(2 * FULL)
    assert line.held(0.0) == -FULL


def test_a_lines_rate_is_its_share_and_never_less_than_what_reachability_needs() -> None:
    # 2 % of 2 Mbit/s are 5,000 bytes a second.
    assert line_rate(2, 2.0, 10, 200, 10.0) == 5_000.0
    # 64 kbit/s would leave 160 bytes a second; ten devices' quick looks alone take 200.
    assert line_rate(0.064, 2.0, 10, 200, 10.0) == 400.0


@given(
    st.lists(st.integers(min_value=200, max_value=8_000), min_size=1, max_size=12),
    st.floats(min_value=50.0, max_value=400.0),
)
def test_however_little_there_is_everybody_is_read_in_the_end_and_the_line_carries_no_more_than_its_rate(
    needs: list[int], rate: float
) -> None:
    line = Line(rate, 0.0)
    line.spent += int(rate * HOLDS)  # the bucket is empty at first
    accounts = [Account(f"d{number}", (line,)) for number in range(len(needs))]
    before, read = line.spent, set[int]()
    span = sum(needs) / rate + HOLDS + 10 * len(needs) + 20
    for turn in range(int(span / 10) + 1):
        for number, (account, need) in enumerate(zip(accounts, needs, strict=True)):
            if number not in read and account.may_read(need, turn * 10.0 + number * 0.1):
                read.add(number)
    assert read == set(range(len(needs)))
    assert line.spent - before <= rate * (span + 10) + max(needs)
