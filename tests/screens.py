"""What holds for every screen of ours, told by the page itself: it fits, its controls have names, it speaks one language."""

from __future__ import annotations

import re

#: Names, abbreviations and codes that are the same in Chinese.
NAMES = frozenset(
    {"AI", "API", "BCC", "BI", "CES", "CRM", "CSAT", "CSV", "CTR", "DHL", "ERP", "Excel", "GMT", "HTML", "ID", "IP",
     "JSON", "KPI", "KPIs", "LINE", "Logo", "NPS", "OdooBot", "Odoo", "PDF", "PLV", "Pareto", "POS", "QR", "RFM",
     "SMS", "SQL", "SLA", "SVG", "UTC", "UTM", "URL", "USD", "EUR", "CNY", "VIP", "WeChat", "Word", "XLSX", "XML",
     "ZIP", "eWallet", "iCal", "px", "ppm", "vs", "you"}
)  # fmt: skip
_WORD = re.compile(r"[A-Za-z][A-Za-z’'-]{2,}")
#: Addresses, codes in the form of small_words, and what stands in quotation marks as an example of code.
_CODES = re.compile(
    r"https?://\S+|\S+@\S+|/\w[\w/.-]*|\b\w+_\w+\b|\{\{.*?\}\}|\$\{.*?\}|%\(\w+\)s|\b[A-Z]+/\d+/\S*|\b[\w-]+(?:\.[\w-]+)+\b"
)

_UNNAMED = """() => {
    const ours = "[class*=o_sync_], [class*=o_crm_sync_]";
    const seen = el => el.checkVisibility() && el.getClientRects().length;
    const name = el => {
        const by = (el.getAttribute("aria-labelledby") || "").split(" ").map(id => document.getElementById(id)?.innerText);
        const inner = [...el.querySelectorAll("[aria-label], [title], img[alt]")]
            .map(part => part.getAttribute("aria-label") || part.title || part.alt);
        return [el.getAttribute("aria-label"), el.title, el.innerText, el.value, el.placeholder, ...by, ...inner]
            .concat([...(el.labels || [])].map(label => label.innerText)).filter(text => (text || "").trim()).length;
    };
    const roots = [...document.querySelectorAll(".o_action_manager, .modal")];
    const found = [];
    const say = (what, el) => found.push(`${what}: ${el.outerHTML.slice(0, 160)}`);
    for (const root of roots) {
        for (const el of root.querySelectorAll("button, a[href], [role=button], [role=tab], input, select, textarea")) {
            if (el.closest(ours) && seen(el) && el.type !== "hidden" && !name(el)) say("no name", el);
        }
        for (const el of root.querySelectorAll("[role=button], [role=tab], [role=link]")) {
            if (el.closest(ours) && seen(el) && el.tabIndex < 0 && !el.closest("[role=tablist]")) say("not reachable", el);
        }
        for (const el of root.querySelectorAll("svg, canvas, img, i.fa, i.oi")) {
            if (!el.closest(ours) || !seen(el) || el.closest("[aria-hidden=true]")) continue;
            const told = el.getAttribute("aria-label") || el.title || el.getAttribute("alt") !== null && el.tagName === "IMG"
                || ["presentation", "none"].includes(el.getAttribute("role"));
            const inside = el.closest("button, a, [role=button]");
            if (!told && !(inside && name(inside))) say("no text", el);
        }
    }
    return found;
}"""

_WIDE = """() => {
    const page = document.documentElement;
    const action = document.querySelector(".o_action_manager");
    const over = el => el && el.scrollWidth - el.clientWidth > 1 && !["auto", "scroll"].includes(getComputedStyle(el).overflowX);
    if (page.scrollWidth - page.clientWidth > 1 || over(action)) {
        const limit = page.clientWidth + 1;
        const wide = [...document.querySelectorAll(".o_action_manager *")].filter(el => el.getBoundingClientRect().right > limit);
        return `${page.scrollWidth} px: ${wide.slice(0, 3).map(el => el.outerHTML.slice(0, 120)).join(" | ")}`;
    }
    return "";
}"""

_TEXTS = """() => {
    const out = ".o_view_sample_data .o_content tbody, .o_view_sample_data .o_kanban_record, .o_view_sample_data canvas, .o_menu_brand,"
        + " .o_user_menu, .o_switch_company_menu, .o-mail-Chatter, script, style, .o_field_domain, .o_field_code, .o_data_cell[name=code],"
        + " .fa, .oi, .o_debug_manager";
    const texts = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const el = node.parentElement;
        if (el && !el.closest(out) && el.checkVisibility()) texts.add(node.data.trim());
    }
    for (const el of document.querySelectorAll(".o_action_manager [placeholder], .o_action_manager [title], .o_action_manager [aria-label]")) {
        if (!el.closest(out) && el.checkVisibility()) {
            for (const name of ["placeholder", "title", "aria-label"]) texts.add((el.getAttribute(name) || "").trim());
        }
    }
    return [...texts].filter(Boolean);
}"""


def unnamed(page) -> list[str]:
    """Controls, icons and pictures of ours that say nothing to whoever does not see them."""
    return page.evaluate(_UNNAMED)


def too_wide(page) -> str:
    """What makes the page scroll to the side, if something does."""
    return page.evaluate(_WIDE)


def foreign(page, known: frozenset[str] = frozenset()) -> list[str]:
    """Texts of a Chinese page with English words that are no names."""
    return [text for text in page.evaluate(_TEXTS) if english(text, known)]


def english(text: str, known: frozenset[str] = frozenset()) -> list[str]:
    """Words of ``text`` that are neither names nor codes.

    >>> english("NPS 与 CSAT：https://example.com/x"), english("未 Translated")
    ([], ['Translated'])
    """
    return [word for word in _WORD.findall(_CODES.sub(" ", text)) if word not in NAMES | known]
