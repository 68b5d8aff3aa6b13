import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";

const SAID_TO_THE_USER = [
    "odoo.exceptions.AccessError",
    "odoo.exceptions.UserError",
    "odoo.exceptions.ValidationError",
];

/**
 * A sentence for the user about a failed call. Nothing technical: the details of
 * an unexpected error stay in the server's log.
 *
 * @param {Error} error
 * @returns {string}
 */
export function errorMessage(error) {
    if (error instanceof ConnectionLostError) {
        return _t("The server cannot be reached. Check your connection.");
    }
    if (error instanceof RPCError && error.exceptionName === "odoo.exceptions.MissingError") {
        return _t("This record does not exist any more.");
    }
    if (error instanceof RPCError && SAID_TO_THE_USER.includes(error.exceptionName)) {
        return error.data.message;
    }
    return _t("Something went wrong while loading.");
}
