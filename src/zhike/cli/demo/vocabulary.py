"""Names, products and phrases of the demonstration company. Everybody and everything here is invented."""

from __future__ import annotations

from dataclasses import dataclass

FIRM = {"zh-hans": "禾谷良品", "en": "Hegu Pantry"}

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤单"
)
GIVEN_F = [
    "婉清",
    "嘉禾",
    "秀英",
    "丽娟",
    "敏",
    "静",
    "雅琴",
    "思雨",
    "晓燕",
    "玉兰",
    "雪梅",
    "佳怡",
    "桂花",
    "若彤",
    "诗涵",
    "慧芳",
    "春燕",
    "欣妍",
    "丹",
    "艳红",
    "美玲",
    "淑芬",
    "梦洁",
    "倩",
    "月娥",
    "文静",
    "小红",
    "翠兰",
    "一诺",
    "可欣",
    "海燕",
    "瑞雪",
    "琳",
    "凤霞",
    "红梅",
    "芷若",
    "云舒",
    "念慈",
    "素心",
    "佩兰",
]
GIVEN_M = [
    "长明",
    "志强",
    "建国",
    "国栋",
    "伟",
    "磊",
    "军",
    "浩然",
    "子轩",
    "俊杰",
    "海涛",
    "文博",
    "宏伟",
    "晓东",
    "永康",
    "家豪",
    "天佑",
    "明辉",
    "振华",
    "立新",
    "德胜",
    "少华",
    "鹏飞",
    "思远",
    "东升",
    "玉明",
    "书恒",
    "景行",
    "泽宇",
    "启明",
    "大勇",
    "福生",
    "正阳",
    "守信",
    "一帆",
    "成林",
    "云飞",
    "广田",
    "修远",
    "敬之",
]
ADDRESS_F, ADDRESS_M, ADDRESS_ELDER = ("姐", "老师", "女士"), ("哥", "总", "先生", "师傅"), ("阿姨", "叔")

CITIES = [
    "苏州 姑苏区",
    "苏州 园区",
    "苏州 吴中区",
    "无锡 梁溪区",
    "无锡 滨湖区",
    "上海 静安区",
    "上海 徐汇区",
    "上海 浦东新区",
    "杭州 西湖区",
    "杭州 上城区",
    "南京 鼓楼区",
    "南京 秦淮区",
    "常州 天宁区",
    "南通 崇川区",
    "嘉兴 南湖区",
    "宁波 海曙区",
]
FIRM_WORDS = [
    "恒丰",
    "瑞和",
    "同济",
    "永盛",
    "德润",
    "聚福",
    "万家",
    "江南",
    "云栖",
    "金穗",
    "和光",
    "知味",
    "百味",
    "顺达",
    "新悦",
    "长青",
    "明德",
    "锦绣",
    "天成",
    "丰泽",
    "嘉和",
    "益民",
    "广源",
    "隆兴",
]
FIRM_KINDS = (
    ("餐饮管理有限公司", "餐饮"), ("米业有限公司", "粮油批发"), ("酒店", "酒店"), ("幼儿园", "教育"), ("茶楼", "餐饮"),
    ("食品有限公司", "食品加工"), ("超市", "零售"), ("设计院", "工程设计"), ("物业服务有限公司", "物业"), ("烘焙工坊", "烘焙"),
    ("养老院", "养老"), ("会务服务有限公司", "会务"),
)  # fmt: skip
HOBBIES = [
    "昆曲",
    "养兰",
    "钓鱼",
    "太极",
    "广场舞",
    "摄影",
    "书法",
    "烘焙",
    "骑行",
    "品茶",
    "下棋",
    "园艺",
    "读书",
    "旅行",
    "羽毛球",
]
TITLES = ["采购经理", "店长", "行政主管", "厨师长", "老板", "园长", "总务", "采购"]
TAGS = [
    "老客户",
    "团购",
    "爱喝茶",
    "素食",
    "送货上门",
    "看重品质",
    "看重价格",
    "节日礼盒",
    "邻里推荐",
    "企业福利",
]
SOURCES = (
    "walk_in",
    "referral",
    "internet",
    "advertising",
    "conference",
    "door_to_door",
    "telephone",
    "club",
)
SOURCE_WEIGHTS = (0.34, 0.22, 0.2, 0.08, 0.05, 0.05, 0.03, 0.03)
PLACES = (
    ("姑苏店", "store"),
    ("园区店", "store"),
    ("徐汇店", "store"),
    ("西湖店", "store"),
    ("微商城", "online"),
)


@dataclass(frozen=True)
class Item:
    """A product: price in yuan, cost as a share of it, unit."""

    code: str
    name: str
    category: str
    unit: str
    price: float
    cost: float


_CATALOG = {
    "大米": (
        "DM",
        "袋",
        0.78,
        "五常大米 10kg:98,稻花香 5kg:62,丝苗米 10kg:86,胚芽米 2.5kg:48,糯米 2.5kg:26,有机东北米 5kg:88",
    ),
    "面粉": ("MF", "袋", 0.75, "高筋面粉 5kg:39,全麦粉 2.5kg:32,低筋面粉 2.5kg:24,手工挂面 1kg:18"),
    "食用油": (
        "YO",
        "桶",
        0.8,
        "压榨花生油 5L:149,山茶油 1L:118,菜籽油 5L:92,橄榄油 750ml:98,芝麻香油 400ml:36",
    ),
    "茶叶": (
        "CY",
        "罐",
        0.55,
        "明前龙井 100g:268,碧螺春 125g:228,正山小种 150g:168,白毫银针 50g:198,熟普饼 357g:158,茉莉花茶 250g:78",
    ),
    "干货": (
        "GH",
        "包",
        0.66,
        "黑木耳 250g:45,香菇 250g:52,桂圆干 500g:58,枸杞 500g:66,红枣 1kg:49,莲子 500g:62,银耳 200g:38",
    ),
    "杂粮": (
        "ZL",
        "袋",
        0.68,
        "小米 2.5kg:36,红豆 1kg:22,绿豆 1kg:19,燕麦片 1kg:32,黑米 1kg:24,藜麦 500g:45",
    ),
    "调味": (
        "TW",
        "瓶",
        0.7,
        "头抽酱油 500ml:28,镇江香醋 500ml:18,黄豆酱 400g:15,冰糖 1kg:16,海盐 500g:12,料酒 500ml:14",
    ),
    "糕点": ("GD", "盒", 0.6, "苏式月饼礼盒:128,桂花糕 300g:26,绿豆糕 400g:29,核桃酥 500g:32,定胜糕 6只:24"),
    "礼盒": ("LH", "盒", 0.58, "五谷丰登礼盒:198,茶礼双罐:388,节节高干货礼盒:268,山珍礼盒:328"),
    "日用": ("RY", "件", 0.64, "竹纤维毛巾:29,茶树洗洁精 1.5kg:22,手工皂 3块:36,棉柔巾 6包:48"),
    "花草": ("HC", "袋", 0.6, "兰花营养土 5L:32,春兰苗 1盆:88,多肉组合 3盆:46,缓释花肥 500g:26"),
}


def catalog() -> list[Item]:
    """Return the firm's products."""
    items = []
    for category, (prefix, unit, cost, text) in _CATALOG.items():
        for number, entry in enumerate(text.split(","), 1):
            name, price = entry.rsplit(":", 1)
            items.append(Item(f"{prefix}{number:03d}", name, category, unit, float(price), cost))
    return items


@dataclass(frozen=True)
class Member:
    """A member of staff of the demonstration company."""

    login: str
    name: str
    name_en: str
    role: str
    team: str


TEAMS = {"华东一组": "East team 1", "华东二组": "East team 2", "企业客户组": "Business team"}
STAFF = (
    Member("admin", "何知行", "Zhixing He", "administrator", ""),
    Member("sunyan", "孙岩", "Yan Sun", "manager", "华东一组"),
    Member("lisimin", "李思敏", "Simin Li", "salesperson", "华东一组"),
    Member("wanglei", "王磊", "Lei Wang", "salesperson", "华东一组"),
    Member("zhaoqi", "赵琪", "Qi Zhao", "service_agent", "华东一组"),
    Member("zhouhe", "周和", "He Zhou", "manager", "华东二组"),
    Member("chenjing", "陈静", "Jing Chen", "salesperson", "华东二组"),
    Member("xuming", "徐鸣", "Ming Xu", "salesperson", "华东二组"),
    Member("luoxia", "罗霞", "Xia Luo", "salesperson", "华东二组"),
    Member("tangyi", "唐毅", "Yi Tang", "manager", "企业客户组"),
    Member("gaofei", "高飞", "Fei Gao", "salesperson", "企业客户组"),
    Member("songyu", "宋雨", "Yu Song", "salesperson", "企业客户组"),
    Member("yenan", "叶楠", "Nan Ye", "marketer", "企业客户组"),
    Member("fangwen", "方闻", "Wen Fang", "analyst", ""),
    Member("guest", "来宾", "Guest", "read_only", "华东一组"),
)
"""Twelve members of three teams, and beside them an administrator, an analyst and somebody who only reads."""

SUMMARIES = {
    "zh-hans": {
        "call": ("问了最近用得怎么样，{product}挺满意。", "提醒快用完了，说这周末来拿。", "聊了聊家里情况，约好下月再联系。", "没接，晚点再打。"),
        "wechat": ("发了新到的{product}图片，说看看。", "回了送货时间，没问题。", "节日问候，回了表情。", "问{product}有没有小包装，已答复。"),
        "visit": ("登门送货，顺便看了看存货。", "拜访采购，谈了下季度用量。", "带了{product}样品，当场试了。"),
        "message": ("短信提醒到货。", "短信生日祝福。"),
        "gift": ("中秋送了月饼，很高兴。", "春节登门送年货。"),
        "meeting": ("会员品鉴会，试喝新茶。", "参加了新品分享，问得很细。"),
    },
    "en": {
        "call": ("Asked how things are going, happy with {product}.", "Reminded them stock is low; will come by this weekend.", "Good chat about the family, will talk next month.", "No answer, will try later."),
        "wechat": ("Sent pictures of the new {product}; will have a look.", "Confirmed the delivery time.", "Holiday greetings, got a smile back.", "Asked for a smaller pack of {product}, answered."),
        "visit": ("Delivered and checked what is left.", "Met purchasing, spoke about next quarter.", "Brought samples of {product}, tried on the spot."),
        "message": ("Text: the goods have arrived.", "Text: birthday wishes."),
        "gift": ("Mooncakes for Mid-Autumn, very pleased.", "New Year visit with a present."),
        "meeting": ("Tasting evening for members.", "Came to the new products talk, asked in detail."),
    },
}  # fmt: skip
PROMISES = {
    "zh-hans": ("到货后通知", "把报价发过去", "周末前送货上门", "回电说明发票", "带两款样品过去"),
    "en": ("tell them when it arrives", "send the quotation", "deliver before the weekend", "call back about the invoice", "bring two samples"),
}  # fmt: skip
