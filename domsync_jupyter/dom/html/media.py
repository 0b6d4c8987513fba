"""Images, video and sound. https://html.spec.whatwg.org/#embedded-content"""

from __future__ import annotations

from domsync_jupyter.dom.element_members import Live
from domsync_jupyter.dom.html.base import HTMLElement
from domsync_jupyter.dom.html.controls import Validated
from domsync_jupyter.dom.reflected_table import (
    HTMLCanvasElementAttributes,
    HTMLEmbedElementAttributes,
    HTMLIFrameElementAttributes,
    HTMLImageElementAttributes,
    HTMLMediaElementAttributes,
    HTMLObjectElementAttributes,
    HTMLSourceElementAttributes,
    HTMLTrackElementAttributes,
    HTMLVideoElementAttributes,
)
from domsync_jupyter.dom.reflection import to_double
from domsync_jupyter.errors import IndexSizeError

__all__ = [
    "HTMLAudioElement",
    "HTMLCanvasElement",
    "HTMLEmbedElement",
    "HTMLIFrameElement",
    "HTMLImageElement",
    "HTMLMediaElement",
    "HTMLObjectElement",
    "HTMLPictureElement",
    "HTMLSourceElement",
    "HTMLTrackElement",
    "HTMLVideoElement",
]


class HTMLMediaElement(HTMLMediaElementAttributes, HTMLElement):
    """What ``video`` and ``audio`` have. https://html.spec.whatwg.org/#htmlmediaelement

    What the page plays is not reported to Python: listen to ``timeupdate``, ``volumechange`` and so on with a
    ``js_value_getter`` such as ``"this.currentTime"``.
    """

    __slots__ = ()

    currentTime = Live("currentTime", 0.0, "dom-media-currenttime")
    playbackRate = Live("playbackRate", 1.0, "dom-media-playbackrate")

    @property
    def volume(self) -> float:
        """From 0 to 1; as far as Python knows it. https://html.spec.whatwg.org/#dom-media-volume

        Raises:
            TypeError: When set to what is not a finite number.
            IndexSizeError: When set to one outside the range.
        """
        return float((self._properties or {}).get("volume", 1.0))

    @volume.setter
    def volume(self, volume: float) -> None:
        number = to_double(self, "volume", volume)
        if not 0 <= number <= 1:
            raise IndexSizeError(f"volume of <{self._tag}> must be between 0 and 1, not {number}")
        self._put_property("volume", number)

    @property
    def muted(self) -> bool:
        """Whether it is silent; as far as Python knows it. https://html.spec.whatwg.org/#dom-media-muted"""
        return bool((self._properties or {}).get("muted", "muted" in self._attributes))

    @muted.setter
    def muted(self, muted: bool) -> None:
        self._put_property("muted", bool(muted))

    def play(self) -> None:
        """Play, in every view; a browser may refuse until the person has clicked somewhere.

        https://html.spec.whatwg.org/#dom-media-play
        """
        self._call("play")

    def pause(self) -> None:
        """Pause, in every view. https://html.spec.whatwg.org/#dom-media-pause"""
        self._call("pause")

    def load(self) -> None:
        """Begin anew, with what the attributes say now. https://html.spec.whatwg.org/#dom-media-load"""
        self._call("load")


class HTMLVideoElement(HTMLVideoElementAttributes, HTMLMediaElement):
    """A video. https://html.spec.whatwg.org/#htmlvideoelement"""

    __slots__ = ()


class HTMLAudioElement(HTMLMediaElement):
    """A sound. https://html.spec.whatwg.org/#htmlaudioelement"""

    __slots__ = ()


class HTMLTrackElement(HTMLTrackElementAttributes, HTMLElement):
    """Subtitles and the like. https://html.spec.whatwg.org/#htmltrackelement"""

    __slots__ = ()


class HTMLImageElement(HTMLImageElementAttributes, HTMLElement):
    """An image. https://html.spec.whatwg.org/#htmlimageelement

    `width` and `height` are those of the attributes; what the image takes in the page is known there only.
    """

    __slots__ = ()


class HTMLPictureElement(HTMLElement):
    """An image from several sources. https://html.spec.whatwg.org/#htmlpictureelement"""

    __slots__ = ()


class HTMLSourceElement(HTMLSourceElementAttributes, HTMLElement):
    """A source of a picture, a video or a sound. https://html.spec.whatwg.org/#htmlsourceelement"""

    __slots__ = ()


class HTMLCanvasElement(HTMLCanvasElementAttributes, HTMLElement):
    """A canvas; what is drawn on it is the page's. https://html.spec.whatwg.org/#htmlcanvaselement"""

    __slots__ = ()


class HTMLIFrameElement(HTMLIFrameElementAttributes, HTMLElement):
    """A page in the page. https://html.spec.whatwg.org/#htmliframeelement"""

    __slots__ = ()


class HTMLEmbedElement(HTMLEmbedElementAttributes, HTMLElement):
    """An embedded resource. https://html.spec.whatwg.org/#htmlembedelement"""

    __slots__ = ()


class HTMLObjectElement(HTMLObjectElementAttributes, Validated):
    """An embedded resource. https://html.spec.whatwg.org/#htmlobjectelement"""

    __slots__ = ()
