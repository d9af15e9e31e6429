// What the pages do by themselves: keep what is typed until it is sent, press once, say that the connection is lost.
// Without this script every page still works.
"use strict";

const keep = {
  key: (form) => `typed/${document.body.dataset.user}/${form.dataset.keep}`,
  fields: (form) => [...form.elements].filter((f) => f.name && !["hidden", "submit", "password"].includes(f.type) && f.tagName !== "BUTTON"),
  save(form) {
    const typed = this.fields(form).map((f) => (["radio", "checkbox"].includes(f.type) ? f.checked : f.value));
    sessionStorage.setItem(this.key(form), JSON.stringify(typed));
  },
  restore(form) {
    const typed = JSON.parse(sessionStorage.getItem(this.key(form)) || "null");
    const fields = this.fields(form);
    if (!typed || typed.length !== fields.length) return;
    fields.forEach((f, i) => { if (["radio", "checkbox"].includes(f.type)) f.checked = typed[i]; else f.value = typed[i]; });
    const around = form.closest("details");
    if (around) around.open = true;
  },
};

function begin() {
  const done = new URLSearchParams(location.search).get("done");
  document.querySelectorAll("form[data-keep]").forEach((form) => {
    if (done) sessionStorage.removeItem(keep.key(form)); else keep.restore(form);
    form.addEventListener("input", () => keep.save(form));
  });
  if (done) history.replaceState(null, "", location.pathname);
  warnBeforeTheEnd();
  sayThatItWasLookedAt();
}

// A second press on the same button sends nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if ("again" in form.dataset) return; // what it leads to comes beside the page
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  form.querySelectorAll("button").forEach((button) => button.setAttribute("aria-disabled", "true"));
  if ("signOut" in form.dataset) sessionStorage.clear();
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => {
  delete form.dataset.sent;
  form.querySelectorAll("button").forEach((button) => button.removeAttribute("aria-disabled"));
}));

// The connection: said at once when it is lost, and taken back when it is there again.
// What was under way and still arrives does not say that it is there again while the browser knows that it is not.
const lost = (isLost) => {
  const box = document.getElementById("lost");
  if (box) box.hidden = !isLost && navigator.onLine;
};
window.addEventListener("offline", () => lost(true));
window.addEventListener("online", () => lost(false));
document.addEventListener("htmx:sendError", () => lost(true));
document.addEventListener("htmx:timeout", () => lost(true));
document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) lost(false); });
document.addEventListener("htmx:sseError", () => lost(true));
document.addEventListener("htmx:sseOpen", () => lost(false));

// The tab's title counts what waits.
document.addEventListener("htmx:afterSwap", () => {
  const heading = document.querySelector("[data-title]");
  if (heading) document.title = heading.dataset.title;
});

// A page that people type on is not changed under their hands: it says that there is something newer.
document.addEventListener("htmx:afterRequest", (event) => {
  const page = event.target;
  if (!event.detail.successful || !page.dataset || !page.dataset.number) return;
  const newer = document.getElementById("newer");
  if (newer && event.detail.xhr.responseText !== page.dataset.number) newer.hidden = false;
});

// That somebody has looked at the page is said once it is before their eyes: what only fetches it says nothing.
function sayThatItWasLookedAt() {
  const form = document.querySelector("form[data-looked]");
  if (!form) return;
  if (document.prerendering || document.visibilityState !== "visible") {
    document.addEventListener(document.prerendering ? "prerenderingchange" : "visibilitychange", sayThatItWasLookedAt, { once: true });
    return;
  }
  const body = new URLSearchParams(new FormData(form));
  fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" }, keepalive: true })
    .then((answer) => (answer.status === 200 ? answer.text() : ""))
    .then((text) => { if (text) follow(new DOMParser().parseFromString(text, "text/html")); })
    .catch(() => window.addEventListener("online", sayThatItWasLookedAt, { once: true }));
}

// What looking has changed is shown; what people type on the page stays as it is.
function follow(after) {
  for (const id of ["state", "waits", "marks", "story"]) document.getElementById(id).replaceWith(after.getElementById(id));
  const number = after.querySelector(".changes").dataset.number;
  document.querySelector(".changes").dataset.number = number;
  document.querySelectorAll("main form:not([data-looked]) input[name=number]").forEach((each) => { each.value = number; });
  document.getElementById("newer").hidden = true;
}

function warnBeforeTheEnd() {
  const endsAt = Date.parse(document.body.dataset.endsAt || "");
  const box = document.getElementById("ending");
  if (!endsAt || !box) return;
  const warn = endsAt - Date.now() - 120000;
  setTimeout(() => { box.hidden = false; }, Math.max(warn, 0));
}

document.addEventListener("DOMContentLoaded", begin);
