"""The nets of ``tests/conftest.py`` catch what they are for: each is broken once, in a pytest run of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent

SUITE = {
    "tests/test_nets.py": """
        import asyncio, logging, threading, warnings
        import pytest
        from hypothesis import given, strategies

        async def background():
            await asyncio.Event().wait()

        async def failing():
            raise ValueError("lost")

        def test_ok_sync(): pass

        async def test_ok_async(): await asyncio.sleep(0)

        def test_error_is_logged():
            logging.getLogger("any").error("something %s", "broke")

        def test_expected_error_is_logged(expected_errors):
            logging.getLogger("any").error("something broke")
            assert expected_errors.pop().getMessage() == "something broke"

        def test_warning(): warnings.warn("careful")

        def test_coroutine_is_not_awaited(): background()

        async def test_task_is_left(): asyncio.create_task(background(), name="left")

        @given(strategies.just(1))
        async def test_task_is_left_in_hypothesis(_): asyncio.create_task(background(), name="left")

        async def test_task_is_cancelled(): asyncio.create_task(background()).cancel()

        async def test_exception_of_task_is_lost():
            asyncio.create_task(failing())
            await asyncio.sleep(0)

        async def test_callback_raises(): asyncio.get_running_loop().call_soon(lambda: 1 / 0)

        def test_thread_raises():
            thread = threading.Thread(target=lambda: 1 / 0)
            thread.start()
            thread.join()
        """,
    "tests/browser/test_first_by_name.py": """
        def test_browser():
            import tests.order
            tests.order.ran.append("browser")
        """,
    "tests/order.py": "ran = []",
    "tests/test_order.py": """
        import tests.order
        async def test_loop(): assert tests.order.ran == []
        """,
}
CAUGHT = {
    "test_error_is_logged",
    "test_warning",
    "test_coroutine_is_not_awaited",
    "test_task_is_left",
    "test_task_is_left_in_hypothesis",
    "test_exception_of_task_is_lost",
    "test_callback_raises",
    "test_thread_raises",
}
PASSED = {
    "test_ok_sync",
    "test_ok_async",
    "test_expected_error_is_logged",
    "test_task_is_cancelled",
    "test_loop",
    "test_browser",
}


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A checkout with our configuration, our conftest and `SUITE`."""
    for name in ("pyproject.toml", "tests/conftest.py", "scripts/lab_server.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(CHECKOUT / name, tmp_path / name)
    for name, text in SUITE.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        lines = text.splitlines()
        (tmp_path / name).write_text("\n".join(line.removeprefix(" " * 8) for line in lines))
    return tmp_path


def test_nets_catch_what_they_are_for(suite: Path) -> None:
    output = _pytest(suite, "-rA", "--hypothesis-seed=7")
    assert "--hypothesis-seed=7" in output
    results: dict[str, set[str]] = {}
    for line in output.splitlines():
        word, _, rest = line.partition(" tests/")
        if word in {"PASSED", "FAILED", "ERROR"} and "::" in rest:
            results.setdefault(rest.split(" ")[0].rpartition("::")[2], set()).add(word)
    assert results.keys() == CAUGHT | PASSED, output
    assert {name for name, words in results.items() if words != {"PASSED"}} == CAUGHT, output
    assert "any: ERROR: something broke" in output
    assert "name='left'" in output


def test_browser_tests_are_not_async(suite: Path) -> None:
    (suite / "tests/browser/test_first_by_name.py").write_text("async def test_browser(): pass")
    assert "no 'async def'" in _pytest(suite)


def _pytest(suite: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    result = subprocess.run(command, cwd=suite, capture_output=True, text=True, check=False)
    return result.stdout + result.stderr
