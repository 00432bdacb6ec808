"""Operators remember places: what changes in the inventory moves as few cells as can be."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.topology.cartogram.provinces import check_layout, moved, province, shapes
from topology.cartogram import load_cartogram
from topology.cartogram.cache import read_layout
from topology.cartogram.changes import carry_over
from topology.cartogram.layout import Layout, lay_out
from topology.network import Network

COUNTS = [[9, 7], [8, 6, 5], [10]]


def carried(layout: Layout, network: Network) -> Layout:
    """The layout carried over, which must succeed."""
    result = carry_over(layout, network)
    assert result is not None
    check_layout(result, network)
    return result


def test_an_unchanged_network_keeps_its_layout_as_it_is() -> None:
    network = province(COUNTS)
    layout = lay_out(network)
    assert carry_over(layout, network) == layout


@pytest.mark.slow
def test_one_that_goes_leaves_a_free_cell_and_moves_nobody() -> None:
    before = lay_out(province(COUNTS))
    after = carried(before, province(COUNTS, skip=frozenset({"530121-4"})))
    assert moved(before.cells, after.cells) == set()
    assert after.counties == before.counties


def test_one_that_comes_takes_the_free_cell_of_its_county() -> None:
    without = province(COUNTS, skip=frozenset({"530121-4"}))
    full = lay_out(province(COUNTS))
    hole = full.cells["530121-4"]
    again = carried(carried(full, without), province(COUNTS))
    assert again.cells["530121-4"] == hole


@pytest.mark.parametrize("county", [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 0)])
def test_one_that_comes_to_a_county_at_the_rim_moves_nobody(county: tuple[int, int]) -> None:
    counts = [list(row) for row in COUNTS]
    before = lay_out(province(counts))
    counts[county[0]][county[1]] += 1
    after = carried(before, province(counts))
    assert moved(before.cells, after.cells) == set()


def test_a_county_closed_in_on_all_sides_grows_by_one_step_a_neighbour() -> None:
    """The middle county of seven: its ring of neighbours gives, and each step moves one agency."""
    cells = {(0, 0): "530121"}
    around = ((1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1))
    for number, cell in enumerate(around):
        cells[cell] = f"5301{number + 22}"
        cells[2 * cell[0], 2 * cell[1]] = f"5301{number + 22}"
    agencies: dict[str, tuple[int, int]] = {}
    for cell, county in cells.items():
        agencies[f"{county}-{sum(county in agency for agency in agencies)}"] = cell
    before = Layout(200.0, 200.0, 10.0, (100.0, 100.0), agencies, cells)
    after = carried(before, province([[2, 2, 2, 2, 2, 2, 2]]))
    assert len(moved(before.cells, after.cells)) == 1
    assert len(after.counties) == len(cells) + 1


def test_a_new_county_begins_beside_its_prefecture() -> None:
    before = lay_out(province(COUNTS))
    counts = [*COUNTS[:2], [10, 3]]
    after = carried(before, province(counts))
    assert moved(before.cells, after.cells) == set()


def test_another_network_is_laid_out_anew() -> None:
    assert carry_over(lay_out(province([[9]])), province([[0, 9]])) is None


def check_change(counts: list[list[int]], data: st.DataObject) -> None:
    """Some agencies come and go: the picture is right, and few others moved."""
    before_network = province(counts)
    before = lay_out(before_network)
    grown = [list(row) for row in counts]
    p = data.draw(st.integers(0, len(grown) - 1))
    c = data.draw(st.integers(0, len(grown[p]) - 1))
    come = data.draw(st.integers(0, 3))
    grown[p][c] += come
    gone = data.draw(st.sets(st.sampled_from(sorted(before_network.agencies) or ["none"]), max_size=2))
    network = province(grown, skip=frozenset(gone))
    if len(before_network.agencies) > 2 * (come + len(gone)):
        after = carried(before, network)
        assert len(moved(before.cells, after.cells)) <= come * sum(map(len, counts))


@pytest.mark.slow
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(shapes(6), st.data())
def test_any_small_change_leaves_a_right_picture_with_nearly_everyone_in_place(
    counts: list[list[int]], data: st.DataObject
) -> None:
    check_change(counts, data)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(shapes(20), st.data())
def test_many_small_changes_leave_right_pictures(counts: list[list[int]], data: st.DataObject) -> None:
    check_change(counts, data)


def test_the_kept_file_holds_the_places_across_starts(tmp_path: Path) -> None:
    kept = tmp_path / "data" / "cartogram.json"
    first = load_cartogram(province(COUNTS), kept)
    counts = [[10, 7], [8, 6, 5], [10]]
    second = load_cartogram(province(counts), kept)
    assert {agency: second.cells[agency] for agency in first.cells} == first.cells
    third = load_cartogram(province(counts), kept)
    assert third == second
    assert not kept.with_name("cartogram.json.new").exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"null", b"\xff\xfe", b'{"format": 2}', b"[]", b'{"format":1,"width":1e999}', b"[" * 100_000],
)
def test_a_broken_kept_file_is_replaced_with_a_warning(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    kept = tmp_path / "cartogram.json"
    kept.write_bytes(content)
    network = province(COUNTS)
    assert len(load_cartogram(network, kept).cells) == len(network.agencies)
    assert "can't be used" in caplog.text
    restored = read_layout(kept)
    assert restored is not None
    check_layout(restored, network)


@pytest.mark.slow
def test_a_kept_file_that_gives_a_cell_twice_is_refused(tmp_path: Path) -> None:
    kept = tmp_path / "cartogram.json"
    network = province([[2]])
    load_cartogram(network, kept)
    text = kept.read_text(encoding="utf-8")
    cells = sorted(set(lay_out(network).cells.values()))
    one, other = (f"[{q},{r}]" for q, r in cells)
    kept.write_text(text.replace(one, other), encoding="utf-8")
    assert read_layout(kept) is None


def test_a_place_that_can_not_be_written_costs_only_the_memory(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no directory")
    network = province([[3]])
    assert len(load_cartogram(network, tmp_path / "file" / "cartogram.json").cells) == 3
    assert "can't be kept" in caplog.text
