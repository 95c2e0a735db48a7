"""One room's show on its own: orders in, lines out, time by hand."""

from typing import Any

import pytest

from bot.candidate import Priority
from bot.show.flash_sale import SaleOptions
from bot.show.goals import Goal, GoalOptions
from bot.show.lesson import Lesson, LessonOptions, Step
from bot.show.line import Line, duration
from bot.show.poll import PollOptions, Polls
from bot.show.quiz import Question
from bot.show.show import Show, ShowOptions, Taken
from core.events import Chat, Follow, Gift, Purchase, Removed, Role, RoomEvent, Viewer, Voice
from core.local import Local
from core.reasons import REASONS
from nlu.intents import INTENTS
from nlu.intents import Role as Fact
from nlu.knowledge import Knowledge, Product
from nlu.shelf import Shelf

MUG = Product("2", Local("保温杯", "the travel mug"), price="59元", stock=3, link=5)
HOODIE = Product("1", Local("蓝色卫衣", "the blue hoodie"), price="99元", stock=12, link=3)
PLANET = Question(Local("最大的行星是哪个？", "Which planet is the largest?"), (Local("火星"), Local("木星")), right=1)
CAPITAL = Question(Local("日本的首都是哪里？"), accept=("东京", "tokyo"))
OPTIONS = ShowOptions(
    goals=(GoalOptions("gifts", 20, "玫瑰", reached=Local("玫瑰目标达成！")), GoalOptions("follows", 4)),
    sales=(SaleOptions("2", "39元", 120.0, 2, (60.0, 10.0), Local("恢复原价啦")), SaleOptions("1", "79元", 60.0)),
    questions=(PLANET, CAPITAL),
    polls=(PollOptions(Local("明天播什么？"), (Local("唱歌"), Local("游戏")), 60.0, "last"),),
    lesson=LessonOptions(
        Local("剪辑入门"),
        (
            Step(Local("关键帧"), Local("两个关键帧之间软件自动补动画"), check=(PLANET,)),
            Step(Local("转场"), Local("转场要少而准"), lasts_s=60.0),
        ),
    ),
    names=("小弹",),
)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now

    wall = monotonic


class Stage:
    """A show with its clock and everything that it said."""

    def __init__(self) -> None:
        self.clock, self.shelf = Clock(), Shelf((HOODIE, MUG))
        self.show = Show(OPTIONS, Knowledge((HOODIE, MUG)), self.shelf, self.clock)
        self.said: list[Line] = []
        self._count = 0

    def send(self, kind: type[RoomEvent], who: str = "小鱼", role: Role = Role.VIEWER, **fields: Any) -> Taken | None:
        self._count += 1
        fields = {"id": f"e{self._count}", **fields}
        event: Any = kind(room="main", viewer=Viewer(who, who, role), at=0.0, received=0.0, **fields)
        taken = self.show.observe(event, "zh")
        if taken is not None:
            assert taken.code in REASONS
            self.said += [taken.line] if taken.line is not None else []
        return taken

    def order(self, text: str) -> Taken | None:
        return self.send(Chat, "阿杰", Role.STREAMER, text=text)

    def chat(self, who: str, text: str) -> str:
        taken = self.send(Chat, who, text=text)
        return taken.code if taken is not None else ""

    def wait(self, seconds: float) -> list[Line]:
        self.clock.now += seconds
        lines = self.show.tick("zh")
        self.said += lines
        return lines


def test_everything_that_is_said_states_only_facts_that_its_intent_knows() -> None:
    stage = Stage()
    for order in ("!quiz", "!quiz next", "!poll", "!sale", "!lesson", "!lesson recap", "!lesson next", "!下课"):
        stage.order(order)
        for who, text in (("小鱼", "B"), ("阿花", "A"), ("小鱼", "没听懂")):
            stage.chat(who, text)
        for _ in range(4):
            stage.wait(31)
    stage.send(Gift, gift="玫瑰", count=20)
    stage.wait(1)
    assert len({line.intent for line in stage.said}) >= 9
    for line in stage.said:
        assert set(line.facts) <= INTENTS[line.intent].roles
        assert all(line.facts.values())


def test_a_quiz_is_asked_answered_once_a_viewer_and_its_winners_named() -> None:
    stage = Stage()
    assert stage.order("!quiz") is not None
    assert stage.said[-1].facts == {Fact.QUESTION: "最大的行星是哪个，A 火星，B 木星"}
    codes = [stage.chat(*one) for one in (("小鱼", "B"), ("小鱼", "A"), ("阿花", "选A"), ("大力", "今晚吃什么"))]
    assert codes == ["vote_counted", "vote_once", "vote_counted", ""]
    assert stage.wait(29) == []
    (line,) = stage.wait(1)
    assert (line.intent, line.facts) == ("quiz_right", {Fact.VIEWER: "小鱼", Fact.ANSWER: "B 木星"})
    assert stage.show.report().questions[0].share == 0.5
    assert stage.chat("阿花", "B") == "vote_late"
    stage.wait(11)
    assert stage.chat("阿花", "B") == ""  # it has been closed for long


def test_many_winners_are_counted_and_none_is_no_shame() -> None:
    stage = Stage()
    stage.order("!quiz")
    for number in range(5):
        stage.chat(f"v{number}", "B")
    assert stage.wait(30)[0].fixed == "这一题结束，正确答案是B 木星，5人答对"
    stage.order("!quiz")
    assert stage.wait(30)[0].facts == {Fact.ANSWER: "东京"}


def test_a_voice_answers_like_a_message_and_the_streamers_voice_orders() -> None:
    stage = Stage()
    voice: dict[str, Any] = {"language": "zh", "confidence": 0.9, "audio_s": 1.0, "ended": 0.0}
    stage.send(Voice, "阿杰", Role.STREAMER, text="好，我们来看下一题", **voice)
    assert stage.said[-1].intent == "quiz_ask"
    assert stage.send(Voice, "小鱼", text="选B。", **voice) == Taken("vote_counted")
    before = len(stage.said)
    stage.send(
        Voice, "阿杰", Role.STREAMER, text="昨天那个下一题出得特别难你们还记得吗我到现在都没有想明白是怎么回事", **voice
    )
    assert len(stage.said) == before


def test_after_the_last_question_it_is_said_that_there_are_no_more_before_the_first_comes_again() -> None:
    stage = Stage()
    for _ in range(4):
        stage.order("!quiz")
        stage.wait(31)
    said = [line for line in stage.said if line.intent == "quiz_ask" or line.fixed]
    assert [line.facts.get(Fact.QUESTION, line.fixed) for line in said] == [
        "最大的行星是哪个，A 火星，B 木星", "日本的首都是哪里", "题目都出完了，再来就从第一题开始",
        "最大的行星是哪个，A 火星，B 木星",
    ]  # fmt: skip


def test_what_opens_a_round_is_worth_saying_as_long_as_it_lasts_and_over_once_it_is() -> None:
    stage = Stage()
    for order, seconds in (("!quiz", 30.0), ("!poll", 60.0)):
        stage.order(order)
        opening = stage.said[-1]
        assert (opening.priority, opening.lasts_s) == (Priority.STREAMER, seconds)
        assert not stage.show.is_over(opening.intent, opening.facts)
        stage.chat("小鱼", "B")
        stage.order(f"{order} end")
        assert stage.show.is_over(opening.intent, opening.facts)
        assert not stage.show.is_over(stage.said[-1].intent, stage.said[-1].facts)
    stage.order("!lesson")
    part = stage.said[-1]
    assert not stage.show.is_over(part.intent, part.facts)
    stage.order("!下课")
    assert stage.show.is_over(part.intent, part.facts)


@pytest.mark.parametrize("text", ["!quiz", "!sale 3", "!下课", "!poll"])
def test_viewers_order_nothing(text: str) -> None:
    stage = Stage()
    assert stage.chat("小鱼", text) == ""
    assert stage.said == []


def test_a_poll_counts_last_votes_and_tells_what_won() -> None:
    stage = Stage()
    stage.order("!投票")
    for who, text in (("小鱼", "A"), ("小鱼", "B"), ("阿花", "游戏"), ("大力", "唱歌")):
        stage.chat(who, text)
    (line,) = stage.wait(60)
    assert (line.intent, line.fixed) == ("poll_result", "投票结束，游戏得票最多，2票")
    assert stage.show.report().polls[0].votes == (1, 2)


def test_what_a_silenced_viewer_answered_and_voted_no_longer_counts() -> None:
    stage = Stage()
    stage.order("!quiz")
    stage.send(Chat, "老猫", text="木星")
    stage.send(Removed, "mod", Role.MODERATOR, target="老猫")
    stage.wait(60)
    assert not any("老猫" in line.facts.values() for line in stage.said)
    stage.order("!poll")
    stage.send(Chat, "老猫", text="唱歌")
    stage.send(Chat, "小满", text="游戏")
    stage.send(Removed, "mod", Role.MODERATOR, target="老猫")
    stage.wait(61)
    assert stage.show.report().polls[0].votes == (0, 1)


def test_a_tie_is_told_as_a_tie_between_all_that_have_most() -> None:
    stage = Stage()
    stage.order("!poll")
    stage.chat("小鱼", "A")
    stage.chat("阿花", "B")
    (line,) = stage.wait(60)
    assert (line.intent, line.fixed) == ("poll_result", "投票结束，平局，唱歌和游戏各1票")


@pytest.mark.parametrize(
    ("votes", "language", "words"),
    [
        ("AABBC", "zh", "投票结束，平局，调色和字幕各2票"),
        ("ABC", "zh", "投票结束，平局，调色、字幕和配乐各1票"),
        ("ABC", "en", "The vote is over, and it's a tie between colour, subtitles and music, 1 vote each."),
        ("AABB", "en", "The vote is over, and it's a tie between colour and subtitles, 2 votes each."),
        ("A", "en", "The vote is over, and it's colour, with 1 vote."),
        ("BBA", "zh", "投票结束，字幕得票最多，2票"),
    ],
)
def test_a_result_reads_right_in_either_language(votes: str, language: str, words: str) -> None:
    options = (Local("调色", "colour"), Local("字幕", "subtitles"), Local("配乐", "music"))
    polls = Polls((PollOptions(Local("下节课讲什么？", "What next?"), options, 40.0, "last"),), (), Clock())
    polls.start(language)
    for number, vote in enumerate(votes):
        viewer = Viewer(f"v{number}", "x", Role.VIEWER)
        polls.vote(Chat(id=f"e{number}", room="main", viewer=viewer, at=0.0, received=0.0, text=vote))
    line = polls.close(language)
    assert line is not None
    assert line.fixed == words


def test_a_vote_soon_after_the_close_is_noted_as_late_and_not_counted() -> None:
    stage = Stage()
    stage.order("!poll")
    stage.chat("小鱼", "A")
    stage.wait(60)
    assert stage.chat("阿花", "选B") == "vote_late"
    assert stage.chat("阿花", "今晚吃什么") == ""
    assert stage.show.report().polls[0].votes == (1, 0)
    stage.order("!quiz")
    assert stage.chat("阿花", "B") == "vote_counted"  # what is open goes first
    stage.wait(11)
    assert stage.chat("大力", "唱歌") == ""


def test_the_show_states_how_long_the_sale_lasts_at_the_moment_of_asking() -> None:
    stage = Stage()
    ask = "秒杀还有多久结束"
    assert stage.show.states(ask, "zh") == "现在没有秒杀"
    stage.order("!sale 5")
    stage.wait(30)
    assert stage.show.states(ask, "zh") == "保温杯秒杀价39元，还剩1分30秒，还有2件"
    stage.send(Purchase, product="2")
    stage.wait(20)
    assert stage.show.states("how long is the sale on", "en") == (
        "the travel mug is 39 yuan for another 1 minute 10 seconds, 1 to go"
    )
    stage.wait(80)
    assert stage.show.states(ask, "zh") == "现在没有秒杀"


def test_the_show_states_how_much_a_goal_is_short_of() -> None:
    stage = Stage()
    stage.send(Gift, gift="玫瑰", count=11)
    stage.send(Follow)
    assert stage.show.states("玫瑰还差多少达标", "zh") == "目标是20个玫瑰，还差9个"
    assert stage.show.states("关注多少人加播", "zh") == "目标是4个关注，还差3个"
    assert stage.show.states("how many more follows until the goal", "en") == "the goal is 4 follows, 3 to go"
    stage.send(Gift, gift="玫瑰", count=9)
    assert stage.show.states("玫瑰够了吗", "zh") == "目标是20个玫瑰，已经达成了"
    both = "目标是20个玫瑰，已经达成了；目标是4个关注，还差3个"
    assert stage.show.states("离目标还差多少", "zh") == both
    assert stage.show.states("how far are we from the goals?", "en").endswith("the goal is 4 follows, 3 to go")


def test_the_show_states_which_part_of_the_lesson_is_on_and_what_a_topic_is() -> None:
    stage = Stage()
    assert stage.show.states("现在讲到哪了", "zh") == "课还没开始，先讲关键帧"
    stage.order("!lesson")
    assert stage.show.states("现在讲到哪了", "zh") == "现在讲到第1部分，关键帧，两个关键帧之间软件自动补动画"
    assert stage.show.states("关键帧是什么", "zh") == "两个关键帧之间软件自动补动画"
    stage.order("!下课")
    assert stage.show.states("what topic are we on", "en") == "the lesson is over for today"


def test_the_show_states_what_is_voted_on_and_asked() -> None:
    stage = Stage()
    assert stage.show.states("现在投什么票", "zh") == ""
    stage.order("!poll")
    stage.wait(20)
    assert stage.show.states("现在投什么票", "zh") == "正在投票，明天播什么，A 唱歌，B 游戏，还剩40秒"
    stage.order("!quiz")
    assert stage.show.states("题目是什么", "zh") == "现在的题目是，最大的行星是哪个，A 火星，B 木星，还剩30秒"


def test_the_show_tells_for_a_few_minutes_how_a_question_ended() -> None:
    stage = Stage()
    assert stage.show.states("为什么是B啊", "zh") == ""
    stage.order("!quiz")
    stage.chat("小鱼", "B")
    for text in ("还剩多久", "小弹 还剩几秒"):
        assert stage.show.states(text, "zh") == "答题还剩30秒"
    assert stage.show.states("how long left?", "en") == "30 seconds left to answer"
    assert stage.show.states("直播还有多久结束", "zh") == ""
    assert stage.show.states("答案是什么", "zh") == "答案到时间才公布，答题还剩30秒"
    stage.wait(30)
    for text in ("为什么是B啊", "刚才答案是什么", "我答对了吗"):
        assert stage.show.states(text, "zh").startswith("正确答案是B 木星，1人答对"), text
    for text in ("what was the answer", "am i right?", "why B"):
        assert stage.show.states(text, "en").startswith("the answer is B 木星, and one of you was right"), text
    assert stage.show.states("题目是什么", "zh").startswith("刚才的题目是，最大的行星是哪个")
    assert stage.show.states("还剩多久", "zh") == ""
    stage.wait(181)
    assert stage.show.states("am i right?", "en") == ""


def test_why_an_answer_is_right_is_told_with_the_point_of_the_part_that_it_checks() -> None:
    stage = Stage()
    stage.order("!lesson")
    stage.order("!lesson next")
    stage.chat("小鱼", "B")
    stage.wait(30)
    assert stage.show.states("为什么是B啊", "zh") == "正确答案是B 木星，1人答对，两个关键帧之间软件自动补动画"


def test_the_show_tells_who_leads_a_vote_and_for_a_few_minutes_what_won() -> None:
    stage = Stage()
    assert stage.show.states("what won?", "en") == ""
    stage.order("!poll")
    assert stage.show.states("现在谁领先", "zh") == "还没有人投票"
    stage.chat("小鱼", "游戏")
    assert stage.show.states("现在谁领先", "zh") == "目前游戏得票最多，1票"
    assert stage.show.states("who's winning?", "en") == "so far it's 游戏, with 1 vote"
    assert stage.show.states("how long left", "en") == "1 minute left to vote"
    stage.chat("阿花", "唱歌")
    stage.wait(60)
    assert stage.show.states("投票结果是什么", "zh") == "投票已经结束，平局，唱歌和游戏各1票"
    assert stage.show.states("what won?", "en") == "the result of the vote is a tie between 唱歌 and 游戏, 1 vote each"
    stage.wait(181)
    assert stage.show.states("what won?", "en") == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("下节课学什么", "下一部分讲转场"), ("下一个讲什么", "下一部分讲转场"), ("接下来学什么", "下一部分讲转场"),
        ("今天一共几节", "一共2部分，关键帧和转场"), ("今天学了什么来着", "两个关键帧之间软件自动补动画"),
        ("总结一下吧", "两个关键帧之间软件自动补动画"), ("老师能再说一下重点吗", "两个关键帧之间软件自动补动画"),
        ("recap please", "两个关键帧之间软件自动补动画"),
        ("第几节了", "现在讲到第1部分，关键帧，两个关键帧之间软件自动补动画"),
    ],
)  # fmt: skip
def test_the_show_states_what_comes_next_how_much_there_is_and_what_was_taught(text: str, told: str) -> None:
    stage = Stage()
    stage.order("!lesson")
    assert stage.show.states(text, "zh") == told


def test_what_comes_after_the_last_part_is_not_known() -> None:
    stage = Stage()
    stage.order("!lesson")
    assert stage.show.states("what's next", "en") == "the next part is 转场"
    stage.order("!下课")
    assert stage.show.states("下节课学什么", "zh") == ""


def test_the_show_states_whether_a_goal_is_reached_and_what_comes_then() -> None:
    stage = Stage()
    both = "the goal is 20 玫瑰, 20 to go; the goal is 4 follows, 4 to go"
    assert stage.show.states("did we hit the goal", "en") == both
    reward = Local("关注目标达成，加播半小时！", "Follower goal reached: half an hour longer!")
    goal = Goal(GoalOptions("follows", 1, reached=reward))
    assert goal.now("en") == "the goal is 1 follow, 1 to go"
    assert goal.reward("en") == "the goal is 1 follow, 1 to go, and then it is half an hour longer"
    assert goal.reward("zh") == "目标是1个关注，还差1个，达成就是，加播半小时"
    thanks = Goal(GoalOptions("follows", 2, reached=Local("目标达成啦，谢谢大家！")))
    assert thanks.reward("zh") == "目标是2个关注，还差2个"
    assert stage.show.states("what happens when we hit the goal", "en") == both


@pytest.mark.parametrize(
    "text",
    [
        "玫瑰多少钱", "几点下播", "直播还有多久结束", "how long is the stream", "卫衣还剩几件",
        "how many hoodies left", "你好",
        "你是什么", "what is this song", "秒杀的东西什么时候发货", "关注了", "点赞点赞", "谢谢关注", "I like this",
        "单身吗", "有什么推荐",
        "我投你一票", "is there a discount", "什么时候开播", "关键帧好难", "how much is a rose", "目标是星辰大海",
        "vote for me",
    ],
)  # fmt: skip
def test_what_is_not_about_the_show_is_not_answered_by_it(text: str) -> None:
    stage = Stage()
    for order in ("!poll", "!sale 5", "!lesson"):
        stage.order(order)
    assert stage.show.states(text, "zh") == ""


def test_a_flash_price_holds_only_while_the_sale_runs_and_time_is_counted_down() -> None:
    stage = Stage()
    stage.order("!sale 5")
    assert stage.said[-1].facts[Fact.PRICE] == "39元"
    assert stage.said[-1].facts[Fact.TIME] == "2分钟"
    assert stage.said[-1].facts[Fact.STOCK] == "2件"  # that many at this price, though three are left
    assert stage.shelf.current(MUG).price == "39元"
    assert [line.facts[Fact.TIME] for line in stage.wait(61)] == ["1分钟"]
    assert [line.facts[Fact.TIME] for line in stage.wait(50)] == ["10秒"]
    assert [line.fixed for line in stage.wait(9)] == ["恢复原价啦"]
    assert stage.shelf.current(MUG).price == "59元"


def test_a_sale_ends_with_its_pieces_and_sold_out_is_said_once() -> None:
    stage = Stage()
    stage.order("!sale 保温杯")
    stage.send(Purchase, product="2", count=2)
    assert [line.fixed for line in stage.wait(0.25)] == ["恢复原价啦"]
    stage.send(Purchase, product="保温杯")
    stage.send(Purchase, product="2")
    assert [(line.intent, line.facts) for line in stage.wait(0.25)] == [("sold_out", {Fact.PRODUCT: "保温杯"})]
    assert stage.shelf.current(MUG).stock == 0
    before = len(stage.said)
    stage.order("!sale 5")
    assert len(stage.said) == before  # what is sold out is not offered


def test_an_unknown_product_starts_no_sale() -> None:
    stage = Stage()
    assert stage.order("!sale 99") == Taken("show_nothing")
    assert stage.shelf.current(MUG).price == "59元"


def test_goals_tell_the_highest_step_passed_and_the_end_once() -> None:
    stage = Stage()
    stage.send(Gift, gift="玫瑰", count=11)
    stage.send(Gift, gift="咖啡", count=99)
    assert [line.facts for line in stage.wait(0.25)] == [{Fact.COUNT: "9个玫瑰"}]
    stage.send(Gift, gift="玫瑰", count=30)
    stage.send(Gift, gift="玫瑰", count=30)
    assert [line.fixed for line in stage.wait(0.25)] == ["玫瑰目标达成！"]
    stage.send(Follow)
    assert [line.facts for line in stage.wait(0.25)] == [{Fact.COUNT: "3个关注"}]


def test_a_lesson_is_checked_and_said_again_where_too_few_were_right() -> None:
    stage = Stage()
    stage.order("!lesson")
    assert stage.said[-1].facts == {Fact.TOPIC: "关键帧"}
    stage.order("!lesson next")
    assert stage.said[-1].intent == "quiz_ask"
    stage.chat("小鱼", "A")
    stage.chat("阿花", "A")
    stage.chat("大力", "B")
    assert [line.intent for line in stage.wait(30)] == ["quiz_right", "lesson_recap"]
    assert stage.said[-1].facts[Fact.ANSWER] == "两个关键帧之间软件自动补动画"
    stage.order("!lesson next")
    assert stage.said[-1].facts == {Fact.TOPIC: "转场"}
    (line,) = stage.wait(60)
    assert line.intent == "lesson_recap"
    assert line.facts == {Fact.TOPIC: "剪辑入门", Fact.ANSWER: "两个关键帧之间软件自动补动画；转场要少而准"}
    report = stage.show.report()
    assert (report.parts, report.recaps) == (2, 1)


def test_where_most_were_right_the_few_are_caught_up_unnamed_and_it_goes_on() -> None:
    stage = Stage()
    stage.order("!lesson")
    stage.order("!lesson next")
    for number in range(4):
        stage.chat(f"v{number}", "B")
    stage.chat("小鱼", "A")
    lines = stage.wait(30)
    assert [line.intent for line in lines] == ["quiz_over", "catch_up", "lesson_next"]
    assert Fact.VIEWER not in lines[1].facts


@pytest.mark.parametrize(
    "text",
    [
        "没听懂", "跟不上了", "太快了", "you lost me", "I don't get it", "再讲一遍呗", "没太明白", "跟丢了",
        "我还是不会", "慢一点", "老师讲慢点", "slow down please", "刚刚那步能再演示一遍吗", "蒙了", "懵了",
        "这步没看清",
    ],
)  # fmt: skip
def test_who_says_that_they_are_lost_is_caught_up_by_name_and_not_twice_in_a_row(text: str) -> None:
    stage = Stage()
    assert stage.chat("小鱼", text) == ""  # there is no lesson
    stage.order("!lesson")
    assert stage.chat("小鱼", text) == "show_ordered"
    assert stage.said[-1].facts[Fact.VIEWER] == "小鱼"
    assert stage.said[-1].facts[Fact.TOPIC] == "关键帧"
    assert stage.chat("小鱼", text) == ""


@pytest.mark.parametrize("text", ["听懂了", "跟上了", "明白", "懂了", "I get it", "没问题", "屏幕看不清", "蒙了一个B"])
def test_who_follows_is_not_caught_up(text: str) -> None:
    stage = Stage()
    stage.order("!lesson")
    assert stage.chat("小鱼", text) == ""


def test_who_did_not_get_the_question_is_told_the_question() -> None:
    stage = Stage()
    stage.order("!lesson")
    stage.order("!quiz")
    for text in ("没听懂题目", "题目再说一遍"):
        assert stage.chat("小鱼", text) == ""
        assert stage.show.states(text, "zh").startswith("现在的题目是，最大的行星是哪个")
    assert stage.show.states("i don't get the question", "en").startswith("the question is, Which planet")


def test_who_is_lost_is_caught_up_in_the_language_of_their_words() -> None:
    clock = Clock()
    step = Step(Local("关键帧", "keyframes"), Local("软件补动画", "the software animates"))
    lesson = Lesson(LessonOptions(steps=(step,)), clock)
    lesson.go_on("zh")
    for text, room, topic in (("没懂", "en", "关键帧"), ("too fast", "zh", "keyframes")):
        viewer = Viewer(text, "小鱼", Role.VIEWER)
        line = lesson.help(Chat(id=text, room="main", viewer=viewer, at=0.0, received=0.0, text=text), room)
        assert line is not None
        assert line.facts[Fact.TOPIC] == topic


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (30, "30秒", "30 seconds"),
        (60, "1分钟", "1 minute"),
        (90, "1分30秒", "1 minute 30 seconds"),
        (300, "5分钟", "5 minutes"),
    ],
)
def test_spans_of_time_are_said_as_people_do(seconds: float, zh: str, en: str) -> None:
    assert (duration(seconds, "zh"), duration(seconds, "en")) == (zh, en)
