"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const { dimensions, tracks } = data;
const count = tracks.path.length;
const byId = (id) => document.getElementById(id);

function element(tag, options = {}, ...children) {
  const made = Object.assign(document.createElement(tag), options);
  made.append(...children);
  return made;
}

const number = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
const whole = new Intl.NumberFormat("en");
const figure = (value) =>
  value && Math.abs(value) < 1e-3 ? value.toExponential(2).replace("-", "−") : number.format(value);
const show = (value, unit) => (value === null ? "–" : figure(value) + (unit ? " " + unit : ""));
const clock = (seconds) => {
  const total = Math.round(seconds), pad = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(total / 3600), minutes = Math.floor(total / 60) % 60;
  return (hours ? hours + ":" + pad(minutes) : minutes) + ":" + pad(total % 60);
};
const fileName = (path) => path.slice(path.lastIndexOf("/") + 1);
const nameOf = (track) => tracks.label[track] || fileName(tracks.path[track]);

// ---- state: what is coloured, found and chosen --------------------------------
let colourBy = dimensions.findIndex((d) => d.name === "spectral_centroid");
let found = null;      // Set of tracks that match the search, or null
let chosen = -1;
let near = [];         // [distance, track] of the tracks nearest to the chosen one
let hovered = -1;

// ---- head -----------------------------------------------------------------------
byId("title").textContent = data.library;
byId("made").textContent = `Made ${data.made} · dimension version ${data.version}`;
for (const [term, value] of data.facts) {
  byId("facts").append(element("div", {}, element("dt", { textContent: term }), element("dd", { textContent: value })));
}
byId("map-note").textContent =
  `Near tracks sound alike: the first two principal components of the 25 scaled dimensions ` +
  `(${Math.round(100 * data.explained)} % of their variance). ` +
  (count < data.analysed ? `A random ${whole.format(count)} of ${whole.format(data.analysed)} tracks is shown. ` : "") +
  "Drag to move, wheel to zoom, click to choose.";

// ---- colours --------------------------------------------------------------------
const stops = [[68, 1, 84], [65, 68, 135], [42, 120, 142], [34, 168, 132], [122, 209, 81], [253, 231, 37]];
function colourAt(share) {
  const at = Math.min(Math.max(share, 0), 1) * (stops.length - 1);
  const low = Math.min(Math.floor(at), stops.length - 2), part = at - low;
  return "rgb(" + stops[low].map((c, i) => Math.round(c + part * (stops[low + 1][i] - c))).join(",") + ")";
}
const palette = Array.from({ length: 64 }, (_, i) => colourAt(i / 63));
function colourOf(track) {
  const { low, high } = dimensions[colourBy], value = tracks.values[track][colourBy];
  return value === null ? "#999" : palette[Math.round(63 * Math.min(Math.max((value - low) / (high - low || 1), 0), 1))];
}
function drawLegend() {
  const bar = byId("legend-bar"), pen = bar.getContext("2d"), { low, high, unit } = dimensions[colourBy];
  palette.forEach((colour, i) => { pen.fillStyle = colour; pen.fillRect((i * bar.width) / 64, 0, bar.width / 64 + 1, bar.height); });
  byId("legend-low").textContent = show(low, unit);
  byId("legend-high").textContent = show(high, unit);
}

// ---- map --------------------------------------------------------------------------
const map = byId("map"), pen = map.getContext("2d");
const view = { x: 0, y: 0, scale: 1 };    // centre in map units (-1 … 1) and zoom
const reach = { x: tracks.x.reduce((m, v) => Math.max(m, Math.abs(v)), 0.05), y: tracks.y.reduce((m, v) => Math.max(m, Math.abs(v)), 0.05) };
let unit = 1;                             // CSS pixels for one map unit at zoom 1
const toScreen = (track) => [
  map.clientWidth / 2 + (tracks.x[track] - view.x) * unit * view.scale,
  map.clientHeight / 2 - (tracks.y[track] - view.y) * unit * view.scale,
];

function drawMap() {
  const density = window.devicePixelRatio || 1;
  map.width = map.clientWidth * density;
  map.height = map.clientHeight * density;
  pen.scale(density, density);
  unit = Math.min(map.clientWidth / reach.x, map.clientHeight / reach.y) / 2.15;
  const radius = Math.min(7, Math.max(2, 90 / Math.sqrt(count + 1))) * Math.min(2, Math.sqrt(view.scale));
  const dot = (track, size, fill) => {
    const [x, y] = toScreen(track);
    if (x < -9 || y < -9 || x > map.clientWidth + 9 || y > map.clientHeight + 9) return;
    pen.beginPath();
    pen.arc(x, y, size, 0, 7);
    pen.fillStyle = fill;
    pen.fill();
  };
  const order = [...Array(count).keys()];
  if (found) order.sort((a, b) => found.has(a) - found.has(b));
  for (const track of order) {
    const faint = found && !found.has(track);
    pen.globalAlpha = faint ? 0.12 : 0.8;
    dot(track, faint || !found ? radius : radius + 1.5, colourOf(track));
  }
  pen.globalAlpha = 1;
  const style = getComputedStyle(document.body);
  pen.strokeStyle = style.getPropertyValue("--accent");
  for (const [, track] of near) {
    pen.beginPath();
    pen.arc(...toScreen(track), radius + 3, 0, 7);
    pen.stroke();
  }
  for (const [track, size] of [[hovered, 3], [chosen, 5]]) {
    if (track < 0) continue;
    dot(track, radius + size, style.getPropertyValue("--card"));
    dot(track, radius + size - 1.5, style.getPropertyValue("--accent"));
    dot(track, radius, colourOf(track));
  }
}

function trackAt(x, y) {
  let best = -1, least = 144;             // within 12 pixels
  for (let track = 0; track < count; track++) {
    const [tx, ty] = toScreen(track), distance = (tx - x) ** 2 + (ty - y) ** 2;
    if (distance < least && (!found || found.has(track))) { least = distance; best = track; }
  }
  return best;
}

function hover(x, y) {
  const track = trackAt(x, y), tip = byId("tip");
  if (track !== hovered) { hovered = track; drawMap(); }
  tip.hidden = track < 0;
  if (track < 0) return;
  const { name, unit } = dimensions[colourBy];
  tip.textContent = `${nameOf(track)} · ${clock(tracks.duration[track])} · ${name} ${show(tracks.values[track][colourBy], unit)}`;
  const left = Math.min(x + 14, map.clientWidth - tip.offsetWidth - 8);
  tip.style.left = Math.max(left, 4) + "px";
  tip.style.top = map.offsetTop + (y > map.clientHeight / 2 ? y - tip.offsetHeight - 12 : y + 16) + "px";
}

let drag = null;
map.addEventListener("pointerdown", (event) => {
  drag = { x: event.offsetX, y: event.offsetY, vx: view.x, vy: view.y, moved: false };
  map.setPointerCapture(event.pointerId);
});
map.addEventListener("pointermove", (event) => {
  if (!drag) return hover(event.offsetX, event.offsetY);
  const dx = event.offsetX - drag.x, dy = event.offsetY - drag.y;
  drag.moved ||= Math.hypot(dx, dy) > 4;
  if (!drag.moved) return;
  view.x = drag.vx - dx / (unit * view.scale);
  view.y = drag.vy + dy / (unit * view.scale);
  drawMap();
});
map.addEventListener("pointerup", (event) => {
  if (drag && !drag.moved) choose(trackAt(event.offsetX, event.offsetY));
  drag = null;
});
map.addEventListener("pointerleave", () => { hovered = -1; byId("tip").hidden = true; drawMap(); });
map.addEventListener("wheel", (event) => {
  event.preventDefault();
  const old = view.scale, dx = event.offsetX - map.clientWidth / 2, dy = event.offsetY - map.clientHeight / 2;
  view.scale = Math.min(Math.max(old * Math.exp(-event.deltaY / 400), 0.5), 200);
  view.x += (dx / unit) * (1 / old - 1 / view.scale);
  view.y -= (dy / unit) * (1 / old - 1 / view.scale);
  drawMap();
}, { passive: false });
byId("reset").addEventListener("click", () => { Object.assign(view, { x: 0, y: 0, scale: 1 }); drawMap(); });
new ResizeObserver(drawMap).observe(map);

// ---- search -----------------------------------------------------------------------
const haystack = tracks.path.map((path, i) => (path + "\n" + (tracks.label[i] || "")).toLowerCase());
function trackButton(track, note = "") {
  const button = element("button", { type: "button", className: "track", title: tracks.path[track] });
  if (note) button.append(element("small", { textContent: note }));
  button.append(nameOf(track));
  button.addEventListener("click", () => choose(track, true));
  return button;
}
byId("search").addEventListener("input", (event) => {
  const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
  const hits = words.length ? [...haystack.keys()].filter((i) => words.every((word) => haystack[i].includes(word))) : [];
  found = words.length ? new Set(hits) : null;
  byId("found").textContent = words.length ? `${whole.format(hits.length)} found` + (hits.length > 100 ? ", first 100 listed" : "") : "";
  byId("results").replaceChildren(...hits.slice(0, 100).map((track) => element("li", {}, trackButton(track))));
  drawMap();
});

// ---- the chosen track -----------------------------------------------------------------
const total = dimensions.reduce((sum, d) => sum + (d.scale ? d.weight : 0), 0);
function distance(a, b) {
  let sum = 0, shared = 0;
  dimensions.forEach(({ circular, scale, weight }, i) => {
    const p = tracks.values[a][i], q = tracks.values[b][i];
    if (p === null || q === null || !scale) return;
    let difference = p - q;
    if (circular) { difference = Math.log2(p / q); difference -= Math.round(difference); }
    sum += weight * (difference / scale) ** 2;
    shared += weight;
  });
  return shared ? Math.sqrt((sum * total) / shared) : Infinity;
}
function nearest(track, n) {
  const all = [];
  for (let other = 0; other < count; other++) if (other !== track) all.push([distance(track, other), other]);
  return all.sort((a, b) => a[0] - b[0]).slice(0, n);
}
function choose(track, reveal = false) {
  chosen = track;
  near = track < 0 ? [] : nearest(track, 6);
  const box = byId("chosen");
  if (track < 0) {
    box.replaceChildren(element("p", { className: "note", textContent: "Choose a track on the map or search for it to see its dimensions and its nearest neighbours." }));
  } else {
    const values = tracks.values[track];
    box.replaceChildren(
      element("h3", { textContent: nameOf(track) }),
      element("p", { className: "path", textContent: tracks.path[track] }),
      element("p", { className: "path", textContent:
        `${clock(tracks.duration[track])} · ${tracks.codec[track]} · ${whole.format(tracks.rate[track])} Hz · ${tracks.channels[track]} channel${tracks.channels[track] > 1 ? "s" : ""}` }),
      element("h4", { textContent: "Nearest (ringed on the map)" + (count < data.analysed ? " of the tracks shown" : "") }),
      ...near.map(([far, other]) => trackButton(other, far.toFixed(2))),
      element("h4", { textContent: "Dimensions (mark: rank within the library)" }),
      ...dimensions.map((dimension, i) => {
        const mark = element("i");
        mark.style.left = 100 * rankOf(dimension, values[i]) + "%";
        mark.hidden = values[i] === null;
        return element("div", { className: "dimension" }, element("span", { textContent: dimension.name }),
          element("div", { className: "rank" }, mark), element("span", { textContent: show(values[i], dimension.unit) }));
      }));
    if (reveal) {
      const [x, y] = toScreen(track);
      if (x < 0 || y < 0 || x > map.clientWidth || y > map.clientHeight) { view.x = tracks.x[track]; view.y = tracks.y[track]; }
    }
  }
  drawMap();
  drawMarks();
}
function rankOf({ quantiles }, value) {
  if (value === null || !quantiles.length) return 0;
  let below = 0, upTo = 0;
  for (const q of quantiles) { below += q < value; upTo += q <= value; }
  return (below + upTo) / (2 * quantiles.length);
}

// ---- distributions -----------------------------------------------------------------
const WIDTH = 240, HEIGHT = 74;
const place = ({ low, high }, value) => WIDTH * Math.min(Math.max((value - low) / (high - low || 1), 0), 1);
function panel(dimension, index) {
  const { name, unit: label, histogram, low, high, median, quartiles, missing } = dimension;
  const box = element("button", { type: "button", className: "panel", title: `${name}: colour the map by it` });
  const peak = Math.max(...histogram, 1), wide = WIDTH / histogram.length;
  const bars = histogram.map((n, i) =>
    `<rect x="${i * wide + 0.4}" width="${wide - 0.8}" y="${HEIGHT - (n / peak) * (HEIGHT - 4)}" height="${(n / peak) * (HEIGHT - 4)}" fill="var(--bar)"/>`);
  const band = median === null ? "" :
    `<rect x="${place(dimension, quartiles[0])}" width="${Math.max(1, place(dimension, quartiles[1]) - place(dimension, quartiles[0]))}" y="0" height="${HEIGHT}" fill="var(--band)"/>`;
  const line = median === null ? "" : `<line x1="${place(dimension, median)}" x2="${place(dimension, median)}" y1="0" y2="${HEIGHT}" stroke="var(--ink)"/>`;
  box.append(element("div", { className: "head" }, element("b", { textContent: name }), element("span", { textContent: show(median, label) })));
  box.insertAdjacentHTML("beforeend", `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">${band}${bars.join("")}${line}<line class="mark" stroke="var(--accent)" stroke-width="2.5" y1="0" y2="${HEIGHT}" visibility="hidden"/></svg>`);
  box.append(element("div", { className: "ends" }, element("span", { textContent: show(low) }),
    element("span", { textContent: missing ? `${whole.format(missing)} without value` : "" }), element("span", { textContent: show(high) })));
  box.addEventListener("click", () => colour(index));
  return box;
}
const panels = dimensions.map(panel);
byId("panels").append(...panels);
function drawMarks() {
  dimensions.forEach((dimension, i) => {
    const mark = panels[i].querySelector(".mark"), value = chosen < 0 ? null : tracks.values[chosen][i];
    mark.setAttribute("visibility", value === null ? "hidden" : "visible");
    mark.setAttribute("x1", place(dimension, value ?? 0));
    mark.setAttribute("x2", place(dimension, value ?? 0));
  });
}
function colour(index) {
  colourBy = index;
  byId("colour").value = index;
  panels.forEach((box, i) => box.classList.toggle("on", i === index));
  drawLegend();
  drawMap();
}
dimensions.forEach(({ name }, i) => byId("colour").append(element("option", { value: i, textContent: name })));
byId("colour").addEventListener("change", (event) => colour(Number(event.target.value)));

// ---- tables -----------------------------------------------------------------------
function table(target, heads, rows, numbers = []) {
  const row = (tag, values) => element("tr", {}, ...values.map((value, i) =>
    element(tag, { className: numbers.includes(i) ? "number" : "" }, typeof value === "number" ? whole.format(value) : value ?? "")));
  target.append(element("thead", {}, row("th", heads)), element("tbody", {}, ...rows.map((values) => row("td", values))));
  return target;
}
table(byId("outlier-table"), ["Track", "Dimension", "Value", "Median", "Deviations"], data.outliers.map(({ track, dimension, deviation }) => {
  const { name, unit, median } = dimensions[dimension];
  return [trackButton(track), name, show(tracks.values[track][dimension], unit), show(median, unit), (deviation > 0 ? "" : "−") + number.format(Math.abs(deviation))];
}), [2, 3, 4]);
byId("error-list").append(...(data.errors.length ? data.errors.map(({ status, count, examples }) => {
  const box = element("details", {}, element("summary", { textContent: `${status}: ${whole.format(count)} track${count > 1 ? "s" : ""}` + (examples.length < count ? ` (first ${examples.length} listed)` : "") }));
  box.append(element("div", { className: "scroll" }, table(element("table"), ["Track", "Error"], examples)));
  return box;
}) : [element("p", { className: "note", textContent: "Every track gave a fingerprint." })]));
for (const [head, rows] of data.formats) byId("format-tables").append(table(element("table"), [head, "Tracks"],
  rows.map(([value, n]) => [/^\d+$/.test(value) ? Number(value) : value, n]), [1]));

colour(colourBy);
choose(-1);
