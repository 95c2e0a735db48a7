"""Words that mean the same."""

from nlu.concepts import ASPECTS, OPPOSITES, concepts
from nlu.language import fold


def test_wordings_of_both_languages_share_their_concepts() -> None:
    assert set(concepts("几点下播")) & {"when", "finish"} == {"when", "finish"}
    assert {"when", "finish"} <= set(concepts("what time does it end"))


def test_the_longest_phrase_is_taken_and_words_stand_whole() -> None:
    assert concepts("free shipping") == ["postage"]
    assert concepts("shipment") == []
    assert "refund" in concepts("退款什么时候到账")


def test_named_sets_hold_only_concepts_that_exist() -> None:
    said = "开播 下播 发货 退货 能到 退款 换货 加入 退群 粉丝群 粉丝团 关注 最大 最小 打开 关闭"
    known = set(concepts(fold(said)))
    assert frozenset().union(*OPPOSITES) <= known
    assert {"material"} <= set(concepts("什么材质")) & ASPECTS


def test_no_text_is_no_concept() -> None:
    assert concepts("") == []
    assert concepts("！？…😀") == []
