"""Clients and their sockets, over WebSockets and Jupyter comms.

A :class:`Client` carries messages for a session and gives connection handlers the interface of
websockets. It goes from one :class:`Link` to the next, of whichever transport. Neither knows what the messages mean.
"""

from __future__ import annotations

from domsync_jupyter.transports.client import AppSender, Client
from domsync_jupyter.transports.comm import CommLink, CommSend
from domsync_jupyter.transports.link import Link
from domsync_jupyter.transports.payloads import Sendable
from domsync_jupyter.transports.websocket import WebSocketLink

__all__ = ["AppSender", "Client", "CommLink", "CommSend", "Link", "Sendable", "WebSocketLink"]
