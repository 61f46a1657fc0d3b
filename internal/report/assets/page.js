"use strict";
(function () {
  var list = document.getElementById("list");
  var form = document.getElementById("filters");
  if (!list || !form) return;
  var all = Array.prototype.slice.call(list.children);
  var field = function (name) { return form.elements[name]; };
  var status = document.getElementById("shown");

  function text(el) {
    if (el.searchText === undefined) el.searchText = el.textContent.toLowerCase();
    return el.searchText;
  }
  function filter() {
    var words = field("q").value.toLowerCase().split(/\s+/).filter(Boolean);
    var severity = field("severity").value, rule = field("rule").value, state = field("state").value;
    var n = 0;
    all.forEach(function (el) {
      var d = el.dataset;
      var show = (!severity || d.severity === severity) && (!rule || d.rule === rule) && (!state || d.state === state) &&
        words.every(function (w) { return text(el).indexOf(w) >= 0; });
      el.hidden = !show;
      if (show) n++;
    });
    status.textContent = n + " of " + all.length + (all.length === 1 ? " finding" : " findings") + " shown";
  }
  function sort() {
    var key = field("sort").value;
    var order = all.map(function (el, i) { return { el: el, i: i, k: key ? el.dataset[key] : "" }; });
    order.sort(function (a, b) { return a.k < b.k ? -1 : a.k > b.k ? 1 : a.i - b.i; });
    var batch = document.createDocumentFragment();
    order.forEach(function (o) { batch.appendChild(o.el); });
    list.appendChild(batch);
  }
  function setOpen(open) {
    all.forEach(function (el) { if (!el.hidden) el.open = open; });
  }
  function reveal() {
    var el = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (el && el.tagName === "DETAILS") { el.hidden = false; el.open = true; el.scrollIntoView(); }
  }
  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", function (e) { e.preventDefault(); });
  field("sort").addEventListener("change", sort);
  field("open").addEventListener("click", function () { setOpen(true); });
  field("close").addEventListener("click", function () { setOpen(false); });
  window.addEventListener("hashchange", reveal);
  filter();
  reveal();
})();
