"""What messages say, and that a text message keeps its rules."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.notify.outbox import MessageKind
from alerting.notify.texts import SINGLE, Facts, clean, digest_mail, digest_sms, taken, texts
from foundation.calendar import parse

FACTS = Facts(
    signature="云南政务网",
    number="YN1124-0012",
    title="昭通市 镇雄县路由器失联,影响 24 家单位",
    class_name="三级",
    colour="黄",
    prefecture="昭通",
    place="昭通镇雄县路由器",
    word="失联",
    started_at=parse("2026-11-24 10:32"),
    discovered_at=parse("2026-11-24 10:32:15"),
    agencies=24,
    counties=1,
    most_agencies=24,
    acknowledge_within=600_000,
    responsible="张三",
    impact=("镇雄县教育体育局", "镇雄县<卫生>健康局"),
    networks=("卫生专网",),
    runbook="县级路由器失联",
    steps=("问机房有没有电?", "看主控板"),
    console_url="https://yunwei.example/incidents/12",
)


def test_an_opening_by_text_message() -> None:
    sms = texts(MessageKind.OPENING, FACTS).sms
    assert sms == "【云南政务网】三级(黄)昭通镇雄县路由器10:32失联,影响24单位,责任人张三,请10分钟内确认。YN1124-0012"
    assert len(sms) <= SINGLE


def test_an_escalation_an_update_and_a_recovery_by_text_message() -> None:
    recovered = replace(FACTS, recovered_at=parse("2026-11-24 11:05"), agencies=0, counties=0)
    assert [
        texts(MessageKind.ESCALATION, FACTS).sms,
        texts(MessageKind.UPDATE, FACTS, news="升为二级,影响24单位").sms,
        texts(MessageKind.RECOVERY, recovered).sms,
    ] == [
        "【云南政务网】升级:三级(黄)昭通镇雄县路由器10:32失联,影响24单位,至今无人确认,请督办。YN1124-0012",
        "【云南政务网】进展:三级(黄)昭通镇雄县路由器升为二级,影响24单位。YN1124-0012",
        "【云南政务网】恢复:昭通镇雄县路由器10:32失联,11:05已恢复,历时33分钟,影响24单位。YN1124-0012",
    ]


def test_what_comes_and_goes_is_told_with_how_often_and_since_when() -> None:
    flapping = replace(FACTS, flaps=6)
    sms = texts(MessageKind.OPENING, flapping).sms
    assert sms.startswith("【云南政务网】三级(黄)昭通镇雄县路由器10:32起反复失联6次,影响24单位,")
    assert len(sms) <= SINGLE
    over = replace(flapping, flaps=90, recovered_at=parse("2026-11-24 11:35"))
    assert "昭通镇雄县路由器10:32起反复失联90次,11:35已恢复" in texts(MessageKind.RECOVERY, over).sms
    assert "反复次数:自 2026-11-24 10:32:00 起 90 次" in texts(MessageKind.RECOVERY, over).text


def test_what_flaps_is_told_since_it_flaps_and_not_since_the_incident_began() -> None:
    flapping = replace(FACTS, flaps=6, flapping_since=parse("2026-11-24 14:05"), recovered_at=parse("2026-11-24 14:35"))
    assert "昭通镇雄县路由器14:05起反复失联6次,14:35已恢复" in texts(MessageKind.RECOVERY, flapping).sms
    assert "反复次数:自 2026-11-24 14:05:00 起 6 次" in texts(MessageKind.RECOVERY, flapping).text


def test_who_is_left_without_a_spare_is_counted_in_calls_and_mails() -> None:
    spare = replace(FACTS, word="中断", agencies=0, counties=0, weakened=39, weakened_counties=("镇雄县", "彝良县"))
    assert texts(MessageKind.OPENING, spare).sms == (
        "【云南政务网】三级(黄)昭通镇雄县路由器10:32中断,39单位失去冗余,责任人张三,请10分钟内确认。YN1124-0012"
    )
    assert ",39单位失去冗余,至今无人确认" in texts(MessageKind.ESCALATION, spare).sms
    mail = texts(MessageKind.OPENING, spare)
    line = "39 家(业务未断,没有备用路径),其中 2 个县区全部:镇雄县、彝良县"
    assert f"失去冗余:{line}\n" in mail.text
    assert line in mail.html
    assert "失去冗余" not in texts(MessageKind.OPENING, FACTS).text
    both = replace(FACTS, weakened=15, responsible="")
    assert ",影响24单位,15单位失去冗余,请" in texts(MessageKind.OPENING, both).sms


def test_of_many_counties_without_a_spare_a_mail_names_ten() -> None:
    many = replace(FACTS, weakened=900, weakened_counties=tuple(f"第{number}县" for number in range(16)))
    assert "其中 16 个县区全部:第0县、" in (text := texts(MessageKind.OPENING, many).text)
    assert "第9县等\n" in text


def test_several_counties_are_counted() -> None:
    assert ",影响11县165单位," in texts(MessageKind.OPENING, replace(FACTS, counties=11, agencies=165)).sms


kinds = st.sampled_from([MessageKind.OPENING, MessageKind.ESCALATION, MessageKind.UPDATE, MessageKind.RECOVERY])
places = st.text(st.sampled_from("镇沅彝族哈尼拉祜自治县自然资源局接入路由器【】10.6.27.1 "), min_size=1, max_size=60)


@given(
    kinds, places, st.integers(0, 129), st.integers(0, 2511), st.integers(0, 10**9), st.text(max_size=10),
    st.integers(0, 2511),
)  # fmt: skip
def test_every_text_message_is_one_message_without_addresses_and_with_one_signature(
    kind: MessageKind, place: str, counties: int, agencies: int, lasted: int, responsible: str, weakened: int
) -> None:
    facts = replace(
        FACTS, place=place, counties=counties, agencies=agencies, most_agencies=agencies, responsible=responsible,
        recovered_at=FACTS.started_at + lasted, weakened=weakened,
    )  # fmt: skip
    sms = texts(kind, facts, news="升为二级,影响2511单位").sms
    assert sms.startswith("【云南政务网】")
    assert sms.endswith(FACTS.number)
    assert len(sms) <= SINGLE
    assert sms.count("【") == sms.count("】") == 1
    assert re.search(r"\d+\.\d+\.\d+\.\d+", sms) is None


def test_a_subject_says_class_place_and_number_first_to_last() -> None:
    subject = texts(MessageKind.OPENING, FACTS).subject
    assert subject == "[三级][昭通][失联] 昭通市 镇雄县路由器失联,影响 24 家单位 #YN1124-0012"


def test_an_e_mail_says_everything_as_text() -> None:
    text = texts(MessageKind.OPENING, FACTS).text
    for part in (
        "请在 10 分钟内确认",
        "2026-11-24 10:32:00",
        "镇雄县教育体育局",
        "卫生专网",
        "1. 问机房有没有电?",
        "12",
    ):
        assert part in text


def test_an_e_mails_html_is_escaped_and_loads_nothing_from_elsewhere() -> None:
    html = texts(MessageKind.OPENING, FACTS).html
    assert "镇雄县&lt;卫生&gt;健康局" in html
    assert "<img" not in html
    assert "src=" not in html
    assert html.count("href=") == 1


def test_a_long_list_of_agencies_is_cut_and_counted() -> None:
    many = replace(FACTS, impact=tuple(f"单位{number}" for number in range(165)))
    mail = texts(MessageKind.OPENING, many)
    assert "……等共 165 家" in mail.text
    assert "单位59" in mail.text
    assert "单位60" not in mail.text


@pytest.mark.parametrize("responsible", ["张三", ""])
def test_a_call_that_waits_says_who_took_the_incident(responsible: str) -> None:
    told = texts(MessageKind.OPENING, replace(FACTS, responsible=responsible))
    sms = taken(told.sms, "李四")
    assert sms == "【云南政务网】三级(黄)昭通镇雄县路由器10:32失联,影响24单位,李四已确认。YN1124-0012"
    assert "李四 已确认处理。" in taken(told.text, "李四")
    assert "分钟内确认" not in taken(told.html, "李四")


def test_what_must_not_stand_in_a_body_is_taken_out() -> None:
    assert clean("【急】10.6.27.1 不通") == "[急]* 不通"


def test_a_digest_names_as_many_incidents_as_fit() -> None:
    numbers = [f"YN1124-{number:04}" for number in range(1, 30)]
    sms = digest_sms("云南政务网", numbers, 29)
    assert sms.startswith("【云南政务网】消息较多已合并:共29条")
    assert "YN1124-0001、YN1124-0002" in sms
    assert len(sms) <= SINGLE
    subject, text, html = digest_mail(["甲 <1>", "乙"])
    assert subject == "[合并通知] 2 条消息"
    assert "- 甲 <1>" in text
    assert "<li>甲 &lt;1&gt;</li>" in html
