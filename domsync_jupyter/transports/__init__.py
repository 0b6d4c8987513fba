"""Clients: the viewers' sockets, over a WebSocket or a Jupyter comm.

A :class:`Client` carries messages for a session and gives connection handlers the interface of
websockets. It does not know what the messages mean.
"""

from __future__ import annotations

from domsync_jupyter.transports.client import AppSender, Client
from domsync_jupyter.transports.comm import CommClient, CommSend
from domsync_jupyter.transports.payloads import Sendable
from domsync_jupyter.transports.websocket import WebSocketClient

__all__ = ["AppSender", "Client", "CommClient", "CommSend", "Sendable", "WebSocketClient"]
