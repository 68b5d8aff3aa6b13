import { registry } from "@web/core/registry";

// Runs in English and in Chinese: steps name classes and fields, and words that the test has entered.

const inDialog = (content, text) => [
    { content, trigger: ".modal .o_field_widget[name=text] textarea", run: `edit ${text}` },
    { content: "that is it", trigger: ".modal button[name=action_apply]", run: "click" },
];

registry.category("web_tour.tours").add("crm_sync_case", {
    steps: () => [
        {
            content: "the team page tells what nobody has taken",
            trigger: ".o_crm_sync_team_card:first [data-code=unassigned]:not(.o_crm_sync_team_zero)",
            run: "click",
        },
        {
            content: "the list has the case, with the time that is left",
            trigger: ".o_data_row:contains('The tour lens'):has(.o_sync_countdown) td[name=name]",
            run: "click",
        },
        { content: "its three clocks run in plain view", trigger: ".o_sync_clock:eq(2)" },
        { content: "take it", trigger: "button[name=action_take]", run: "click" },
        { content: "acknowledge it", trigger: "button[name=action_acknowledge]", run: "click" },
        { content: "that clock has stopped", trigger: ".o_sync_clock[data-kind=acknowledge][data-state=met]" },
        {
            content: "assess it",
            trigger: ".o_statusbar_status button:contains('Tour assessed'):not(.o_arrow_button_current)",
            run: "click",
        },
        { content: "ask the customer", trigger: ".o_case_wait", run: "click" },
        ...inDialog("what for", "Which lens is it?"),
        { content: "meanwhile the clock is paused", trigger: ".o_sync_clock[data-kind=resolve][data-state=paused]" },
        { content: "propose a solution", trigger: ".o_case_propose", run: "click" },
        ...inDialog("in words for the customer", "You get a new lens."),
        { content: "the customer accepts", trigger: "button[name=action_accept]", run: "click" },
        { content: "the last clock has stopped", trigger: ".o_sync_clock[data-kind=resolve][data-state=met]" },
        { content: "give him something", trigger: ".o_case_give", run: "click" },
        { content: "a small gift", trigger: ".o_field_widget[name=kind] input[data-value=gift]", run: "click" },
        {
            content: "worth ten",
            trigger: ".o_field_widget[name=amount] input",
            run: "edit 10",
        },
        {
            content: "for what",
            trigger: ".o_field_widget[name=note] textarea",
            run: "edit A cloth for the glasses",
        },
        { content: "give it", trigger: "button[name=action_request]", run: "click" },
        { content: "the dialog is done", trigger: "body:not(:has(.modal))" },
        { content: "close it", trigger: ".o_case_close", run: "click" },
        {
            content: "who is right",
            trigger: ".modal .o_field_widget[name=decision] input, .modal .o_field_widget[name=decision] .o_select_menu_toggler",
            run: "click",
        },
        { content: "the customer", trigger: ".o_select_menu_item:first", run: "click" },
        { content: "and why it happened", trigger: ".modal .o_field_widget[name=cause_id] input", run: "edit Tour cause" },
        { content: "that cause", trigger: ".o-autocomplete--dropdown-item:contains('Tour cause')", run: "click" },
        ...inDialog("in words for the customer", "You have got a new lens."),
        {
            content: "it is over, and is not late",
            trigger: ".o_form_view:not(:has(.o_case_close)):not(:has(.o_sync_countdown))",
        },
        { content: "back on the team page", trigger: ".breadcrumb-item:first a, .o_back_button", run: "click" },
        {
            content: "it is counted as solved",
            trigger: ".o_crm_sync_team_card:first [data-code=solved]:not(.o_crm_sync_team_zero)",
        },
    ],
});
