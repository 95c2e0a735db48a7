"""What is written and what is said."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.normalise import PUNCTUATION, normalise
from tts.script import HAN

CHINESE = {
    "prices": {
        "99元": "九十九元",
        "¥99.5": "九十九点五元",
        "￥1,299": "一千二百九十九元",
        "$12": "十二美元",
        "只要2元": "只要两元",
        "1.5万": "一点五万",
        "1.2w粉丝": "一点二万粉丝",
        "1.5万-2万元": "一点五万到两万元",
        "打8折": "打八折",
        "打8.5折": "打八五折",
        "打0.5折": "打零点五折",
    },
    "times and dates": {
        "20:30": "二十点三十分",
        "今天8:05见": "今天八点零五分见",
        "2点": "两点",
        "8点半开播": "八点半开播",
        "20:00-22:00": "二十点到二十二点",
        "今晚8点-10点": "今晚八点到十点",
        "2024年5月1日": "二零二四年五月一日",
        "2024-05-01": "二零二四年五月一日",
        "5月20号": "五月二十号",
        "2分钟": "两分钟",
        "10秒": "十秒",
    },
    "shares, ranges and scores": {
        "50%": "百分之五十",
        "10%-20%": "百分之十到百分之二十",
        "1/2": "二分之一",
        "3-5天发货": "三到五天发货",
        "10~20元": "十到二十元",
        "3:2": "三比二",
        "3-1": "三比一",
        "-5℃": "负五摄氏度",
        "+1": "加一",
        "100+人": "一百多人",
    },
    "digit strings": {
        "电话13812345678": "电话幺三八幺二三四五六七八",
        "400-800-1234": "四零零八零零幺二三四",
        "QQ群 123456": "QQ群幺二三四五六",
        "房间号8848": "房间号八八四八",
        "尾号0123": "尾号零幺二三",
        "666666": "六六六六六六",
        "2333": "哈哈哈",
        "007": "零零七",
    },
    "units and measures": {
        "500ml": "五百毫升",
        "2kg": "两公斤",
        "170cm-180cm": "一百七十厘米到一百八十厘米",
        "2件": "两件",
        "12件": "十二件",
        "第2名": "第二名",
        "3号链接": "三号链接",
        "3x3": "三乘三",
    },
    "signs and pictures": {
        "看https://example.com/a?b=1 哦": "看链接哦",
        "www.example.com": "链接",
        "a@b.com": "邮箱",
        "😀好的👍🏻": "好的",
        "！！！真的？？！": "真的？",
        "等等……好": "等等…好",
        "好~~~~": "好，",
        "#好物推荐# 冲": "好物推荐，冲",
        "@小明 你好": "小明你好",
        "哈哈哈哈哈哈哈哈": "哈哈哈",
        "Ｗｉｆｉ　１２": "Wifi 十二",
        "😀": "",
        "，。！": "",
    },
    "mixtures": {
        "iPhone 15只要5999元": "iPhone 十五只要五千九百九十九元",
        "蓝色卫衣99元，Only 3 left today哦": "蓝色卫衣九十九元，Only three left today哦",
        "5G手机": "五G手机",
    },
}

ENGLISH = {
    "prices": {
        "$12": "twelve dollars",
        "$1": "one dollar",
        "$12.50": "twelve dollars fifty",
        "$0.99": "ninety nine cents",
        "$10-20": "ten to twenty dollars",
        "$1.5k": "one point five thousand dollars",
        "¥99.5": "ninety nine point five yuan",
        "£3": "three pounds",
        "RMB 99": "yuan ninety nine",
    },
    "times and dates": {
        "20:30": "eight thirty P M",
        "8:05": "eight oh five",
        "8:30 pm": "eight thirty P M",
        "8am": "eight A M",
        "8:00": "eight o'clock",
        "2024-05-01": "May first, twenty twenty four",
        "May 1": "May first",
        "May 1st, 2024": "May first, twenty twenty four",
        "in 2024": "in twenty twenty four",
        "the '90s": "the nineties",
        "24/7": "twenty four seven",
    },
    "shares, ranges and scores": {
        "50%": "fifty percent",
        "10%-20%": "ten to twenty percent",
        "1/2": "one half",
        "3/10": "three out of ten",
        "3-5 days": "three to five days",
        "3:2": "three to two",
        "-5°C": "minus five degrees Celsius",
        "2x3": "two times three",
        "100+ viewers": "one hundred plus viewers",
        "the 21st": "the twenty first",
    },
    "digit strings": {
        "call 555-123-4567": "call five five five one two three four five six seven",
        "code 4821": "code four eight two one",
        "1234567890": "one two three four five six seven eight nine zero",
        "#1": "number one",
    },
    "units": {
        "500ml": "five hundred milliliters",
        "1 kg": "one kilogram",
        "6 ft": "six feet",
        "128GB": "one hundred and twenty eight gigabytes",
        "1.5k likes": "one point five thousand likes",
        "1,299 people": "one thousand two hundred and ninety nine people",
    },
    "signs and pictures": {
        "see https://example.com/a?b=1 now": "see link now",
        "me@example.com": "email address",
        "hi 😀!!!": "hi！",
        "R&B": "R and B",
        "@Tom hi": "Tom hi",
        "#Sale today": "Sale today",
        "café": "cafe",
        "soooooo good": "sooo good",
        "Mr. Lee vs. Dr. Wu": "Mister Lee versus Doctor Wu",
    },
    "mixtures": {
        "blue hoodie (蓝色卫衣) is 99 yuan": "blue hoodie 蓝色卫衣 is ninety nine yuan",
        "it is 99元": "it is 九十九元",
        "iPhone 15": "iPhone fifteen",
    },
}


@pytest.mark.parametrize(("written", "said"), [pair for group in CHINESE.values() for pair in group.items()])
def test_a_chinese_speaker_says(written: str, said: str) -> None:
    assert normalise(written, "zh") == said


@pytest.mark.parametrize(("written", "said"), [pair for group in ENGLISH.values() for pair in group.items()])
def test_an_english_speaker_says(written: str, said: str) -> None:
    assert normalise(written, "en") == said


@given(st.text(max_size=60), st.sampled_from(["zh", "en"]))
def test_whatever_is_typed_becomes_words_and_known_marks(text: str, language: str) -> None:
    assert re.fullmatch(rf"[{HAN}A-Za-z {re.escape(PUNCTUATION)}]*", normalise(text, language))


@given(st.from_regex(r"[¥$]?[0-9]{1,20}([.,:/~-][0-9]{1,4}){0,3}[%元kwm年]?", fullmatch=True))
def test_every_number_can_be_said_in_both_languages(text: str) -> None:
    assert normalise(text, "zh")
    assert normalise(text, "en")
