"""Places for inventories: a bounded number, and who waits is called in order, once."""

from collectors.budget.places import Places


def test_who_finds_no_place_is_called_in_order_when_there_is_one() -> None:
    called: list[str] = []
    places = Places(1, called.append)
    assert places.take("a")
    assert not places.take("b")
    assert not places.take("c")
    assert not places.take("b"), "asking again does not make it wait twice"
    places.give_back()
    places.give_back()
    places.give_back()
    assert called == ["b", "c"]


def test_a_place_that_was_given_back_can_be_taken() -> None:
    places = Places(1, lambda _device: None)
    assert places.take("a")
    places.give_back()
    assert places.taken == 0
    assert places.take("b")
