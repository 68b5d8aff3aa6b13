import { registry } from "@web/core/registry";
import { IntegerField, integerField } from "@web/views/fields/integer/integer_field";

/** A whole number of which 0 means that nothing was entered: the box is empty then. */
export class NumberOrNothing extends IntegerField {
    get formattedValue() {
        return this.value ? super.formattedValue : "";
    }
}

registry.category("fields").add("crm_sync_number_or_nothing", {
    ...integerField,
    component: NumberOrNothing,
});
