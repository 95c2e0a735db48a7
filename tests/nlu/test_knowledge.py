"""Finding and rendering what the room knows."""

import pytest

from core.local import Local
from nlu.intents import Role
from nlu.knowledge import Knowledge, Product, amount, product_answer, render

HOODIE = Product(
    id="1",
    title=Local("蓝色卫衣", "the blue hoodie"),
    price="99元",
    stock=12,
    link=3,
    facts=(
        Local("面料是纯棉", "the fabric is pure cotton"),
        Local("均码，一米五五到一米八都能穿", "one size, for 155 to 180 cm"),
    ),
)
MUG = Product(id="2", title=Local("保温杯", "travel mug"), aliases=("杯子",), price="$12", stock=40, link=5)
RED = Product(id="3", title=Local("红色卫衣", "the red hoodie"), price="看着给", link=11)
SHOP = Knowledge((HOODIE, MUG))


def found(knowledge: Knowledge, text: str) -> str | None:
    mention = knowledge.find_product(text)
    return mention.product.id if mention else None


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("蓝色卫衣多少钱", "1"),
        ("藍色衛衣多少錢", "1"),
        ("那个卫衣什么材质", "1"),
        ("how much is the Blue Hoodie", "1"),
        ("are the hoodies in stock", "1"),
        ("杯子还有吗", "2"),
        ("3号链接多少钱", "1"),
        ("三号还有吗", "1"),
        ("链接5", "2"),
        ("link 3 please", "1"),
        ("link five?", "2"),
        ("#3", "1"),
        ("宝温杯多少钱", "2"),
        ("how much is the hodie", "1"),
        ("卫衣和保温杯哪个好", "2"),
        ("今天好热", None),
        ("3号发货吗", None),
        ("99号链接", None),
        ("蓝色的还有吗", "1"),
        ("is the blue one in stock", "1"),
        ("i feel blue", None),
        ("i like to travel", None),
        ("mugging for the camera", None),
        ("", None),
    ],
)
def test_a_product_is_found_by_name_part_link_and_sound(text: str, product: str | None) -> None:
    assert found(SHOP, text) == product


def test_a_part_that_two_products_share_names_neither_and_a_longer_name_decides() -> None:
    two = Knowledge((HOODIE, RED))
    assert found(two, "卫衣多少钱") is None
    assert found(two, "hoodie?") is None
    assert found(two, "红色卫衣多少钱") == "3"
    assert found(two, "红色的多少钱") == "3"
    assert found(two, "十一号链接") == "3"


def test_where_a_product_comes_from_does_not_stand_for_it() -> None:
    rice = Knowledge((Product(id="1", title=Local("东北大米")),))
    assert found(rice, "我是东北的") is None
    assert found(rice, "大米多少钱") == "1"


BAG = Product(id="9", title=Local("帆布袋", "the canvas bag"), aliases=("包", "表", "花", "t", "bag", "u盘"))


@pytest.mark.parametrize(
    "text",
    [
        "包多少钱", "这个包还有吗", "那个包呢", "想买包", "看看包", "包怎么卖", "有没有包", "蓝色的包好看吗",
        "包包还有货吗", "主播，包！",
        "这款包能装电脑吗", "包是什么材质的", "包质量怎么样", "我要包", "bags?", "how much is the bag",
        "the bag's colour", "t多少钱",
        "is the t sold out", "u盘还有吗", "包不贵", "老板包有几个颜色", "这花多少钱",
    ],
)  # fmt: skip
def test_a_short_name_is_found_where_it_stands_alone(text: str) -> None:
    assert found(Knowledge((BAG,)), text) == "9"


@pytest.mark.parametrize(
    "text",
    [
        "包邮吗", "这个包邮吗", "卫衣包邮吗", "发个红包", "我的钱包空了", "表情包真好笑", "买面包",
        "包年多少钱", "背包客来了", "没有包装", "要包月吗",
        "包不包邮", "包在我身上", "包的", "包的包的", "看包公案", "打包带走", "多少钱一包", "包退吗",
        "包你满意", "表示感谢", "这表情绝了",
        "花钱吗", "don't stop", "t-shirt还有吗", "it's raining", "baggage", "nice one, ts", "cu盘是啥",
        "包大人驾到", "包含什么",
    ],
)  # fmt: skip
def test_a_short_name_is_no_part_of_another_word(text: str) -> None:
    assert found(Knowledge((BAG,)), text) is None


def test_a_mention_says_how_the_product_stands_in_the_message() -> None:
    mention = SHOP.find_product("那个卫衣多少钱")
    assert mention is not None
    assert mention.words == "卫衣"
    numbered = SHOP.find_product("3号链接")
    assert numbered is not None
    assert numbered.words == ""


@pytest.mark.parametrize(
    ("price", "chinese", "english"),
    [
        ("99元", "99元", "99 yuan"),
        ("99块", "99元", "99 yuan"),
        ("¥99.90", "99.90元", "99.90 yuan"),
        ("￥1,299", "1,299元", "1,299 yuan"),
        ("$12", "12美元", "12 dollars"),
        ("12 USD", "12美元", "12 dollars"),
        ("99 yuan", "99元", "99 yuan"),
        ("€5", "5欧元", "5 euros"),
        ("99元起", "99元起", "99元起"),
        ("看着给", "看着给", "看着给"),
    ],
)
def test_prices_are_said_in_either_language_and_odd_ones_left_alone(price: str, chinese: str, english: str) -> None:
    product = Product(id="1", title=Local("x", "x"), price=price)
    assert render(product, Role.PRICE, "zh") == chinese
    assert render(product, Role.PRICE, "en") == english


def test_title_stock_and_link_are_said_in_either_language() -> None:
    assert [render(HOODIE, role, "zh") for role in (Role.PRODUCT, Role.STOCK, Role.LINK)] == [
        "蓝色卫衣", "12件", "3号链接",
    ]  # fmt: skip
    assert [render(HOODIE, role, "en") for role in (Role.PRODUCT, Role.STOCK, Role.LINK)] == [
        "the blue hoodie", "12", "link 3",
    ]  # fmt: skip
    assert render(MUG, Role.PRODUCT, "en") == "the travel mug"
    assert render(Product(id="9", title=Local(en="Danmate Pro")), Role.PRODUCT, "zh") == "Danmate Pro"
    assert render(RED, Role.STOCK, "zh") == ""
    assert render(RED, Role.TIME, "zh") == ""


def test_the_fact_about_what_was_asked_is_the_answer() -> None:
    assert product_answer(HOODIE, "卫衣是什么材质的", "zh") == "面料是纯棉"
    assert product_answer(HOODIE, "卫衣是什么材质的", "en") == "the fabric is pure cotton"
    assert product_answer(HOODIE, "what size should i get", "zh") == "均码，一米五五到一米八都能穿"


def test_a_question_about_nothing_in_particular_gets_all_facts_that_fit() -> None:
    assert product_answer(HOODIE, "介绍一下", "zh") == "面料是纯棉，均码，一米五五到一米八都能穿"
    many = Product(id="1", title=Local("x"), facts=tuple(Local(f"第{n}个特点说来话长") for n in range(50)))
    assert 0 < len(product_answer(many, "介绍一下", "zh")) <= 60


@pytest.mark.parametrize(
    "text", ["卫衣里面含不含甲醛", "是正品吗", "吃布洛芬能喝酒吗", "does it have pockets", "got it in pink?"]
)
def test_a_question_for_something_that_has_no_name_here_gets_no_other_fact(text: str) -> None:
    assert product_answer(HOODIE, text, "zh") == ""


@pytest.mark.parametrize(
    "text", ["卫衣", "卫衣怎么样", "tell me about the hoodie", "这件卫衣有什么特点", "is it any good"]
)
def test_a_question_in_general_gets_all_facts(text: str) -> None:
    assert product_answer(HOODIE, text, "zh") == "面料是纯棉，均码，一米五五到一米八都能穿"


def test_the_name_of_a_product_asks_for_nothing() -> None:
    flask = Product(
        id="9", title=Local("保温杯", "the travel mug"), facts=(Local("能保温十二个小时", "hot for 12 hours"),)
    )
    assert product_answer(flask, "保温杯漏水不", "zh") == ""
    assert product_answer(flask, "保温杯能保温多久", "zh") == "能保温十二个小时"


def test_every_product_that_is_named_is_found_and_prices_are_numbers() -> None:
    assert [one.id for one in SHOP.find_products("卫衣和杯子一起多少")] == ["1", "2"]
    assert SHOP.find_products("多少钱") == []
    assert [amount(one) for one in (HOODIE, MUG, RED)] == [99.0, 12.0, None]


def test_what_no_fact_speaks_of_has_no_answer() -> None:
    assert product_answer(HOODIE, "防水吗", "zh") == ""
    assert product_answer(MUG, "介绍一下", "zh") == ""


def test_knowledge_of_nothing_finds_nothing() -> None:
    nothing = Knowledge()
    assert nothing.find_product("蓝色卫衣 3号链接") is None
