"""The report's words in both languages, keyed by the Chinese ones. Chinese comes first; English is complete."""

from collections.abc import Callable, Mapping
from typing import Final, Literal

from reports.load import Way
from reports.rows import Name, Party, Standing, TierKey

Language = Literal["zh", "en"]
Translate = Callable[[str], str]

TIERS: Final[Mapping[TierKey, Name]] = {
    TierKey.CORE: Name("省级核心", "Provincial core"),
    TierKey.PREFECTURE: Name("省–州市", "Province–prefecture"),
    TierKey.COUNTY: Name("州市–县区", "Prefecture–county"),
    TierKey.AGENCY: Name("县区–机构", "County–agency"),
}
PARTIES: Final[Mapping[Party, Name]] = {
    Party.PROVINCE: Name("省级", "Province"),
    Party.PREFECTURE: Name("州市", "Prefecture"),
    Party.COUNTY: Name("县区", "County"),
    Party.AGENCY: Name("接入单位", "Agency"),
    Party.CARRIER: Name("运营商", "Carrier"),
    Party.OPEN: Name("待查", "Not known"),
}
STANDINGS: Final[Mapping[Standing, Name]] = {
    Standing.OPEN: Name("未确认", "Open"),
    Standing.ACKNOWLEDGED: Name("处置中", "Acknowledged"),
    Standing.RECOVERED: Name("已恢复", "Recovered"),
    Standing.CLOSED: Name("已关闭", "Closed"),
}
FAULT_CLASSES: Final[Mapping[int, Name]] = {
    1: Name("一级", "Class 1"),
    2: Name("二级", "Class 2"),
    3: Name("三级", "Class 3"),
    4: Name("四级", "Class 4"),
}

WAYS: Final[Mapping[Way, Name]] = {
    Way.DOWN: Name("下行", "Down"),
    Way.UP: Name("上行", "Up"),
}
CARRIERS: Final[Mapping[str, Name]] = {
    "": Name("自有", "own"),
    "电信": Name("电信", "Telecom"),
    "移动": Name("移动", "Mobile"),
    "联通": Name("联通", "Unicom"),
    "广电": Name("广电", "Broadnet"),
}
"""By what topology.yaml calls them; of another carrier the name stands as it is written there."""

ENGLISH: Final[Mapping[str, str]] = {
    # Head
    "电子政务网络运维月报": "Monthly Report of the Government Network",
    "统计时段": "Period",
    "生成时间": "Made at",
    "暂定": "Provisional",
    "本月未满，数据截至": "The month is still running: figures up to",
    "北京时间": "Beijing time",
    # Figures
    "原始可用率": "Raw availability",
    "考核可用率": "Assessed availability",
    "责任可用率": "Own-fault availability",
    "监测完整率": "Observed",
    "节点达标率": "Nodes at target",
    "机构达标率": "Agencies at target",
    "目标": "Target",
    "达标": "Met",
    "未达标": "Missed",
    "无数据": "No data",
    "结论": "Verdict",
    "环比": "On last month",
    "个百分点": "pp",
    "上月": "Last month",
    "不剔除任何时间": "nothing excluded",
    "剔除计划检修": "planned work excluded",
    "只计本级责任": "own faults only",
    "已监测时间占比": "share of time observed",
    "中断": "Outages",
    "闪断": "Flashes",
    "最长中断": "Longest outage",
    "正常": "In service",
    "本级责任中断": "Own fault",
    "上级影响中断": "Upstream fault",
    "计划检修": "Planned work",
    "其中事先公告": "of it announced in advance",
    "其中未事先公告": "of it not announced in advance",
    "未知": "Unknown",
    "中断时长": "Time lost",
    "机构时": "agency time",
    "已统计": "Judged",
    # Sections
    "概况": "Overview",
    "检修": "Planned work",
    "分层可用率": "Availability by tier",
    "各州市可用率": "Availability by prefecture",
    "逐日可用率": "Day by day",
    "县区": "County",
    "各县区可用率": "Availability by county",
    "可用率最低的 10 个县区": "The 10 counties with the lowest availability",
    "可用率最高的 10 个县区": "The 10 counties with the highest availability",
    "骨干线路": "Backbone lines",
    "省–州市线路": "Province–prefecture lines",
    "可用率最低的 10 条州市–县区线路": "The 10 prefecture–county lines with the lowest availability",
    "线路与站点": "Lines and sites",
    "责任可用率最低的 10 条线路": "The 10 lines with the most faults of their own",
    "可用率最低的 10 个站点": "The 10 sites with the lowest availability",
    "专网": "Private network",
    "各专网可用率": "Availability by private network",
    "站点": "Site",
    "线路编号": "Line id",
    "专网编号": "Network id",
    "运营商": "Carrier",
    "自有": "own",
    "劣化": "Degraded",
    "全网中断": "Wholly out",
    "部分中断": "Partly out",
    "本时段没有。": "None in this period.",
    "中断分析": "Outages",
    "最长的 10 次中断": "The 10 longest outages",
    "反复中断的 10 个根源": "The 10 roots that failed most often",
    "责任划分": "Responsibility",
    "运维事件": "Incidents",
    "事件清单": "List of incidents",
    "按等级与州市": "By class and prefecture",
    "全部县区": "All counties",
    "统计方法": "Method",
    "附": "Annex",
    # Columns
    "层级": "Tier",
    "节点数": "Nodes",
    "州市": "Prefecture",
    "机构": "Agency",
    "机构数": "Agencies",
    "机构编号": "Agency id",
    "机构英文名": "Agency (English)",
    "部门": "Department",
    "代码": "Code",
    "英文名": "Name (English)",
    "英文": "English",
    "线路": "Line",
    "路由器": "Routers",
    "根源": "Root",
    "根源编号": "Root id",
    "责任方": "Party",
    "开始": "Start",
    "结束": "End",
    "历时": "Length",
    "影响机构": "Agencies hit",
    "影响时长": "Agency time lost",
    "根源数": "Events",
    "对象": "Target",
    "原因": "Reason",
    "登记人": "Planned by",
    "批准人": "Approved by",
    "公告": "Announced at",
    "事先公告": "In advance",
    "中断机构": "Agencies cut off",
    "未结束": "not ended",
    "发生次数": "Times",
    "状态": "State",
    "未恢复": "Not recovered",
    "已恢复": "Recovered",
    "月前开始": "Began before",
    "类别": "Kind",
    "编号": "Number",
    "事件": "Incident",
    "故障等级": "Fault class",
    "发现": "Discovered",
    "首次确认": "Acknowledged",
    "恢复": "Recovered at",
    "关闭": "Closed at",
    "遗留": "Carried over",
    "平均确认时间": "Mean time to acknowledge",
    "平均恢复时间": "Mean time to restore",
    "省级": "Province",
    "合计": "Total",
    "全省": "Whole province",
    "指标": "Figure",
    "数值": "Value",
    "说明": "Note",
    "占比": "Share",
    "是": "yes",
    "否": "no",
    "本时段没有中断。": "There was no outage in this period.",
    "本时段没有反复中断的根源。": "No root failed more than once in this period.",
    "本时段没有计划检修。": "There was no planned work in this period.",
    "本时段没有运维事件。": "There was no incident in this period.",
    "仅列前": "Only the first",
    "条": "rows are listed",
    "月报": "Monthly report",
    # Sheets
    "中断根源": "Roots of outages",
    "中断明细": "Outages of agencies",
    "方法": "Method",
    # Load of lines
    "链路负载": "Load of lines",
    "负载最高的 10 条线路": "The 10 busiest lines",
    "方向": "Direction",
    "带宽 (Mbit/s)": "Capacity (Mbit/s)",
    "平均 (Mbit/s)": "Mean (Mbit/s)",
    "平均 (%)": "Mean (%)",
    "95 百分位": "95th percentile",
    "95 百分位 (Mbit/s)": "95th percentile (Mbit/s)",
    "95 百分位 (%)": "95th percentile (%)",
    "最高值": "Highest value",
    "最高值 (Mbit/s)": "Highest value (Mbit/s)",
    "最高值 (%)": "Highest value (%)",
    "有测量值的时间": "Time measured",
    "建议": "Advice",
    "扩容": "widen",
    "扩容线": "Widen above",
    # Legend
    "无中断": "No loss",
    "达到目标": "At target",
    "低于目标": "Below target",
    "低于目标 1 个百分点以上": "More than 1 pp below",
    "未监测": "Not observed",
    "刻度": "Scale",
}


def translator(language: Language) -> Translate:
    """Turns the report's Chinese words into the language. Raises KeyError for a word without its English."""
    if language == "zh":
        return lambda word: word
    return lambda word: ENGLISH[word]


def pick(name: Name, language: Language) -> str:
    """A name in the language."""
    return name.zh if language == "zh" else name.en
