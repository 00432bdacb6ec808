"""The wall's words in the language of the request, for its script."""

from dashboard.web.texts import gettext


def wall_words() -> dict[str, object]:
    """Placeholders in braces are filled by the script."""
    return {
        "classes": ["", gettext("一级"), gettext("二级"), gettext("三级"), gettext("四级")],
        "weekdays": [
            gettext("星期日"), gettext("星期一"), gettext("星期二"), gettext("星期三"),
            gettext("星期四"), gettext("星期五"), gettext("星期六"),
        ],
        "age": gettext("数据 {n} 秒前"),
        "ageNone": gettext("尚无数据"),
        "live": gettext("实时"),
        "stale": gettext("陈旧"),
        "connecting": gettext("连接中"),
        "broken": gettext("与服务器连接中断 {for}，显示的是 {at} 的状态"),
        "blind": gettext("采集器已 {for} 没有数据，各机构状态未知"),
        "denied": gettext("显示授权已失效，请用带令牌的地址重新打开大屏"),
        "unacknowledged": gettext("未确认"),
        "acknowledged": gettext("已确认"),
        "handling": gettext("{who} 处理中"),
        "impact": gettext("，影响 {n} 家"),
        "weakened": gettext("{n} 家失去冗余"),
        "more": gettext("另 {n} 起 · 第 {page}/{pages} 页，20 秒后翻页"),
        "held": gettext("新的高等级事件，暂停翻页"),
        "calm": gettext("没有未恢复的事件"),
        "total": gettext("{n} 起"),
        "collector": gettext("{n} 台 · 正常"),
        "collectorLate": gettext("{n} 台 · 滞后 {s} 秒"),
        "collectorNone": gettext("无数据"),
        "store": {
            "storing": gettext("正常"),
            "back-filling": gettext("补写，余 {n} 行"),
            "waiting": gettext("库不可用，{n} 行在盘上等待 {for}"),
            "refused": gettext("库拒收"),
        },
        "storeFull": gettext("，磁盘已满"),
        "storeAside": gettext("，{n} 行被拒另存"),
        "platform": {
            "ok": gettext("正常"),
            "disk-full": gettext("数据盘已满"),
            "disk-nearly-full": gettext("数据盘将满"),
            "metrics-waiting": gettext("指标库异常"),
            "records-away": gettext("记录库无法写入"),
            "collector-dead": gettext("采集进程无响应"),
            "channel-failing": gettext("通知发不出"),
            "backup-failing": gettext("备份失败"),
            "sms": gettext("短信发不出"),
            "email": gettext("邮件发不出"),
        },
        "platformSince": gettext("{what} 已 {for}"),
        "platformMore": gettext("，等 {n} 项"),
        "until": gettext("{at} 交接"),
        "soundOn": gettext("声音就绪"),
        "soundOff": gettext("声音未启用，点击屏幕启用"),
        "events": {
            "opened": gettext("发生"),
            "acknowledged": gettext("已确认"),
            "recovered": gettext("已恢复"),
            "closed": gettext("已关闭"),
        },
        "lasted": gettext("历时 {for}"),
    }  # fmt: skip
