"""Settings: what is wrong, where, and what was meant."""

from pathlib import Path

import pytest

from core.errors import SettingsError
from core.settings import differences, load

ROOT = Path(__file__).parent.parent.parent


def written(folder: Path, text: str, name: str = "danmate.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("rooms:\n  - id: main\n    persna: {name: x}\n", 3, "did you mean 'persona'"),
        ("modls: {}\n", 1, "did you mean 'models'"),
        ("persona: {name: x}\n", 1, "'persona' stands in each of 'rooms', not here"),
        (
            "rooms:\n  - id: a\n    knowledge:\n      faq:\n        - aks: [x]\n          answer: y\n",
            5,
            "did you mean 'ask'",
        ),
        ("idle:\n  after: 20\n", 2, "a duration with its unit"),
        ("idle:\n  after: 20 parsecs\n", 2, "a duration with its unit"),
        ("timers:\n  - every: 9m-8m\n    say: [hi]\n", 2, "a range such as"),
        ("server:\n  port: hello\n", 2, "valid integer"),
        ("server: {port: 70000}\n", 1, "less than or equal to 65535"),
        ("rooms:\n  - id: A b\n", 2, "pattern"),
        ("rooms:\n  - {id: a}\n  - {id: a}\n", 3, "two rooms are called 'a'"),
        ("rooms:\n  - {id: a, use: [shpo]}\n", 2, "no preset is called 'shpo'"),
        ("knowledge:\n  products:\n    - {id: 1, title: x, price: 9}\n", 3, "say the currency"),
        ("models:\n  reply: {engine: openai, key: abc}\n", 2, "secrets come from the environment"),
        ("models:\n  open: {url: x, intents: [ask_price]}\n", 2, "off_topic"),
        ("models:\n  open: {url: x, timeout: 3}\n", 2, "a duration with its unit"),
        ("a: [\n", 2, "not valid YAML"),
        ("idle: {}\nidle: {}\n", 2, "stands twice"),
        ("- just\n- a list\n", 1, "a mapping"),
        ('commands:\n  - {name: "!a", reply: "hi $(usr)"}\n', 2, "did you mean $(user)"),
        ("rooms:\n  - id: a\n    title: 2026-02-30\n", 3, "looks like YAML's timestamp and is none: '2026-02-30'"),
        ("server:\n  port: !!int x\n", 2, "looks like YAML's int"),
        ("server:\n  port: !!bool x\n", 2, "looks like YAML's bool"),
        ("server:\n  port: " + "9" * 5000 + "\n", 2, "looks like YAML's int"),
        ("rooms:\n  - id: a\n    title: b\aell\n", 3, "the control character U+0007"),
        ("a: " + "[" * 3000, None, "nested too deeply"),
        ("rooms: &a\n  - use: *a\n", None, "an alias inside what it stands for"),
        ("behaviour:\n  chain: ~nobody_here/x.npz\n", 2, "no home folder '~nobody_here'"),
        ("behaviour:\n  ledger: ~nobody_here/x\n", 2, "no home folder '~nobody_here'"),
        ('filters:\n  words: "a\\0b"\n', 2, "cannot hold a NUL"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, line: int | None, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(written(tmp_path, text))
    assert caught.value.line == line
    assert words in str(caught.value)
    assert "danmate.yaml" in str(caught.value)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"x" * 3_000_000])
def test_a_file_that_is_no_settings_file_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(content)
    with pytest.raises(SettingsError):
        load(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load(tmp_path / "none.yaml")


def test_yaml_cannot_make_objects(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        load(written(tmp_path, "server: !!python/object/apply:os.system ['true']\n"))


def test_the_demo_is_good_and_its_room_knows_what_the_presets_know() -> None:
    settings = load(ROOT / "configs" / "demo.yaml")
    room = settings.rooms[0]
    assert {product.title.zh for product in room.knowledge.products} == {"蓝色卫衣", "保温杯"}
    assert any("48" in faq.answer.zh for faq in room.knowledge.faq)  # from the shop preset
    assert {command.name for command in room.commands} == {"!帮助", "!价格"}


def test_a_plain_text_serves_for_both_languages_and_a_model_name_for_its_engine(tmp_path: Path) -> None:
    settings = load(
        written(
            tmp_path,
            "models: {asr: whisper-tiny, reply: google/flan-t5-small}\nknowledge:\n  faq: [{ask: [a], answer: b}]\n",
        )
    )
    assert settings.models.asr.model == "whisper-tiny"
    assert settings.models.reply.engine == "transformers"
    assert settings.rooms[0].knowledge.faq[0].answer.en == "b"


def test_one_text_may_stand_where_several_may(tmp_path: Path) -> None:
    text = (
        "rooms: [{id: a, persona: {wake: 小弹}}]\nknowledge:\n  products: [{id: 1, title: x, alias: y, price: 9元}]\n"
    )
    text += "  faq: [{ask: 几点下播, answer: 十点}]\ntimers: [{every: 9m, say: hi}]\n"
    room = load(written(tmp_path, text)).rooms[0]
    assert room.persona.wake == ("小弹",)
    assert room.knowledge.products[0].alias == ("y",)
    assert room.knowledge.faq[0].ask == ("几点下播",)
    assert room.timers[0].say == ("hi",)


def test_secrets_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOM_TOKEN", "s3cret")
    settings = load(written(tmp_path, "rooms: [{id: a, tokens: {streamer: $ROOM_TOKEN}}]\n"))
    assert settings.rooms[0].tokens.streamer == "s3cret"
    monkeypatch.delenv("ROOM_TOKEN")
    with pytest.raises(SettingsError, match="ROOM_TOKEN is not set"):
        load(tmp_path / "danmate.yaml")


def test_a_folder_of_files_is_one_deployment(tmp_path: Path) -> None:
    written(tmp_path, "rooms: [{id: a}]\n", "a.yaml")
    written(tmp_path, "rooms: [{id: b}]\nidle: {after: 10s}\n", "b.yaml")
    settings = load(tmp_path)
    assert [room.id for room in settings.rooms] == ["a", "b"]
    assert {room.idle.after for room in settings.rooms} == {10.0}


def test_what_changed_is_named_by_its_path_and_never_by_its_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "rooms: [{id: a, tokens: {streamer: $TOKEN}}, {id: b}]\n"
    text += "knowledge:\n  products: [{id: 1, title: x, price: 1元}]\n"
    monkeypatch.setenv("TOKEN", "s3cret")
    before = load(written(tmp_path, text))
    assert differences(before, load(written(tmp_path, "# one more line\n" + text))) == ()
    monkeypatch.setenv("TOKEN", "an0ther")
    now = load(written(tmp_path, "server: {port: 1}\n" + text.replace("1元", "2元").replace(", {id: b}", "")))
    assert differences(before, now) == (
        "server.port",
        "rooms.a.knowledge.products.0.price",
        "rooms.a.tokens.streamer",
        "rooms.b",
    )
