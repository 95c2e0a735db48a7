"""Why something was said, merged or left: one closed table of reasons, in Chinese and in English.

A `Decision` carries the reason's code, the values that fill it, and its English words. Pages tell it in the reader's
language from the code; logs have the English words. No value is ever a viewer's text or name.
"""

from typing import Final

import msgspec

from core.events import Decision, Outcome


class Reason(msgspec.Struct, frozen=True):
    """One reason in both languages; {names} stand for values."""

    en: str
    """As moderators who read English see it."""
    zh: str
    """As moderators who read Chinese see it."""


REASONS: Final = {
    "answered": Reason("{intent} by {route}", "已回复：{intent}，由{route}生成"),
    "answered_cut": Reason("{intent} by {route}; cut short", "已回复但被打断：{intent}，由{route}生成"),
    "same_question": Reason("the same question was answered for several", "同一问题，一起回答了"),
    "same_thanks": Reason("thanked together", "合并在一次感谢里"),
    "same_welcome": Reason("welcomed together", "合并在一次欢迎里"),
    "said_just_then": Reason("the answer was being said when it was asked", "提问时正在回答同一个问题"),
    "counted_in_total": Reason("counted in the total that is thanked", "已计入合并感谢的总数"),
    "many_ask": Reason("{count} others ask the same and are answered together", "已有{count}人问同样的问题，统一回答"),
    "too_late": Reason("its turn came too late", "轮到它时已经过时"),
    "too_late_rate": Reason(
        "it waited too long: the bot may write {count} messages in {seconds} s here",
        "等得太久：这里每{seconds}秒最多发{count}条",
    ),
    "too_late_share": Reason(
        "it waited too long: the bot spoke {share}% of the last {minutes} min, at most {most}% is set",
        "等得太久：最近{minutes}分钟已说了{share}%的时间，上限{most}%",
    ),
    "too_late_streamer": Reason("the streamer was speaking, and then it was too late", "主播在说话，之后已经过时"),
    "too_late_silenced": Reason(
        "a moderator silenced the bot, and then it was too late", "房管让机器人安静，之后已经过时"
    ),
    "floor_full": Reason(
        "{count} were waiting already and this was the least urgent", "已有{count}条在等，这条最不急"
    ),
    "viewer_full": Reason("this viewer has {count} waiting already", "这位观众已有{count}条在等"),
    "withdrawn": Reason("it was removed by a moderator or the platform", "已被房管或平台撤回"),
    "withdrawn_while_said": Reason(
        "it was removed while it was answered; the answer was silenced", "回答途中被撤回，已停止播报"
    ),
    "removal": Reason("a removal is obeyed, not answered", "撤回已执行，无需回复"),
    "dropped_by_moderator": Reason("a moderator dropped it", "房管取消了它"),
    "show_over": Reason("what it announced was over before its turn", "还没轮到，它要宣布的环节已经结束"),
    "room_over": Reason("the room ended before its turn", "还没轮到，直播间已结束"),
    "busy_engine": Reason("too much to do: {why}", "忙不过来：{why}"),
    "overload": Reason("overloaded: only what is meant for the bot is taken now", "过载：暂时只处理对机器人说的话"),
    "unheard": Reason("spoken while there was too much to do, or the recogniser failed", "太忙或识别出错，没听到"),
    "raid_sampled": Reason(
        "a rush of {rate} messages a second: only a sample is read", "消息太快（每秒{rate}条），只抽样处理"
    ),
    "raid_join": Reason("a rush of joins: counted, welcomed all at once", "进场高峰：已计数，统一欢迎"),
    "join_counted": Reason("counted; a full room is not greeted one by one", "已计数；人多时不逐个欢迎"),
    "left_again": Reason("they left before they were welcomed", "还没欢迎就离开了"),
    "not_for_us": Reason("not addressed to us, and nothing that the room can answer", "不是对机器人说的，也没有可答的"),
    "to_another": Reason("speaks to another viewer by name", "在对其他观众说话"),
    "reaction": Reason("a mere sign, nod or cry", "只是表情、附和或感叹"),
    "streamer_talks": Reason("the streamer speaks to the room, not to us", "主播在对大家说话"),
    "command_refused": Reason("{why}", "指令未执行：{why}"),
    "small_gift": Reason("worth less than {value} yuan", "价值不到{value}元，不口头感谢"),
    "counted": Reason("counted; nothing to say to it", "已记录，无需回应"),
    "ours": Reason("what bots say is never answered", "机器人的话不回应"),
    "unsafe": Reason("withdrawn: {category} ({rule})", "已撤回：{category}（{rule}）"),
    "unsafe_warned": Reason("withdrawn, viewer warned: {category} ({rule})", "已撤回并警告：{category}（{rule}）"),
    "unsafe_silenced": Reason(
        "withdrawn, viewer silenced for {seconds} s: {category} ({rule})",
        "已撤回并禁言{seconds}秒：{category}（{rule}）",
    ),
    "unsafe_banned": Reason("withdrawn, viewer banned: {category} ({rule})", "已撤回并封禁：{category}（{rule}）"),
    "unsafe_unsent": Reason(
        "not answered, and neither withdrawn nor punished: the room took no more orders ({category}, {rule})",
        "不回应；但直播间没有接受指令，未撤回也未处罚：{category}（{rule}）",
    ),
    "unsafe_left": Reason("left alone, look at it: {category} ({rule})", "不回应，请房管留意：{category}（{rule}）"),
    "cared": Reason(
        "somebody may be in danger ({category}): they were told where help is; please look after them",
        "有人可能有危险（{category}）：已告诉对方去哪里求助，请房管马上关心",
    ),
    "cared_together": Reason(
        "somebody may be in danger: told together with others where help is; please look after them",
        "有人可能有危险：已一并告知求助方式，请房管马上关心",
    ),
    "cared_before": Reason(
        "somebody may be in danger ({category}): they were told where help is minutes ago; please look after them",
        "有人可能有危险（{category}）：几分钟前已告知求助方式，请房管马上关心",
    ),
    "cared_streamer": Reason(
        "the streamer may be in danger ({category}): please look after them",
        "主播可能有危险（{category}）：请马上关心",
    ),
    "reply_unsafe": Reason("no answer passed the safety check ({rule})", "没有能通过安全检查的回复（{rule}）"),
    "stay_silent": Reason("better left in silence: {why}", "此时不说更好：{why}"),
    "backchannel": Reason("a sign of listening, not a turn", "只是附和，不是要说话"),
    "vote_counted": Reason("counted as an answer or a vote", "已计入答题或投票"),
    "vote_changed": Reason("counted instead of this viewer's earlier vote", "已改投，之前的一票作废"),
    "vote_once": Reason("this viewer's first answer counts", "以这位观众的第一次回答为准"),
    "vote_full": Reason("more voters than are counted", "参与人数已到上限，未计入"),
    "vote_late": Reason("a vote or an answer that came after the close", "投票或答题已截止，未计入"),
    "show_ordered": Reason("done: the show follows", "已执行"),
    "show_nothing": Reason(
        "nothing to begin or to end: see `show` in the settings", "没有可开始或结束的环节，见设置里的show"
    ),
}  # fmt: skip
"""Every reason there is, by code."""


def words(code: str, values: dict[str, str], language: str = "en") -> str:
    """Return a reason's words in `language` (`zh` or `en`); raise `KeyError` for a code or value that is missing."""
    reason = REASONS[code]
    return (reason.zh if language == "zh" else reason.en).format_map(values)


def decided(event: str, outcome: Outcome, code: str, at: float, reply: str = "", **values: str) -> Decision:
    """Return the decision on the event with id `event`, its reason in words; `at` in seconds since the epoch."""
    return Decision(event=event, outcome=outcome, why=words(code, values), at=at, reply=reply, code=code, values=values)
