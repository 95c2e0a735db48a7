"""`danmate behaviour`: what viewers do next, on files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from bot.output import print_json
from core.errors import DanmateError
from core.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable

    from behaviour.explanation import Person
    from behaviour.off_policy import Estimate, Judgement
    from bot.watching import Explained

app = typer.Typer(no_args_is_help=True, help="Behaviour: what viewers do next, what the room is like, what works.")

DEMO: Final = Path(__file__).parent.parent / "configs" / "demo.yaml"
SHOWN: Final = 6
"""Likeliest steps that are printed."""

Config = Annotated[Path, typer.Option("--config", "-c", help="A settings file, or a folder of them.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def explain(
    file: Annotated[
        Path | None, typer.Argument(help="Events as JSON lines, such as a recording. Default: an empty room.")
    ] = None,
    config: Config = DEMO,
    viewer: Annotated[str, typer.Option(help="A viewer's id. Default: the whole room.")] = "",
    json: Json = False,
) -> None:
    """Explain what the room and a viewer are likely to do at the end of FILE, and how an answer would be steered."""
    from bot.watching import explain as run

    found = run(load(config), file, viewer)
    if json:
        print_json(found)
    else:
        _show(found, Console())


@app.command()
def fit(
    files: Annotated[
        list[Path],
        typer.Argument(help="One session a line, symbols separated by spaces; may be .gz. With --mood: recordings."),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write the model (npz; with --mood YAML).")],
    mood: Annotated[bool, typer.Option("--mood", help="Fit the room's moods instead of a chain.")] = False,
    config: Config = DEMO,
    json: Json = False,
) -> None:
    """Learn a chain from files of sessions, all lines of them but those that choose its order (every tenth)."""
    from bot.behaving import states_file
    from bot.sessions import fit as run

    if mood:
        from bot.watching import fit_mood

        fitted = fit_mood(load(config), files, output)
        if json:
            print_json(fitted)
        else:
            Console().print(
                f"{output}: {fitted.version}, a mood lasts {fitted.bin / (1 - fitted.stay):.0f} s in the mean"
            )
        return

    found = run(files, output, Console(stderr=True), states_file(load(config).rooms[0]))
    if json:
        print_json(found)
    else:
        Console().print(f"{output}: order {found.order}, {found.symbols} symbols, {found.contexts:,} contexts")


@app.command()
def evaluate(
    file: Annotated[Path, typer.Argument(help="One session a line, symbols separated by spaces; may be .gz.")],
    json: Json = False,
) -> None:
    """Learn from 8 lines of 10, choose on the ninth, and print how well the tenth is foretold."""
    from bot.sessions import evaluate as run

    found = run(file, Console(stderr=True))
    if json:
        print_json(found)
        return
    table = Table("", "test", "plain chain")
    for name in ("nats", "perplexity", "top1", "top3", "ece", "leave_auc"):
        table.add_row(name, f"{getattr(found, name):.4f}", f"{getattr(found.plain, name):.4f}")
    table.add_row("events", f"{found.n:,}", f"order {found.order}, {found.smoothing}")
    table.add_row("events a second", f"{found.events_per_s:,.0f}", "")
    Console().print(table)


@app.command()
def judge(
    ledger: Annotated[Path, typer.Argument(help="A log of decisions (behaviour.ledger in settings).")],
    policy: Annotated[str, typer.Option(help="usual, uniform, warm, playful, calm or lively.")] = "usual",
    json: Json = False,
) -> None:
    """Estimate what another policy would have earned from the log of the one that ran."""
    from behaviour.ledger import read
    from behaviour.off_policy import judge_ledger
    from behaviour.steering import TONE_OF_MOOD

    if policy not in {"usual", "uniform", *TONE_OF_MOOD.values()}:
        raise typer.BadParameter(f"{policy!r} is none of usual, uniform, warm, playful, calm, lively")
    try:
        found = judge_ledger(read(ledger), policy)
    except ValueError as error:
        raise DanmateError(f"{ledger}: {error}") from error
    if json:
        print_json(found)
    else:
        _show_judgement(found, Console())


def _show(found: "Explained", console: Console) -> None:
    told = found.explanation

    def named(name: str) -> str:
        words = told.names.get(name)
        return f"{words.en} {words.zh}" if words else name

    def percents(shares: dict[str, float]) -> str:
        likely = sorted(shares, key=lambda name: -shares[name])[:SHOWN]
        return ", ".join(f"{named(name)} {shares[name]:.0%}" for name in likely)

    table = Table(show_header=False, box=None)
    table.add_row(
        "room", f"{told.crowd.present} here, {told.crowd.leaving:.1f} leave in {told.crowd.leave_within_s:g} s"
    )
    table.add_row("mood", percents(told.moods))
    if told.person is not None:
        for name, value in _person(told.person, named(told.person.segment), percents):
            table.add_row(name, value)
    table.add_row("chain", "")
    for edge in told.chain.edges[:SHOWN]:
        table.add_row("", f"{named(edge.start)} → {named(edge.end)} {edge.probability:.0%}")
    if told.last is not None:
        directive = told.last.directive
        table.add_row("directive", f"{directive.goal}, {directive.tone}, {directive.length} for {told.last.intent}")
        table.add_row("why", f"{told.last.why.en} · {told.last.why.zh}")
        for arm, chance in told.last.choices.items():
            table.add_row("", f"{arm} {chance:.0%}, expected {told.last.expected.get(arm, 0.0):+.2f}")
    console.print(table)


def _person(person: "Person", segment: str, percents: "Callable[[dict[str, float]], str]") -> list[tuple[str, str]]:
    return [
        ("viewer", f"{segment}, under 18" if person.minor else segment),
        ("next", percents(person.next)),
        (f"in {person.after_steps} steps", percents(person.after)),
        ("leaves", f"{person.leaves:.0%} in {person.leave_within_s:g} s; stays {person.remaining_s:.0f} s in the mean"),
        ("buys", f"{person.buys:.1%} in {person.after_steps} steps"),
        ("responds", f"{person.responds.responds:.0%} if spoken to now"),
    ]


def _show_judgement(found: "Judgement", console: Console) -> None:
    def interval(estimate: "Estimate") -> str:
        return f"{estimate.value:+.4f} ({estimate.low:+.4f} to {estimate.high:+.4f})"

    table = Table(show_header=False, box=None)
    table.add_row("policy", found.policy)
    table.add_row("decisions", f"{found.decisions}, worth {found.effective:.0f} of its own")
    table.add_row("as logged", interval(found.logged))
    table.add_row("IPS", interval(found.ips))
    table.add_row("SNIPS", interval(found.snips))
    table.add_row("doubly robust", interval(found.doubly_robust))
    table.add_row("verdict", found.verdict)
    console.print(table)
