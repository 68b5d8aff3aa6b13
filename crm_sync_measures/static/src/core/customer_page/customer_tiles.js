import { Component } from "@odoo/owl";
import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { formatInteger } from "@web/views/fields/formatters";

// From this amount on the tile shows "1.2M"; the full amount is in its tooltip.
const SHORTENED_FROM = 1_000_000;

// A tone is told by an icon and a word too, never by its colour alone.
const TONES = {
    success: { icon: "fa-check-circle", label: _t("Good") },
    warning: { icon: "fa-exclamation-triangle", label: _t("Needs attention") },
    danger: { icon: "fa-exclamation-circle", label: _t("Urgent") },
};

/**
 * The figures of a customer. Each is a link to the records behind it, unless the
 * server gave no action; a masked tile says only that something exists.
 */
export class CustomerTiles extends Component {
    static template = "crm_sync_measures.CustomerTiles";
    static props = { tiles: Array };

    setup() {
        this.action = useService("action");
    }

    get tiles() {
        return this.props.tiles.map((tile) => {
            const isLink = Boolean(tile.action && !tile.masked);
            return {
                ...tile,
                ...this.content(tile),
                toneInfo: TONES[tile.tone],
                isLink,
                className: {
                    o_crm_sync_tile_link: isLink,
                    o_crm_sync_tile_masked: tile.masked,
                    o_crm_sync_tile_text: tile.unit === "text",
                    [`o_crm_sync_tone_${tile.tone}`]: !tile.masked,
                },
            };
        });
    }

    /** What the tile says: the figure, the full figure, the line below it. */
    content({ value, unit, text, currency_id, masked }) {
        if (masked) {
            return { figure: "", full: "", line: "" };
        }
        if (unit === "text" || value === false || value === null) {
            return { figure: text || "–", full: text || "", line: "" };
        }
        const line = text || "";
        switch (unit) {
            case "money": {
                const full = formatCurrency(value, currency_id || undefined);
                const figure =
                    Math.abs(value) >= SHORTENED_FROM
                        ? formatCurrency(value, currency_id || undefined, {
                              humanReadable: true,
                              minDigits: 1,
                          })
                        : full;
                return { figure, full, line };
            }
            case "points": {
                const digits = [0, Number.isInteger(value) ? 0 : 2];
                const figure = formatFloat(value, { digits });
                return { figure, full: figure, line };
            }
            default: {
                const figure = formatInteger(value);
                return { figure, full: figure, line };
            }
        }
    }

    tooltip(tile) {
        if (tile.masked) {
            return _t("You do not have access to the details.");
        }
        return tile.full && tile.full !== tile.figure ? tile.full : undefined;
    }

    open(tile) {
        if (tile.isLink) {
            this.action.doAction({ ...tile.action });
        }
    }
}
