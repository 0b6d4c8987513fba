"""`Element`. https://dom.spec.whatwg.org/#interface-element"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from domsync_jupyter.dom import names, safety
from domsync_jupyter.dom.container import set_kids
from domsync_jupyter.dom.element_members import ElementMembers
from domsync_jupyter.dom.event_target import EventTarget
from domsync_jupyter.dom.legacy import LegacyElement
from domsync_jupyter.dom.markup import ElementMarkup
from domsync_jupyter.dom.node import NEVER_INSERTED, Node, slot_writer
from domsync_jupyter.dom.reflection import number_text
from domsync_jupyter.dom.suggestions import suggest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domsync_jupyter.dom.changes import AttributeKey
    from domsync_jupyter.dom.document import Document
    from domsync_jupyter.dom.events import Listener

__all__ = ["Element"]

#: Calls that wait for a viewer, at most: the oldest are dropped.
MAX_CALLS = 1_000


class SharedAttributes(dict["AttributeKey", str]):
    """Attributes which several elements have in common; they are never changed."""

    __slots__ = ()


NO_ATTRIBUTES: Final = SharedAttributes()


class Element(ElementMarkup, EventTarget, ElementMembers, LegacyElement):
    """An element. Made by `Document.createElement`, never directly.

    Setting a property that it does not have raises ``AttributeError``: a typing error must not vanish.

    May be used from any thread; see `Document`.
    """

    __slots__ = ("__weakref__", "_attributes", "_listeners", "_namespace", "_properties", "_tag")

    nodeType: ClassVar[int] = Node.ELEMENT_NODE

    _namespace: str | None
    #: Qualified name; in lower case for HTML.
    _tag: str
    #: Qualified name, or (namespace, qualified name) where there is a namespace -> value. To write, take
    #: `_own_attributes`.
    _attributes: dict[AttributeKey, str]
    #: Live properties: ``value``, ``checked``, ...
    _properties: dict[str, Any] | None
    _listeners: dict[str, list[Listener]] | None

    def __init__(self, document: Document, namespace: str | None, tag: str) -> None:
        super().__init__(document)
        self._namespace = namespace
        self._tag = tag
        self._attributes = NO_ATTRIBUTES
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
        """https://dom.spec.whatwg.org/#dom-element-prefix

        An HTML element is taken to have none, as if it was made by ``createElement``.
        """
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
        if type(value) is not str or not value.isascii():
            value = _attribute_text(value)
        if (
            qualified_name in _PLAIN
            and self._namespace == names.HTML
            and not self._document._has_namespaced_attributes
        ):
            self._put_attribute(qualified_name, value)
            return
        name = self._attribute_name(qualified_name)
        self._check_safe(name, value)
        if (
            name == qualified_name
            and name != "id"
            and len(_PLAIN) < _PLAIN_AT_MOST
            and self._namespace == names.HTML
            and not safety.is_sensitive(name)
        ):
            _PLAIN[name] = {}
        key: AttributeKey = name
        if self._document._has_namespaced_attributes and name not in self._attributes:
            # The first attribute with the qualified name counts, whatever its namespace.
            key = next((k for k in list(self._attributes) if type(k) is tuple and k[1] == name), name)
        self._put_attribute(key, value)

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
        with self._document._lock:
            key = self._find_attribute(namespace, names.local(name))
            if key is None:
                key = name if namespace is None else (namespace, name)
                self._document._has_namespaced_attributes |= namespace is not None
            self._put_attribute(key, value)

    def removeAttributeNS(self, namespace: str | None, local_name: str) -> None:
        """Nothing happens if there is none. https://dom.spec.whatwg.org/#dom-element-removeattributens"""
        with self._document._lock:
            key = self._find_attribute(namespace, local_name)
            if key is not None:
                self._drop_attribute(key)

    def removeAttribute(self, qualified_name: str) -> None:
        """Nothing happens if there is none. https://dom.spec.whatwg.org/#dom-element-removeattribute"""
        if self._namespace == names.HTML:
            qualified_name = qualified_name.lower()
        with self._document._lock:
            for key in self._attributes:
                if qualified_name in (key, key[1] if type(key) is tuple else key):
                    self._drop_attribute(key)
                    return

    def toggleAttribute(self, qualified_name: str, force: bool | None = None) -> bool:
        """Return whether the attribute is there now. https://dom.spec.whatwg.org/#dom-element-toggleattribute"""
        self._attribute_name(qualified_name)
        with self._document._lock:
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
        kids = self._read_kids()
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
            with self._document._lock:
                self._set_text(data)
            return
        nodes: list[Node] = []
        for number, line in enumerate(data.replace("\r\n", "\n").replace("\r", "\n").split("\n")):
            if number:
                nodes.append(self._document.createElement("br"))
            if line:
                nodes.append(self._document.createTextNode(line))
        self.replaceChildren(*nodes)

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

    # Copies

    def _clone(self, document: Document, deep: bool) -> Element:
        clone = make_element(document, self._namespace, self._tag, type(self))
        blueprint = self._blueprint
        if blueprint is not None:
            set_attributes(clone, blueprint.attributes)
        elif self._attributes:
            set_attributes(clone, self._attributes.copy())
        if "id" in self._attributes:
            document._ids.rename(clone, None, self._attributes["id"])
        if self._properties and self._tag in ("input", "textarea"):
            # https://html.spec.whatwg.org/#the-input-element:concept-node-clone-ext
            clone._properties = dict(self._properties)
        if deep:
            kids = self._kids
            if blueprint is not None:
                set_kids(clone, blueprint.inner)
            elif not isinstance(kids, list):
                set_kids(clone, kids)
            elif kids:
                self._clone_list(clone)
        return clone

    def _clone_list(self, clone: Element) -> None:
        """Have the children of a copy made when somebody asks for them, if nothing else finds them before."""
        from domsync_jupyter.dom.blueprint import blueprint_of  # noqa: PLC0415 - it makes elements

        with self._document._lock:
            blueprint = blueprint_of(self)
        if blueprint is None:
            self._clone_children(clone)
        else:
            set_kids(clone, blueprint)

    def _equals(self, other: Node) -> bool:
        return (
            isinstance(other, Element)
            and other._tag == self._tag
            and other._namespace == self._namespace
            and other._attributes == self._attributes
            and self._children_equal(other)
        )

    # Inside

    def _check_safe(self, name: str, value: str) -> None:
        lower = name if name.islower() else name.lower()
        if safety.is_sensitive(lower) and not self._document._allow_unsafe:
            safety.check_attribute(self._tag, lower, value)

    def _start_attributes(self, attributes: Mapping[str, str]) -> None:
        """Set the attributes of an HTML element that nobody else has yet."""
        if len(attributes) == 1:
            for name, value in attributes.items():
                known = _PLAIN.get(name)
                shared = None if known is None or type(value) is not str else known.get(value)
                if shared is not None:
                    set_attributes(self, shared)
                    return
        own: dict[AttributeKey, str] = {}
        set_attributes(self, own)
        for name, value in attributes.items():
            if name in _PLAIN and type(value) is str and value.isascii():
                own[name] = value
            else:
                self.setAttribute(name, value)
        if len(own) == 1:
            for key, text in own.items():
                known = _PLAIN.get(key)
                if known is not None and len(known) < _VALUES_AT_MOST and len(text) <= _LONGEST_SHARED:
                    shared = known[text] = SharedAttributes(own)
                    set_attributes(self, shared)

    def _start_text(self, text: str) -> None:
        """Set the text of an element that nobody else has yet."""
        if type(text) is str and text.isascii() and "\n" not in text and "\r" not in text:
            set_kids(self, text or None)
        else:
            self.innerText = text

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

    def _own_attributes(self) -> dict[AttributeKey, str]:
        """The attributes, for changing them."""
        attributes = self._attributes
        if attributes.__class__ is not dict:
            attributes = attributes.copy()
            set_attributes(self, attributes)
        return attributes

    def _put_attribute(self, key: AttributeKey, value: str) -> None:
        document = self._document
        with document._lock:
            if self._attributes.get(key) == value:
                return
            if key == "id":
                document._ids.rename(self, self._attributes.get("id"), value)
            self._own_attributes()[key] = value
            document._version += 1
            if self._blueprint is not None:
                self._forget_blueprint()
            if self._number:
                self._note_attribute(key)

    def _drop_attribute(self, key: AttributeKey) -> None:
        with self._document._lock:
            value = self._own_attributes().pop(key)
            if key == "id":
                self._document._ids.rename(self, value, None)
            self._document._version += 1
            if self._blueprint is not None:
                self._forget_blueprint()
            if self._number:
                self._note_attribute(key)

    def _note_attribute(self, key: AttributeKey) -> None:
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
                del calls[0]
            calls.append((self, method, arguments))
            self._document._changed()


#: Names of attributes of HTML elements, in lower case, whose values are neither looked at nor looked up; with
#: some values of theirs, those which elements have as their only attribute.
_PLAIN: dict[object, dict[object, SharedAttributes]] = {}
_PLAIN_AT_MOST = 4096
_VALUES_AT_MOST = 64
_LONGEST_SHARED = 100


def _attribute_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return number_text(value)
    return names.text(value, "attribute value")


set_attributes = slot_writer(Element, "_attributes")


class Blank(Element):
    """An element in the making: its slots are written without `Element.__setattr__`. Then it is given its class."""

    __slots__ = ()
    __setattr__ = object.__setattr__  # type: ignore[assignment]  # the same, but for the names of its parameters


_new = object.__new__


def make_element(document: Document, namespace: str | None, tag: str, interface: type[Element]) -> Element:
    """Make an element of checked names, fast: this is done by the thousand."""
    element: Element = _new(Blank)
    element._document = document
    element._parent = None
    element._index = NEVER_INSERTED
    element._number = 0
    element._kids = None
    element._blueprint = None
    element._namespace = namespace
    element._tag = tag
    element._attributes = NO_ATTRIBUTES
    element._properties = None
    element._listeners = None
    element.__class__ = interface
    return element
