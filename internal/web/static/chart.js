// Draws a chart above every table that stands in a figure.chart. The table stays, for those who read it and for those whose browser draws nothing.
(() => {
  "use strict";

  // tone gives the colour that a class has now, in this theme.
  function tone(name) {
    const probe = document.createElement("span");
    probe.className = `probe ${name}`;
    document.body.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  }

  // read gives the days and the series of a table. Months and days are dates; a cell without a number is a gap.
  function read(table) {
    const heads = [...table.tHead.rows[0].cells].slice(1);
    const rows = [...table.tBodies[0].rows].filter((row) => row.cells.length === heads.length + 1);
    const number = (cell) => {
      const text = cell.textContent.trim().replaceAll(",", "");
      return text === "" ? null : Number(text);
    };
    return {
      links: rows.map((row) => row.cells[0].querySelector("a")?.href),
      names: rows.map((row) => row.cells[0].textContent.trim()),
      times: rows.map((row) => Date.parse(row.cells[0].textContent.trim()) / 1000),
      series: heads.map((head, i) => ({ name: head.textContent.trim(), tone: head.dataset.tone, values: rows.map((row) => number(row.cells[i + 1])) })),
    };
  }

  function options(data, width) {
    const ink = tone("soft"), line = tone("rule");
    const axis = { stroke: ink, font: "11px Inter, sans-serif", grid: { stroke: line, width: 1 }, ticks: { show: false }, gap: 4 };
    const monthly = data.names.every((name) => name.length === 7);
    const day = new Intl.DateTimeFormat("en-GB", { ...(monthly ? {} : { day: "numeric" }), month: "short", timeZone: "UTC" });
    return {
      width, height: 210, padding: [8, 14, 0, 0], tzDate: (ts) => uPlot.tzDate(new Date(ts * 1000), "UTC"),
      cursor: { points: { size: 6 }, drag: { setScale: false } }, legend: { markers: { width: 0, fill: (u, i) => u.series[i].stroke() } },
      axes: [{ ...axis, grid: { show: false }, size: 24, space: 60, ...(monthly ? { splits: () => data.times } : {}), values: (u, ticks) => ticks.map((t) => day.format(t * 1000)) }, { ...axis, size: 34 }],
      scales: { x: { time: true }, y: { range: (u, low, high) => [0, Math.max(1, high * 1.08)] } },
      series: [{ label: "day", value: (u, t) => (t == null ? "–" : day.format(t * 1000)) }],
    };
  }

  const kinds = {
    // stack paints the sum first and what is worst last, so that each band shows what is its own.
    stack(data, opt) {
      const sums = [];
      data.series.forEach((s, i) => sums.push(s.values.map((v, k) => (v || 0) + (i ? sums[i - 1][k] : 0))));
      const columns = [];
      for (let i = data.series.length - 1; i >= 0; i--) {
        const s = data.series[i], colour = tone(s.tone);
        if (!s.values.some(Boolean)) continue;
        columns.push(sums[i]);
        opt.series.push({ label: s.name, stroke: colour, fill: tone(`${s.tone} filled`), width: 1.25, points: { show: false }, value: (u, v, si, k) => (k == null ? "–" : s.values[k]) });
      }
      return columns;
    },
    lines(data, opt) {
      const told = data.series.filter((s) => s.values.some((v) => v != null));
      for (const s of told) opt.series.push({ label: s.name, stroke: tone(s.tone), width: s.tone === "accent" ? 2.5 : 1.5, spanGaps: true, points: { show: true, size: 5 }, value: (u, v) => (v == null ? "–" : `${v} d`) });
      return told.map((s) => s.values);
    },
    bars(data, opt) {
      data.series.forEach((s, i) => {
        const half = data.series.length === 2;
        opt.series.push({ label: s.name, stroke: tone(s.tone), fill: tone(`${s.tone} filled`), width: 1, points: { show: false }, value: (u, v) => v ?? "–", paths: uPlot.paths.bars({ size: [half ? .36 : .7, 28], align: half ? (i ? 1 : -1) : 0, radius: .15 }) });
      });
      const week = 7 * 86400;
      opt.scales.x.range = (u, low, high) => [low - week / 2, high + week / 2];
      return data.series.map((s) => s.values);
    },
  };

  function draw(figure) {
    figure.querySelector(".plot")?.remove();
    const table = figure.querySelector("table");
    const data = read(table);
    if (data.times.length < 2 || data.times.some(Number.isNaN)) { figure.querySelector("details").open = true; return; }
    const plot = document.createElement("div");
    plot.className = "plot";
    plot.setAttribute("aria-hidden", "true");
    figure.prepend(plot);
    const opt = options(data, plot.clientWidth);
    const columns = kinds[figure.dataset.kind](data, opt);
    const chart = new uPlot(opt, [data.times, ...columns], plot);
    // A click leads where the day's row leads.
    if (data.links.some(Boolean)) chart.over.classList.add("leads");
    chart.over.addEventListener("click", () => { const to = data.links[chart.cursor.idx]; if (to) location.href = to; });
    const watch = new ResizeObserver(() => {
      if (!plot.isConnected) { watch.disconnect(); chart.destroy(); return; }
      if (plot.clientWidth !== chart.width) chart.setSize({ width: plot.clientWidth, height: 210 });
    });
    watch.observe(plot);
  }

  const all = () => document.querySelectorAll("figure.chart").forEach(draw);
  document.fonts.ready.then(all);
  document.addEventListener("themechange", all);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", all);
})();
