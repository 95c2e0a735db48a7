"""Knowledge kept beside the settings: Markdown and CSV, as people who are no programmers write them.

Markdown (`.md`): a heading is a question, ` / ` between its wordings; the paragraphs and lists below are the answer,
those with Chinese characters in Chinese, the others in English. A heading with nothing below is a chapter's title.
CSV (`.csv`): a row is a product, or a question with its answer; the first row names the columns, in either language.
YAML (`.yaml`): `products` and `faq` as in settings. Every error names file and line.
"""

import csv
import difflib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from pydantic import BaseModel, ValidationError

from core.errors import SettingsError
from core.settings.content import Faq, Knowledge, Product
from core.yaml_file import MAX_BYTES, Document, validate

ENTRIES: Final = 5_000
"""Products and questions of one file; more are a mistake."""

_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_WORDINGS: Final = re.compile(r"\s+/\s+|\s*[／|]\s*")
_ITEMS: Final = re.compile(r"\s*[;；|、\n]\s*")
_CLAUSES: Final = re.compile(r"\s*[;；|\n]\s*")
_COLUMNS: Final = {
    "id": "id 编号 货号 sku",
    "title": "title name product 名称 商品 品名 标题 商品名称",
    "title_zh": "title_zh 中文名 中文名称",
    "title_en": "title_en 英文名 英文名称",
    "alias": "alias aliases 别名 俗称",
    "price": "price 价格 售价 单价",
    "stock": "stock 库存 数量",
    "link": "link 链接 链接号 几号链接",
    "facts": "facts 卖点 介绍 特点 说明",
    "facts_zh": "facts_zh 中文卖点 中文介绍",
    "facts_en": "facts_en 英文卖点 英文介绍",
    "ask": "ask question questions 问题 问",
    "answer": "answer 答案 回答 答",
    "answer_zh": "answer_zh 中文答案 中文回答",
    "answer_en": "answer_en 英文答案 英文回答",
}
_COLUMN_OF: Final = {name: column for column, names in _COLUMNS.items() for name in names.split()}
_CURRENCY: Final = re.compile(r"^(.*?)\s*[（(]\s*(元|块|¥|rmb|yuan|\$|usd|€|eur)\s*[)）]$")
_QUESTION_COLUMNS: Final = frozenset({"ask", "answer", "answer_zh", "answer_en"})


def read(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Return `products` and `faq` of a file as settings have them, each with its `source`; raise `SettingsError`."""
    if path.suffix in {".yaml", ".yml"}:
        return _yaml(path)
    if path.suffix not in {".md", ".csv"}:
        raise SettingsError(path, None, "knowledge is read from .md, .csv and .yaml files")
    text = _text(path)
    if path.suffix == ".md":
        found = {"products": [], "faq": [_checked(Faq, entry, path, line) for line, entry in _markdown(text, path)]}
    else:
        found = _csv(text, path)
    if sum(map(len, found.values())) > ENTRIES:
        raise SettingsError(path, None, f"holds more than {ENTRIES:,} entries")
    return found


def _text(path: Path) -> str:
    """Return a file's text; spreadsheets in China write GB 18030."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SettingsError(path, None, f"larger than {MAX_BYTES:,} bytes")
        data = path.read_bytes()
    except OSError as error:
        raise SettingsError(path, None, f"cannot be read: {error.strerror}") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SettingsError(path, None, "is neither UTF-8 nor GB 18030 text")


def _yaml(path: Path) -> dict[str, list[dict[str, Any]]]:
    document = Document(path)
    held = validate(document, Knowledge)
    if held.files:
        raise SettingsError(path, document.line(("files",)), "a knowledge file names no other files")
    found: dict[str, list[dict[str, Any]]] = {}
    for kind in ("products", "faq"):
        found[kind] = [
            {"source": f"{path.name}:{document.line((kind, index))}", **entry}
            for index, entry in enumerate(document.data.get(kind, ()))
        ]
    return found


def _checked(model: type[BaseModel], entry: dict[str, Any], path: Path, line: int) -> dict[str, Any]:
    try:
        model.model_validate(entry)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SettingsError(path, line, f"{name}: {str(first['msg']).removeprefix('Value error, ')}") from error
    return {"source": f"{path.name}:{line}", **entry}


def _markdown(text: str, path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line, question) for each heading that something stands below."""
    asked, line, answer = "", 0, list[str]()
    for kind, number, content in (*_blocks(MarkdownIt("commonmark").enable("table").parse(text)), ("heading", 0, "")):
        if kind == "table":
            raise SettingsError(path, number, "tables are not read here; put products into a .csv file")
        if kind == "text":
            if not asked:
                raise SettingsError(path, number, "stands under no heading; the heading is the question")
            answer.append(content)
            continue
        if asked and answer:
            chinese = " ".join(part for part in answer if _HAN.search(part))
            english = " ".join(part for part in answer if not _HAN.search(part))
            yield (
                line,
                {
                    "ask": [wording for wording in _WORDINGS.split(asked) if wording],
                    "answer": {"zh": chinese or english, "en": english or chinese},
                },
            )
        asked, line, answer = content, number, []


def _blocks(tokens: list[Token]) -> Iterator[tuple[str, int, str]]:
    """Yield (heading, text or table; line; plain text) in order."""
    kind = "text"
    for token in tokens:
        if token.type == "heading_open":
            kind = "heading"
        elif token.type == "table_open":
            yield "table", (token.map or [0])[0] + 1, ""
        elif token.type == "inline":
            yield kind, (token.map or [0])[0] + 1, _plain(token)
            kind = "text"


def _plain(token: Token) -> str:
    """Return the words of a paragraph without their marks."""
    parts = [
        " " if child.type in {"softbreak", "hardbreak"} else child.content
        for child in token.children or ()
        if child.type in {"text", "code_inline", "softbreak", "hardbreak"}
    ]
    return " ".join("".join(parts).split())


def _csv(text: str, path: Path) -> dict[str, list[dict[str, Any]]]:
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    found: dict[str, list[dict[str, Any]]] = {"products": [], "faq": []}
    columns: list[str] = []
    currency = ""
    begins = 1
    try:
        for row in reader:
            line, begins = begins, reader.line_num + 1
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if not columns:
                columns, currency = _header(cells, path, line)
                continue
            if len(cells) > len(columns):
                raise SettingsError(path, line, f"has {len(cells)} cells, the first row names {len(columns)} columns")
            values = {column: cell for column, cell in zip(columns, cells, strict=False) if cell}
            try:
                kind, model, entry = _entry(columns, values, currency)
            except ValueError as error:
                raise SettingsError(path, line, f"price: {values['price']!r} is no number") from error
            found[kind].append(_checked(model, entry, path, line))
    except csv.Error as error:
        raise SettingsError(path, begins, f"is no CSV: {error}") from error
    if not columns:
        raise SettingsError(path, None, "holds no rows; the first one names the columns")
    return found


def _header(cells: list[str], path: Path, line: int) -> tuple[list[str], str]:
    """Return the columns, and the currency where the price's column names one: 价格(元)."""
    columns, currency = [], ""
    for cell in cells:
        name = cell.lower()
        if match := _CURRENCY.match(name):
            name, currency = match[1], match[2]
        column = _COLUMN_OF.get(name.replace(" ", "_"))
        if column is None:
            near = difflib.get_close_matches(name, _COLUMN_OF, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(_COLUMN_OF)}"
            raise SettingsError(path, line, f"unknown column {cell!r}; {hint}")
        if column in columns:
            raise SettingsError(path, line, f"two columns mean {column!r}")
        columns.append(column)
    return columns, currency


def _entry(columns: list[str], values: dict[str, str], currency: str) -> tuple[str, type[BaseModel], dict[str, Any]]:
    """Return what a row says, as settings have it."""
    if _QUESTION_COLUMNS & set(columns):
        asked = [wording for wording in _WORDINGS.split(values.get("ask", "")) if wording]
        return "faq", Faq, {"ask": asked, "answer": _local(values, "answer")}
    entry: dict[str, Any] = {"id": values.get("id") or values.get("link") or values.get("title", ""), **values}
    for column in ("title_zh", "title_en", "facts_zh", "facts_en"):
        entry.pop(column, None)
    entry["title"] = _local(values, "title")
    if "alias" in values:
        entry["alias"] = _ITEMS.split(values["alias"])
    if re.fullmatch(r"[\d.,]+", values.get("price", "")):
        before = currency in {"$", "€", "¥"}
        amount = values["price"]
        number = float(amount.replace(",", ""))
        entry["price"] = f"{currency}{amount}" if before else f"{amount}{currency}" if currency else number
    facts = [_CLAUSES.split(values[column]) for column in ("facts_zh", "facts", "facts_en") if column in values]
    if len(facts) > 1 and len(facts[0]) == len(facts[-1]):
        entry["facts"] = [{"zh": zh, "en": en} for zh, en in zip(facts[0], facts[-1], strict=True)]
    elif facts:
        entry["facts"] = [
            {"zh": clause} if _HAN.search(clause) else {"en": clause} for part in facts for clause in part
        ]
    return "products", Product, entry


def _local(values: dict[str, str], column: str) -> dict[str, str]:
    plain = values.get(column, "")
    both = {"zh": values.get(f"{column}_zh", plain), "en": values.get(f"{column}_en", plain)}
    return {language: text for language, text in both.items() if text}
