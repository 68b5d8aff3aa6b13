"""What holds for every screen of ours, told by the page itself: it fits, its controls have names, it speaks one language."""

from __future__ import annotations

import re

_UNNAMED = """() => {
    const ours = "[class*=o_sync_], [class*=o_crm_sync_]";
    // Odoo's own, around and inside of what is ours.
    const theirs = ".o_searchview, .o_control_panel_navigation, thead";
    const isOurs = el => el.closest(ours) && !el.closest(theirs);
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
            if (isOurs(el) && seen(el) && el.type !== "hidden" && !name(el)) say("no name", el);
        }
        for (const el of root.querySelectorAll("[role=button], [role=tab], [role=link]")) {
            if (isOurs(el) && seen(el) && el.tabIndex < 0 && !el.closest("[role=tablist]")) say("not reachable", el);
        }
        for (const el of root.querySelectorAll("svg, canvas, img, i.fa, i.oi")) {
            if (!isOurs(el) || !seen(el) || el.closest("[aria-hidden=true]")) continue;
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


def unnamed(page) -> list[str]:
    """Controls, icons and pictures of ours that say nothing to whoever does not see them."""
    return page.evaluate(_UNNAMED)


def too_wide(page) -> str:
    """What makes the page scroll to the side, if something does."""
    return page.evaluate(_WIDE)


_LABELS = """() => {
    // What stands in records; of it only buttons, and values that are chosen from a list of ours.
    const data = ".o_data_row, .o_kanban_record, .o_field_widget, .o_tag, .o_sync_report_listing";
    const ours = ".o_field_badge, .o_field_selection, .o_field_radio, button:not(.o-mail-ActivityButton)";
    const root = ".o_main_navbar .o_menu_sections, .o_action_manager, .modal";
    const seen = el => el.checkVisibility() && el.getClientRects().length;
    const isLabel = el => !el.closest(data) || (el.closest(ours) && !el.closest(".o_field_many2one, .o_view_sample_data"));
    const found = new Set();
    for (const part of document.querySelectorAll(root)) {
        const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const el = walker.currentNode.parentElement;
            if (isLabel(el) && seen(el)) found.add(walker.currentNode.textContent);
        }
        for (const el of part.querySelectorAll("[title], [aria-label], [placeholder], [data-tooltip], [data-tooltip-info]")) {
            for (const name of ["title", "aria-label", "data-tooltip"]) if (isLabel(el)) found.add(el.getAttribute(name));
            found.add(el.getAttribute("placeholder"));
            // A tooltip of a field: also names of the technique, which only developers see.
            const { field } = JSON.parse(el.getAttribute("data-tooltip-info") || "{}");
            if (field) [field.label, field.help].forEach(text => found.add(text));
        }
    }
    return [...found].filter(text => text && /[A-Za-z]{3}/.test(text)).map(text => text.trim());
}"""


def labels(page) -> list[str]:
    """Texts with Latin words in what names and explains: menus, labels, column headers, buttons, help; not what people entered."""
    return page.evaluate(_LABELS)


def latin_words(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z]{3,}", text))
