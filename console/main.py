"""The console script: reads the settings once and hands plain values to the rooms that do the work.

Imports stand inside the commands, so that 'hotline check' does not wait for the encoder's libraries.
"""

from __future__ import annotations

import sys

import click

from bot.errors import BotError
from bot.settings import read_settings
from console import answering, content, demo_desk, desk, keeping, preparing, running, staff
from console.opening import CANNOT_START
from desk.errors import DeskError
from index.errors import IndexingError
from knowledge.errors import ContentError


def main() -> None:
    """Run the program; every foreseeable failure is a sentence on standard error, never a traceback."""
    try:
        sys.exit(hotline.main(standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except (ContentError, IndexingError, BotError, DeskError) as error:
        click.echo(f"hotline: {error}", err=True)
        sys.exit(CANNOT_START)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tajik-hotline", prog_name="hotline")
@click.pass_context
def hotline(context: click.Context) -> None:
    """The hotline for citizens of Tajikistan abroad."""
    if context.invoked_subcommand != keeping.doctor.name:  # which tells what is wrong with them
        context.obj = read_settings()


for command in (
    content.check,
    content.build,
    answering.ask,
    answering.chat,
    answering.demo,
    answering.evaluate,
    content.intake,
    content.coverage,
    content.facts,
    preparing.prepare,
    preparing.upgrade_content,
    keeping.backup,
    keeping.restore,
    keeping.doctor,
    running.questions,
    running.report,
    running.run,
    desk.desk,
    demo_desk.demo_desk,
    staff.staff,
):
    hotline.add_command(command)
