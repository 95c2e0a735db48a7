"""Words that mean the same in a live room, in both languages: what matching by meaning stands on.

A question about when the stream ends may say 下播, 收工 or "finish"; the FAQ says one of them. Concepts let them meet,
across the languages too. A phrase of two concepts stands under both: `return+exchange`.
"""

import re
from functools import cache
from typing import Final

_TABLE: Final = """
clock: 几点了 现在几点 现在什么时间 几点钟了 | what time is it, whats the time, what's the time, the time now
next_live: 下次直播 下次开播 下次播 下次什么时候播 下次啥时候播 下次几点播 下场直播 下一场直播 明天播 明天还播 明天直播
  明天开播 明晚播 明晚还播 明晚直播 | next stream, stream next, streaming next, live next, next live, stream tomorrow,
  streaming tomorrow, live tomorrow
when: 几点 什么时候 啥时候 何时 哪天 几号 周几 多会儿 什么时间 几点钟 多久开 啥时间 什么时间段 | when, what time,
  which day, what day, until when, how late, what hour
long: 多久 多长时间 几天 几个小时 多少天 要几天 要多久 多少时间 | how long, how many days, how many hours, how soon,
  how fast, how quickly, how much time
where: 在哪 哪里 哪儿 哪有 去哪 从哪 | where
how: 怎么 怎样 如何 咋 怎么样才能 | how do, how can, how to, how does, how
why: 为什么 为啥 怎么回事 | why, how come
who: 谁 哪位 | who, whose
begin: 开播 上播 开始播 开始直播 上线 开始 几点播 | start, starts, begin, begins, go live, going live, starting,
  go on air, come on
finish: 下播 收工 结束 关播 下线 播到 停播 下班 播完 播多久 还播多久 播到几点 播到什么 播到啥 收摊 散场 |
  end, ends, it ending, you ending, stream ending,
  finish, stop, over, wrap up, sign off, streaming until, stream until, how late are you, done streaming,
  finished, wrapping up, wrap, signing off
live: 直播 播 | live, stream, streaming, streams, show, on air
next: 下次 下一次 下场 下一场 下回 下期 | next, again
daily: 每天 天天 每日 每晚 | every day, daily, everyday, every night, nightly, every evening
weekend: 周末 周六 周日 礼拜天 星期天 | weekend, weekends, saturday, sunday
ship: 发货 寄出 发出 发吗 出货 什么时候发 还不发 几天发 寄出来 哪天发 发出去 几天发出 多久发 何时发 今天发 当天发
  寄过来 | ship, ships, shipping, shipped, dispatch, dispatched, send it out, send out, sent out, goes out, go out,
  send mine, get shipped, leave the warehouse, mail it
tracking: 单号 物流信息 快递到哪 快递到哪了 物流到哪 查物流 查快递 查单号 | tracking, tracking number, track my order,
  where is my package, where's my package, wheres my package, where is my order, where's my order, wheres my order
song_name: 什么歌 啥歌 歌名 这歌叫 这首歌叫 | what song, which song, song name, name of this song, name of the song,
  song is this
money_back_when: 什么时候到账 多久到账 几天到账 多久能到账 几天能到账 退款多久 退款几天 | when will i get my money back,
  when do i get my money back, how long does a refund take, how long do refunds take, when is the refund
lost: 丢件 寄丢 弄丢 快递丢了 包裹丢了 | package is lost, parcel is lost, order is lost, got lost, lost my package,
  lost my order, never arrived, never came
insurance: 运费险 | shipping insurance
ships_from: 发货地 从哪发 从哪里发 哪里发货 哪发货 在哪发货 | ship from, ships from, shipped from, shipping from
cancel: 取消订单 取消吗 能取消 可以取消 怎么取消 撤单 | cancel, cancelled, cancellation
worn: 穿过 洗过 用过 吊牌 | worn, wore it, washed it, used it, already used, without the tag, without tags, tags off
followers: 粉丝多少 多少粉丝 几个粉丝 粉丝量 粉丝数 | how many followers, how many subs, how many fans
telephone: 电话多少 电话号 手机号 联系电话 | phone number, telephone number
download: 下载 | download, downloads
courier: 快递 物流 顺丰 中通 圆通 韵达 邮政 京东快递 哪家快递 什么物流 快递公司 申通 京东物流 | courier,
  carrier, fedex, ups, dhl, shipping company, delivery company, who delivers,
  parcel service
arrive: 到货 送到 能到 几天到 多久到 到哪了 送达 收得到 收到货 几天收到 送到家 到我这 拿到货 能收到 多久收到
  什么时候收到 啥时候收到 何时收到 几时收到 还没收到 没收到 | arrive, arrives, arrival, delivered, delivery,
  deliver, get here, receive, get my package, my package, get my order, show up, reach me
postage: 包邮 邮费 运费 快递费 免邮 快递费用 谁出运费 邮资 付邮费 | postage, free shipping, shipping cost,
  shipping fee, delivery fee, pay for shipping, shipping free, how much is shipping, how much is delivery,
  how much is postage, how much to ship, how much for shipping, how much for delivery, pay for delivery,
  delivery charge, shipping charge, delivery cost, shipping costs, free delivery, delivery free
abroad: 海外 国外 港澳台 国际 出国 香港 澳门 台湾 美国 加拿大 英国 日本 韩国 澳洲 澳大利亚 新加坡 马来西亚 欧洲
  德国 法国 俄罗斯 越南 泰国 | abroad, overseas, international, internationally, worldwide, canada, usa,
  the us, the states, america, uk, england, europe, australia, japan, korea, singapore, malaysia, germany,
  france, hong kong, taiwan, macau, india, brazil, mexico, vietnam, thailand, philippines, indonesia, new zealand
address: 地址 收货人 | address
return+exchange: 退换 退换货 可退换 包退换 | returns and exchanges, return or exchange, returned or exchanged
return: 退货 退吗 能退 可以退 无理由 怎么退 退掉 能不能退 退不退 退不 退了 想退 退回 后悔了 | return, returns,
  send it back, send back, sent back, returned, give it back, return policy, accept returns, take it back,
  take returns
refund: 退款 退钱 到账 退的钱 退钱给 退我钱 退给我 返钱 退回来的钱 给退钱 到账了 |
  refund, refunds, money back, refunded, get my money, pay me back, reimbursed, refunding
exchange: 换货 换吗 能换 可以换 换一个 换新 换个 换小 换大 换颜色 换码 换不 换尺码 更换 调换 | exchange, swap,
  replacement, replace, another size, different size, another color, change it for, exchanged
warranty: 保修 质保 维修 包修 管修 包换 三包 保几年 质保期 | warranty, guarantee, repair, repairs, guaranteed,
  covered, under warranty
broken: 坏了 破了 碎了 瑕疵 坏的 破的 摔坏 破损 裂了 压坏 漏了 烂了 碎了 是碎的 打碎 漏液 | broken, broke, damaged,
  defective, cracked, breaks, damage, in pieces, faulty, arrived broken, defect
service: 客服 售后 人工 | customer service, support, after sales
invoice: 发票 开票 收据 开个票 要票 票据 报销 | invoice, receipt, invoices, receipts, tax receipt
price: 多少钱 价格 什么价 啥价 怎么卖 咋卖 咋个卖 怎卖 多钱 几多钱 几块 多少米 报价 单价 价钱 售价 多少元 |
  price, how much, cost, costs, prices
cheaper: 便宜 优惠 打折 折扣 少点 降价 砍价 满减 抹零 | cheaper, discount, deal, lower, promo, discounts
expensive: 贵 太贵 好贵 | expensive, pricey, overpriced
stock: 库存 还有吗 有货 现货 还剩 卖完 没货 售罄 抢完 断货 补货 | stock, left, available, sold out, restock,
  remaining
link: 链接 几号 小黄车 购物车 橱窗 连接 | link, url, cart
buy: 买 下单 拍下 购买 入手 怎么拍 | buy, order, purchase
pay: 付款 支付 付钱 花呗 微信支付 微信付 付款方式 货到付款 支付宝 分期 信用卡付 怎么付 | pay, payment, checkout,
  paypal, by credit card, with credit card, take cards, payment methods, apple pay, how to pay, cash on delivery,
  payments
material: 材质 面料 料子 什么做的 纯棉 棉 羊毛 真皮 涤纶 不锈钢 成分 塑料 实木 | material, fabric, made of, cotton,
  wool, leather, polyester, steel, ingredients, silk, plastic
size: 尺码 码数 多大 大小 尺寸 均码 大码 小码 几码 偏大 偏小 穿多大 身高 体重 厘米 公分 长宽高 | size, sizes,
  sizing, fit, fits, big, cm, dimensions, large, small, tall
color: 颜色 色号 黑色 白色 红色 蓝色 粉色 绿色 灰色 紫色 黄色 棕色
  橙色 米色 黑的 白的 红的 蓝的 粉的 绿的 灰的 几种色 配色 | color, colors, colour, colours, shade, shades, black,
  white, red, blue, pink, green, grey, gray, purple, yellow, brown, beige, navy
weight: 多重 重量 克重 公斤 重不重 轻 | heavy, weight, weigh, light, lightweight
volume: 容量 毫升 几升 升 装多少 | capacity, ml, litre, liter, litres, liters, volume, hold, holds
wash: 机洗 水洗 手洗 怎么洗 洗 洗衣机 | wash, washed, washable, washing, laundry, dishwasher
fade: 掉色 褪色 | fade, fades, fading
shrink: 缩水 变形 起球 | shrink, shrinks, pill, pilling
waterproof: 防水 防雨 淋雨 | waterproof, water resistant, rain
warm: 保暖 加绒 厚 薄 热不热 冬天 | warm, thick, thin, fleece, winter
cold: 保冷 冰镇 冷饮 | keep cold, keeps cold, stay cold, stays cold, keep it cold, cold drinks, iced
insulate: 保温 保热 | insulated, hot, keeps warm, keep warm, stay warm, stays warm, stay hot, stays hot
battery: 续航 充电 电池 充一次 | battery, charge, charging, charger
power: 功率 瓦 电压 | watt, watts, voltage
taste: 味道 口味 好吃 辣 甜 咸 酸 口感 | taste, tastes, flavor, flavour, spicy, sweet
shelf: 保质期 生产日期 过期 开封后 新鲜 | shelf life, expiry, expire, expires, best before
origin: 产地 哪里产 哪产的 国产 进口 哪里生产 | made in, origin, where is it made, produced, imported
include: 配件 包含 里面有 送不送 套装 几个装 | included, comes with, come with, in the box, accessories
brand: 牌子 品牌 型号 | brand, model
suit: 适合 能用吗 可以用吗 适用 能穿 | suitable, good for, ok for, suit, suits, safe for
age: 几岁 年龄 多大年纪 | age, years old
skin: 敏感肌 油皮 干皮 皮肤 | skin, sensitive, oily
phone: 手机 苹果 安卓 蓝牙 | phone, iphone, android, bluetooth
use: 怎么用 用法 使用 怎么吃 怎么装 | how do i use, how to use, install, instructions
group: 粉丝群 进群 加群 群 交流群 微信群 拉我进群 群号 群聊 社群 粉丝群怎么 qq群 入群 | fan group, group,
  group chat, discord, community, server, chat group, group chats, telegram
club: 粉丝团 灯牌 粉丝牌 亮灯牌 粉丝勋章 点亮粉丝 | fan club, badge, fan badges, fan badge, fans club
join: 进 加入 参加 参与 加 报名 | join, enter, participate, sign up, take part
leave: 退群 怎么退群 想退群 能退群 可以退群 退粉丝群 怎么退粉丝群 退出 退团 退粉 退会 离开群 离开粉丝群 取关 取消关注
  脱粉 | leave the group, leave the fan group, leave the club, leave the fan club, leave the server,
  leave the discord, leave your discord, leave the chat group, leave the group chat, quit the group,
  quit the fan group, quit the club, unfollow, unsubscribe, unjoin, opt out
follow: 关注 点关注 | follow, following, subscribe
largest: 最大 最大码 最大号 最大的 | largest, biggest
smallest: 最小 最小码 最小号 最小的 | smallest, tiniest
turn_on: 打开 开启 | turn on, switch on, enable, unmute
turn_off: 关掉 关闭 关了 | turn off, switch off, disable, mute
raffle: 抽奖 福袋 开奖 中奖 奖品 抽福袋 抽中 抽个奖 | raffle, giveaway, lucky draw, prize, winner, giveaways,
  lottery here, prizes, drawing, lucky bag
song: 歌 曲子 bgm 音乐 | song, music, track
request: 点歌 点一首 点首歌 点个歌 点一个歌 | request a song, song request, song requests, request songs,
  ask for a song, take requests, play a song for me
game: 游戏 玩的啥 玩什么 玩的什么 在打什么 打的什么 啥游戏 | game, playing, are you playing, games
rank: 段位 什么段 几段 打到什么段 几星 | rank, ranked, elo, tier, division
replay: 回放 录播 录像 回看 补看 重播 重看 回看直播 存档 | replay, replays, recording, recorded, vod, vods, rewatch,
  watch it later, watch later, missed it, past streams, rerun, archive
mouse: 键盘 鼠标 灵敏度 dpi | keyboard, mouse, sens, sensitivity
setup: 设备 显卡 电脑 配置 声卡 电脑配置 什么配置 直播设备 cpu 主机 | setup, specs, gpu, settings, pc,
  what computer, graphics card, rig, hardware, equipment
microphone: 麦克风 话筒 什么麦 啥麦 麦克 收音 | mic, microphone, microphones
headset: 耳机 | headset, headphones
camera: 摄像头 相机 手机播 | camera
name: 叫什么 名字 怎么称呼 | name, called
you: 你是谁 机器人 真人 | who are you, bot, robot, ai
rule: 规则 规矩 要求 | rules, rule, allowed
mod: 房管 管理 | mod, moderator
mic: 连麦 上麦 | on the mic, call in
course: 课 课程 上课 | course, class, lesson
homework: 作业 课件 资料 讲义 ppt 学习资料 笔记 教材 | homework, slides, notes, textbook, handout, handouts,
  materials, worksheet
store: 实体店 门店 店铺 线下 去店里 店在哪 店开在 你们店 实体 | physical store, offline, stores, shop in person,
  visit your shop, your shop, brick and mortar, showroom, try it on in
account: 抖音 小红书 微博 b站 快手 公众号 微信 | instagram, insta, tiktok, youtube, twitter, wechat
coop: 合作 商务 代理 加盟 招商 带货合作 谈合作 推广 广告合作 | collab, business, sponsor, sponsorship,
  business inquiries, partnership, partner with, promote my, work with you
recommend: 推荐 安利 哪个好 哪款 买哪个 选哪个 | recommend, recommendation, suggest, which one, which should
room: 直播间 主播推荐 别的主播 房间 | room, rooms, streamer, streamers, channel, channels
gift: 礼物 送礼 送人 | gift, present
city: 哪里人 哪个城市 在哪个城市 老家 哪的人 哪儿的人 是哪的 什么地方人 口音 哪个地方的 | where are you from,
  where is the streamer from, which city, where do you live, your hometown, what city, where you are from, located
play: 一起玩 带我 上车 组队 水友 带一把 缺人 水友局 带我一个 带带我 组排 双排 打一局 | play with, join your team,
  lobby, play together, your team, join you, viewer games, carry me, your squad, team up
authentic: 正品 假货 保真 高仿 真假 真的假的 真货 假一赔 山寨 仿的 a货 | authentic, genuine, fake, fakes, legit,
  original, counterfeit, knock off, real deal, real or fake
coupon: 优惠券 券 领券 代金券 红包券 | coupon, coupons, voucher, vouchers, promo code, discount code
novice: 零基础 小白 新手 没学过 没基础 一点基础 初学 初学者 没有基础 入门 | beginner, beginners, no experience,
  any experience, prior knowledge, newbie, from scratch, never learned
stature: 主播多高 多高啊 你多高 身高多少 主播身高 模特身高 身高体重 你有多重 主播多重 你多重 有多高 主播的身高 |
  how tall are you, your height, how tall is the streamer, your weight, how much do you weigh, how tall
thanks: 谢谢 感谢 多谢 谢了 | thanks, thank you, thx, appreciate
bye: 拜拜 再见 晚安 走了 | bye, goodbye, good night, see you
hello: 你好 大家好 晚上好 主播好 来了 | hello, hi, hey, good morning, good evening
sport: 球赛 比赛 谁赢 世界杯 联赛 | won the game, win the game, the match, the score, super bowl, playoffs
so_far: 讲到哪 说到哪 播到哪 讲到哪了 说到哪了 | where were we, where are we
"""

OPPOSITES: Final[tuple[frozenset[str], ...]] = tuple(
    map(
        frozenset,
        (
            ("begin", "finish"), ("ship", "return"), ("ship", "arrive"), ("refund", "exchange"), ("return", "exchange"),
            ("return", "leave"), ("join", "leave"), ("group", "leave"), ("club", "leave"), ("follow", "leave"),
            ("largest", "smallest"), ("turn_on", "turn_off"),
        ),
    )
)  # fmt: skip
"""Concepts that tell two like questions apart."""

_PARTICULAR_NAMES: Final = """
abroad clock next_live daily tracking song_name money_back_when lost insurance ships_from cancel worn followers
telephone download play replay raffle account
"""
PARTICULAR: Final = frozenset(_PARTICULAR_NAMES.split())
"""What a known question answers only where it speaks of it itself: what ships in two days may not ship to Canada."""
_SELDOM_NAMES: Final = """
authentic warranty return refund exchange ship arrive postage courier invoice coupon service pay cold
"""
SELDOM_ON_CARDS: Final = frozenset(_SELDOM_NAMES.split())
"""What a fact on a card answers only where it speaks of it itself: cotton says nothing of returns."""

_ASPECT_NAMES: Final = """
cold material size color weight volume wash fade shrink waterproof warm insulate battery power taste shelf origin
include brand suit age skin phone use
"""
ASPECTS: Final = frozenset(_ASPECT_NAMES.split())
"""What may be asked about a product."""


_LONGEST: Final = 8
"""Characters of the longest Chinese phrase, and more than the words of the longest English one."""
_WORD: Final = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")


@cache
def _table() -> dict[str, str]:
    """Return the concept of each phrase; a phrase that stands twice belongs to the first."""
    concept_of: dict[str, str] = {}
    for line in _TABLE.strip().replace("\n  ", " ").splitlines():
        concept, _, phrases = line.partition(":")
        chinese, _, english = phrases.partition("|")
        for phrase in (*chinese.split(), *map(str.strip, english.split(","))):
            concept_of.setdefault(phrase, concept)
    return concept_of


def concepts(folded: str) -> list[str]:
    """Return the concepts that a folded text names, in order; a phrase inside a longer one does not count."""
    table = _table()
    found: list[str] = []
    at = 0
    while at < len(folded):
        if folded[at].isascii():
            word = _WORD.match(folded, at)
            if word is None:
                at += 1
                continue
            ends = [word.end()]
            while len(ends) < _LONGEST and (after := _WORD.match(folded, ends[-1] + 1)):
                ends.append(after.end())
        else:
            ends = list(range(at + 1, min(at + _LONGEST, len(folded)) + 1))
        step = ends[0] - at
        for end in reversed(ends):
            if (concept := table.get(folded[at:end])) is not None:
                found += concept.split("+")
                step = end - at
                break
        at += step
    return found
