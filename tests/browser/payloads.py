"""Texts that would run code if anyone took them for markup, an address or a script: several hundred, made by rule.

What they run is ``alert(1)``. The rules are those that lists of such texts have in common: each way to have a script
in HTML, SVG and MathML, each way to write an address that is one, each way out of a place that holds text, and
what parsers read differently the second time.
"""

from __future__ import annotations

import json
import os
from itertools import product
from pathlib import Path

from tests.faults.soak import pick, seeded

__all__ = ["ADDRESSES", "MARKUP", "OTHERS", "PAYLOADS", "SCRIPTS", "Sample"]

#: What runs when it is evaluated, or when it is pasted into a string in a script.
SCRIPTS = [
    "alert(1)",
    "';alert(1);//",
    '";alert(1);//',
    "`;alert(1);//",
    "${alert(1)}",
    "`${alert(1)}`",
    "');alert(1);('",
    "\\\\';alert(1);//",
    "\\\\u0027;alert(1);//",
    "</script><script>alert(1)</script>",
    "-alert(1)-",
    "\u2028alert(1)//",
    "\u2029alert(1)//",
    "\nalert(1)\n",
    "\\\nalert(1)//",
    "{{constructor.constructor('alert(1)')()}}",
    "[][`constructor`][`constructor`]`alert(1)```",
    "*/alert(1)/*",
    "--></script><script>alert(1)</script>",
    "event.constructor.constructor('alert(1)')()",
    "this.constructor.constructor('alert(1)')()",
    "this.ownerDocument.defaultView.alert(1)",
    "value;alert(1)",
    "value,alert(1)",
    "this.value)+alert(1",
    "__proto__.x=alert(1)",
]

_DOCUMENT = "<script>alert(1)</script>"
#: Addresses that are scripts, or documents with scripts, in all disguises that a browser sees through.
ADDRESSES = [
    *(
        f"{before}{scheme}{colon}{rest}"
        for before, scheme, colon, rest in [
            *product(
                ["", " ", "\t", "\n", "\r\n", "\x00", "\x01", "\x1f", "\x0b", "\x0c"],
                ["javascript"],
                [":"],
                ["alert(1)"],
            ),
            *product(
                [""],
                [
                    "JAVASCRIPT",
                    "JaVaScRiPt",
                    "java\tscript",
                    "java\nscript",
                    "java\rscript",
                    "j\na\nv\na\nscript",
                ],
                [":"],
                ["alert(1)"],
            ),
            *product(
                [""], ["javascript"], ["\t:", "\n:", ":\n", ": ", "://%0a", ":/**/", "://x\n"], ["alert(1)"]
            ),
        ]
    ),
    "javascript:alert(1)//https://example.org/",
    "javascript://example.org/%0aalert(1)",
    "javascript:%61lert(1)",
    "javascript:void(alert(1))",
    "vbscript:alert(1)",
    "livescript:alert(1)",
    "view-source:javascript:alert(1)",
    "feed:javascript:alert(1)",
    f"data:text/html,{_DOCUMENT}",
    f" data:text/html,{_DOCUMENT}",
    f"da\nta:text/html,{_DOCUMENT}",
    f"DATA:text/html,{_DOCUMENT}",
    f"data:text/html;charset=utf-8,{_DOCUMENT}",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "data:application/xhtml+xml,<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
    "data:text/xml,<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
    "data:image/png+xml,<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
    "data: text/html ,<script>alert(1)</script>",
    "data:;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:,alert(1)",
    "data:multipart/related,<script>alert(1)</script>",
    "data:text/javascript,alert(1)",
]

_EVENTS = [
    "onclick",
    "onerror",
    "onload",
    "onmouseover",
    "onfocus",
    "onfocusin",
    "onanimationstart",
    "ontoggle",
    "onbegin",
    "onbeforetoggle",
    "onpointerrawupdate",
    "oncontentvisibilityautostatechange",
    "onscrollend",
    "onbeforematch",
    "onwheel",
    "onsecuritypolicyviolation",
]
_LOADING = [
    "<img src=x {}=alert(1)>",
    "<IMG SRC=x {}='alert(1)'>",
    '<img src=x {}="alert(1)">',
    "<img/src=x/{}=alert(1)>",
    "<img src=x {} = alert(1) >",
    "<svg {}=alert(1)>",
    "<svg><g {}=alert(1)></g></svg>",
    "<svg><image href=x {}=alert(1)></svg>",
    "<video src=x {}=alert(1)></video>",
    "<video><source src=x {}=alert(1)></video>",
    "<audio src=x {}=alert(1)></audio>",
    "<body {}=alert(1)>",
    "<iframe {}=alert(1)></iframe>",
    "<input autofocus {}=alert(1)>",
    "<details open {}=alert(1)><summary>x</summary></details>",
    "<marquee {}=alert(1)>x</marquee>",
    "<object data=x {}=alert(1)></object>",
    "<embed src=x {}=alert(1)>",
    "<math {}=alert(1)><mi>x</mi></math>",
    "<x-y {}=alert(1) tabindex=0>x</x-y>",
    "<style {}=alert(1)>x{{}}</style>",
    "<template><img src=x {}=alert(1)></template>",
    "<a href=# {}=alert(1)>x</a>",
    "<button popovertarget=x {}=alert(1)>x</button>",
    "<select {}=alert(1)><option>x</select>",
    "<form {}=alert(1)><input></form>",
    "<svg><animate {}=alert(1) attributeName=x dur=1s></svg>",
    "<img src=x {}\n=alert(1)>",
    "<img src=x {}\x0c=alert(1)>",
    "<img src=x a{}=1 {}=alert(1)>",
]
_FOLLOWED = [
    "<a href='{}'>x</a>",
    "<svg><a href='{}'><text>x</text></a></svg>",
    "<svg><a xlink:href='{}'><text>x</text></a></svg>",
    "<iframe src='{}'></iframe>",
    "<form action='{}'><button>x</button></form>",
    "<form><button formaction='{}'>x</button></form>",
    "<form><input type=submit formaction='{}'></form>",
    "<form><input type=image src=x formaction='{}'></form>",
    "<object data='{}'></object>",
    "<embed src='{}'>",
    "<math href='{}'><mi>x</mi></math>",
    "<math><mi xlink:href='{}'>x</mi></math>",
    "<map><area href='{}' shape=default></map>",
    "<svg><use href='{}#x'/></svg>",
    "<svg><use xlink:href='{}#x'/></svg>",
    "<svg><script href='{}'/></svg>",
    "<script src='{}'></script>",
    "<img src='{}'>",
    "<video src='{}' poster='{}'></video>",
    "<link rel=stylesheet href='{}'>",
    "<link rel=import href='{}'>",
    "<base href='{}'>",
    "<meta http-equiv=refresh content='0;url={}'>",
    "<frameset><frame src='{}'></frameset>",
    "<body background='{}'>",
    "<table background='{}'></table>",
    "<svg><a><animate attributeName=href values='{}' begin=0s fill=freeze /><text>x</text></a></svg>",
    "<svg><a><set attributeName=href to='{}' /><text>x</text></a></svg>",
    "<svg><a><set attributeName=xlink:href to='{}' /><text>x</text></a></svg>",
    "<svg><image href='{}'/></svg>",
    "<svg><feImage href='{}'/></svg>",
    "<style>@import '{}';</style>",
    "<p style=\"background:url('{}')\">x</p>",
    "<iframe srcdoc='<a href=\"{}\">x</a><script>alert(1)</script>'></iframe>",
    "<portal src='{}'></portal>",
    "<applet code='{}'></applet>",
    "<a target=frame href='{}'>x</a><iframe name=frame></iframe>",
]
_BREAKOUTS = [
    "'>",
    '">',
    "`>",
    "-->",
    "--!>",
    "]]>",
    "</title>",
    "</textarea>",
    "</style>",
    "</script>",
    "</noscript>",
    "</iframe>",
    "</xmp>",
    "</noembed>",
    "</noframes>",
    "</select>",
    "</template>",
    "</math>",
    "</svg>",
    "</table>",
    "<!--",
    "<![CDATA[",
    "<?x ",
    "<!doctype ",
    "'",
    '"',
    "\0",
    "\\",
    "/*",
    "*/",
    "&quot;>",
    "&#39;>",
    "%22%3E",
    "\u2028",
    "\ufffe",
    "\u202e",
    "x' autofocus onfocus='alert(1)",
    'x" autofocus onfocus="alert(1)',
]
_MUTATIONS = [
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<math><mtext><table><mglyph><style><math><img src onerror=alert(1)>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<svg><style>&lt;img src=x onerror=alert(1)&gt;</style></svg>",
    "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id='</style><img onerror=alert(1) src>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<div><svg><foreignObject><style><!--</style><p id='--><img src onerror=alert(1)>'>",
    "<a title='<style></style><img src onerror=alert(1)>'><style></a>",
    "<select><iframe><select><img src onerror=alert(1)>",
    "<select><template><style><!--</style><a rel='--></style></template></select><img src onerror=alert(1)>'>",
    "<math><annotation-xml encoding=text/html><style><!--</style><img src onerror=alert(1)>--></style>",
    "<svg><title><style><!--</style><img src onerror=alert(1)>-->",
    "<svg><desc><noscript><!--</noscript><img src onerror=alert(1)>-->",
    "<textarea><!--</textarea><img src onerror=alert(1)>-->",
    "<plaintext></plaintext><img src onerror=alert(1)>",
    "<xmp><!--</xmp><img src onerror=alert(1)>-->",
    "<template><s><template><s><img src=x onerror=alert(1)>",
    "<div><template shadowrootmode=open><img src=x onerror=alert(1)></template></div>",
    "<table><caption><svg><title><table><caption></table></title><style><a id='</style><img src onerror=alert(1)>'>",
    "<font><p><svg><p><style><a title='</style><img src onerror=alert(1)>'>",
    "<d><svg><b><foreignObject><math><style><img src onerror=alert(1)></style>",
]
_ELEMENTS = [
    "<script>alert(1)</script>",
    "<SCRIPT>alert(1)</SCRIPT>",
    "<script/x>alert(1)</script>",
    "<script\n>alert(1)</script\n>",
    "<script>alert(1)",
    "<<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</script>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><script>alert&lpar;1&rpar;</script></svg>",
    "<math><script>alert(1)</script></math>",
    "<svg:script>alert(1)</svg:script>",
    "<svg><svg:script>alert(1)</svg:script></svg>",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
    "<script type=module>alert(1)</script>",
    "<script type=importmap>{}</script><script>alert(1)</script>",
    "<template><script>alert(1)</script></template>",
    "<xml><script>alert(1)</script></xml>",
    "<svg><foreignObject><script>alert(1)</script></foreignObject></svg>",
    "<table><script>alert(1)</script></table>",
    "<svg><handler type='text/javascript'>alert(1)</handler></svg>",
    "<isindex action=javascript:alert(1)>",
    "<keygen autofocus onfocus=alert(1)>",
    "<p style='width:expression(alert(1))'>x</p>",
    "<p style='behavior:url(#x);-moz-binding:url(x)'>x</p>",
    "<style>*{background:url('javascript:alert(1)')}</style>",
    "<iframe srcdoc='&lt;script&gt;alert(1)&lt;/script&gt;'></iframe>",
    "<img srcset='x' onerror=alert(1)>",
    "<img src=`x`onerror=alert(1)>",
]

#: HTML.
MARKUP = [
    *(form.format(*[event] * 2) for form, event in product(_LOADING, _EVENTS[:5])),
    *(form.format(*[event] * 2) for form, event in product(_LOADING[:8], _EVENTS[5:])),
    *(
        form.format(*[address] * 2)
        for form, address in product(
            _FOLLOWED, [ADDRESSES[0], ADDRESSES[2], ADDRESSES[12], *ADDRESSES[-16:-11]]
        )
    ),
    *(form.format(*[address] * 2) for form, address in product(_FOLLOWED[:4], ADDRESSES)),
    *(f"{out}<img src=x onerror=alert(1)>" for out in _BREAKOUTS),
    *(f"{out}<script>alert(1)</script>" for out in _BREAKOUTS),
    *_MUTATIONS,
    *_ELEMENTS,
]


def _others() -> list[str]:
    """Further payloads, such as those of public lists: texts in a JSON array, in the file DOMSYNC_PAYLOADS names."""
    file = os.environ.get("DOMSYNC_PAYLOADS")
    texts: list[str] = json.loads(Path(file).read_text(encoding="utf-8")) if file else []
    return texts


OTHERS = _others()
#: All of them.
PAYLOADS = list(dict.fromkeys([*SCRIPTS, *ADDRESSES, *MARKUP, *OTHERS]))


class Sample:
    """Takes every so many of some values: other ones in each run, in ``make soak`` more of them."""

    def __init__(self) -> None:
        self._random = seeded()

    def __call__(self, values: list[str], small: int, full: int = 1) -> list[str]:
        step = pick(small, full)
        return values[self._random.randrange(step) :: step]
