"""The trade's words in the language of the request: states, classes, severities, roles, kinds of entries.

Each table is a function, since a text's language is only known during a request.
"""

from alerting.rules.kinds import kind_words
from dashboard.web.languages import language
from dashboard.web.texts import gettext


def state_word(state: str) -> str:
    """Of an agency or a device; `degraded` is up with an alert on it."""
    return {
        "up": gettext("正常"),
        "degraded": gettext("劣化"),
        "down": gettext("中断"),
        "unreachable": gettext("受上级影响"),
        "maintenance": gettext("维护"),
        "unknown": gettext("未知"),
    }.get(state, state)


def object_word(kind: str) -> str:
    """What has a timeline."""
    return {
        "device": gettext("设备"),
        "agency": gettext("机构"),
        "link": gettext("线路"),
        "site": gettext("站点"),
        "private_network": gettext("专网"),
    }.get(kind, kind)


def class_word(fault_class: int) -> str:
    """故障等级: never a bare number, since other scales run the other way."""
    words = ("", gettext("一级"), gettext("二级"), gettext("三级"), gettext("四级"))
    return words[fault_class] if 0 < fault_class < len(words) else str(fault_class)


def severity_word(severity: str) -> str:
    """告警级别."""
    return {
        "critical": gettext("紧急"),
        "major": gettext("重要"),
        "minor": gettext("次要"),
        "warning": gettext("提示"),
    }.get(severity, severity)


def incident_word(state: str) -> str:
    """Where an incident stands."""
    return {
        "open": gettext("未确认"),
        "acknowledged": gettext("处理中"),
        "recovered": gettext("已恢复"),
        "closed": gettext("已关闭"),
    }.get(state, state)


def alert_word(state: str) -> str:
    """Where an alert stands."""
    return {
        "firing": gettext("告警中"),
        "suppressed": gettext("已抑制"),
        "flapping": gettext("反复告警"),
        "no_data": gettext("无数据"),
        "cleared-unacked": gettext("已消除未确认"),
        "closed": gettext("已关闭"),
    }.get(state, state)


def suppression_word(reason: str) -> str:
    """Why an alert is suppressed, in one word."""
    return {
        "maintenance": gettext("检修"),
        "parent": gettext("上级故障"),
        "inhibition": gettext("同源抑制"),
        "flapping": gettext("反复"),
        "storm-digest": gettext("风暴汇总"),
    }.get(reason, reason)


def role_word(role: str) -> str:
    """An account's role."""
    return {
        "admin": gettext("管理员"),
        "operator": gettext("值班员"),
        "viewer": gettext("查看者"),
        "auditor": gettext("审计员"),
    }.get(role, role)


def duty_word(role: str) -> str:
    """In what capacity a person is called."""
    return {
        "operator": gettext("值班员"),
        "leader": gettext("带班领导"),
        "director": gettext("中心主任"),
    }.get(role, role)


def device_role_word(role: str) -> str:
    """What a router is for."""
    return {
        "core": gettext("省核心路由器"),
        "aggregation": gettext("州市汇聚路由器"),
        "county": gettext("县区路由器"),
        "access": gettext("接入路由器"),
    }.get(role, role)


def message_word(state: str) -> str:
    """Where an outgoing message stands."""
    return {
        "pending": gettext("待发"),
        "claimed": gettext("发送中"),
        "sent": gettext("已发"),
        "dead": gettext("失败"),
        "withdrawn": gettext("已撤回"),
        "merged": gettext("已合并"),
        "skipped": gettext("未配置通道"),
    }.get(state, state)


def message_kind_word(kind: str) -> str:
    """What an outgoing message tells."""
    return {
        "opening": gettext("首报"),
        "escalation": gettext("升级"),
        "update": gettext("更新"),
        "recovery": gettext("恢复"),
        "notice": gettext("通知"),
        "digest": gettext("汇总"),
    }.get(kind, kind)


def channel_word(channel: str) -> str:
    """By what way a message leaves."""
    return {"sms": gettext("短信"), "email": gettext("邮件")}.get(channel, channel)


def target_word(kind: str) -> str:
    """What a maintenance window covers."""
    return {
        "device": gettext("设备"),
        "link": gettext("线路"),
        "agency": gettext("机构"),
        "division": gettext("行政区"),
        "tag": gettext("标签"),
        "several": gettext("多个对象"),
    }.get(kind, kind)


def impact_word(kind: str) -> str:
    """Who is cut off, or without redundancy."""
    kind = kind.removeprefix("degraded_")
    return {
        "county": gettext("县区"),
        "private_network": gettext("专网"),
        "agency": gettext("机构"),
    }.get(kind, kind)


def interface_word(status: int | None) -> str:
    """ifOperStatus and ifAdminStatus."""
    if status is None:
        return "—"
    return {
        1: gettext("启用"),
        2: gettext("断开"),
        3: gettext("测试"),
        4: gettext("未知"),
        5: gettext("休眠"),
        6: gettext("不在位"),
        7: gettext("下层断开"),
    }.get(status, str(status))


def verdict_word(verdict: str | None) -> str:
    """Why an interface's last look gave no rates; empty where it gave some."""
    return {
        "first": gettext("首次采样"),
        "reset": gettext("计数器已清零"),
        "discontinuity": gettext("计数器不连续"),
        "corrupt": gettext("计数器异常"),
    }.get(verdict or "", "")


def health_word(status: str) -> str:
    """How a reading is to be taken."""
    return {
        "ok": gettext("正常"),
        "warning": gettext("预警"),
        "critical": gettext("严重"),
        "unknown": gettext("未知"),
    }.get(status, status)


def limit_word(source: str) -> str:
    """Where the limit of a reading came from."""
    return {"device": gettext("设备自定"), "profile": gettext("厂家资料")}.get(source, "")


def module_word(kind: str) -> str:
    """entPhysicalClass (ENTITY-MIB)."""
    return {
        "chassis": gettext("机框"),
        "module": gettext("板卡"),
        "powerSupply": gettext("电源"),
        "fan": gettext("风扇"),
        "stack": gettext("堆叠"),
        "cpu": gettext("处理器"),
        "storageDrive": gettext("存储"),
        "backplane": gettext("背板"),
    }.get(kind, kind)


def sensor_word(kind: str) -> str:
    """What a sensor measures."""
    chinese, english = kind_words(kind)
    return english if language() == "en" else chinese


WORDS = {
    "health_word": health_word,
    "limit_word": limit_word,
    "module_word": module_word,
    "sensor_word": sensor_word,
    "state_word": state_word,
    "object_word": object_word,
    "class_word": class_word,
    "severity_word": severity_word,
    "incident_word": incident_word,
    "alert_word": alert_word,
    "suppression_word": suppression_word,
    "role_word": role_word,
    "duty_word": duty_word,
    "device_role_word": device_role_word,
    "message_word": message_word,
    "message_kind_word": message_kind_word,
    "channel_word": channel_word,
    "target_word": target_word,
    "impact_word": impact_word,
    "interface_word": interface_word,
    "verdict_word": verdict_word,
}
"""For the templates."""
