"""How the figures came about: printed beside them, in both languages."""

from foundation import calendar
from reports.measuring import CANDIDATES, SHOWN
from reports.report import MonthReport
from reports.rows import Name
from reports.words import TIERS, Language, pick


def statements(report: MonthReport) -> list[Name]:
    """The method in numbered sentences, with this report's own window and targets."""
    start, end = calendar.stamp(report.start), calendar.stamp(report.end)
    found = [
        Name(
            f"数据来自平台的状态时间线，精确到毫秒；统计时段为 {start} 至 {end}（北京时间，不含终点）。",
            "The figures come from the platform's state timeline, in milliseconds, over "
            f"{start} to {end} (Beijing time, end excluded).",
        ),
        Name(
            "每一时刻只属于一种状态：正常、本级责任中断、上级影响中断、计划检修、未知；五项之和恰为统计时段。"
            "检修窗口内的中断（含由其引起的下级中断）为计划检修；窗口内仍在服务的时间为正常。",
            "Each moment is in one state: in service, own fault, upstream fault, planned work or unknown; the five sum "
            "exactly to the period. An outage inside a maintenance window, and what it cuts off, is planned work; "
            "service that goes on inside a window is service.",
        ),
        Name(
            "原始可用率 = 正常 ÷（正常 + 本级责任中断 + 上级影响中断 + 计划检修），"
            "不剔除任何已监测时间，计划检修中的中断按未服务计。",
            "Raw availability = in service ÷ (in service + own fault + upstream fault + planned work): "
            "nothing observed is excluded, and outages of planned work count as not served.",
        ),
        Name(
            "考核可用率 = 正常 ÷（正常 + 本级责任中断 + 上级影响中断）；"
            "计划检修逐时刻与中断求交后剔除，从不按总时长相减。除计划检修外，停电、不可抗力等其他免责时间本版未剔除。",
            "Assessed availability = in service ÷ (in service + own fault + upstream fault); planned work is "
            "intersected with outages moment by moment and excluded, its total is never subtracted. Beyond it "
            "nothing is excluded: not power cuts, nor force majeure.",
        ),
        Name(
            "计划检修分为事先公告的和未事先公告的：公告时间早于检修开始时间的为事先公告。两者都从考核可用率的应服务时间中剔除，"
            "其中未事先公告的单列，是否认可由考核单位决定。",
            "Planned work is told apart by whether it was announced in advance, before it began. Both are excluded "
            "from assessed availability; what was not announced is shown, for those who assess to accept or not.",
        ),
        Name(
            "责任可用率 =（正常 + 上级影响中断）÷（正常 + 本级责任中断 + 上级影响中断），只计本节点自身的故障。",
            "Own-fault availability = (in service + upstream fault) ÷ (in service + own fault + upstream fault): "
            "only the node's own faults count.",
        ),
        Name(
            "监测完整率 = 已监测时间 ÷ 统计时段。未监测时间既不算正常也不算中断，不计入任何可用率的分母。",
            "Observed = time observed ÷ period. Time not observed is neither up nor down, and in no "
            "figure's denominator.",
        ),
        Name(
            "中断自确认序列中第一次探测失败起，至再次观测到正常止；中间的未知或检修时间不结束中断，也不计入中断时长。"
            "时段末仍未恢复的中断计至时段末。重叠的中断只计一次。",
            "An outage begins at the first failed probe of the confirming series and ends when service is seen again; "
            "unknown or planned time in between neither ends it nor counts as lost. An outage still open counts to the "
            "period's end. Overlaps count once.",
        ),
        Name(
            "短于 60 秒的完整中断为闪断，次数单列；其时长仍计入中断时间。",
            "A whole break shorter than 60 seconds is a flash, counted apart; its time is lost time all the same.",
        ),
        Name(
            "分组可用率 = Σ 服务时间 ÷ Σ 应服务时间；节点达标率 = 达标节点数 ÷ 有数据的节点数。"
            "机构按属地（所在县区）归组。",
            "A group's availability = Σ service time ÷ Σ due time; nodes at target = nodes that reach it ÷ nodes with "
            "data. Agencies are grouped by the county they stand in.",
        ),
        Name(
            "省–州市、州市–县区线路由该地的汇聚或县级路由器表示；有冗余时，任一台正常即为正常。",
            "Province–prefecture and prefecture–county lines are represented by that place's routers; with redundancy, "
            "the line is in service while any of them is.",
        ),
        Name(
            "线路、站点与专网各按自身的状态时间线统计：线路自身的故障为本级责任，端设备故障或上级中断为上级影响；"
            "站点为一地的路由器与上联线路，任一台路由器正常即为正常，部分路由器或上联中断为劣化；劣化仍计为正常，时长单列。",
            "Lines, sites and private networks are counted by their own timelines: a line's own loss is its own fault, "
            "that of a device at its end or above is upstream; a site is a place's routers and their uplinks, in "
            "service while a router is, degraded while another or an uplink is lost. Degraded time is service, and "
            "stands apart.",
        ),
        Name(
            "专网可用率为其成员机构的 Σ 服务时间 ÷ Σ 应服务时间；全网中断为没有任何成员在服务的时间，"
            "部分中断为仅部分成员中断的时间。",
            "A private network's availability is Σ service time ÷ Σ due time of its member agencies; it is wholly out "
            "while no member is served, and partly while only some are not.",
        ),
        Name(
            "链路负载取线路下端（无值时取上端）接口的收发流量，除以线路的登记带宽；列月平均最高的 "
            f"{CANDIDATES} 条线路中峰值最高的 {SHOWN} 条、较忙的方向。峰值为 5 分钟均值的 95 百分位"
            f"（时段不超过 2 天时为单个值的）；高于 {report.widen_above}% 的建议扩容。"
            "负载来自指标库，不参与任何可用率。",
            "The load of a line is the traffic of the port at its lower end (its upper end where that has no values) "
            f"over the line's declared capacity. Of the {CANDIDATES} lines with the highest means the {SHOWN} with "
            "the highest peaks are listed, each in its busier direction. The peak is the 95th percentile of 5-minute "
            f"means (of single values in a period of up to 2 days). Above {report.widen_above}% a line should be "
            "widened. The load comes from the metric store and is in no availability.",
        ),
        Name(
            "责任方按中断根源划分：租用线路归运营商，自有线路归其上端，设备归所在层级；无法判定的为待查。",
            "The party is that of the outage's root: a leased line its carrier, an own line its upper end, a device "
            "its tier; otherwise not known.",
        ),
        Name(
            "百分数只在最后计算一次，保留三位小数，直接截断不进位：有过中断就不会显示 100.000%。",
            "Percentages are computed once, at the end, with three decimals cut off, never rounded up: "
            "with any outage, 100.000% is never shown.",
        ),
        Name(
            "目标值为可配置的内部目标，不代表法定阈值：" + "，".join(_targets(report, "zh")) + "。",
            "Targets are internal and configurable, not legal thresholds: " + ", ".join(_targets(report, "en")) + ".",
        ),
    ]
    if report.strangers:
        found.append(
            Name(
                f"时间线上有 {report.strangers} 个对象已不在当前拓扑中，未计入任何数字。",
                f"{report.strangers} objects on the timeline are no longer in the topology, and are in no figure.",
            )
        )
    return found


def _targets(report: MonthReport, language: Language) -> list[str]:
    return [f"{pick(TIERS[row.key], language)} {row.target}%" for row in report.tiers]
