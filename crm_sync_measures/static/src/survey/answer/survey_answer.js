/**
 * Tells that a person is on the page of a survey, and that he has begun to answer: machines look, and touch nothing.
 * What he chooses or writes is not told. The page works without it.
 */
(() => {
    const form = document.querySelector("form[data-seen]");
    const tell = (what) => {
        const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, what });
        fetch(form.dataset.seen, { method: "POST", body, keepalive: true }).catch(() => {});
    };
    const once = (target, events, what) => {
        const heard = (event) => {
            if (event.isTrusted) {
                events.forEach((name) => target.removeEventListener(name, heard));
                tell(what);
            }
        };
        events.forEach((name) => target.addEventListener(name, heard, { passive: true }));
    };
    once(document, ["pointermove", "pointerdown", "keydown"], "opened");
    once(form, ["input"], "started");
})();
