"""Several targets in one window: objects, sites and tags mixed, as one in everything that is done with it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from alerting.maintenance.asking import ask
from alerting.maintenance.coverage import Coverage
from alerting.maintenance.findings import Finding
from alerting.maintenance.notice import texts_of
from alerting.maintenance.targets import APART, Objects, TargetKind, objects_of, pieces_of
from alerting.maintenance.windows import NewWindow, Window, list_windows
from foundation.clock import HOUR, SteppedClock
from storage.records.database import Records
from storage.records.migrate import downgrade, upgrade
from tests.alerting.windows import linter_of, planned
from tests.networks import carried_by, small_network
from topology.network import Network

SEVERAL = TargetKind.SEVERAL


def window(target: str) -> NewWindow:
    return NewWindow(SEVERAL, target, HOUR, 2 * HOUR, "割接", "李主任", 0)


def refused(network: Network, target: str) -> list[Finding]:
    return [one for one in linter_of(network).new(window(target), "张三", (), HOUR) if one.level == "refuse"]


def test_it_covers_what_each_of_them_covers_and_what_lies_behind_all(network: Network) -> None:
    network = carried_by(network, {"b2:county-b": "电信"})
    target = "device:a1; tag:carrier=电信; link:county-b:agg-2; link:county-b:county-a"
    assert objects_of(SEVERAL, target, network) == Objects(
        frozenset({"a1"}), frozenset({"b2:county-b", "county-b:agg-2", "county-b:county-a"})
    )
    lasting = Window(1, SEVERAL, target, 0, HOUR, None, "", "", "", 0)
    covered = Coverage(network).at([lasting], 0)
    assert covered.behind == {"county-b", "b1", "b2"}, "only both lines together cut it off"


PIECES = st.lists(
    st.one_of(
        st.tuples(st.just(TargetKind.DEVICE), st.sampled_from(sorted(small_network().devices))),
        st.tuples(st.just(TargetKind.LINK), st.sampled_from(sorted(small_network().links))),
        st.tuples(st.just(TargetKind.DIVISION), st.sampled_from(sorted(small_network().divisions))),
        st.tuples(st.just(TargetKind.TAG), st.sampled_from(["role=access", "department=卫生健康,division=530627"])),
    ),
    min_size=1,
    max_size=6,
)


@given(PIECES)
def test_what_is_written_is_read_again_and_the_whole_is_the_sum_of_its_parts(
    pieces: list[tuple[TargetKind, str]],
) -> None:
    network = small_network()
    target = APART.join(f"{kind.value}:{one}" for kind, one in pieces)
    assert pieces_of(SEVERAL, target) == list(dict.fromkeys(pieces))
    whole = objects_of(SEVERAL, target, network)
    parts = [objects_of(kind, one, network) for kind, one in pieces]
    assert whole.devices == frozenset().union(*(part.devices for part in parts))
    assert whole.links == frozenset().union(*(part.links for part in parts))


def test_each_is_named_as_it_would_be_alone(network: Network) -> None:
    asked = ask(
        network, kind="several", target="device:a1；site：彝良县;\nlink:county-a/up1; device: a1", starts_at="", now=0
    )
    assert asked.target_id == "device:a1; division:530628; link:county-a:agg-1; device:a1"
    assert pieces_of(SEVERAL, asked.target_id) == [
        (TargetKind.DEVICE, "a1"), (TargetKind.DIVISION, "530628"), (TargetKind.LINK, "county-a:agg-1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("target", "sentences"),
    [
        ("device:a1; devise:a2", ['There is no kind of target "devise". Did you mean "device"?']),
        ("several:a1", ['There is no kind of target "several".']),
        ("device:a1; a2", ['"a2" names no kind']),
        (" ; ", ["No target is named"]),
        ("device:a11; division:539999", ['There is no device "a11".', 'There is no division "539999".']),
        ("device:a1; tag:carrier=铁通", ['"carrier=铁通" stands for no device and no link']),
        ("device:a1; division:530000", ["It would silence the whole province"]),
        (
            "division:530600; device:core-1; device:core-2",
            ["It would silence the whole province"],
        ),
    ],
)
def test_what_is_wrong_with_any_of_them_refuses_the_window(network: Network, target: str, sentences: list[str]) -> None:
    found = refused(network, target)
    assert len(found) == len(sentences)
    for one, sentence in zip(found, sentences, strict=True):
        assert one.text_en.startswith(sentence)


def test_one_that_leaves_the_network_is_remarked_and_the_others_stay_covered(network: Network) -> None:
    assert refused(network, "device:a1; device:b1") == []
    lasting = Window(1, SEVERAL, "device:a1; device:gone", 0, None, None, "割接", "张三", "李主任", 0)
    assert Coverage(network).objects(lasting) == Objects(frozenset({"a1"}))
    codes = [one.code for one in linter_of(network).recorded(lasting, (), HOUR)]
    assert "unknown-target" in codes


def test_a_message_counts_them_in_a_text_and_names_them_in_an_e_mail(network: Network) -> None:
    target = "device:a1; division:530628; link:a2:county-a"
    lasting = Window(1, SEVERAL, target, 0, None, None, "割接", "张三", "李主任", 0)
    texts = texts_of(network, lasting, objects_of(SEVERAL, target, network), 0, HOUR, "云南政务网")
    assert "检修1号已自动结束:4台设备、1条线路正常满" in texts.sms
    assert len(texts.sms) <= 70
    assert "检修对象:a1、彝良县、a2:county-a" in texts.text


def test_more_targets_fit_than_any_list_has(records: Records, network: Network, clock: SteppedClock) -> None:
    target = APART.join(f"device:{device}" for device in list(network.devices)[4:] * 20)
    number = planned(records, network, clock.now(), SEVERAL, target, clock.now(), None)
    with records.reading() as session:
        (found,) = list_windows(session, 0)
    assert (found.id, found.target_id) == (number, target)
    assert len(found.pieces) == len(network.devices) - 4


@pytest.mark.slow
def test_back_in_the_former_schema_each_target_is_a_window_of_its_own(tmp_path: Path, network: Network) -> None:
    records = Records(f"sqlite:///{tmp_path / 'records.sqlite'}")
    upgrade(records)
    planned(records, network, HOUR, SEVERAL, "device:a1; division:530628; link:a2:county-a", HOUR, None)
    planned(records, network, HOUR, TargetKind.DEVICE, "b1", HOUR, 2 * HOUR)
    downgrade(records, "0006")
    with records.reading() as session:
        rows = session.execute(
            text("SELECT id, target_kind, target_id, ends_at, author FROM maintenance_window ORDER BY id")
        ).all()
    assert [tuple(row) for row in rows] == [
        (1, "device", "a1", None, "张三"), (2, "device", "b1", 2 * HOUR, "张三"),
        (3, "division", "530628", None, "张三"), (4, "link", "a2:county-a", None, "张三"),
    ]  # fmt: skip
    upgrade(records)
    with records.reading() as session:
        assert len(list_windows(session, 0)) == 4
    records.close()
