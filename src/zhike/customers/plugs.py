"""What the customers slice hangs into the house."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhike.core import plugs
from zhike.core.imports.fields import (
    Choice,
    Date,
    DateTime,
    Email,
    Field,
    Identifier,
    Integer,
    LunarDay,
    Phone,
    Scaled,
    Tags,
    Text,
)
from zhike.core.imports.importer import Importer
from zhike.core.permissions import Viewer
from zhike.customers import actions, queries
from zhike.customers.forms import labels
from zhike.customers.queries import checks, export
from zhike.customers.queries import filter_lookups as lookups
from zhike.customers.queries.interactions import interaction_entries

NEVER, FAR = date(1900, 1, 1), date(9999, 12, 31)

plugs.menu.add(
    plugs.MenuEntry("customers", _("Customers"), "customers:list", "users", 200, permission="customers.read")
)


# ---------------------------------------------------------------- the search box


def _find(query: str, viewer: Viewer, limit: int) -> list[plugs.SearchHit]:
    if not viewer.can("customers.read"):
        return []
    rows = queries.search_customers(query, viewer, limit)
    return [_hit(row, place) for place, row in enumerate(rows)]


def _hit(row: queries.CustomerRow, place: int) -> plugs.SearchHit:
    detail = " · ".join(str(part) for part in (row.number, row.region, row.owner_name, row.phone) if part)
    icon = "building" if row.kind == "organisation" else "user"
    url = reverse("customers:detail", args=[row.id])
    return plugs.SearchHit(title=row.name, url=url, detail=detail, icon=icon, badge=row.tier, rank=place)


plugs.search.add(plugs.SearchSource("customers", _("Customers"), _find, order=10))
plugs.timeline.add(plugs.TimelineSource("interactions", _("Contacts"), interaction_entries, order=10))


# ---------------------------------------------------------------- filters of the list


def _choices(found: labels.Labels) -> Any:
    return lambda viewer: list(found.items())


def _field(
    key: str, label: Any, kind: str, asks: lookups.Lookups, parse: Any, order: int, **more: Any
) -> None:
    plugs.filter_fields.add(plugs.FilterField(key, label, kind, asks, parse, order=order, **more))


def _coded(
    key: str, label: Any, column: str, found: labels.Labels, order: int, known: Sequence[str] = ()
) -> None:
    parse = lookups.one_of(known or tuple(found))
    _field(key, label, "choice", lookups.equals(column), parse, order, choices=_choices(found))


_coded("tier", _("Tier"), "score__tier", labels.TIERS, 10)
_coded("state", _("State"), "score__state", labels.STATES, 20)
_coded("rfm", _("RFM cell"), "score__rfm_cell", labels.RFM_CELLS, 30)
_field(
    "owner",
    _("Owner"),
    "choice",
    lookups.person("owner_id"),
    lookups.identity,
    40,
    choices=queries.owner_choices,
)
_field(
    "team", _("Team"), "choice", lookups.person("team_id"), lookups.identity, 50, choices=queries.team_choices
)
_coded("kind", _("Kind"), "kind", labels.KINDS, 60)
_field(
    "tag",
    _("Tag"),
    "choice",
    lookups.tag(),
    lookups.short_text,
    70,
    choices=lambda viewer: [(name, name) for name in queries.tags_in_use(viewer)],
)
_field("region", _("Region"), "text", lookups.equals("region"), lookups.short_text, 80)
_field("industry", _("Trade"), "text", lookups.equals("industry"), lookups.short_text, 85)
_field(
    "source",
    _("Source"),
    "choice",
    lookups.equals("source_code"),
    lookups.short_text,
    90,
    choices=_choices(labels.SOURCES),
)
_field(
    "last_purchase",
    _("Last purchase"),
    "date",
    lookups.days("score__last_purchase", never=NEVER),
    lookups.day_or_none,
    100,
)
_field(
    "next_purchase",
    _("Next purchase"),
    "date",
    lookups.days("score__next_purchase", never=FAR),
    lookups.day_or_none,
    110,
)
_field(
    "last_contact",
    _("Last contact"),
    "date",
    lookups.days("score__last_contact", never=NEVER),
    lookups.day_or_none,
    120,
)
_field("value", _("Value in 12 months"), "money", lookups.between("score__value_12m"), lookups.money, 130)
_field("amount", _("Spent in 12 months"), "money", lookups.between("score__amount_12m"), lookups.money, 135)
_field("risk", _("Risk of leaving"), "number", lookups.of_buyers("score__risk"), lookups.probability, 140)
_field("orders", _("Orders"), "number", lookups.between("score__orders"), lookups.whole_number, 150)
for _score in ("r", "f", "m"):
    _field(
        _score, _score.upper(), "number", {**lookups.between(f"score__{_score}"), **lookups.equals(f"score__{_score}")},
        lookups.whole_number, 155,
    )  # fmt: skip
_field("created", _("Entered on"), "date", lookups.created(), lookups.day, 160)
_field(
    "contact",
    _("Phone or e-mail"),
    "text",
    lookups.contact(),
    lookups.phone_or_email,
    170,
    field_class="contact",
)
_field(
    "birthday_month",
    _("Birthday in month"),
    "number",
    lookups.birthday_month(),
    lookups.month,
    180,
    field_class="contact",
)


# ---------------------------------------------------------------- files

_MESSAGES = {
    "unknown_user": "There is no active user %(login)s among your staff.",
    "unknown_customer": "There is no customer %(number)s.",
    "kept_elsewhere": "This customer is already kept in the house, outside your teams. Ask an administrator to import it.",
}
_CHANNEL_NAMES = {
    "visit": ("拜访", "上门", "面访"),
    "call": ("电话", "致电", "phone", "telephone"),
    "wechat": ("微信", "企业微信"),
    "message": ("短信", "sms", "text message"),
    "email": ("邮件", "电子邮件", "e-mail", "mail"),
    "letter": ("信函", "信件"),
    "gift": ("礼品", "礼物", "送礼"),
    "meeting": ("会议", "活动", "聚会"),
    "other": ("其他", "其它"),
}
_OUTCOME_NAMES = {
    "reached": ("已联系", "接通", "已沟通"),
    "not_reached": ("未接通", "无人接听", "联系不上"),
    "interested": ("有意向", "感兴趣"),
    "ordered": ("已下单", "成交"),
    "refused": ("拒绝", "暂不需要", "没兴趣"),
    "promised": ("已承诺", "约定"),
    "complained": ("投诉", "抱怨"),
    "other": ("其他", "其它"),
}

plugs.importers.add(
    Importer(
        kind="customers",
        label=_("Customers"),
        permission="import.run",
        identity=("number",),
        apply=actions.import_customers,
        messages=_MESSAGES,
        order=20,
        fields=(
            Field("number", _("Customer number"), Identifier(100),
                  aliases=("id", "CustomerID", "customer_id", "account_id", "客户编号", "客户号", "编号", "会员号", "会员ID")),
            Field("name", _("Name"), Text(200), required=True,
                  aliases=("customer", "customer_name", "account", "full_name", "客户名称", "姓名", "名称", "客户", "公司名称")),
            Field("kind", _("Kind"), Choice({"person": ("个人", "私人", "p"), "organisation": ("企业", "公司", "单位", "机构", "organization", "company")}),
                  aliases=("type", "客户类型", "类型")),
            Field("form_of_address", _("Form of address"), Text(60), aliases=("称呼", "salutation")),
            Field("gender", _("Gender"), Choice({"male": ("男", "m", "先生"), "female": ("女", "f", "女士")}), aliases=("sex", "性别")),
            Field("title", _("Position"), Text(80), aliases=("job_title", "职务", "职位")),
            Field("industry", _("Trade"), Text(80), aliases=("sector", "行业")),
            Field("credit_code", _("Unified social credit code"), Identifier(18), aliases=("统一社会信用代码", "信用代码", "税号")),
            Field("region", _("Region"), Text(80), aliases=("city", "country", "office_location", "地区", "城市", "省市", "区域")),
            Field("mobile", _("Mobile"), Phone(), aliases=("手机", "手机号", "手机号码", "cell", "mobile_phone")),
            Field("phone", _("Phone"), Phone(), aliases=("telephone", "tel", "电话", "座机", "联系电话")),
            Field("email", _("E-mail"), Email(), aliases=("mail", "e_mail", "邮箱", "电子邮件", "电子邮箱")),
            Field("wechat", _("WeChat"), Text(60), aliases=("微信", "微信号")),
            Field("address", _("Address"), Text(300), aliases=("地址", "联系地址", "收货地址")),
            Field("birthday", _("Birthday"), Date(), aliases=("born", "date_of_birth", "生日", "出生日期")),
            Field("birthday_lunar", _("Lunar birthday"), LunarDay(), aliases=("农历生日", "阴历生日")),
            Field("hobbies", _("Hobbies"), Text(200), aliases=("爱好", "兴趣爱好")),
            Field("preferred_channel", _("Preferred channel"), Choice(_CHANNEL_NAMES), aliases=("首选联系方式", "偏好渠道")),
            Field("source", _("Source"), Text(40), aliases=("客户来源", "来源", "lead_source")),
            Field("customer_since", _("Customer since"), Date(), aliases=("since", "建档日期", "成交日期", "首次成交")),
            Field("tags", _("Tags"), Tags(40), aliases=("标签",)),
            Field("owner", _("Owner"), Identifier(60), aliases=("sales_agent", "负责人", "业务员", "客户经理", "归属人")),
            Field("note", _("Note"), Text(10_000, multiline=True), aliases=("remark", "备注", "说明")),
        ),
    )
)  # fmt: skip

plugs.importers.add(
    Importer(
        kind="interactions",
        label=_("Contacts with customers"),
        permission="import.run",
        identity=("id",),
        apply=actions.import_interactions,
        messages=_MESSAGES,
        order=40,
        fields=(
            Field("id", _("Number of the contact"), Identifier(100), aliases=("编号", "跟进编号", "activity_id")),
            Field("customer", _("Customer's number in the file's system"), Identifier(100),
                  aliases=("CustomerID", "customer_id", "account_id", "客户编号", "客户号", "会员号")),
            Field("customer_number", _("Customer number in this house"), Integer(minimum=1), aliases=("知客客户号",)),
            Field("at", _("Time"), DateTime(), required=True, aliases=("date", "time", "created_at", "时间", "日期", "跟进时间")),
            Field("channel", _("Channel"), Choice(_CHANNEL_NAMES), required=True, aliases=("type", "方式", "跟进方式", "渠道")),
            Field("direction", _("Direction"), Choice({"out": ("去", "主动", "outbound"), "in": ("来", "来访", "来电", "inbound")}),
                  aliases=("方向",)),
            Field("content_kind", _("Kind of content"), Choice({"policy": ("政策",), "information": ("信息",), "feeling": ("情感", "关怀"), "sale": ("销售", "推介")}),
                  aliases=("内容类型",)),
            Field("outcome", _("Outcome"), Choice(_OUTCOME_NAMES), aliases=("result", "结果", "跟进结果")),
            Field("minutes", _("Minutes"), Integer(minimum=0, maximum=1440), aliases=("duration", "时长", "分钟")),
            Field("cost", _("Cost"), Scaled(2, minimum=0, maximum=10**10), aliases=("费用", "花费")),
            Field("summary", _("Notes"), Text(10_000, multiline=True), aliases=("subject", "description", "内容", "跟进内容", "备注")),
            Field("promise", _("Promised"), Text(300), aliases=("承诺", "约定事项")),
            Field("promise_due", _("Promised until"), Date(days_ahead=1830), aliases=("承诺日期", "下次联系", "约定日期")),
            Field("user", _("Who did it"), Identifier(60), aliases=("owner", "login", "跟进人", "业务员", "负责人")),
        ),
    )
)  # fmt: skip

plugs.exporters.add(
    plugs.Exporter(
        "customers", _("Customers"), export.COLUMNS, export.export_customers, "customers.export", order=20
    )
)


# ---------------------------------------------------------------- what the doctor proves

for _key, _label, _check in (
    ("orphans", "no row without its customer", checks.no_orphans),
    ("primary", "one primary contact point per kind", checks.one_primary),
    ("scores", "every customer has a score row", checks.every_customer_has_a_score),
    ("scope", "score rows repeat owner, team and name", checks.scores_repeat_the_customer),
    ("search", "the search index is complete", checks.search_index_is_complete),
):
    plugs.invariants.add(plugs.Invariant(f"customers.{_key}", _label, _check))
