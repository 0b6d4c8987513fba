"""Write what the generators need of the standards: ``idl.json``, and the table of CSS properties.

Run it when a standard has moved on. It reads packages of npm, which it does not download itself::

    mkdir -p build/standards && cd build/standards
    for package in @webref/idl @webref/css mdn-data @mdn/browser-compat-data; do
        mkdir -p $package && tar xzf $(npm pack --silent $package) -C $package --strip-components=1
    done
    cd ../.. && python scripts/make_idl_data.py build/standards && python scripts/make_reflected.py

What it writes is committed, so neither the other scripts nor the tests need a network.
"""

from __future__ import annotations

import json
import re
import sys
import textwrap
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
IDL_JSON = ROOT / "scripts" / "data" / "idl.json"
CSS_PROPERTIES = ROOT / "domsync_jupyter" / "dom" / "css_properties.py"

SPECIFICATIONS = ("dom", "html", "cssom", "cssom-view", "wai-aria")
#: Interfaces whose members matter here, beside every HTML*Element.
INTERFACES = {
    "ARIAMixin", "CharacterData", "ChildNode", "Comment", "CSSStyleDeclaration", "CSSStyleProperties", "Document",
    "DocumentFragment", "DocumentOrShadowRoot", "DOMStringMap", "DOMTokenList", "Element", "ElementContentEditable",
    "ElementCSSInlineStyle", "Event", "EventTarget", "HTMLCollection", "HTMLFormControlsCollection",
    "HTMLHyperlinkElementUtils", "HTMLOptionsCollection", "HTMLOrSVGOrMathMLElement", "HyperlinkElementUtils",
    "MathMLElement", "Node", "NodeList", "NonDocumentTypeChildNode", "NonElementParentNode", "ParentNode",
    "PopoverTargetAttributes", "Slottable", "SVGElement", "Text",
}  # fmt: skip

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_DEFINITION = re.compile(
    r"(?P<partial>partial\s+)?interface\s+(?P<mixin>mixin\s+)?(?P<name>\w+)\s*(?::\s*(?P<parent>\w+)\s*)?\{(?P<body>.*?)\n\s*\};",
    re.DOTALL,
)
_INCLUDES = re.compile(r"^\s*(\w+) includes (\w+);", re.MULTILINE)
_EXTENDED = re.compile(r"\s*\[((?:[^\[\]\"]|\"[^\"]*\")*)\]\s*")
_ATTRIBUTE = re.compile(r"(?:stringifier\s+)?(readonly\s+)?attribute\s+(.+?)\s+([\w-]+)$")
_CONSTANT = re.compile(r"const\s+[\w ]+?\s+(\w+)\s*=.*$")
_OPERATION = re.compile(
    r"(?:(?:static|getter|setter|deleter|stringifier)\s+)*(.+?)\s+(\w+)\((.*)\)$", re.DOTALL
)
_FLAG = re.compile(r"(Reflect\w*)(?:=(\"[^\"]*\"|\([^)]*\)|[^,\s]+))?")


def read_idl(folder: Path) -> dict[str, Any]:
    """The interfaces of `SPECIFICATIONS`, partial ones merged: name -> parent, mixins and members.

    A member is ``[name, kind, type, flags]``: kind ``"a"`` for an attribute, ``"r"`` for a readonly one, ``"m"`` for a
    method, ``"c"`` for a constant; flags are its extended attributes that begin with ``Reflect``.
    """
    interfaces: dict[str, Any] = {}
    for specification in SPECIFICATIONS:
        text = _COMMENT.sub("", (folder / f"{specification}.idl").read_text(encoding="utf-8"))
        for match in _DEFINITION.finditer(text):
            entry = interfaces.setdefault(match["name"], {"parent": "", "mixins": [], "members": []})
            entry["parent"] = match["parent"] or entry["parent"]
            known = {member[0] for member in entry["members"]}
            for statement in _statements(match["body"]):
                member = _member(statement)
                if member is not None and member[0] not in known:
                    entry["members"].append(member)
                    known.add(member[0])
        for name, mixin in _INCLUDES.findall(text):
            interfaces.setdefault(name, {"parent": "", "mixins": [], "members": []})["mixins"].append(mixin)
    wanted = {name for name in interfaces if name in INTERFACES or re.fullmatch(r"HTML\w*Element", name)}
    for name in wanted:
        interfaces[name]["mixins"] = [mixin for mixin in interfaces[name]["mixins"] if mixin in wanted]
    return {name: interfaces[name] for name in sorted(wanted)}


def _statements(body: str) -> list[str]:
    """The statements of an interface: split at semicolons (none is inside brackets in these specifications)."""
    return [" ".join(statement.split()) for statement in body.split(";") if statement.strip()]


def _member(statement: str) -> list[Any] | None:
    flags: dict[str, str] = {}
    match = _EXTENDED.match(statement)
    if match:
        statement = statement[match.end() :]
        flags = {name: value.strip('"') for name, value in _FLAG.findall(match[1])}
    if match := _ATTRIBUTE.fullmatch(statement):
        # The type may have an extended attribute of its own, such as [LegacyNullToEmptyString].
        kind = _EXTENDED.sub(lambda extended: extended[1] + " ", match[2])
        return [match[3], "r" if match[1] else "a", kind, flags]
    if match := _CONSTANT.fullmatch(statement):
        return [match[1], "c", "", {}]
    match = _OPERATION.fullmatch(statement)
    if match and match[2] != "constructor":
        return [match[2], "m", match[1], {}]
    return None


def add_clauses(interfaces: dict[str, Any], compat: dict[str, Any]) -> None:
    """Append to each member the fragment of its clause in the standard, as far as the compatibility data knows it."""
    users: dict[str, list[str]] = {}
    for name, entry in interfaces.items():
        for mixin in entry["mixins"]:
            users.setdefault(mixin, []).append(name)
    for name, entry in interfaces.items():
        for member in entry["members"]:
            urls = [_clause(compat, user, member[0]) for user in [name, *users.get(name, [])]]
            member.append(next(filter(None, urls), ""))


def _clause(compat: dict[str, Any], interface: str, member: str) -> str:
    url = compat.get(interface, {}).get(member, {}).get("__compat", {}).get("spec_url", "")
    url = url if isinstance(url, str) else url[0]
    fragment = url.partition("#")[2]
    # Anchors of examples and of references change with each edit; those of definitions do not.
    fragment = re.sub(r"^ref-for-|[\u2460-\u24ff]+$", "", fragment)
    return re.sub(r"-dev$", "", fragment)


def css_module(css: dict[str, Any], mdn: dict[str, Any], version: str) -> str:
    """The text of ``css_properties.py``."""
    names = {entry["name"] for entry in css["properties"]} | {
        name for name in mdn if name.startswith("-webkit-")
    }
    direct = {
        entry["name"]: [*entry["longhands"], *entry.get("resetLonghands", ())]
        for entry in css["properties"]
        if entry.get("longhands")
    }

    def expand(name: str) -> list[str]:
        return [
            last
            for longhand in direct[name]
            for last in (expand(longhand) if longhand in direct else [longhand])
        ]

    # "all" resets everything else: the module that uses the table knows it.
    direct["all"] = []
    lines = [f'    "{name}": "{" ".join(expand(name))}",' for name in sorted(direct)]
    body = "\n".join("\n".join([line] if len(line) <= 110 else _long_entry(line)) for line in lines)
    wrapped = "\n".join(
        textwrap.wrap(" ".join(sorted(names)), 108, break_on_hyphens=False, break_long_words=False)
    )
    return (
        f'"""CSS property names, and what each shorthand stands for.\n\n'
        f"Generated by scripts/make_idl_data.py from @webref/css {version} and mdn-data; change the script instead.\n"
        f'"""\n\nfrom __future__ import annotations\n\n__all__ = ["PROPERTIES", "SHORTHANDS"]\n\n'
        f"#: Names of all CSS properties, vendor prefixes included.\n"
        f'PROPERTIES = frozenset(\n    """\n{wrapped}\n""".split()  # noqa: SIM905 - a list is 800 lines\n)\n\n'
        f"#: Shorthand -> the properties that it sets, separated by spaces; a shorthand among those is expanded.\n"
        f"SHORTHANDS = {{\n{body}\n}}\n"
    )


def _long_entry(line: str) -> list[str]:
    name, _, value = line.strip().rstrip(",").partition(": ")
    parts = textwrap.wrap(value.strip('"'), 96, break_on_hyphens=False)
    quoted = [f'"{part} "' for part in parts[:-1]] + [f'"{parts[-1]}"']
    return [f"    {name}: (", *(f"        {part}" for part in quoted), "    ),"]


def main(folder: Path) -> None:
    """Read the packages under `folder` and write both files."""
    idl, css, compat = folder / "@webref/idl", folder / "@webref/css", folder / "@mdn/browser-compat-data"
    interfaces = read_idl(idl)
    data = json.loads((compat / "data.json").read_text(encoding="utf-8"))
    add_clauses(interfaces, data["api"])
    versions = {
        package.relative_to(folder).as_posix(): json.loads((package / "package.json").read_text())["version"]
        for package in (idl, css, compat, folder / "mdn-data")
    }
    head = json.dumps(versions, sort_keys=True)
    rows = []
    for name, entry in interfaces.items():
        members = ",\n".join(
            "    " + json.dumps(member, separators=(",", ":")) for member in entry["members"]
        )
        head_of = f'"parent": "{entry["parent"]}", "mixins": {json.dumps(entry["mixins"])}'
        rows.append(f'  "{name}": {{{head_of}, "members": [\n{members}\n  ]}}')
    IDL_JSON.parent.mkdir(exist_ok=True)
    IDL_JSON.write_text(
        f'{{"packages": {head},\n"interfaces": {{\n' + ",\n".join(rows) + "\n}}\n", encoding="utf-8"
    )
    properties = json.loads((css / "css.json").read_text(encoding="utf-8"))
    mdn = json.loads((folder / "mdn-data/css/properties.json").read_text(encoding="utf-8"))
    CSS_PROPERTIES.write_text(css_module(properties, mdn, versions["@webref/css"]), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
