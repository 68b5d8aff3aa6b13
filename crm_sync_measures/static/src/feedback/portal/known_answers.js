import { markup } from "@odoo/owl";
import { post } from "@web/core/network/http_service";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { setElementContent } from "@web/core/utils/html";
import { Interaction } from "@web/public/interaction";

/** Less says nothing. */
const SHORTEST = 4;

/**
 * Answers to known questions, while a customer writes to us. What he writes is
 * looked at and not kept. Where nothing can be told, for whatever reason, the
 * form is as it is without.
 */
export class KnownAnswers extends Interaction {
    static selector = ".o_sync_known_answers";
    dynamicSelectors = {
        ...this.dynamicSelectors,
        _text: () => this.form.querySelector("textarea[name=text]"),
        _kinds: () => this.form.querySelectorAll("input[name=kind]"),
    };
    dynamicContent = {
        _text: { "t-on-input": this.debounced(this.ask, 600) },
        _kinds: { "t-on-change": this.ask },
        "[data-helped]": { "t-on-click.withTarget": this.judge },
    };

    setup() {
        this.keepLast = new KeepLast();
        this.shown = "";
        this.template = this.el.querySelector("template");
    }

    /** Something may stand there already: written before this began, or shown again to be put right. */
    start() {
        this.ask();
    }

    get form() {
        return this.el.closest("form");
    }

    /** What every question to the server tells. */
    get sent() {
        const { company, lang } = this.el.dataset;
        return {
            company,
            lang,
            csrf_token: this.form.querySelector("input[name=csrf_token]").value,
        };
    }

    async ask() {
        const text = this.form.querySelector("textarea[name=text]").value.trim();
        if (text.length < (/[\u3040-\u9fff]/.test(text) ? 2 : SHORTEST)) {
            return this.show([]);
        }
        const kind = this.form.querySelector("input[name=kind]:checked")?.value || "";
        try {
            const found = post("/feedback/answers", { ...this.sent, text, kind });
            const { answers } = await this.waitFor(this.keepLast.add(found));
            this.show(answers || []);
        } catch {
            this.show([]);
        }
    }

    show(answers) {
        const shown = answers.map(({ id }) => id).join();
        if (shown === this.shown) {
            return;
        }
        this.shown = shown;
        const list = this.el.querySelector(".o_sync_answer_list");
        list.replaceChildren(...answers.map((answer) => this.draw(answer)));
        this.el.querySelector(".o_sync_answer_head").classList.toggle("d-none", !answers.length);
        this.updateContent();
    }

    /** The answer was made harmless by the server; the question is text. */
    draw({ id, question, answer }) {
        const drawn = this.template.content.firstElementChild.cloneNode(true);
        drawn.dataset.answer = id;
        drawn.querySelector(".o_sync_question").textContent = question;
        setElementContent(drawn.querySelector(".o_sync_answer"), markup(answer));
        return drawn;
    }

    async judge(event, button) {
        const answer = button.closest("[data-answer]");
        const buttons = answer.querySelector(".o_sync_answer_judge");
        const thanks = answer.querySelector(".o_sync_answer_thanks");
        buttons.classList.add("d-none");
        thanks.classList.remove("d-none");
        const { helped } = button.dataset;
        try {
            const url = `/feedback/answers/${answer.dataset.answer}/judge`;
            await this.waitFor(post(url, { ...this.sent, helped }));
        } catch {
            // It is not worth a word to the customer that it could not be counted.
        }
    }
}

registry.category("public.interactions").add("crm_sync_measures.known_answers", KnownAnswers);
