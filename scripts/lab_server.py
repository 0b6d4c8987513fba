"""A JupyterLab server of its own, for the demo and for the tests.

Owns the process and its private directories; nothing of the person's own Jupyter settings is read or written.
Knows nothing of notebooks or browsers.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Self

__all__ = ["LabServer", "free_port"]

HOST = "127.0.0.1"

# The question about news, and the look for new versions, would cover the notebook on the first start.
SETTINGS = {
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": {
        "checkForUpdates": False,
        "doNotDisturbMode": True,
        "fetchNews": "false",
    }
}


def free_port(preferred: int = 0) -> int:
    """Return a port of the loopback interface that nothing listens on: ``preferred`` if that is one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, preferred))
        except OSError:
            return free_port()
        port: int = probe.getsockname()[1]
        return port


class LabServer:
    """JupyterLab and Notebook 7 on the loopback interface, behind a random token.

    Its kernels run the Python that runs this. ``with`` starts it and stops it.

    Args:
        root: The folder whose notebooks it serves.
        state: A folder for its settings, its runtime files and its log ``jupyter.log``.
        port: The port to listen on; a free one by default.
    """

    def __init__(self, root: Path, state: Path, port: int | None = None) -> None:
        self.root = root.resolve()
        self.state = state.resolve()
        self.port = free_port() if port is None else port
        self.token = secrets.token_hex(16)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The base address, with a slash at its end and without the token."""
        return f"http://{HOST}:{self.port}/"

    @property
    def log(self) -> Path:
        """The file that has everything which the server printed."""
        return self.state / "jupyter.log"

    @property
    def data_dir(self) -> Path:
        """The data directory, which holds the signatures of trusted notebooks."""
        return self.state / "data"

    def address(self, path: str, **query: str) -> str:
        """Return the address of ``path`` for a browser, with the token and any further query."""
        query = {"token": self.token, **query}
        return f"{self.url}{path}?" + "&".join(f"{name}={value}" for name, value in query.items())

    def connection_file(self, kernel_id: str) -> Path:
        """Return the file by which a client in another process connects to that kernel."""
        return self.state / "runtime" / f"kernel-{kernel_id}.json"

    def start(self, seconds: float = 60) -> None:
        """Start the server; return when it answers.

        Args:
            seconds: How long to wait for that.

        Raises:
            RuntimeError: If it ends or does not answer in time. It holds the end of the log.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        for name, content in SETTINGS.items():
            file = self.state / "settings" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(content))
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self._command(),
                cwd=self.root,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for this process, which then stops the server in order
            )
        try:
            self._wait_for_answer(seconds)
        except BaseException:  # Ctrl-C too
            self.stop()
            raise

    def stop(self, seconds: float = 15) -> None:
        """Stop the server and its kernels; idempotent.

        Args:
            seconds: How long it may take to do so in order, before its process group is killed.
        """
        if self.process is None:
            return
        self.process.terminate()
        if not self._has_ended(within=seconds):
            os.killpg(self.process.pid, signal.SIGKILL)  # its own session, so its own group
            self.process.wait()
        self.process = None

    def wait(self) -> int:
        """Wait until the server ends by itself; return its exit status."""
        assert self.process is not None
        return self.process.wait()

    def request(self, method: str, path: str, body: object = None) -> Any:
        """Call Jupyter's REST API, for example ``request("GET", "api/sessions")``; return the decoded answer.

        Raises:
            urllib.error.HTTPError: If the server refuses.
        """
        request = urllib.request.Request(  # noqa: S310 (the address is ours, and is http)
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 (as above)
            text = response.read()
        return json.loads(text) if text else None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _command(self) -> list[str]:
        options = {
            "ServerApp.ip": HOST,
            "ServerApp.port": self.port,
            "ServerApp.port_retries": 0,
            "ServerApp.open_browser": False,
            "ServerApp.root_dir": self.root,
            "IdentityProvider.token": self.token,
            "LabApp.extension_manager": "readonly",
            # Gives pages window.jupyterapp, through which the tests run commands.
            "LabApp.expose_app_in_browser": True,
            "JupyterNotebookApp.expose_app_in_browser": True,
        }
        command = [sys.executable, "-m", "jupyterlab"]
        if os.geteuid() == 0:
            command.append("--allow-root")
        return command + [f"--{name}={value}" for name, value in options.items()]

    def _environment(self) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "IPYTHON"))
        }
        return kept | {
            "IPYTHONDIR": str(self.state / "ipython"),
            "JUPYTERLAB_SETTINGS_DIR": str(self.state / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(self.state / "workspaces"),
            "JUPYTER_CONFIG_DIR": str(self.state / "config"),
            "JUPYTER_DATA_DIR": str(self.data_dir),
            "JUPYTER_RUNTIME_DIR": str(self.state / "runtime"),
        }

    def _wait_for_answer(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not self._answers():
            if self._has_ended(within=0.05) or time.monotonic() > deadline:
                raise RuntimeError(f"JupyterLab did not start within {seconds} s:\n{self._log_tail()}")

    def _answers(self) -> bool:
        try:
            self.request("GET", "api/status")
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False
        return True

    def _has_ended(self, within: float) -> bool:
        assert self.process is not None
        try:
            self.process.wait(within)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _log_tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-30:])
