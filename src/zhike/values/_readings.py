"""Readings that a table of single characters gets wrong: surnames, and words of firm names."""

from __future__ import annotations

from typing import Final

_COMPOUND: Final = """
欧阳 ou yang|司马 si ma|上官 shang guan|诸葛 zhu ge|司徒 si tu|东方 dong fang|独孤 du gu|南宫 nan gong
万俟 mo qi|闻人 wen ren|夏侯 xia hou|赫连 he lian|皇甫 huang fu|尉迟 yu chi|公羊 gong yang|澹台 tan tai
公冶 gong ye|宗政 zong zheng|濮阳 pu yang|淳于 chun yu|单于 chan yu|太叔 tai shu|申屠 shen tu|公孙 gong sun
仲孙 zhong sun|轩辕 xuan yuan|令狐 ling hu|钟离 zhong li|宇文 yu wen|长孙 zhang sun|慕容 mu rong
鲜于 xian yu|闾丘 lv qiu|司空 si kong|亓官 qi guan|司寇 si kou|仉督 zhang du|子车 zi ju|颛孙 zhuan sun
端木 duan mu|巫马 wu ma|公西 gong xi|漆雕 qi diao|乐正 yue zheng|壤驷 rang si|公良 gong liang|拓跋 tuo ba
夹谷 jia gu|宰父 zai fu|谷梁 gu liang|百里 bai li|呼延 hu yan|东郭 dong guo|南门 nan men|羊舌 yang she
微生 wei sheng|梁丘 liang qiu|左丘 zuo qiu|东门 dong men|西门 xi men|第五 di wu|完颜 wan yan|纳兰 na lan
叶赫 ye he
"""

_SINGLE: Final = """
单 shan|曾 zeng|仇 qiu|解 xie|区 ou|查 zha|朴 piao|盖 ge|缪 miao|员 yun|折 she|黑 he|秘 bi|洗 xian|翟 zhai
乐 yue|覃 qin|种 chong|繁 po|召 shao|隗 wei|颉 xie|郇 xun|祭 zhai|卜 bu|句 gou|阚 kan|能 nai|粘 nian|角 jue
佴 nai|都 du|藏 zang|重 chong|适 kuo|不 fou|乜 nie|炅 gui
"""

_WORDS: Final = """
重庆 chong qing|重阳 chong yang|九重 jiu chong|双重 shuang chong|重重 chong chong|银行 yin hang|行业 hang ye
同行 tong hang|车行 che hang|商行 shang hang|洋行 yang hang|支行 zhi hang|分行 fen hang|行长 hang zhang
琴行 qin hang|药行 yao hang|长沙 chang sha|长春 chang chun|长江 chang jiang|长城 chang cheng|长安 chang an
长虹 chang hong|长兴 chang xing|长乐 chang le|长治 chang zhi|长宁 chang ning|长远 chang yuan|长寿 chang shou
长丰 chang feng|长白 chang bai|天长 tian chang|长青 chang qing|长和 chang he|长生 chang sheng|长海 chang hai
长荣 chang rong|长风 chang feng|音乐 yin yue|乐器 yue qi|声乐 sheng yue|乐团 yue tuan|厦门 xia men
六安 lu an|蚌埠 beng bu|会计 kuai ji|会稽 kuai ji|单县 shan xian|番禺 pan yu
铅山 yan shan|涡阳 guo yang|吐蕃 tu bo|洪洞 hong tong|今朝 jin zhao|调料 tiao liao
便宜 pian yi|参茸 shen rong|人参 ren shen|海参 hai shen|传记 zhuan ji
农行 nong hang|工行 gong hang|建行 jian hang|中行 zhong hang|尉犁 yu li|蔚县 yu xian|乐亭 lao ting
乐清 yue qing|乐陵 lao ling|宝藏 bao zang|西藏 xi zang|藏族 zang zu|弹簧 tan huang|轧钢 zha gang
给水 ji shui|供给 gong ji
"""

LEGAL_SUFFIXES: Final = (
    "股份有限公司",
    "有限责任公司",
    "集团有限公司",
    "有限公司",
    "分公司",
    "总公司",
    "公司",
    "集团",
)
"""Legal forms at the end of a firm's name, longest first."""


_OTHERS: Final = """
茜 xi|晟 cheng|柏 bo|娜 nuo|莎 suo|朝 zhao|乐 yue|长 chang|重 chong|传 zhuan|行 hang|藏 zang|筠 jun
盛 cheng|调 diao|厦 xia|都 dou|露 lou|盖 gai|覃 tan|翟 di|卜 bo|隗 kui|郇 huan|粘 zhan|尉 yu
"""
_COMMON: Final = "晟 sheng|都 du|调 tiao"


def _table(source: str) -> dict[str, str]:
    entries = (entry for line in source.split("\n") for entry in line.split("|") if entry)
    return {word: reading for word, _, reading in (entry.partition(" ") for entry in entries)}


_COMPOUND_READINGS: Final = _table(_COMPOUND)
COMPOUND_SURNAMES: Final = frozenset(_COMPOUND_READINGS)
SURNAME_READINGS: Final[dict[str, str]] = _table(_SINGLE) | _COMPOUND_READINGS
"""Surname (one or two simplified characters) → reading, syllables apart."""
CHARACTER_READINGS: Final[dict[str, str]] = _table(_COMMON)
"""Character → its usual reading in names, where that is not the most usual one of all."""
OTHER_READINGS: Final[dict[str, str]] = _table(_OTHERS)
"""Character → a second reading under which people may look a name up."""
WORD_READINGS: Final[dict[str, str]] = _table(_WORDS)
"""Word → reading, where the usual readings of its characters would be wrong."""
