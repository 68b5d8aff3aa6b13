import { registry } from "@web/core/registry";
import { CalendarModel } from "@web/views/calendar/calendar_model";
import { calendarView } from "@web/views/calendar/calendar_view";

/** A day of the calendar is narrow: what a case is about says more there than its number. */
export class CaseCalendarModel extends CalendarModel {
    normalizeRecord(rawRecord) {
        return { ...super.normalizeRecord(rawRecord), title: rawRecord.name };
    }
}

registry.category("views").add("crm_sync_case_calendar", { ...calendarView, Model: CaseCalendarModel });
