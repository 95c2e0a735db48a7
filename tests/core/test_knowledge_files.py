"""Knowledge in Markdown, CSV and YAML beside the settings."""

from pathlib import Path

import pytest

from core.errors import SettingsError
from core.settings import load
from core.settings.knowledge_files import read

MARKDOWN = """# 常见问题

## 几点下播 / when do you end
今晚**十点**下播

Tonight at ten.

## 怎么进群
- 点头像
- 发“进群”
"""


def written(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    file = folder / name
    file.write_bytes(text.encode(encoding))
    return file


def test_headings_are_questions_and_paragraphs_answers_in_their_language(tmp_path: Path) -> None:
    found = read(written(tmp_path, "faq.md", MARKDOWN))
    assert found["products"] == []
    first, second = found["faq"]
    assert first["ask"] == ["几点下播", "when do you end"]
    assert first["answer"] == {"zh": "今晚十点下播", "en": "Tonight at ten."}
    assert first["source"] == "faq.md:3"
    assert second["answer"]["zh"] == "点头像 发“进群”"
    assert second["answer"]["en"] == second["answer"]["zh"]


NAMED = (
    "编号,名称,英文名,别名,价格,库存,链接,卖点,英文卖点",
    "id;title_zh;title_en;alias;price (元);stock;link;facts_zh;facts_en",
    "SKU\t中文名\t英文名\t别名\t售价（元）\t库存\t链接号\t中文卖点\t英文卖点",
)
ROWS = (
    "1,蓝色卫衣,the blue hoodie,卫衣、hoodie,99元,12,3,纯棉;均码,pure cotton;one size",
    "1;蓝色卫衣;the blue hoodie;卫衣|hoodie;99;12;3;纯棉|均码;pure cotton|one size",
    "1\t蓝色卫衣\tthe blue hoodie\t卫衣|hoodie\t99\t12\t3\t纯棉|均码\tpure cotton|one size",
)


@pytest.mark.parametrize(("header", "row"), list(zip(NAMED, ROWS, strict=True)))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_row_is_a_product_whatever_language_names_its_columns(
    tmp_path: Path, header: str, row: str, encoding: str
) -> None:
    found = read(written(tmp_path, "goods.csv", f"{header}\r\n{row}\r\n", encoding))
    assert found["faq"] == []
    (product,) = found["products"]
    assert product["title"] == {"zh": "蓝色卫衣", "en": "the blue hoodie"}
    assert product["alias"] == ["卫衣", "hoodie"]
    assert product["price"] == "99元"
    assert (product["stock"], product["link"]) == ("12", "3")
    assert product["facts"] == [{"zh": "纯棉", "en": "pure cotton"}, {"zh": "均码", "en": "one size"}]
    assert product["source"] == "goods.csv:2"


def test_questions_can_be_rows_too(tmp_path: Path) -> None:
    found = read(
        written(tmp_path, "faq.csv", "问题,答案,answer_en\n能退吗 / can i return it,七天内可退,within seven days\n")
    )
    assert found["faq"] == [
        {
            "source": "faq.csv:2",
            "ask": ["能退吗", "can i return it"],
            "answer": {"zh": "七天内可退", "en": "within seven days"},
        }
    ]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "名称,价钱格\n卫衣,99元\n", r"a.csv:1: unknown column '价钱格'"),
        ("a.csv", "title,prise\nhoodie,$9\n", r"a.csv:1: unknown column 'prise'; did you mean 'price'"),
        ("a.csv", "名称,价格\n卫衣,99\n", r"a.csv:2: price: say the currency too"),
        ("a.csv", "title,price\nhoodie,1.2.3\n", r"a.csv:2: price: '1.2.3' is no number"),
        ("a.csv", "名称,价格(元)\n卫衣,1.2.3\n", r"a.csv:2: price: '1.2.3' is no number"),
        ("a.csv", "名称,价格\n卫衣,99元\n\n杯子,59元,7\n", r"a.csv:4: has 3 cells"),
        ("a.csv", "名称,价格,库存\n卫衣,99元,很多\n", r"a.csv:2: stock: "),
        ("a.csv", "名称,商品,价格\n", r"a.csv:1: two columns mean 'title'"),
        ("a.csv", '名称,价格\n"卫衣,99元\n', r"a.csv:2: is no CSV"),
        ("a.csv", "", r"a.csv: holds no rows"),
        ("a.md", "今晚十点\n", r"a.md:1: stands under no heading"),
        ("a.md", "# 价格\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", r"a.md:3: tables are not read here"),
        ("a.txt", "x", r"a.txt: knowledge is read from"),
        ("a.yaml", "faq:\n  - ask: []\n    answer: x\n", r"a.yaml:2: "),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        read(written(tmp_path, name, text))


def test_settings_take_in_their_files_and_every_entry_knows_where_it_stands(tmp_path: Path) -> None:
    written(tmp_path, "faq.md", MARKDOWN)
    written(tmp_path, "more.yaml.txt", "")
    config = written(
        tmp_path,
        "room.yaml",
        "knowledge:\n  files: [faq.md]\n  faq:\n    - ask: [多大了]\n      answer: 秘密\n"
        "rooms:\n  - id: main\n    knowledge:\n      products: [{id: 1, title: 卫衣, price: 99元, source: 店里}]\n",
    )
    room = load(config).rooms[0]
    assert [faq.source for faq in room.knowledge.faq] == ["room.yaml:4", "faq.md:3", "faq.md:8"]
    assert [product.source for product in room.knowledge.products] == ["店里"]


@pytest.mark.parametrize("name", ["missing.md", "../outside.md", "/etc/hostname"])
def test_files_that_are_not_beside_the_settings_are_refused_with_the_line(tmp_path: Path, name: str) -> None:
    written(tmp_path, "x.md", MARKDOWN)
    config = written(tmp_path, "room.yaml", f"knowledge:\n  files:\n    - x.md\n    - {name}\n")
    with pytest.raises(SettingsError, match=r"room\.yaml:4: there is no file"):
        load(config)
