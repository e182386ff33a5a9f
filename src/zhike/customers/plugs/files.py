"""Files of customers and contacts: what can be read from them."""

from __future__ import annotations

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
from zhike.customers import actions

_MESSAGES = {
    "unknown_user": "There is no active user %(login)s among your staff.",
    "unknown_customer": "There is no customer %(number)s.",
    "kept_elsewhere": "This customer is already kept in the house, outside your teams. "
    "Ask an administrator to import it.",
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
            Field(
                "number",
                _("Customer number"),
                Identifier(100),
                aliases=(
                    "id",
                    "CustomerID",
                    "customer_id",
                    "account_id",
                    "客户编号",
                    "客户号",
                    "编号",
                    "会员号",
                    "会员ID",
                ),
            ),
            Field(
                "name",
                _("Name"),
                Text(200),
                required=True,
                aliases=(
                    "customer",
                    "customer_name",
                    "account",
                    "full_name",
                    "客户名称",
                    "姓名",
                    "名称",
                    "客户",
                    "公司名称",
                ),
            ),
            Field(
                "kind",
                _("Kind"),
                Choice(
                    {
                        "person": ("个人", "私人", "p"),
                        "organisation": ("企业", "公司", "单位", "机构", "organization", "company"),
                    }
                ),
                aliases=("type", "客户类型", "类型"),
            ),
            Field("form_of_address", _("Form of address"), Text(60), aliases=("称呼", "salutation")),
            Field(
                "gender",
                _("Gender"),
                Choice({"male": ("男", "m", "先生"), "female": ("女", "f", "女士")}),
                aliases=("sex", "性别"),
            ),
            Field("title", _("Position"), Text(80), aliases=("job_title", "职务", "职位")),
            Field("industry", _("Trade"), Text(80), aliases=("sector", "行业")),
            Field(
                "credit_code",
                _("Unified social credit code"),
                Identifier(18),
                aliases=("统一社会信用代码", "信用代码", "税号"),
            ),
            Field(
                "region",
                _("Region"),
                Text(80),
                aliases=("city", "country", "office_location", "地区", "城市", "省市", "区域"),
            ),
            Field(
                "mobile", _("Mobile"), Phone(), aliases=("手机", "手机号", "手机号码", "cell", "mobile_phone")
            ),
            Field("phone", _("Phone"), Phone(), aliases=("telephone", "tel", "电话", "座机", "联系电话")),
            Field("email", _("E-mail"), Email(), aliases=("mail", "e_mail", "邮箱", "电子邮件", "电子邮箱")),
            Field("wechat", _("WeChat"), Text(60), aliases=("微信", "微信号")),
            Field("address", _("Address"), Text(300), aliases=("地址", "联系地址", "收货地址")),
            Field("birthday", _("Birthday"), Date(), aliases=("born", "date_of_birth", "生日", "出生日期")),
            Field("birthday_lunar", _("Lunar birthday"), LunarDay(), aliases=("农历生日", "阴历生日")),
            Field("hobbies", _("Hobbies"), Text(200), aliases=("爱好", "兴趣爱好")),
            Field(
                "preferred_channel",
                _("Preferred channel"),
                Choice(_CHANNEL_NAMES),
                aliases=("首选联系方式", "偏好渠道"),
            ),
            Field("source", _("Source"), Text(40), aliases=("客户来源", "来源", "lead_source")),
            Field(
                "customer_since",
                _("Customer since"),
                Date(),
                aliases=("since", "建档日期", "成交日期", "首次成交"),
            ),
            Field("tags", _("Tags"), Tags(40), aliases=("标签",)),
            Field(
                "owner",
                _("Owner"),
                Identifier(60),
                aliases=("sales_agent", "负责人", "业务员", "客户经理", "归属人"),
            ),
            Field("note", _("Note"), Text(10_000, multiline=True), aliases=("remark", "备注", "说明")),
        ),
    )
)

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
            Field(
                "id", _("Number of the contact"), Identifier(100), aliases=("编号", "跟进编号", "activity_id")
            ),
            Field(
                "customer",
                _("Customer's number in the file's system"),
                Identifier(100),
                aliases=("CustomerID", "customer_id", "account_id", "客户编号", "客户号", "会员号"),
            ),
            Field(
                "customer_number",
                _("Customer number in this house"),
                Integer(minimum=1),
                aliases=("知客客户号",),
            ),
            Field(
                "at",
                _("Time"),
                DateTime(),
                required=True,
                aliases=("date", "time", "created_at", "时间", "日期", "跟进时间"),
            ),
            Field(
                "channel",
                _("Channel"),
                Choice(_CHANNEL_NAMES),
                required=True,
                aliases=("type", "方式", "跟进方式", "渠道"),
            ),
            Field(
                "direction",
                _("Direction"),
                Choice({"out": ("去", "主动", "outbound"), "in": ("来", "来访", "来电", "inbound")}),
                aliases=("方向",),
            ),
            Field(
                "content_kind",
                _("Kind of content"),
                Choice(
                    {
                        "policy": ("政策",),
                        "information": ("信息",),
                        "feeling": ("情感", "关怀"),
                        "sale": ("销售", "推介"),
                    }
                ),
                aliases=("内容类型",),
            ),
            Field("outcome", _("Outcome"), Choice(_OUTCOME_NAMES), aliases=("result", "结果", "跟进结果")),
            Field(
                "minutes",
                _("Minutes"),
                Integer(minimum=0, maximum=1440),
                aliases=("duration", "时长", "分钟"),
            ),
            Field("cost", _("Cost"), Scaled(2, minimum=0, maximum=10**10), aliases=("费用", "花费")),
            Field(
                "summary",
                _("Notes"),
                Text(10_000, multiline=True),
                aliases=("subject", "description", "内容", "跟进内容", "备注"),
            ),
            Field("promise", _("Promised"), Text(300), aliases=("承诺", "约定事项")),
            Field(
                "promise_due",
                _("Promised until"),
                Date(days_ahead=1830),
                aliases=("承诺日期", "下次联系", "约定日期"),
            ),
            Field(
                "user",
                _("Who did it"),
                Identifier(60),
                aliases=("owner", "login", "跟进人", "业务员", "负责人"),
            ),
        ),
    )
)
