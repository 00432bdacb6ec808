"""The page that tells what a failure would do, before it does."""

import pytest
from flask.testing import FlaskClient

from dashboard.services import Services
from foundation.clock import SteppedClock
from tests.dashboard.happenings import device_goes_down
from tests.dashboard.pages import texts


def test_a_device_shows_who_is_cut_off_who_loses_redundancy_and_whom_to_call(viewer: FlaskClient) -> None:
    page = texts(viewer.get("/impact?object=county-a").text)
    assert "停用期间，中断：1 个县区（镇雄县），3 家单位" in page
    assert "将失去冗余" in page
    assert "彝良县" in page
    assert "联系人" in page


def test_a_name_that_means_nothing_is_told_with_the_nearest_that_does(viewer: FlaskClient) -> None:
    page = texts(viewer.get("/impact?object=county-c").text)
    assert "There is no device or link" in page
    assert "Did you mean" in page


@pytest.mark.slow
def test_without_a_question_there_is_only_the_form(viewer: FlaskClient) -> None:
    page = viewer.get("/impact")
    assert page.status_code == 200
    assert "可直接发送的通知" not in page.text


def test_what_is_down_already_is_not_counted_again(viewer: FlaskClient, house: Services, clock: SteppedClock) -> None:
    device_goes_down(house, "county-a", clock.now())
    page = texts(viewer.get("/impact?object=agg-1&now=1").text)
    assert "已因其他故障中断，未重复计入" in page
