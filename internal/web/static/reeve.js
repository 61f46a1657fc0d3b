// Makes the pages quicker to use: keys, choosing, suggestions while typing, themes. Everything that it does can be done without it.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("scripted");
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];

  // Themes: at once, and remembered by the server.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-switch]");
    if (!button) return;
    event.preventDefault();
    const next = button.value;
    if (next) root.dataset.theme = next; else delete root.dataset.theme;
    $("meta[name=color-scheme]").content = next || "light dark";
    for (const b of $$("[data-theme-switch]")) b.value = next === "dark" ? "light" : next === "light" ? "" : "dark";
    fetch("/theme", { method: "POST", body: new URLSearchParams({ theme: next }), redirect: "manual" });
    document.dispatchEvent(new Event("themechange"));
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) document.getElementById(opener.dataset.open).showModal();
  });

  // The list: a row that is here, rows that are chosen.
  const rows = () => $$(".rows .row");
  const here = () => $(".row.here");
  const picked = () => $$('.rows input[name="id"]:checked');

  function goTo(row) {
    if (!row) return;
    here()?.classList.remove("here");
    row.classList.add("here");
    $(".title", row).focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  function step(by) {
    const all = rows();
    if (!all.length) return false;
    const at = all.indexOf(here());
    const next = at + by;
    if (next >= all.length) $(".more a")?.click();
    goTo(all[at < 0 ? 0 : Math.max(0, Math.min(all.length - 1, next))]);
    return true;
  }

  function showChosen() {
    const form = $(".act");
    if (!form) return;
    const n = picked().length;
    form.classList.toggle("on", n > 0);
    if (n === 0) form.elements.all.checked = false;
    $("#chosen").value = n === 1 ? "1 finding chosen" : n + " findings chosen";
  }
  document.addEventListener("change", (event) => {
    if (event.target.name === "id") showChosen();
    if (event.target.matches("select[name=order]")) event.target.form.requestSubmit();
  });
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.(".rows .row");
    if (row && row !== here()) { here()?.classList.remove("here"); row.classList.add("here"); }
  });

  // Shift-click chooses all between two rows.
  let last = null;
  document.addEventListener("click", (event) => {
    if (!event.target.matches?.('.rows input[name="id"]')) return;
    const boxes = $$('.rows input[name="id"]');
    const [a, b] = [boxes.indexOf(last), boxes.indexOf(event.target)];
    if (event.shiftKey && a >= 0) for (const box of boxes.slice(Math.min(a, b), Math.max(a, b) + 1)) box.checked = event.target.checked;
    last = event.target;
    showChosen();
  });

  // act does what a key says: in a list to what is chosen or here, on a finding's page to the finding.
  function act(key) {
    const one = $(".decide");
    if (one) {
      const what = $(`[data-key="${key}"]`, one);
      if (!what) return false;
      if (what.matches("details")) { what.open = true; $("textarea, select, input:not([type=hidden])", what).focus(); } else what.click();
      return true;
    }
    const form = $(".act");
    if (!form || (!picked().length && !here())) return false;
    const option = $(`option[data-key="${key}"]`, form);
    if (!option && key !== "o") return false;
    if (!picked().length) { $('input[name="id"]', here()).checked = true; showChosen(); }
    if (key === "o") { form.elements.team.focus(); return true; }
    option.selected = true;
    if (option.dataset.reason === undefined) form.requestSubmit(); else form.elements.why.focus();
    return true;
  }

  const places = { o: "/", f: "/findings", a: "/assets", t: "/teams", m: "/figures", i: "/imports", l: "/log", n: "/admin" };
  let going = 0;
  const keys = {
    "/": () => { const q = $("#q"); if (q) { q.focus(); q.setSelectionRange(q.value.length, q.value.length); } else location.href = "/findings"; return true; },
    "?": () => { const d = $("#keys"); if (d && !d.open) d.showModal(); return true; },
    j: () => step(1), k: () => step(-1),
    x: () => { const box = here() && $('input[name="id"]', here()); if (!box) return false; box.checked = !box.checked; showChosen(); return true; },
    X: () => { const boxes = $$('.rows input[name="id"]'); const on = boxes.some((b) => !b.checked); for (const b of boxes) b.checked = on; showChosen(); return true; },
    Enter: () => { if (document.activeElement !== document.body || !here()) return false; location.href = here().dataset.url; return true; },
    Escape: () => { if (!picked().length) return false; for (const b of picked()) b.checked = false; showChosen(); return true; },
    g: () => { going = Date.now(); return true; },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.matches('input:not([type="checkbox"]), select, textarea')) { if (event.key === "Escape") event.target.blur(); return; }
    if ($("dialog[open]")) return;
    if (Date.now() - going < 1500 && places[event.key]) { going = 0; event.preventDefault(); location.href = places[event.key]; return; }
    const done = keys[event.key] ? keys[event.key]() : "awfperoc".includes(event.key) && act(event.key);
    if (done) event.preventDefault();
  });

  // Suggestions: the server makes them, arrows and enter choose.
  const ways = () => $$("#ways li");
  const chosenWay = () => $('#ways li[aria-selected="true"]');
  const open = (on) => { const list = $("#ways"); if (list) { list.hidden = !on; $("#q").setAttribute("aria-expanded", on); if (!on) $("#q").removeAttribute("aria-activedescendant"); } };
  let waiting = 0;
  const ask = () => { clearTimeout(waiting); if (window.htmx) htmx.trigger($("#q"), "suggest"); };
  // fresh tells that the suggestions are for the text as it is: others are not taken, for they would take back what was typed since.
  const fresh = () => $("#ways").dataset.of === $("#q").value;

  function mark(way) {
    chosenWay()?.setAttribute("aria-selected", "false");
    way.setAttribute("aria-selected", "true");
    way.scrollIntoView({ block: "nearest" });
    $("#q").setAttribute("aria-activedescendant", way.id);
  }
  function take(way) {
    const q = $("#q");
    q.value = way.dataset.query;
    // The place is counted in bytes of UTF-8, as the server counts.
    const at = new TextDecoder().decode(new TextEncoder().encode(q.value).slice(0, Number(way.dataset.at))).length;
    q.focus();
    q.setSelectionRange(at, at);
    ask();
  }
  document.addEventListener("input", (event) => {
    if (event.target.id !== "q") return;
    clearTimeout(waiting);
    waiting = setTimeout(ask, 90);
  });
  document.addEventListener("htmx:config:request", (event) => {
    const q = $("#q");
    const ctx = event.detail.ctx;
    if (!q || !ctx.request.action.startsWith("/findings/suggest")) return;
    ctx.asked = q.value;
    ctx.request.body.set("at", new TextEncoder().encode(q.value.slice(0, q.selectionStart)).length);
  });
  document.addEventListener("htmx:after:swap", (event) => {
    if (event.detail.ctx.asked !== undefined) $("#ways").dataset.of = event.detail.ctx.asked;
    if (document.activeElement?.id === "q") open(ways().length > 0 && fresh());
    showChosen();
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "q") return;
    const list = ways();
    const shown = list.length > 0 && !$("#ways").hidden && fresh();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!shown) { ask(); return; }
      const at = list.indexOf(chosenWay());
      const n = list.length;
      mark(list[event.key === "ArrowDown" ? (at + 1) % n : (at <= 0 ? n : at) - 1]);
    } else if (shown && (event.key === "Enter" || event.key === "Tab") && (chosenWay() || event.key === "Tab")) {
      event.preventDefault();
      take(chosenWay() || list[0]);
    } else if (event.key === "Escape" && shown) {
      event.preventDefault();
      event.stopPropagation();
      open(false);
    } else if (event.key === "Enter") {
      open(false);
    }
  }, true);
  document.addEventListener("mousedown", (event) => {
    const way = event.target.closest?.("#ways li");
    if (way) { event.preventDefault(); take(way); } else if (event.target.id !== "q") open(false);
  });
  document.addEventListener("focusout", (event) => { if (event.target.id === "q") open(false); });

  // Facets stay open or closed as they were left, through every swap.
  const kept = new Map();
  document.addEventListener("toggle", (event) => { if (event.target.dataset?.keep) kept.set(event.target.dataset.keep, event.target.open); }, true);
  document.addEventListener("htmx:after:swap", () => { for (const d of $$("[data-keep]")) if (kept.has(d.dataset.keep)) d.open = kept.get(d.dataset.keep); });
  if (matchMedia("(max-width: 52rem)").matches) $(".fold")?.removeAttribute("open");
})();
