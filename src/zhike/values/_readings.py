"""Readings that a table of single characters gets wrong: surnames, and characters within words of firm names."""

from __future__ import annotations

from typing import Final

_COMPOUND: Final = """
欧阳 ou yang|司马 si ma|上官 shang guan|诸葛 zhu ge|司徒 si tu|东方 dong fang|独孤 du gu|南宫 nan gong
万俟 mo qi|闻人 wen ren|夏侯 xia hou|赫连 he lian|皇甫 huang fu|尉迟 yu chi|公羊 gong yang|澹台 tan tai
公冶 gong ye|宗政 zong zheng|濮阳 pu yang|淳于 chun yu|单于 chan yu|太叔 tai shu|申屠 shen tu|公孙 gong sun
仲孙 zhong sun|轩辕 xuan yuan|令狐 ling hu|钟离 zhong li|宇文 yu wen|长孙 zhang sun|慕容 mu rong|鲜于 xian yu
闾丘 lv qiu|司空 si kong|亓官 qi guan|司寇 si kou|仉督 zhang du|子车 zi ju|颛孙 zhuan sun|端木 duan mu
巫马 wu ma|公西 gong xi|漆雕 qi diao|乐正 yue zheng|壤驷 rang si|公良 gong liang|拓跋 tuo ba|夹谷 jia gu
宰父 zai fu|谷梁 gu liang|百里 bai li|呼延 hu yan|东郭 dong guo|南门 nan men|羊舌 yang she|微生 wei sheng
梁丘 liang qiu|左丘 zuo qiu|东门 dong men|西门 xi men|第五 di wu|完颜 wan yan|纳兰 na lan|叶赫 ye he
"""

_SINGLE: Final = """
单 shan|曾 zeng|仇 qiu|解 xie|区 ou|查 zha|朴 piao|任 ren|盖 ge|缪 miao|宓 mi|员 yun|折 she|黑 he|秘 bi|冼 xian
洗 xian|翟 zhai|乐 yue|覃 qin|谌 chen|种 chong|繁 po|过 guo|哈 ha|纪 ji|牟 mou|宁 ning|曲 qu|召 shao|石 shi|隗 wei
颉 xie|郇 xun|燕 yan|幺 yao|应 ying|於 yu|俞 yu|恽 yun|占 zhan|祭 zhai|訾 zi|卜 bu|柏 bai|贲 ben|费 fei|葛 ge|华 hua
逄 pang|车 che|晁 chao|撒 sa|沈 shen|句 gou|阚 kan|那 na|能 nai|粘 nian|万 wan|尉 wei|教 jiao|角 jue|尹 yin|相 xiang
佴 nai|瞿 qu|莘 shen|都 du|洪 hong|藏 zang|臧 zang|褚 chu|长 zhang|重 chong|行 xing|干 gan|叶 ye|余 yu|于 yu|奇 qi
适 kuo|不 fou|尧 yao|呙 guo|暴 bao|扎 zha|郗 xi|郄 qie|乜 nie|隽 juan|麦 mai|强 qiang|鲜 xian|兴 xing|宿 su|厘 li
盛 sheng|少 shao|舍 she|大 da|氏 shi|谷 gu|贾 jia|降 jiang|阿 a|塔 ta|仝 tong|炅 gui|桧 gui|啜 chuai|妫 gui|弗 fu
"""

_WORDS: Final = """
重庆 chong qing|重阳 chong yang|九重 jiu chong|双重 shuang chong|重重 chong chong|银行 yin hang|行业 hang ye|同行 tong hang
车行 che hang|商行 shang hang|洋行 yang hang|支行 zhi hang|分行 fen hang|行长 hang zhang|琴行 qin hang|药行 yao hang
长沙 chang sha|长春 chang chun|长江 chang jiang|长城 chang cheng|长安 chang an|长虹 chang hong|长兴 chang xing
长乐 chang le|长治 chang zhi|长宁 chang ning|长远 chang yuan|长寿 chang shou|长丰 chang feng|长白 chang bai|天长 tian chang
长青 chang qing|长和 chang he|长生 chang sheng|长海 chang hai|长荣 chang rong|长风 chang feng|成长 cheng zhang
音乐 yin yue|乐器 yue qi|声乐 sheng yue|乐团 yue tuan|厦门 xia men|六安 lu an|蚌埠 beng bu|台州 tai zhou|丽水 li shui
会计 kuai ji|会稽 kuai ji|都江堰 du jiang yan|大厦 da sha|东莞 dong guan|莞城 guan cheng|单县 shan xian|番禺 pan yu
铅山 yan shan|亳州 bo zhou|涡阳 guo yang|渑池 mian chi|吐蕃 tu bo|洪洞 hong tong|朝阳 chao yang|今朝 jin zhao
调味 tiao wei|调料 tiao liao|空调 kong tiao|调节 tiao jie|宁波 ning bo|便宜 pian yi|参茸 shen rong|人参 ren shen
海参 hai shen|传记 zhuan ji|煲仔 bao zai|牛仔 niu zai|地产 di chan|农行 nong hang|工行 gong hang|建行 jian hang|中行 zhong hang
尉犁 yu li|蔚县 yu xian|乐亭 lao ting|乐清 yue qing|乐陵 lao ling|济南 ji nan|济宁 ji ning
宝藏 bao zang|西藏 xi zang|藏族 zang zu|行者 xing zhe|好又多 hao you duo
弹簧 tan huang|轧钢 zha gang|给水 ji shui|供给 gong ji|服务区 fu wu qu|系统 xi tong|数据 shu ju|重工 zhong gong
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


def _table(source: str) -> dict[str, str]:
    entries = (entry for line in source.split("\n") for entry in line.split("|") if entry)
    return {word: reading for word, _, reading in (entry.partition(" ") for entry in entries)}


_COMPOUND_READINGS: Final = _table(_COMPOUND)
COMPOUND_SURNAMES: Final = frozenset(_COMPOUND_READINGS)
SURNAME_READINGS: Final[dict[str, str]] = _table(_SINGLE) | _COMPOUND_READINGS
"""Surname (one or two simplified characters) → reading, syllables apart."""
WORD_READINGS: Final[dict[str, str]] = _table(_WORDS)
"""Word → reading, where the usual readings of its characters would be wrong."""
