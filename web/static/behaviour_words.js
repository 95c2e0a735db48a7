// What the behaviour panel says in Chinese and English; names of states, moods and segments come with the data.

import { currentLanguage } from "./i18n.js";

const WORDS = {
  zh: {
    room: "全场",
    back: "看全场",
    waiting: "还没有数据",
    gone: "这位观众不在了",
    present: "在场",
    leaving: "{seconds} 秒内要走",
    people: "{count} 人",
    stays: "预计还留",
    minutes: "{count} 分钟",
    buys: "近几步会下单",
    responds: "现在搭话会回应",
    minor: "未成年，不推销",
    next: "下一步",
    chain: "行为链：线越粗越常走，圆越大越可能到",
    here: "现在在这里",
    why: "最近一次为什么这样说",
    none: "还没有说过话",
    choices: "可选的做法，选中的概率 · 预期效果",
    moved: "会回应的概率 {responds}，其中：",
    influence: "{value} {moved} 个百分点",
    learned: "已从 {count} 次结果里学习",
    "goal.answer": "回答",
    "goal.welcome": "欢迎",
    "goal.retain": "挽留",
    "goal.recommend": "推荐",
    "goal.sell": "带货",
    "goal.thank": "感谢",
    "goal.calm": "安抚",
    "goal.enliven": "活跃气氛",
    "goal.stay_silent": "不说话",
    "tone.warm": "温暖",
    "tone.playful": "俏皮",
    "tone.calm": "沉稳",
    "tone.lively": "热情",
  },
  en: {
    room: "The whole room",
    back: "Show the room",
    waiting: "Nothing is known yet",
    gone: "This viewer is not here",
    present: "Here",
    leaving: "Leaving within {seconds} s",
    people: "{count} viewers",
    stays: "Expected to stay",
    minutes: "{count} min",
    buys: "Buys among the next steps",
    responds: "Responds if spoken to now",
    minor: "Under 18: nothing is sold",
    next: "Next",
    chain: "The chain: thick lines are likely steps, big circles likely places",
    here: "is here now",
    why: "Why it spoke like that last",
    none: "It has not spoken yet",
    choices: "What was open: chance to be chosen · expected effect",
    moved: "Chance of a response {responds}, of which:",
    influence: "{value} {moved} points",
    learned: "Learned from {count} outcomes",
    "goal.answer": "answer",
    "goal.welcome": "welcome",
    "goal.retain": "retain",
    "goal.recommend": "recommend",
    "goal.sell": "sell",
    "goal.thank": "thank",
    "goal.calm": "calm",
    "goal.enliven": "enliven",
    "goal.stay_silent": "stay silent",
    "tone.warm": "warm",
    "tone.playful": "playful",
    "tone.calm": "calm",
    "tone.lively": "lively",
  },
};

/** The panel's text of this key in the page's language. */
export function word(key, values = {}) {
  const text = WORDS[currentLanguage()][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** A goal and tone such as `sell:lively` in words. */
export function armWords(arm) {
  const [goal, tone] = arm.split(":");
  return `${word(`goal.${goal}`)} · ${word(`tone.${tone}`)}`;
}
