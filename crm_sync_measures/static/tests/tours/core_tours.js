import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

// The tours run in English and in Chinese: steps name classes and fields, never words.

const openApp = [
    stepUtils.showAppsMenuItem(),
    {
        content: "open the app",
        trigger: ".o_app[data-menu-xmlid='crm_sync_measures.menu_root']",
        run: "click",
    },
    { content: "it opens with the overview", trigger: ".o_sync_overview" },
    {
        content: "open the menu of customers",
        trigger: ".o_menu_sections [data-menu-xmlid='crm_sync_measures.menu_customers']",
        run: "click",
    },
    {
        content: "all of them",
        trigger: ".o-dropdown--menu [data-menu-xmlid='crm_sync_measures.menu_customers_all']",
        run: "click",
    },
];

const logVisit = (subject) => [
    {
        content: "choose how the contact was made",
        trigger: ".modal .o_field_widget[name=channel] .o_selection_badge:eq(1)",
        run: "click",
    },
    {
        content: "say what it was about",
        trigger: ".modal .o_field_widget[name=subject] input",
        run: `edit ${subject}`,
    },
    { content: "save", trigger: ".modal .o_form_button_save", run: "click" },
];

registry.category("web_tour.tours").add("crm_sync_core_seller", {
    url: "/odoo",
    steps: () => [
        ...openApp,
        {
            content: "the customer is on the first page of them",
            trigger: ".o_kanban_record:contains('Tour Optics')",
            run: "click",
        },
        {
            content: "his page shows figures and history",
            trigger: ".o_crm_sync_page .o_crm_sync_tile",
        },
        {
            content: "the order that Odoo recorded is in the history",
            trigger: ".o_crm_sync_event:contains('Lenses for the tour')",
        },
        { content: "log a contact", trigger: ".o_crm_sync_log", run: "click" },
        ...logVisit("Showed the new frames"),
        {
            content: "the contact is in the history at once",
            trigger: ".o_crm_sync_event:contains('Showed the new frames')",
        },
        {
            content: "the opportunity opens from its line",
            trigger: ".o_crm_sync_event:contains('Lenses for the tour') .o_crm_sync_event_title",
            run: "click",
        },
        {
            content: "and leads back to the customer",
            trigger: "button[name=action_open_sync_customer]",
            run: "click",
        },
        { content: "the same page again", trigger: ".o_crm_sync_page .o_crm_sync_event" },
    ],
});

registry.category("web_tour.tours").add("crm_sync_core_agent", {
    steps: () => [
        {
            content: "what the agent may not read is told without content",
            trigger: ".o_crm_sync_event_masked",
        },
        {
            content: "and nothing of the opportunity is on the page",
            trigger: ".o_crm_sync_page:not(:contains('Lenses for the tour'))",
        },
        { content: "figures of sales are locked", trigger: ".o_crm_sync_tile .fa-lock" },
    ],
});

registry.category("web_tour.tours").add("crm_sync_core_manager", {
    url: "/odoo/customer-sync-jobs",
    steps: () => [
        {
            content: "the scheduled work is listed",
            trigger: ".o_data_row .o_field_badge",
        },
        { content: "run it", trigger: ".o_data_row button[name=action_run_now]", run: "click" },
        { content: "the scheduler has it", trigger: ".o_notification" },
        { content: "open the job", trigger: ".o_data_row td[name=name]", run: "click" },
        { content: "what it did is shown", trigger: ".o_form_view .o_field_widget[name=last_done]" },
    ],
});
