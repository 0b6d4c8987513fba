"""`Element`. https://dom.spec.whatwg.org/#interface-element"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from domsync_jupyter.dom import names, safety
from domsync_jupyter.dom.child import ChildNode
from domsync_jupyter.dom.element_members import ElementMembers
from domsync_jupyter.dom.events import Callback, Event, Listener, dispatch_order
from domsync_jupyter.dom.legacy import LegacyElement
from domsync_jupyter.dom.node import NEVER_INSERTED, Node
from domsync_jupyter.dom.parent import ParentNode
from domsync_jupyter.dom.reflection import number_text
from domsync_jupyter.dom.suggestions import suggest
from domsync_jupyter.errors import DOMSyntaxError, NoModificationAllowedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domsync_jupyter.dom.changes import AttributeKey
    from domsync_jupyter.dom.document import Document

__all__ = ["Element"]


class Element(ParentNode, ChildNode, ElementMembers, LegacyElement):
    """An element. Made by `Document.createElement`, never directly.

    Setting a property that it does not have raises ``AttributeError``: a typing error must not vanish.

    May be used from any thread; see `Document`.
    """

    __slots__ = ("__weakref__", "_attributes", "_listeners", "_namespace", "_properties", "_tag")

    nodeType: ClassVar[int] = Node.ELEMENT_NODE

    _namespace: str | None
    #: Qualified name; in lower case for HTML.
    _tag: str
    #: Qualified name, or (namespace, qualified name) where there is a namespace -> value.
    _attributes: dict[AttributeKey, str]
    #: Live properties: ``value``, ``checked``, ...
    _properties: dict[str, Any] | None
    _listeners: dict[str, list[Listener]] | None

    def __init__(self, document: Document, namespace: str | None, tag: str) -> None:
        super().__init__(document)
        self._namespace = namespace
        self._tag = tag
        self._attributes = {}
        self._properties = None
        self._listeners = None

    def __setattr__(self, name: str, value: object) -> None:
        try:
            object.__setattr__(self, name, value)
        except AttributeError:
            if hasattr(type(self), name):
                raise
            nearest = suggest(name, (known for known in dir(self) if not known.startswith("_")))
            raise AttributeError(
                f"<{self._tag}> has no property {name!r}"
                + (f": did you mean {nearest!r}?" if nearest else "; attributes are set with setAttribute()"),
                name=name,
                obj=self,
            ) from None

    def __repr__(self) -> str:
        identifier = self._attributes.get("id")
        return f"<{self._tag}>" if identifier is None else f"<{self._tag} id={identifier!r}>"

    # Names

    @property
    def tagName(self) -> str:
        """The qualified name; in upper case for HTML. https://dom.spec.whatwg.org/#dom-element-tagname"""
        return names.upper(self._tag) if self._namespace == names.HTML else self._tag

    @property
    def nodeName(self) -> str:
        """https://dom.spec.whatwg.org/#dom-node-nodename"""
        return self.tagName

    @property
    def localName(self) -> str:
        """https://dom.spec.whatwg.org/#dom-element-localname"""
        if self._namespace == names.HTML:
            return self._tag
        return names.local(self._tag)

    @property
    def prefix(self) -> str | None:
        """https://dom.spec.whatwg.org/#dom-element-prefix"""
        prefix, colon, _ = self._tag.partition(":")
        return prefix if colon and self._namespace != names.HTML else None

    @property
    def namespaceURI(self) -> str | None:
        """https://dom.spec.whatwg.org/#dom-element-namespaceuri"""
        return self._namespace

    # Attributes

    def getAttribute(self, qualified_name: str, default: str | None = None) -> str | None:
        """The attribute's value, or `default` if there is none.

        https://dom.spec.whatwg.org/#dom-element-getattribute; `default` is domsync's.
        """
        if self._namespace == names.HTML:
            qualified_name = qualified_name.lower()
        value = self._attributes.get(qualified_name)
        if value is None:
            value = next(
                (v for k, v in list(self._attributes.items()) if type(k) is tuple and k[1] == qualified_name),
                default,
            )
        return value

    def hasAttribute(self, qualified_name: str) -> bool:
        """https://dom.spec.whatwg.org/#dom-element-hasattribute"""
        return self.getAttribute(qualified_name) is not None

    def getAttributeNames(self) -> list[str]:
        """Qualified names, in the order in which they were set. https://dom.spec.whatwg.org/#dom-element-getattributenames"""
        return [key if isinstance(key, str) else key[1] for key in list(self._attributes)]

    @property
    def attributes(self) -> dict[str, str]:
        """Qualified name -> value, as a new dict."""
        return {
            key if isinstance(key, str) else key[1]: value for key, value in list(self._attributes.items())
        }

    def setAttribute(self, qualified_name: str, value: str) -> None:
        """Set an attribute. https://dom.spec.whatwg.org/#dom-element-setattribute

        Args:
            qualified_name: Lowered on HTML elements.
            value: Any text. An ``int``, a ``float`` or a ``bool`` is turned into text as JavaScript does.

        Raises:
            TypeError: If an argument is of another type.
            InvalidCharacterError: If the name is not a name, or the value has a lone surrogate.
            SecurityError: If the attribute would carry code into the page (``onclick``, a ``javascript:`` address,
                ...); see ``Document(allow_unsafe=True)``.
        """
        name = self._attribute_name(qualified_name)
        if type(value) is not str or not value.isascii():
            value = _attribute_text(value)
        self._check_safe(name, value)
        self._put_attribute(name, value)

    def getAttributeNS(self, namespace: str | None, local_name: str) -> str | None:
        """https://dom.spec.whatwg.org/#dom-element-getattributens"""
        key = self._find_attribute(namespace, local_name)
        return None if key is None else self._attributes[key]

    def hasAttributeNS(self, namespace: str | None, local_name: str) -> bool:
        """https://dom.spec.whatwg.org/#dom-element-hasattributens"""
        return self._find_attribute(namespace, local_name) is not None

    def hasAttributes(self) -> bool:
        """https://dom.spec.whatwg.org/#dom-element-hasattributes"""
        return bool(self._attributes)

    def setAttributeNS(self, namespace: str | None, qualified_name: str, value: str) -> None:
        """Set an attribute with a namespace. https://dom.spec.whatwg.org/#dom-element-setattributens

        Raises:
            TypeError: If an argument is of a wrong type.
            InvalidCharacterError: If the name is not a qualified name.
            NamespaceError: If the name cannot be in the namespace.
            SecurityError: As `setAttribute`.
        """
        namespace, name = names.qualified_attribute_name(namespace, qualified_name)
        value = _attribute_text(value)
        self._check_safe(name, value)
        key = self._find_attribute(namespace, names.local(name))
        if key is None:
            key = name if namespace is None else (namespace, name)
        self._put_attribute(key, value)

    def removeAttributeNS(self, namespace: str | None, local_name: str) -> None:
        """Nothing happens if there is none. https://dom.spec.whatwg.org/#dom-element-removeattributens"""
        key = self._find_attribute(namespace, local_name)
        if key is not None:
            self._drop_attribute(key)

    def removeAttribute(self, qualified_name: str) -> None:
        """Nothing happens if there is none. https://dom.spec.whatwg.org/#dom-element-removeattribute"""
        if self._namespace == names.HTML:
            qualified_name = qualified_name.lower()
        for key in list(self._attributes):
            if qualified_name in (key, key[1] if type(key) is tuple else key):
                self._drop_attribute(key)
                return

    def toggleAttribute(self, qualified_name: str, force: bool | None = None) -> bool:
        """Return whether the attribute is there now. https://dom.spec.whatwg.org/#dom-element-toggleattribute"""
        self._attribute_name(qualified_name)
        there = self.hasAttribute(qualified_name)
        wanted = not there if force is None else force
        if wanted and not there:
            self.setAttribute(qualified_name, "")
        elif there and not wanted:
            self.removeAttribute(qualified_name)
        return wanted

    @property
    def id(self) -> str:
        """https://dom.spec.whatwg.org/#dom-element-id"""
        return self._attributes.get("id", "")

    @id.setter
    def id(self, value: str) -> None:
        self.setAttribute("id", value)

    @property
    def className(self) -> str:
        """https://dom.spec.whatwg.org/#dom-element-classname"""
        return self._attributes.get("class", "")

    @className.setter
    def className(self, value: str) -> None:
        self.setAttribute("class", value)

    # Text

    @property
    def innerText(self) -> str:
        """The text; a ``<br>`` reads as a line break. https://html.spec.whatwg.org/#dom-innertext

        What is hidden by style sheets is read too: only the page could know.
        """
        kids = self._kids
        if not isinstance(kids, list):
            return kids or ""
        return "".join(
            ("\n" if kid._tag == "br" else kid.innerText)
            if isinstance(kid, Element)
            else (kid.textContent or "")
            if kid.nodeType == Node.TEXT_NODE
            else ""
            for kid in kids
        )

    @innerText.setter
    def innerText(self, data: str | None) -> None:
        data = names.text("" if data is None else data, "innerText")
        if "\n" not in data and "\r" not in data:
            self.textContent = data
            return
        nodes: list[Node] = []
        for number, line in enumerate(data.replace("\r\n", "\n").replace("\r", "\n").split("\n")):
            if number:
                nodes.append(self._document.createElement("br"))
            if line:
                nodes.append(self._document.createTextNode(line))
        self.replaceChildren(*nodes)

    # Markup. The modules behind it make elements, so they import this one.

    @property
    def innerHTML(self) -> str:
        """The children as HTML text. https://html.spec.whatwg.org/#dom-element-innerhtml

        When set, the text is parsed here and becomes nodes: the page never gets HTML. What would bring code into the
        page is left out, with an ``UnsafeMarkupWarning`` that names it; see ``Document(allow_unsafe=True)``.

        Raises:
            TypeError: When set to what is neither a ``str`` nor ``None``, which is the empty text.
            InvalidCharacterError: When set to a text with a lone surrogate.
        """
        from domsync_jupyter.dom.serialising import serialise  # noqa: PLC0415

        return serialise(self, outer=False)

    @innerHTML.setter
    def innerHTML(self, html: str | None) -> None:
        self.replaceChildren(*self._parse("" if html is None else html, self))

    @property
    def outerHTML(self) -> str:
        """The element as HTML text. https://html.spec.whatwg.org/#dom-element-outerhtml

        When set, what the text says takes the element's place, if it has a parent. As `innerHTML` otherwise.
        """
        from domsync_jupyter.dom.serialising import serialise  # noqa: PLC0415

        return serialise(self, outer=True)

    @outerHTML.setter
    def outerHTML(self, html: str | None) -> None:
        parent = self._parent
        if parent is None:
            return
        if self is self._document._root:
            raise NoModificationAllowedError("the root element cannot be replaced: set its innerHTML")
        context = parent if isinstance(parent, Element) else self._document.createElement("body")
        self.replaceWith(*self._parse("" if html is None else html, context))

    def insertAdjacentHTML(self, where: str, html: str) -> None:
        """https://html.spec.whatwg.org/#dom-element-insertadjacenthtml; what `html` may be is as for `innerHTML`.

        Args:
            where: As in `insertAdjacentElement`.
            html: What to insert.

        Raises:
            DOMSyntaxError: If `where` is none of the four.
            NoModificationAllowedError: If there is no parent element to insert it into.
        """
        context: ParentNode | None = self
        if where.lower() in ("beforebegin", "afterend"):
            context = self._parent
            if context is None or context is self._document:
                raise NoModificationAllowedError(f"{self!r} has no parent element to insert into")
        if not isinstance(context, Element):
            context = self._document.createElement("body")
        fragment = self._document.createDocumentFragment()
        fragment.append(*self._parse(html, context))
        self._insert_adjacent(where, fragment)

    def _parse(self, html: str, context: Element) -> list[Node]:
        from domsync_jupyter.dom.parsing import parse_fragment  # noqa: PLC0415

        return parse_fragment(self._document, names.text(html, "HTML"), context, stacklevel=4)

    def matches(self, selectors: str) -> bool:
        """Whether the element matches. https://dom.spec.whatwg.org/#dom-element-matches

        Raises:
            DOMSyntaxError: If `selectors` is not a selector.
        """
        from domsync_jupyter.dom.selectors import matches  # noqa: PLC0415

        return matches(self, selectors)

    def closest(self, selectors: str) -> Element | None:
        """The nearest of the element and its ancestors that matches.

        https://dom.spec.whatwg.org/#dom-element-closest

        Raises:
            DOMSyntaxError: If `selectors` is not a selector.
        """
        from domsync_jupyter.dom.selectors import closest  # noqa: PLC0415

        return closest(self, selectors)

    # Neighbours and copies

    def insertAdjacentElement(self, where: str, element: Element) -> Element | None:
        """https://dom.spec.whatwg.org/#dom-element-insertadjacentelement

        Args:
            where: ``"beforebegin"``, ``"afterbegin"``, ``"beforeend"`` or ``"afterend"``.
            element: What to insert; returned, or ``None`` if this element has no parent to insert it into.

        Raises:
            DOMSyntaxError: If `where` is none of the four.
            HierarchyRequestError: As `appendChild`.
        """
        if not isinstance(element, Element):
            raise TypeError(f"element must be an Element, not {type(element).__name__}")
        return element if self._insert_adjacent(where, element) else None

    def insertAdjacentText(self, where: str, data: str) -> None:
        """https://dom.spec.whatwg.org/#dom-element-insertadjacenttext

        Raises:
            DOMSyntaxError: If `where` is not as in `insertAdjacentElement`.
        """
        self._insert_adjacent(where, self._document.createTextNode(data))

    def _insert_adjacent(self, where: str, node: Node) -> bool:
        match where.lower():
            case "afterbegin":
                self.insertBefore(node, self.firstChild)
            case "beforeend":
                self.appendChild(node)
            case "beforebegin" | "afterend" if self._parent is None:
                return False
            case "beforebegin":
                assert self._parent is not None
                self._parent.insertBefore(node, self)
            case "afterend":
                assert self._parent is not None
                self._parent.insertBefore(node, self.nextSibling)
            case _:
                raise DOMSyntaxError(
                    f"expected 'beforebegin', 'afterbegin', 'beforeend' or 'afterend', got {where!r}"
                )
        return True

    def _clone(self, document: Document, deep: bool) -> Element:
        clone = make_element(document, self._namespace, self._tag, type(self))
        clone._attributes.update(self._attributes)
        identifier = self._attributes.get("id")
        if identifier is not None:
            document._ids.rename(clone, None, identifier)
        if self._properties and self._tag in ("input", "textarea"):
            # https://html.spec.whatwg.org/#the-input-element:concept-node-clone-ext
            clone._properties = dict(self._properties)
        if deep:
            self._clone_children(clone)
        return clone

    def _equals(self, other: Node) -> bool:
        return (
            isinstance(other, Element)
            and other._tag == self._tag
            and other._namespace == self._namespace
            and other._attributes == self._attributes
            and self._children_equal(other)
        )

    # Events

    def addEventListener(
        self,
        event: str,
        callback: Callback,
        js_value_getter: str | bool | Mapping[str, Any] | None = None,
        *,
        capture: bool = False,
        once: bool = False,
        passive: bool = False,
        prevent_default: bool = False,
        stop_propagation: bool = False,
        fields: Iterable[str] = (),
        keys: Iterable[str] = (),
        debounce_ms: int = 0,
        throttle_ms: int = 0,
    ) -> None:
        """Call `callback` with an `Event` when `event` happens to this element or below it.

        The same callback for the same type and phase is registered once. Callbacks of one client run one at a
        time, in order; a coroutine function is awaited, so use ``asyncio.create_task`` in it for long work. Of events
        that come fast (``input``, ``mousemove``, ``scroll``, ...) a slow callback gets the latest; of
        others, such as ``click``, each one.
        https://dom.spec.whatwg.org/#dom-eventtarget-addeventlistener

        Args:
            event: Type, such as ``"click"`` or ``"input"``.
            callback: Function or coroutine function of one argument, the `Event`.
            js_value_getter: A property path for ``event.value``, such as ``"this.value"`` or ``"event.clientX"``. It
                is read in the page and never evaluated as code. Or what JavaScript has in this place: ``True``
                for `capture`, or a mapping of ``capture``, ``once`` and ``passive``.
            capture: Call it on the way down to the target instead of on the way up.
            once: Remove it before its first call.
            passive: Promise the page not to prevent the default.
            prevent_default: The page prevents the default action of the event.
            stop_propagation: The event goes no further, in the page and in Python.
            fields: Names of further properties of the page's event to bring along.
            keys: For keyboard events: call it for these values of ``event.key`` only, such as ``["Enter"]``.
            debounce_ms: Call it when nothing has come for so many milliseconds, with the last event.
            throttle_ms: Call it at most once in so many milliseconds: with the first event, and with the last.

        Raises:
            TypeError: If `event` or `callback` is of a wrong type.
            GetterError: If `js_value_getter` is not a property path.
        """
        if isinstance(js_value_getter, Mapping):
            options = js_value_getter
            capture = bool(options.get("capture", capture))
            once = bool(options.get("once", once))
            passive = bool(options.get("passive", passive))
            js_value_getter = None
        elif isinstance(js_value_getter, bool):
            capture, js_value_getter = js_value_getter, None
        listener = Listener(
            type=event,
            callback=callback,
            capture=capture,
            once=once,
            passive=passive,
            prevent_default=prevent_default,
            stop_propagation=stop_propagation,
            getter=js_value_getter or "",
            fields=tuple(fields),
            keys=(keys,) if isinstance(keys, str) else tuple(keys),
            debounce_ms=debounce_ms,
            throttle_ms=throttle_ms,
        )
        with self._document._lock:
            if self._listeners is None:
                self._listeners = {}
            listeners = self._listeners.setdefault(event, [])
            if any(other.callback == callback and other.capture == capture for other in listeners):
                return
            listeners.append(listener)
            self._note_listeners()

    def removeEventListener(
        self,
        event: str,
        callback: Callback,
        options: bool | Mapping[str, Any] = False,
        *,
        capture: bool = False,
    ) -> None:
        """Undo `addEventListener`; nothing happens if there is no such listener.

        https://dom.spec.whatwg.org/#dom-eventtarget-removeeventlistener
        """
        capture = capture or bool(options.get("capture") if isinstance(options, Mapping) else options)
        for listener in (self._listeners or {}).get(event, []):
            if listener.callback == callback and listener.capture == capture:
                self._remove_listener(listener)
                return

    def dispatchEvent(self, event: Event) -> bool:
        """Call the listeners for an event made in Python; it does not reach the page.

        A coroutine function among them is not awaited here: it is started, if the document is shown somewhere.

        Returns:
            Whether nobody prevented the default. https://dom.spec.whatwg.org/#dom-eventtarget-dispatchevent

        Raises:
            Exception: What a callback raises; listeners after it are not called.
            InvalidStateError: If a callback is a coroutine function and there is no event loop to run it.
        """
        for listener in dispatch_order(event, self):
            result = listener.callback(event)
            if hasattr(result, "__await__"):
                self._document._start(result)
        return not event.defaultPrevented

    # Inside

    def _check_safe(self, name: str, value: str) -> None:
        lower = name if name.islower() else name.lower()
        if safety.is_sensitive(lower) and not self._document._allow_unsafe:
            safety.check_attribute(self._tag, lower, value)

    def _attribute_name(self, qualified_name: str) -> str:
        """The checked name of an attribute without a namespace."""
        if self._namespace == names.HTML:
            return names.attribute_name(qualified_name)
        return names.foreign_attribute_name(qualified_name)

    def _find_attribute(self, namespace: str | None, local_name: str) -> AttributeKey | None:
        """The key of an attribute, whatever its prefix is."""
        if not namespace:
            return local_name if local_name in self._attributes else None
        for key in list(self._attributes):
            if isinstance(key, tuple) and key[0] == namespace and names.local(key[1]) == local_name:
                return key
        return None

    def _put_attribute(self, key: AttributeKey, value: str) -> None:
        document = self._document
        with document._lock:
            if self._attributes.get(key) == value:
                return
            if key == "id":
                document._ids.rename(self, self._attributes.get("id"), value)
            self._attributes[key] = value
            document._version += 1
            self._note_attribute(key)

    def _drop_attribute(self, key: AttributeKey) -> None:
        with self._document._lock:
            value = self._attributes.pop(key)
            if key == "id":
                self._document._ids.rename(self, value, None)
            self._document._version += 1
            self._note_attribute(key)

    def _note_attribute(self, key: AttributeKey) -> None:
        if self._number:
            self._document._changes.attributes.setdefault(self, set()).add(key)
            self._document._changed()

    def _put_property(self, name: str, value: Any) -> None:
        with self._document._lock:
            if self._properties is None:
                self._properties = {}
            self._properties[name] = value
            if self._number:
                # Even if it is equal: the page may show something else by now.
                self._document._changes.properties.setdefault(self, set()).add(name)
                self._document._changed()

    def _call(self, method: str, *arguments: object) -> None:
        with self._document._lock:
            calls = self._document._changes.calls
            if len(calls) >= MAX_CALLS:
                del calls[0]  # There is no viewer who would take them.
            calls.append((self, method, arguments))
            self._document._changed()

    def _remove_listener(self, listener: Listener) -> None:
        with self._document._lock:
            listener.removed = True
            assert self._listeners is not None
            listeners = self._listeners.get(listener.type, [])
            if listener in listeners:
                listeners.remove(listener)
                if not listeners:
                    del self._listeners[listener.type]
                self._note_listeners()

    def _note_listeners(self) -> None:
        if self._number:
            self._document._changes.listeners[self] = None
            self._document._changed()


#: Calls that wait for a viewer.
MAX_CALLS = 1_000


def _attribute_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return number_text(value)
    return names.text(value, "attribute value")


class _Blank(Element):
    """An element in the making: its slots are written without `Element.__setattr__`."""

    __slots__ = ()
    __setattr__ = object.__setattr__  # type: ignore[assignment]  # the same, but for the names of its parameters


_new_blank = object.__new__


def make_element(document: Document, namespace: str | None, tag: str, interface: type[Element]) -> Element:
    """Make an element of checked names, fast: this is done by the thousand."""
    element: Element = _new_blank(_Blank)
    element._document = document
    element._parent = None
    element._index = NEVER_INSERTED
    element._number = 0
    element._kids = None
    element._namespace = namespace
    element._tag = tag
    element._attributes = {}
    element._properties = None
    element._listeners = None
    element.__class__ = interface
    return element
