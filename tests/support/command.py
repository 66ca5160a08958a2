"""`drawdown` as people call it: arguments in, output and exit code out."""

import io
import subprocess
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

from crawler.cli import main

_OF_THEIR_OWN = {
    "run",
    "once",
    "demo",
    "backfill",
}  # they answer signals


def drawdown(*arguments: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Call the command line: in this process, but for what has to be the first of one."""
    call = [str(argument) for argument in arguments]
    if _OF_THEIR_OWN & set(call):
        command = [sys.executable, "-c", "from crawler.cli import main; main()", *call]
        return subprocess.run(
            command, input=stdin, capture_output=True, text=True, timeout=120, check=False
        )
    with ThreadPoolExecutor(1) as thread:  # a test may have an event loop in its own
        return thread.submit(_call, call, stdin).result()


def _call(call: list[str], stdin: str) -> subprocess.CompletedProcess[str]:
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    given = io.TextIOWrapper(io.BytesIO(stdin.encode()), "utf-8")
    with (
        redirect_stdout(out),
        redirect_stderr(err),
        mock.patch.object(sys, "stdin", given),
        mock.patch.object(sys, "argv", ["drawdown", *call]),
    ):
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        except BaseException:
            traceback.print_exc()
            code = 1
    said = [stream.buffer.getvalue().decode() for stream in (out, err)]
    return subprocess.CompletedProcess(call, code, *said)
