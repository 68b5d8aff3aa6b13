import { registry } from "@web/core/registry";

// Runs in English and in Chinese: steps name classes and fields, never words.
registry.category("web_tour.tours").add("crm_sync_loyalty_explain", {
    steps: () => [
        {
            content: "the customer's page tells the points, and opens what is behind them",
            trigger: "[data-tile=points] button.o_crm_sync_tile",
            run: "click",
        },
        {
            content: "the database's own sum is the balance",
            trigger: ".o_crm_sync_proof.text-success .fa-check",
        },
        {
            content: "what was drawn from a lot is a click away",
            trigger: ".o_crm_sync_draws summary",
            run: "click",
        },
        { content: "by which document", trigger: ".o_crm_sync_draws[open] .o_crm_sync_explain_document" },
        { content: "open the card", trigger: ".o_crm_sync_explain_card", run: "click" },
        {
            content: "its ledger has a running balance",
            trigger: ".o_form_view .o_field_widget[name=sync_entry_ids] .o_data_row td[name=balance]",
        },
        { content: "and its lots are there, too", trigger: ".o_notebook a[name=sync_lots]", run: "click" },
        {
            content: "with what is left of each",
            trigger: ".o_field_widget[name=sync_lot_ids] .o_data_row td[name=remaining]",
        },
        {
            content: "the card leads back to the explanation",
            trigger: "button[name=action_sync_explain]",
            run: "click",
        },
        { content: "the same sum again", trigger: ".o_crm_sync_proof.text-success" },
    ],
});
