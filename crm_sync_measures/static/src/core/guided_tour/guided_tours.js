import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

// Whoever starts one is led through his own screens. Nothing is written. Steps name
// classes and menus, never words of the screen. None is in a dialog: Odoo's pointer does
// not show itself there; so a tour that opens one ends with it.

const MENUS = ".o_menu_sections [data-menu-xmlid='crm_sync_measures.NAME']";
const ENTRIES = ".o-dropdown--menu [data-menu-xmlid='crm_sync_measures.NAME']";

const click = (trigger, content, tooltipPosition = "bottom") => ({ trigger, content, tooltipPosition, run: "click" });
const shown = (trigger) => ({ trigger });
/** A menu of the bar, and one of its entries, each with what it is good for. */
const open = (menu, why, entry, what) => [
    click(MENUS.replace("NAME", menu), why),
    click(ENTRIES.replace("NAME", entry), what, "right"),
];

const tours = {
    crm_sync_tour_seller: () => [
        shown(".o_sync_overview"),
        ...open(
            "menu_customers",
            _t("This page tells your figures: each number opens what it was made of. Here are your customers."),
            "menu_waiting",
            _t("Who wrote or called and has no answer yet, the longest waiting first. Begin your day here.")
        ),
        shown(".o_action_manager .o_list_view, .o_action_manager .o_kanban_view"),
        ...open(
            "menu_customers",
            _t("Whoever was answered is gone from this list by himself. Now what you promised."),
            "menu_promises_my",
            _t("You are reminded before a promise is due. Note one from any message, meeting or quotation.")
        ),
        shown(".o_action_manager .o_list_view, .o_action_manager .o_kanban_view"),
        ...open(
            "menu_customers",
            _t("And all customers together."),
            "menu_customers_all",
            _t("The most neglected stand first. Open one: what all departments did with him is on one page.")
        ),
        shown(".o_action_manager .o_kanban_view, .o_action_manager .o_list_view"),
    ],
    crm_sync_tour_agent: () => [
        shown(".o_sync_overview"),
        ...open(
            "menu_cases",
            _t("This page tells your figures: each number opens what it was made of. Here is what customers told us."),
            "menu_cases_my",
            _t("Your own cases, with the working time that is left for each, and what waits for the customer.")
        ),
        shown(".o_action_manager .o_kanban_view, .o_action_manager .o_list_view"),
        ...open(
            "menu_cases",
            _t("Now what all of you have to do."),
            "menu_cases_team",
            _t("What is to do in each department, and what nobody has taken yet.")
        ),
        click(
            ".o_crm_sync_team_new",
            _t("A customer calls? Take it down while he speaks: only whom, what and how urgent. He gets his number at once.")
        ),
        shown(".modal .o_form_view"),
    ],
    crm_sync_tour_manager: () => [
        shown(".o_sync_overview"),
        ...open(
            "menu_improvement",
            _t("This page tells the figures of the company: each number opens what it was made of. Here is what they come from."),
            "menu_kpis_all",
            _t("Over fifty are built in. The owner of a KPI is told when it has really changed.")
        ),
        shown(".o_action_manager .o_list_view, .o_action_manager .o_kanban_view"),
        ...open(
            "menu_reporting",
            _t("The same figures, put together for reading and printing."),
            "menu_reports_page",
            _t("Six reports, on screen, in Excel, as PDF, or in your mail every month.")
        ),
        shown(".o_action_manager .o_form_view, .o_crm_sync_report_sheet"),
        ...open(
            "menu_configuration",
            _t("What only managers decide."),
            "menu_departments",
            _t("Who manages what, and who is told when something is late.")
        ),
        shown(".o_action_manager .o_list_view, .o_action_manager .o_kanban_view"),
        ...open(
            "menu_configuration",
            _t("One thing more."),
            "menu_jobs",
            _t("What is done by itself: what ran, what failed and why. Each job can be switched off.")
        ),
        shown(".o_action_manager .o_list_view, .o_action_manager .o_kanban_view"),
    ],
};

for (const [name, steps] of Object.entries(tours)) {
    registry.category("web_tour.tours").add(name, { url: "/odoo/sync-overview", steps });
}
