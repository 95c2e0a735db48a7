"""What viewers may write, and what they may not, however they spell it."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ModelError, SettingsError
from nlu.safety import Classifier, Kind, Safety, SafetyOptions
from nlu.safety.complaints import doubts
from nlu.safety.safety import advertising
from nlu.safety.words import Group, Words, read
from training import corpus

RULES = Safety(SafetyOptions())
WHOLE = Safety(SafetyOptions(), Classifier.load())
LEVELS = ("allow", "warn", "block")


@pytest.mark.parametrize(
    "text",
    [
        "傻逼", "傻 逼", "傻*逼", "傻_逼", "傻\u200b逼", "傻.逼", "沙比", "煞笔", "傻b", "shabi", "sha bi",
        "s h a b i",
        "ＳＨＡＢＩ", "操你妈", "草尼玛", "cao ni ma", "caonima", "c.n.m", "nmsl", "你🐎死了", "傻🅱", "王 八 蛋",
        "fuck you", "f u c k you", "fuuuuck you", "fück you", "ｆｕｃｋ ｙｏｕ", "f\u0332u\u0332c\u0332k\u0332 you",
        "fuсk you", "motherfucker", "m0th3rfuck3r", "kys", "k.y.s", "🇰🇾🇸",
    ],
)  # fmt: skip
def test_abuse_is_found_however_it_is_spelt(text: str) -> None:
    assert RULES.check(text, "message").verdict == "block"


@pytest.mark.parametrize(
    "text",
    [
        "我买", "下单", "血亏", "血赚", "秒杀", "杀疯了", "主播杀疯了", "killing it", "you killed it",
        "笑死我了", "我操 太好看了",
        "牛逼", "卧槽", "啥比较好", "啥币种", "四壁都是", "class pass", "scunthorpe", "cocktail dress", "grape juice",
        "哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈", "666666666666", "买它买它买它买它", "1", "？？？",
        "女生能穿吗", "东北能发货吗",
        "新疆包邮吗", "男人穿好看吗", "你是男的女的",
        "男人穿这个好看吗", "主播你是男的还是女的", "河南发货要几天到", "质量太差了 退钱", "被骗了 跟说的不一样",
        "this is trash, refund me",
        "微信支付可以吗", "尺码165到180", "99.9元", "1.5米", "2024-11-11", "3号链接", "OMG", "LOL", "XXXL",
        "fuck this is good",
        "at that high level the air is pure", "即便是一些高架低连的别墅项目",
    ],
)  # fmt: skip
def test_ordinary_talk_of_a_room_passes(text: str) -> None:
    assert WHOLE.check(text, "message").verdict == "allow"


def test_no_complaint_of_the_corpus_is_blocked_and_hardly_any_line_is_marked() -> None:
    said = [u for u in corpus.load().utterances if u.intent != "insult"]
    verdicts = WHOLE.check_all([u.text for u in said], "message")
    blocked = [u for u, v in zip(said, verdicts, strict=True) if v.verdict == "block"]
    marked = sum(v.verdict != "allow" for v in verdicts)
    assert not [u for u in blocked if u.intent in {"complaint", "haggle", "praise"}]
    assert len(blocked) <= len(said) / 1000
    assert marked <= len(said) / 200


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("打我电话13800138000", "mobile"),
        ("一三八零零一三八零零零", "mobile"),
        ("138-0013-8000", "mobile"),
        ("①③⑧⓪⓪①③⑧⓪⓪⓪", "mobile"),
        ("010-62345678", "landline"),
        ("11010519491231002X", "identity_card"),
        ("6222 0212 3456 7890 128", "bank_card"),
        ("me@example.com", "email"),
        ("加微信 abc_12345", "messenger"),
        ("vx: lucky888", "messenger"),
        ("qq 12345678", "messenger"),
        ("代打上分便宜，加q 12345678", "messenger"),
        ("北京市朝阳区建国路88号", "address"),
        ("i live at 221 baker street, london", "address"),
    ],
)
def test_what_points_to_a_person_is_blocked(text: str, rule: str) -> None:
    verdict = RULES.check(text, "message")
    assert (verdict.verdict, verdict.category, verdict.rule) == ("block", "personal", rule)


@pytest.mark.parametrize("text", ["110105194912310021", "订单12345678", "1380013800", "价格13800", "微信群怎么进"])
def test_numbers_that_are_nobodys_pass(text: str) -> None:
    assert RULES.check(text, "message").verdict == "allow"


def test_links_are_blocked_but_to_hosts_that_settings_allow() -> None:
    judge = Safety(SafetyOptions(allowed_links=("example.com",)))
    for text in (
        "http://evil.com",
        "evil.com/x",
        "evil点com",
        "evil . com",
        "evil dot com",
        "www.evil.top",
        "example.com.evil.cc",
    ):
        assert judge.check(text, "message").category == "link", text
    for text in ("https://example.com/a", "shop.example.com", "买它.真的", "3.5元", "ok.thanks"):
        assert judge.check(text, "message").verdict == "allow", text


def test_shouting_and_endless_repeats_are_marked_not_blocked() -> None:
    assert RULES.check("WHY IS NOBODY ANSWERING ME", "message").category == "caps"
    assert RULES.check("关注我" * 30, "message").category == "repeats"
    assert RULES.check("WHY IS NOBODY ANSWERING ME", "message").verdict == "warn"


def test_names_are_read_with_their_ornaments_off() -> None:
    for name in ("xX_fuck_you_Xx", "傻_逼", "f.u.c.k.y.o.u", "加v abc123456"):
        assert RULES.check(name, "name").verdict == "block", name
    for name in ("小明", "Dickens", "阿杰123", "Assassin"):
        assert RULES.check(name, "name").verdict == "allow", name


def test_a_transcript_is_not_judged_by_sound_for_the_recogniser_errs_by_sound() -> None:
    assert RULES.check("沙比", "transcript").verdict == "allow"
    assert RULES.check("傻逼", "transcript").verdict == "block"
    assert RULES.check("WHY IS NOBODY ANSWERING", "transcript").verdict == "allow"


def test_a_reply_is_held_to_more_than_a_message() -> None:
    assert RULES.check("卧槽", "message").verdict == "allow"
    assert RULES.check("卧槽", "reply").verdict == "block"
    assert RULES.check("你真是个废物", "reply").verdict == "block"


def test_a_reply_may_say_what_the_streamer_wrote_and_nothing_else_of_the_kind() -> None:
    judge = Safety(SafetyOptions(trusted=("客服电话 13800138000", "see https://shop.example.com")))
    assert judge.check("亲，客服电话 13800138000 哦", "reply").verdict == "allow"
    assert judge.check("you can see https://shop.example.com now", "reply").verdict == "allow"
    assert judge.check("打13900139000", "reply").category == "personal"


def test_superlatives_are_kept_out_of_replies_only_where_settings_ask_for_it() -> None:
    strict = Safety(SafetyOptions(superlatives=True))
    assert strict.check("这是全网最低价", "reply").category == "superlative"
    assert strict.check("it is the best in town", "reply").category == "superlative"
    assert strict.check("这款最好看", "message").verdict == "allow"
    assert strict.check("最近有活动，面料是纯棉", "reply").verdict == "allow"
    assert RULES.check("这是全网最低价", "reply").verdict == "allow"
    assert [index for index, _ in advertising(["纯棉", "世界第一的杯子"])] == [1]


def test_only_what_settings_name_is_judged() -> None:
    judge = Safety(SafetyOptions(check=frozenset(("reply",))))
    assert judge.check("傻逼", "message").verdict == "allow"
    assert judge.check("傻逼", "reply").verdict == "block"


def test_an_own_list_adds_words_and_says_what_becomes_of_them(tmp_path: Path) -> None:
    text = tmp_path / "words.txt"
    text.write_text("# ours\n某某牌\nbadword  # a comment\n", encoding="utf-8")
    form = tmp_path / "words.yaml"
    form.write_text(
        "- {category: rival, verdict: {message: warn}, sound: true, words: [丽江牌], except: [壮丽江牌]}\n", "utf-8"
    )
    judge = Safety(SafetyOptions(listed=(*read(text), *read(form))))
    assert judge.check("某 某 牌", "message").verdict == "block"
    assert judge.check("BadWords", "reply").rule == "word:badword"
    assert judge.check("利疆排", "message").category == "rival"
    assert judge.check("壮丽江牌楼", "message").verdict == "allow"


@pytest.mark.parametrize("text", ["- {category: x}", "words: 3", "[", "- {category: x, words: [a], colour: red}"])
def test_a_list_that_is_none_is_refused_by_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "words.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"words\.yaml"):
        read(file)


def test_a_missing_classifier_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="install Danmate again"):
        Classifier.load(tmp_path / "none.npz")


@given(st.text(max_size=700), st.sampled_from(["name", "message", "transcript", "reply"]))
@settings(max_examples=300, deadline=None)
def test_any_text_gets_a_verdict_and_batches_agree_with_single_lines(text: str, kind: Kind) -> None:
    verdict = WHOLE.check(text, kind)
    assert verdict.verdict in LEVELS
    assert 0 <= verdict.score <= 1
    assert WHOLE.check_all([text, text], kind) == [verdict, verdict]


@given(st.text(alphabet="abcdefgh傻逼操你妈 .*_", min_size=1, max_size=12))
@settings(max_examples=200, deadline=None)
def test_a_listed_word_is_found_wherever_it_stands_between_other_signs(around: str) -> None:
    words = Words([Group(category="x", words=("靠谱牌",))])
    assert words.check(f"{around} 靠谱牌 {around}", "message").category == "x"


def test_an_empty_text_is_allowed() -> None:
    assert WHOLE.check("", "message").verdict == "allow"


@pytest.mark.parametrize(
    "text",
    [
        "习近平怎么样",
        "习 近 平",
        "xi jin ping",
        "天安门事件",
        "法轮功",
        "what about xi jinping",
        "希特勒",
        "台独",
        "特朗普如何",
        "六四是什么",
        "你觉得台湾是不是国家",
    ],
)
def test_what_closes_rooms_stands_and_is_left_alone(text: str) -> None:
    found = WHOLE.check(text, "message")
    assert (found.verdict, found.category) == ("warn", "sensitive")
    assert WHOLE.check(text, "reply").verdict == "block"
    assert Safety(SafetyOptions(sensitive=False)).check(text, "message").verdict == "allow"


@pytest.mark.parametrize(
    "text",
    ["六四折", "六四开吧", "64码有吗", "其中共有几个", "川普通话", "a trump card", "李强你好", "89码 64码", "普京大衣"],
)
def test_sizes_discounts_and_namesakes_are_not_sensitive(text: str) -> None:
    assert WHOLE.check(text, "message").verdict == "allow"


@pytest.mark.parametrize(
    "name",
    [
        "全场一元", "FreeToday", "freetoday", "加V领券", "+V领券", "全场免费", "AjieScams", "ajiescams", "99元", "五折",
        "阿杰是骗子", "Ajie_is_a_fraud", "DontBuyHere", "50%off", "5dollars", "¥9", "习近平", "习 近平", "Hitler",
        "h1tler", "adolfhitler", "希特勒", "xi jinping",
    ],
)  # fmt: skip
def test_a_name_that_offers_accuses_or_is_infamous_is_not_said(name: str) -> None:
    assert RULES.check(name, "name").verdict != "allow"


@pytest.mark.parametrize(
    "name",
    [
        "小明", "阿杰123", "Freeman", "Dickens", "小元宝", "Price", "Salena", "Freya", "Scampi", "Jake5", "李强",
        "Emma2010", "Freddie", "老板娘", "状元", "Frank", "Trumpet",
    ],
)  # fmt: skip
def test_a_name_that_only_looks_like_a_claim_is_said(name: str) -> None:
    assert RULES.check(name, "name").verdict == "allow"


def test_words_that_only_names_may_not_have_pass_in_messages() -> None:
    for text in ("全场免费吗", "is shipping free", "有优惠券吗", "九块九包邮吗", "any discount today"):
        assert WHOLE.check(text, "message").verdict == "allow", text


@pytest.mark.parametrize(
    "text",
    [
        "+V领低价货 xiaomei888", "加V领低价货 xiaomei888", "＋v领券", "佳薇领福利", "+v xiaomei888", "+vx: lucky888",
        "dm me on telegram @cheapstuff", "tg @cheapstuff", "whatsapp me @best_deals",
    ],
)  # fmt: skip
def test_adverts_are_blocked(text: str) -> None:
    assert RULES.check(text, "message").verdict == "block"


def test_adverts_without_a_handle_are_left_alone_and_questions_are_answered() -> None:
    assert RULES.check("hit me up on telegram", "message").category == "advert"
    for text in (
        "加微信有优惠吗",
        "怎么加微信",
        "add me on discord",
        "can i pay with wechat",
        "加群领券吗",
        "1+v2怎么买",
    ):
        assert RULES.check(text, "message").verdict == "allow", text


@pytest.mark.parametrize(
    "text",
    [
        "你们是不是骗子", "骗子公司 退钱", "主播你们就是骗子吧 骗我们的钱", "你们是不是在卖假货骗人",
        "are you scamming us",
        "这家店是不是骗人的啊大家小心", "奸商 质量太差了 退款", "you guys are liars and scammers",
        "is this shop a fraud",
    ],
)  # fmt: skip
def test_doubts_about_the_shop_are_no_offence(text: str) -> None:
    assert WHOLE.check(text, "message").verdict == "allow"
    assert WHOLE.check_all([text], "message")[0].verdict == "allow"


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("is this legit or a scam", False),
        ("你们是不是骗子", True), ("主播在骗人吧", True), ("are you scamming us", True), ("this shop is a scam", True),
        ("这家店卖假货", True), ("骗子 假货", True), ("给我退钱", True), ("便宜没好货", True),
        ("可以退钱吗", False), ("昨天电影里的骗子好笑", False), ("i got a scam call", False), ("多少钱", False),
    ],
)  # fmt: skip
def test_who_doubts_the_shop_is_heard(text: str, doubt: bool) -> None:  # noqa: FBT001  # parametrize hands it by name
    assert doubts(text) is doubt


def test_a_word_of_complaint_is_no_licence_to_insult_a_group() -> None:
    assert WHOLE.check("河南人都是骗子", "message").verdict == "block"
    assert WHOLE.check("你们河南骗子", "message").verdict == "block"
    assert WHOLE.check("骗子操你妈", "message").verdict == "block"


@pytest.mark.parametrize(
    "text",
    [
        "黑人都该死",
        "女人都去死",
        "外地人滚出北京",
        "所有穆斯林都滚出去",
        "同性恋都该去死",
        "印度人全该死",
        "黑 人 都 该 死",
    ],
)
def test_who_wishes_a_group_dead_or_gone_is_blocked(text: str) -> None:
    found = RULES.check(text, "message")
    assert (found.verdict, found.category) == ("block", "hate")


@pytest.mark.parametrize(
    "text", ["黑人能穿吗", "老人去死海旅游穿什么", "男人都滚开让我来", "女生都爱这个", "外地人能买吗"]
)
def test_groups_that_are_only_named_pass(text: str) -> None:
    assert RULES.check(text, "message").verdict == "allow"


@pytest.mark.parametrize(
    "text", ["speak chinese", "danmate speak japanese", "can you speak english", "say it in arabic"]
)
def test_a_language_is_not_those_who_speak_it(text: str) -> None:
    assert WHOLE.check(text, "message").verdict == "allow"


def test_patterns_stand_for_many_words_and_are_counted_as_such(tmp_path: Path) -> None:
    group = Group(category="x", words=(), patterns=("(a|b|)c(d|e)",))
    assert sorted(group.all_words()) == ["acd", "ace", "bcd", "bce", "cd", "ce"]
    file = tmp_path / "words.yaml"
    many = "(" + "|".join(map(str, range(200))) + ")"
    file.write_text(f"- {{category: x, words: [], patterns: ['{many}{many}']}}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="split off"):
        read(file)


def test_a_group_may_ask_for_the_end_and_stand_back_for_what_the_text_says_besides() -> None:
    words = Words([Group(category="x", words=("想死",), closes=True, unless=("哈哈",))])
    assert words.check("我想死了", "message").category == "x"
    assert words.check("我想死你了", "message").category == ""
    assert words.check("哈哈哈想死", "message").category == ""
