"""Who may be in danger is heard, however they spell it, and who only exaggerates is not."""

import pytest

from nlu.safety import Classifier, Safety, SafetyOptions
from nlu.safety.distress import acts

JUDGE = Safety(SafetyOptions(), Classifier.load())


@pytest.mark.parametrize(
    "text",
    [
        "我不想活了", "想死", "我想自杀", "好想死", "真的不想活了", "我想死", "活着没意思", "活着好累",
        "不想活下去了", "活不下去了我", "我真的活不下去了", "想跳楼", "我想从楼上跳下去", "我想割腕",
        "一直想自残", "不想再活了", "想结束自己的生命", "死了算了我不如死了算了", "我想离开这个世界",
        "我朋友想自杀怎么办", "抑郁症想死", "痛苦得想死", "我吃了一瓶安眠药", "想 死", "我想自 杀", "我想紫砂",
        "wo xiang zi sha", "我想自殺", "今晚准备自杀", "主播我不想活了怎么办", "不想活", "没有活下去的勇气了",
        "我有自杀的念头", "我想轻生", "我想死了", "胸口疼喘不上气怎么办", "我喘不上气了", "突然胸口好疼",
        "我妈突然晕倒了怎么办", "心脏病发作了", "爷爷突然昏迷了", "流血不止怎么办", "我胸痛", "呼吸不上来了",
        "快叫救护车", "有自杀倾向怎么办", "好想一睡不醒", "我要去死", "不如死了",
        "我真的想死了", "我想死了别拦我", "我要跳楼", "我喘不上气胸口疼",
    ],
)  # fmt: skip
def test_distress_in_chinese_is_met_with_care(text: str) -> None:
    assert JUDGE.check(text, "message").verdict == "care"


@pytest.mark.parametrize(
    "text",
    [
        "i want to kill myself", "i dont want to live anymore", "my chest hurts and i cant breathe",
        "i want to die", "i wanna die", "i'm going to kill myself", "im gonna kill myself tonight",
        "i don't want to be alive", "i don’t want to live anymore", "i feel suicidal",
        "i have suicidal thoughts", "thinking about suicide", "i want to end my life",
        "i'm thinking of ending my life", "no reason to live", "life is not worth living",
        "life isn't worth living", "i wish i was dead", "everyone would be better off without me",
        "i want to end it all", "i feel like killing myself", "i keep cutting myself", "i want to hurt myself",
        "im so tired of living", "there is no point in living", "i tried to kill myself last night",
        "nobody would miss me if i died", "my friend wants to kill himself", "i just want to die",
        "i wanna k i l l myself", "I WANT TO KILL MYSELF", "i want to kіll myself", "i have chest pain",
        "i can't breathe help", "i think i'm having a heart attack", "i took too many pills",
        "i took a whole bottle of pills", "my dad collapsed what do i do", "my mom isn't breathing",
        "call an ambulance please", "i need an ambulance", "my throat is closing up", "it wont stop bleeding",
        "my baby is choking", "having a stroke i think", "i wanna kms", "i have no will to live",
        "i hate my life and want to die", "i cut my wrist", "i cant breathe", "i can't breathe",
        "im gonna kill myself lol",
    ],
)  # fmt: skip
def test_distress_in_english_is_met_with_care(text: str) -> None:
    assert JUDGE.check(text, "message").verdict == "care"


@pytest.mark.parametrize(
    "text",
    [
        "笑死我了", "想死你了", "热死了", "困死了", "我要杀了这个boss", "累死我了", "饿死了", "冷死了",
        "美死了", "好吃到死", "气死我了", "吓死我了", "这游戏要我命", "我死了重开", "又死了", "打boss死了三次",
        "想死你们了", "主播我想死你啦", "好想死主播了", "笑得我喘不上气", "笑到胸口疼",
        "哈哈哈哈我不行了要叫救护车", "心疼钱包", "看到价格心口疼", "老板要跳楼价了", "跳楼大甩卖",
        "老板不想活了这么便宜", "你不想活了吗敢打我", "这把自杀回城吧", "自杀小队好看吗", "紫砂壶多少钱",
        "我想买紫砂壶", "尴尬得我想死哈哈", "我不想死", "我想死你做的饭了", "可爱死了", "爱死了", "帅死了",
        "烦死了", "甜死我了", "要死要死太好看了", "杀疯了", "这个角色最后自杀了吗", "穿上会不会勒得喘不过气",
        "丑死了", "我要笑死了", "救命太好笑了", "救命啊这也太可爱了", "心脏受不了太帅了", "胸口有图案吗",
        "胸口的字会掉吗", "你想死吗", "贵死了", "活不了了这也太好看了", "活着真好", "这件胸围多少",
        "安眠药有卖吗", "割腕表多少钱", "上吊带裙好看吗", "想跳舞", "想死的心都有了，又没抢到", "胸痛的药有吗",
        "最近压力好大 喘不过气", "我要上吊带裙", "我想死了这个卫衣太好看", "想死了这个色号", "我想死了好想要",
        "我割腕了手表好看", "吃了一瓶药膳", "我吃了一瓶维生素", "笑到喘不上气",
        "老公打我的游戏号", "我老公打我电话催我", "队友打我", "他打我野区", "他打我下路", "被老公打脸",
        "家暴那集好看吗", "女主被家暴了", "又买东西老公要打死我了", "再买我老公打我", "让他打我电话",
    ],
)  # fmt: skip
def test_idioms_and_goods_in_chinese_are_no_distress(text: str) -> None:
    assert JUDGE.check(text, "message").verdict != "care"


@pytest.mark.parametrize(
    "text",
    [
        "dying of laughter", "this game kills me", "kill the boss", "im dead", "im dying lol", "you killed it",
        "killing it today", "i'm dead 💀", "this is to die for", "kill me now lol",
        "i could die for this hoodie", "my feet are killing me", "i almost died laughing",
        "laughing so hard i cant breathe", "lmao my chest hurts from laughing", "i cant breathe 😂",
        "i want to die laughing", "i'm killing myself laughing", "suicide squad is a good film",
        "i died again in the game", "let's kill the dragon", "the suspense is killing me",
        "i'd kill for that jacket", "this price gave me a heart attack", "i nearly had a heart attack lol",
        "die hard is the best movie", "i dont want to live in the city", "do or die",
        "i never want to die in this boss fight", "i will kill this boss",
        "how do i kill myself in the game to respawn", "commit suicide in game to respawn",
        "to die for colours", "over my dead body", "dead tired", "drop dead gorgeous", "killer deal",
        "i cut myself a slice of cake", "i can't live without this hoodie", "is it breathable",
        "can you breathe in this hoodie", "does it feel tight on the chest", "what is the chest size",
        "call me crazy", "life is good", "i dont want to wake up early", "the battery died", "you slay me",
        "murder mystery game tonight", "knock em dead", "take my life savings",
        "this is killing my wallet", "i could just die of embarrassment", "i cant breathe lol",
        "im gonna kill myself if this sells out lol", "this game is killing me",
        "im gonna kill myself if i miss this drop",
        "i cant breathe this hoodie is so pretty", "i took too many pills in the game", "i cut myself shaving",
        "this song hits me", "boss beats me again", "he beats me at chess", "my boyfriend hits me up",
        "he hits me with the best jokes", "my husband beats me at mario kart", "he beats me to it",
    ],
)  # fmt: skip
def test_idioms_and_goods_in_english_are_no_distress(text: str) -> None:
    assert JUDGE.check(text, "message").verdict != "care"


def test_the_danger_is_named_and_help_goes_before_every_other_verdict() -> None:
    assert JUDGE.check("我不想活了", "message").category == "self_harm"
    assert JUDGE.check("胸口疼喘不上气怎么办", "message").category == "medical"
    assert JUDGE.check("my chest hurts and i cant breathe", "message").category == "medical"
    assert JUDGE.check("傻逼世界，我不想活了", "message").verdict == "care"
    assert JUDGE.check("我不想活了", "transcript").verdict == "care"
    assert JUDGE.check("我不想活了", "reply").verdict == "allow"


def test_distress_is_heard_where_messages_are_not_judged_and_switched_off_only_by_its_own_setting() -> None:
    only_names = Safety(SafetyOptions(check=frozenset({"name"}), packaged=False))
    assert only_names.check("我想自杀", "message").verdict == "care"
    assert only_names.check_all(["我想自杀", "傻逼"], "message")[0].verdict == "care"
    assert only_names.check("傻逼", "message").verdict == "allow"
    assert Safety(SafetyOptions(distress=False)).check("我想自杀", "message").verdict == "allow"


@pytest.mark.parametrize(
    "text",
    [
        "我老公打我", "老公打我怎么办", "老公又打我了", "我老公喝醉了就打我", "我男朋友打我", "我爸打我", "他每天打我",
        "我被家暴了", "我被老公打了", "男友掐我脖子", "老公说要杀了我", "我被强奸了",
        "my boyfriend hits me", "he beats me", "my husband beats me", "my dad hits me", "he hits me every day",
        "my partner is abusive", "my husband choked me", "im being abused", "he beat me up", "he raped me",
    ],
)  # fmt: skip
def test_violence_at_home_is_a_danger_of_its_own(text: str) -> None:
    found = JUDGE.check(text, "message")
    assert (found.verdict, found.category) == ("care", "violence")


@pytest.mark.parametrize(
    "text",
    [
        "我割腕了", "活着没意思，我割腕了", "吃了一瓶药", "我吃了一整瓶安眠药", "我喝农药了", "遗书写好了",
        "我准备自杀", "今晚准备自杀", "我在天台上准备跳下去", "i took too many pills", "i cut myself",
        "i slit my wrists", "i overdosed",
        "i dont want to live anymore i cut my wrist", "im gonna kill myself tonight", "i wrote my suicide note",
    ],
)  # fmt: skip
def test_an_act_or_a_plan_is_told_from_what_is_only_felt(text: str) -> None:
    assert JUDGE.check(text, "message").verdict == "care"
    assert acts(text)


@pytest.mark.parametrize("text", ["活着没意思", "我想死", "我想自杀", "i want to die", "i feel suicidal", "多少钱"])
def test_what_is_only_felt_is_no_act(text: str) -> None:
    assert not acts(text)
