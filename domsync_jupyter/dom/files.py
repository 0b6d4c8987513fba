"""`File`: a file that a person chose or dropped in the page. https://w3c.github.io/FileAPI/#file-section

The bytes stay in the page until they are asked for; they come in chunks, so that a large file holds up neither the
page nor Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domsync_jupyter.errors import NotReadableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

__all__ = ["File"]

#: Bytes asked for at once.
CHUNK_BYTES = 192 * 1024


class File:
    """A file in a page.

    Attributes:
        name: Its name, without a path. Chosen by a person: never use it as a path as it is.
        size: Its length in bytes, as the page says.
        type: Its media type, as the page guesses, or ``""``.
        lastModified: Milliseconds since the epoch.
    """

    __slots__ = ("_read_part", "lastModified", "name", "size", "type")

    def __init__(
        self,
        name: str,
        size: int,
        type: str,
        lastModified: int,
        read_part: Callable[[int, int], Awaitable[bytes]],
    ) -> None:
        self.name = name
        self.size = size
        self.type = type
        self.lastModified = lastModified
        self._read_part = read_part

    def __repr__(self) -> str:
        return f"<File {self.name!r} {self.size} bytes {self.type}>"

    async def chunks(self, chunk_bytes: int = CHUNK_BYTES) -> AsyncIterator[bytes]:
        """Iterate over the contents, from the start.

        Args:
            chunk_bytes: Length of each part; at most 192 KiB, which is the default.

        Raises:
            NotReadableError: If the page cannot read the file, or it is gone, or shorter than it was.
            ConnectionClosed: If the client goes meanwhile.
        """
        chunk_bytes = max(1, min(chunk_bytes, CHUNK_BYTES))
        offset = 0
        while offset < self.size:
            part = await self._read_part(offset, min(chunk_bytes, self.size - offset))
            if not part:
                raise NotReadableError(
                    f"{self.name!r} ends at byte {offset}, where {self.size} were announced"
                )
            offset += len(part)
            yield part

    async def read(
        self, *, max_bytes: int = 64 * 2**20, progress: Callable[[int, int], object] | None = None
    ) -> bytes:
        """The whole contents.

        Args:
            max_bytes: The most that is read; 64 MiB by default. A longer file is not read at all.
            progress: Called after each chunk with the number of bytes so far and of all.

        Raises:
            NotReadableError: If the file is longer than `max_bytes`, or as for `chunks`.
            ConnectionClosed: If the client goes meanwhile.
        """
        if self.size > max_bytes:
            raise NotReadableError(
                f"{self.name!r} has {self.size} bytes, and at most {max_bytes} are read: "
                "raise max_bytes, or use chunks()"
            )
        contents = bytearray()
        async for part in self.chunks():
            contents += part
            if progress is not None:
                progress(len(contents), self.size)
        return bytes(contents)
