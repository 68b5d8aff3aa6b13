const RECORD_LINK = /^\/odoo\/([a-z][a-z0-9._]*)\/(\d+)$/;

/**
 * To be called on a click into a text of the server: a link to a record is opened as an action, so that the way back
 * leads to the text. Other links, and those that are to open in another tab, are left to the browser.
 *
 * @param {MouseEvent} ev
 * @param {Object} action the action service
 */
export function openRecordLink(ev, action) {
    const link = ev.target.closest("a[href]");
    const found = link && RECORD_LINK.exec(link.getAttribute("href"));
    if (!found || ev.ctrlKey || ev.metaKey) {
        return;
    }
    ev.preventDefault();
    ev.stopPropagation();
    action.doAction({
        type: "ir.actions.act_window",
        res_model: found[1],
        res_id: Number(found[2]),
        views: [[false, "form"]],
    });
}
