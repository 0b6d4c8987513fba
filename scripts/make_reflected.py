"""Write ``domsync_jupyter/dom/reflected_table.py`` from ``scripts/data/idl.json``.

The standard's IDL says which property reflects which attribute, and how, with extended attributes that begin with
``Reflect``. It leaves out the enumerated attributes, whose keywords are prose: those are here.

    python scripts/make_reflected.py            # write the table
    python scripts/make_reflected.py --check    # fail if it is not what would be written
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
IDL_JSON = ROOT / "scripts" / "data" / "idl.json"
TABLE = ROOT / "domsync_jupyter" / "dom" / "reflected_table.py"

_REFERRER = (
    "no-referrer no-referrer-when-downgrade same-origin origin strict-origin origin-when-cross-origin "
    "strict-origin-when-cross-origin unsafe-url"
)
_ENCTYPE = "application/x-www-form-urlencoded multipart/form-data text/plain"
_URLENCODED = "application/x-www-form-urlencoded"
_CROSS_ORIGIN = {
    "attribute": "crossorigin", "keywords": "anonymous use-credentials", "nullable": True, "invalid": "anonymous",
}  # fmt: skip
_PRIORITY = {"attribute": "fetchpriority", "keywords": "high low auto", "missing": "auto", "invalid": "auto"}
_LOADING = {"attribute": "loading", "keywords": "lazy eager", "missing": "eager", "invalid": "eager"}
_POLICY = {"attribute": "referrerpolicy", "keywords": _REFERRER}
_FORM_ENCTYPE = {"attribute": "formenctype", "keywords": _ENCTYPE, "invalid": _URLENCODED}
_FORM_METHOD = {"attribute": "formmethod", "keywords": "get post dialog", "invalid": "get"}

#: (interface, property) -> the states of an enumerated attribute, as the prose of the standard has them.
ENUMERATED: dict[tuple[str, str], dict[str, Any]] = {
    ("HTMLElement", "dir"): {"attribute": "dir", "keywords": "ltr rtl auto"},
    ("HTMLElement", "popover"): {
        "attribute": "popover", "keywords": "auto manual hint", "nullable": True, "invalid": "manual",
        "aliases": {"": "auto"},
    },
    ("ElementContentEditable", "enterKeyHint"): {
        "attribute": "enterkeyhint", "keywords": "enter done go next previous search send",
    },
    ("ElementContentEditable", "inputMode"): {
        "attribute": "inputmode", "keywords": "none text tel url email numeric decimal search",
    },
    ("PopoverTargetAttributes", "popoverTargetAction"): {
        "attribute": "popovertargetaction", "keywords": "toggle show hide", "missing": "toggle", "invalid": "toggle",
    },
    ("HTMLLinkElement", "crossOrigin"): _CROSS_ORIGIN,
    ("HTMLLinkElement", "referrerPolicy"): _POLICY,
    ("HTMLLinkElement", "fetchPriority"): _PRIORITY,
    ("HTMLLinkElement", "as"): {
        "attribute": "as",
        "keywords": "audio audioworklet document embed fetch font frame iframe image json manifest object paintworklet "
        "report script serviceworker sharedworker style text track video webidentity worker xslt",
    },
    ("HTMLAnchorElement", "referrerPolicy"): _POLICY,
    ("HTMLAreaElement", "referrerPolicy"): _POLICY,
    ("HTMLIFrameElement", "referrerPolicy"): _POLICY,
    ("HTMLIFrameElement", "loading"): _LOADING,
    ("HTMLImageElement", "crossOrigin"): _CROSS_ORIGIN,
    ("HTMLImageElement", "referrerPolicy"): _POLICY,
    ("HTMLImageElement", "decoding"): {
        "attribute": "decoding", "keywords": "sync async auto", "missing": "auto", "invalid": "auto",
    },
    ("HTMLImageElement", "loading"): _LOADING,
    ("HTMLImageElement", "fetchPriority"): _PRIORITY,
    ("HTMLScriptElement", "crossOrigin"): _CROSS_ORIGIN,
    ("HTMLScriptElement", "referrerPolicy"): _POLICY,
    ("HTMLScriptElement", "fetchPriority"): _PRIORITY,
    ("HTMLMediaElement", "crossOrigin"): _CROSS_ORIGIN,
    ("HTMLMediaElement", "loading"): _LOADING,
    ("HTMLMediaElement", "preload"): {
        "attribute": "preload", "keywords": "none metadata auto", "missing": "metadata", "invalid": "metadata",
        "aliases": {"": "auto"},
    },
    ("HTMLTrackElement", "kind"): {
        "attribute": "kind", "keywords": "subtitles captions descriptions chapters metadata",
        "missing": "subtitles", "invalid": "metadata",
    },
    ("HTMLTableCellElement", "scope"): {"attribute": "scope", "keywords": "row col rowgroup colgroup"},
    ("HTMLFormElement", "autocomplete"): {
        "attribute": "autocomplete", "keywords": "on off", "missing": "on", "invalid": "on",
    },
    ("HTMLFormElement", "enctype"): {
        "attribute": "enctype", "keywords": _ENCTYPE, "missing": _URLENCODED, "invalid": _URLENCODED,
    },
    ("HTMLFormElement", "encoding"): {
        "attribute": "enctype", "keywords": _ENCTYPE, "missing": _URLENCODED, "invalid": _URLENCODED,
    },
    ("HTMLFormElement", "method"): {
        "attribute": "method", "keywords": "get post dialog", "missing": "get", "invalid": "get",
    },
    ("HTMLInputElement", "colorSpace"): {
        "attribute": "colorspace", "keywords": "limited-srgb display-p3", "missing": "limited-srgb",
        "invalid": "limited-srgb",
    },
    ("HTMLInputElement", "formEnctype"): _FORM_ENCTYPE,
    ("HTMLInputElement", "formMethod"): _FORM_METHOD,
    ("HTMLInputElement", "type"): {
        "attribute": "type",
        "keywords": "hidden text search tel url email password date month week time datetime-local number range color "
        "checkbox radio file submit image reset button",
        "missing": "text", "invalid": "text",
    },
    ("HTMLButtonElement", "formEnctype"): _FORM_ENCTYPE,
    ("HTMLButtonElement", "formMethod"): _FORM_METHOD,
    ("HTMLButtonElement", "type"): {
        "attribute": "type", "keywords": "submit reset button", "missing": "submit", "invalid": "submit",
    },
    ("HTMLDialogElement", "closedBy"): {
        "attribute": "closedby", "keywords": "any closerequest none", "missing": "none", "invalid": "none",
    },
    ("HTMLTemplateElement", "shadowRootMode"): {"attribute": "shadowrootmode", "keywords": "open closed"},
    ("HTMLTemplateElement", "shadowRootSlotAssignment"): {
        "attribute": "shadowrootslotassignment", "keywords": "named manual", "missing": "named", "invalid": "named",
    },
}  # fmt: skip

#: (interface, property) -> how it is reflected, where the prose says that it is, or as good as.
OTHERS = {
    # [ReflectSetter]: the getter is prose. Here it gives the attribute; what it cannot know is the page's size of an
    # image, the page's address, and what autofill would make of a text.
    ("HTMLBaseElement", "href"): "USVString ReflectURL",
    ("HTMLHyperlinkElementUtils", "href"): "USVString ReflectURL",
    ("HTMLFormElement", "action"): "USVString ReflectURL",
    ("HTMLInputElement", "formAction"): "USVString ReflectURL",
    ("HTMLButtonElement", "formAction"): "USVString ReflectURL",
    ("HTMLInputElement", "autocomplete"): "DOMString Reflect",
    ("HTMLSelectElement", "autocomplete"): "DOMString Reflect",
    ("HTMLTextAreaElement", "autocomplete"): "DOMString Reflect",
    ("HTMLImageElement", "width"): "unsigned-long Reflect",
    ("HTMLImageElement", "height"): "unsigned-long Reflect",
    ("HTMLInputElement", "width"): "unsigned-long Reflect",
    ("HTMLInputElement", "height"): "unsigned-long Reflect",
    ("HTMLIFrameElement", "srcdoc"): "DOMString Reflect",
    # The IDL has lost what the prose says, and browsers do.
    ("HTMLInputElement", "size"): "unsigned-long ReflectPositive ReflectDefault=20",
    ("HTMLCanvasElement", "width"): "unsigned-long Reflect ReflectDefault=300",
    ("HTMLCanvasElement", "height"): "unsigned-long Reflect ReflectDefault=150",
}

#: Token lists whose attribute defines tokens: see `DOMTokenList.supports`.
SUPPORTED = {
    ("HTMLAnchorElement", "relList"): "noreferrer noopener opener",
    ("HTMLAreaElement", "relList"): "noreferrer noopener opener",
    ("HTMLFormElement", "relList"): "noreferrer noopener opener",
    (
        "HTMLLinkElement",
        "relList",
    ): "alternate dns-prefetch expect icon manifest modulepreload next preconnect "
    "prefetch preload search stylesheet",
    ("HTMLLinkElement", "blocking"): "render",
    ("HTMLScriptElement", "blocking"): "render",
    ("HTMLStyleElement", "blocking"): "render",
    ("HTMLIFrameElement", "sandbox"): "allow-downloads allow-forms allow-modals allow-orientation-lock "
    "allow-pointer-lock allow-popups allow-popups-to-escape-sandbox allow-presentation allow-same-origin allow-scripts "
    "allow-top-navigation allow-top-navigation-by-user-activation allow-top-navigation-to-custom-protocols",
}

#: What the attribute is called by another name than that of the property in lower case, and the IDL does not say so.
_PREFIXES = {
    "HTMLAnchorElement": "a", "HTMLHyperlinkElementUtils": "hyperlink", "HTMLHyperlinkElement": "hyperlink",
    "HTMLDListElement": "dl", "HTMLHeadingElement": "hn", "HTMLImageElement": "img", "HTMLMediaElement": "media",
    "HTMLModElement": "mod", "HTMLOListElement": "ol", "HTMLParagraphElement": "p", "HTMLQuoteElement": "quote",
    "HTMLTableCaptionElement": "caption", "HTMLTableCellElement": "tdth", "HTMLTableColElement": "col",
    "HTMLTableRowElement": "tr", "HTMLTableSectionElement": "tbody", "HTMLUListElement": "ul",
}  # fmt: skip


def load() -> dict[str, Any]:
    """The interfaces of the standards: see `scripts.make_idl_data.read_idl`."""
    interfaces: dict[str, Any] = json.loads(IDL_JSON.read_text(encoding="utf-8"))["interfaces"]
    return interfaces


def descriptor(interface: str, member: list[Any]) -> str | None:
    """The expression that makes the property, if it is a reflected one."""
    name, _, kind, flags, clause = member
    key = (interface, name)
    kind = kind.replace("LegacyNullToEmptyString ", "Null ")
    if key in OTHERS:
        kind, *rest = OTHERS[key].split()
        kind = kind.replace("-", " ")
        flags = {flag.partition("=")[0]: flag.partition("=")[2] for flag in rest}
    anchor = clause or f"dom-{_PREFIXES.get(interface, interface[4:-7].lower())}-{name.lower()}"
    if interface == "ARIAMixin":
        anchor = f"https://w3c.github.io/aria/#dom-ariamixin-{name.lower()}"
    link = f'clause="{anchor}"'
    if key in ENUMERATED:
        return _enumerated(ENUMERATED[key], link)
    reflect = {flag: value for flag, value in flags.items() if flag != "ReflectSetter"}
    if not reflect:
        return None
    attribute = json.dumps(reflect.get("Reflect") or reflect.get("ReflectURL") or name.lower())
    default = reflect.get("ReflectDefault")
    with_default = f"{attribute}, {default}" if default else attribute
    simple = {
        "boolean": "Boolean",
        "Null DOMString": "StringOrNull",
        "DOMString?": "NullableString",
        "Element?": "ElementReference",
        "FrozenArray<Element>?": "ElementReferences",
    }
    if kind == "DOMTokenList":
        supported = f", {json.dumps(SUPPORTED[key])}" if key in SUPPORTED else ""
        return f"TokenList({attribute}{supported}, {link})"
    if kind in simple:
        return f"{simple[kind]}({attribute}, {link})"
    if kind in ("DOMString", "USVString"):
        return f"{'URL' if 'ReflectURL' in reflect else 'String'}({attribute}, {link})"
    if "ReflectRange" in reflect:
        low, high = re.findall(r"\d+", reflect["ReflectRange"])
        return f"Clamped({attribute}, {default or 0}, {low}, {high}, {link})"
    if "ReflectNonNegative" in reflect:
        return f"NonNegativeLong({with_default}, {link})"
    if "ReflectPositiveWithFallback" in reflect:
        return f"PositiveLongOrDefault({with_default}, {link})"
    if kind == "unsigned long" and "ReflectPositive" in reflect:
        return f"PositiveLong({with_default}, {link})"
    if kind == "double":
        return f"{'PositiveDouble' if 'ReflectPositive' in reflect else 'Double'}({with_default}, {link})"
    return f"{ {'long': 'Long', 'unsigned long': 'UnsignedLong'}[kind] }({with_default}, {link})"


def _enumerated(entry: dict[str, Any], link: str) -> str:
    parts = [json.dumps(entry["attribute"]), json.dumps(entry["keywords"])]
    parts += [f"{key}={json.dumps(entry[key])}" for key in ("missing", "invalid", "aliases") if key in entry]
    return f"{'NullableEnumerated' if entry.get('nullable') else 'Enumerated'}({', '.join([*parts, link])})"


def table() -> str:
    """The text of ``reflected_table.py``."""
    interfaces = load()
    classes: list[str] = []
    used: set[str] = set()
    for name, entry in interfaces.items():
        made = [(member[0], descriptor(name, member)) for member in entry["members"]]
        lines = []
        for member, expression in made:
            if expression is not None:
                used.add(expression.partition("(")[0])
                lines += _property(member, expression)
        if lines:
            classes.append(
                f'\n\nclass {name}Attributes:\n    """The reflected properties of `{name}`."""\n\n    __slots__ = ()\n'
                + "\n".join(lines)
            )
    names = [f"{name}Attributes" for name in interfaces if f"class {name}Attributes:" in "".join(classes)]
    exported = "\n".join(f'    "{name}",' for name in names)
    imported = "\n".join(f"    {name}," for name in sorted(used, key=lambda name: (not name.isupper(), name)))
    return formatted(
        '"""The properties that reflect attributes, by interface of the standards.\n\n'
        "Generated by scripts/make_reflected.py from the standards' IDL; change that script instead.\n"
        '"""\n\nfrom __future__ import annotations\n\n'
        f"from domsync_jupyter.dom.reflection import (\n{imported}\n)\n\n__all__ = [\n{exported}\n]"
        + "".join(classes)
        + "\n"
    )


def _property(name: str, expression: str) -> list[str]:
    if name == "as":
        # A keyword of Python, so it can be reached by getattr() and setattr() only.
        return [f'    vars()["as"] = {_wrap_long_strings(expression)}']
    return [f"    {name} = {_wrap_long_strings(expression)}"]


def _wrap_long_strings(expression: str) -> str:
    """Break strings which the formatter would leave on a line that is too long."""

    def wrap(match: re.Match[str]) -> str:
        lines = textwrap.wrap(match[1], 90, break_on_hyphens=False)
        return "(" + "\n".join([*(f'"{line} "' for line in lines[:-1]), f'"{lines[-1]}"']) + ")"

    return re.sub(r'"([^"]{95,})"', wrap, expression)


def formatted(text: str) -> str:
    """The text as ``ruff format`` writes it."""
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(TABLE), "-"]
    return subprocess.run(command, input=text, capture_output=True, check=True, text=True, cwd=ROOT).stdout


def main() -> None:
    """Write the table, or compare it."""
    text = table()
    if "--check" in sys.argv:
        if TABLE.read_text(encoding="utf-8") != text:
            sys.exit(f"{TABLE.name} is not what scripts/make_reflected.py writes: run it")
    else:
        TABLE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
