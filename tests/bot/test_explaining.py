"""What `danmate explain` says of a message."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.explaining import explain
from core.errors import DanmateError
from core.settings import Settings, load
from nlu.intents import Role

DEMO = Path(__file__).parents[2] / "configs" / "demo.yaml"


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load(DEMO)


def test_a_question_is_explained_down_to_the_line_that_answers_it(settings: Settings) -> None:
    found = explain(settings, "小弹，3号链接多少钱")
    assert found.meaning.understanding.slots == {"link": "3", "product": "1"}
    assert (found.plan.intent, found.plan.facts[Role.PRICE]) == ("ask_price", "99元")
    assert found.plan.source.startswith("demo.yaml:")
    assert found.safety.verdict == "allow"
    assert found.directive.why
    assert found.meaning.why == "calls us by name"


def test_commands_rules_and_what_goes_unanswered_are_named(settings: Settings) -> None:
    assert explain(settings, "!帮助").command.startswith("!帮助: ")
    assert explain(settings, "哈哈哈哈").rule == "laugh"
    unknown = explain(settings, "这件卫衣防水吗")
    assert (unknown.plan.intent, unknown.plan.known) == ("unknown", False)


def test_an_unknown_room_is_said_with_those_there_are(settings: Settings) -> None:
    with pytest.raises(DanmateError, match="there are: main"):
        explain(settings, "你好", "nowhere")


def test_it_prints_json_and_a_table_that_takes_text_as_text() -> None:
    run = CliRunner().invoke(app, ["explain", "-c", str(DEMO), "--json", "几点下播"])
    assert run.exit_code == 0
    assert json.loads(run.stdout)["plan"]["facts"] == {"answer": "今晚十点下播"}
    run = CliRunner().invoke(app, ["explain", "-c", str(DEMO), "[red]几点下播[/red]"])
    assert run.exit_code == 0
    assert "今晚十点下播" in run.stdout


def test_what_the_show_knows_answers_as_it_does_in_the_room(tmp_path: Path) -> None:
    file = tmp_path / "live.yaml"
    file.write_text("rooms: [{id: main}]\nshow: {goals: [{count: follows, target: 10}]}\n", encoding="utf-8")
    found = explain(load(file), "还差多少关注")
    assert "10" in found.show
    assert found.plan.facts == {Role.ANSWER: found.show}
    assert explain(load(file), "今天天气怎么样").show == ""
