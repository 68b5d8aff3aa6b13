"""What holds for every screen of ours, told by the page itself: it fits, and its controls have names."""

from __future__ import annotations

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
