"use strict";
(function () {
  const data = JSON.parse(document.getElementById("map-data").textContent);
  const number = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
  const percent = new Intl.NumberFormat("en-GB", { style: "percent", maximumFractionDigits: 1 });
  document.documentElement.classList.add("js");
  for (const hidden of document.querySelectorAll(".live-map, .filters, .show")) hidden.hidden = false;

  // The map is drawn on the National Grid: a "latitude" is a northing and a "longitude" an easting, in steps.
  const map = L.map("map", {
    crs: L.extend({}, L.CRS.Simple, { transformation: new L.Transformation(1, 0, -1, 0) }),
    attributionControl: false, fadeAnimation: false, zoomSnap: 0.25, zoomDelta: 0.75, minZoom: -8, maxZoom: 3, wheelPxPerZoomLevel: 90,
    zoomAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches, keyboardPanDelta: 120,
  });
  const box = ([west, south, east, north]) => L.latLngBounds([south, west], [north, east]);
  const whole = box(data.box);
  map.fitBounds(data.open ? box(data.open).pad(0.05) : whole.pad(0.01));
  map.setMaxBounds(whole.pad(0.6));
  map.setMinZoom(map.getBoundsZoom(whole.pad(0.5)));

  const Distance = L.Control.extend({
    options: { position: "bottomleft" },
    onAdd() {
      const line = L.DomUtil.create("div", "leaflet-control-scale-line");
      const told = () => {
        const y = map.getSize().y / 2;
        const steps = map.containerPointToLatLng([150, y]).lng - map.containerPointToLatLng([0, y]).lng;
        const most = steps * data.step;
        const power = 10 ** Math.floor(Math.log10(most));
        const metres = [5, 2, 1].map((n) => n * power).find((n) => n <= most) || power;
        line.style.width = `${Math.round((150 * metres) / most)}px`;
        line.textContent = metres >= 1000 ? `${metres / 1000} km` : `${metres} m`;
      };
      map.on("zoomend moveend resize", told);
      told();
      return line;
    },
  });
  map.addControl(new Distance());

  // Rings hold a corner, and then differences.
  function ring(flat) {
    const points = new Array(flat.length / 2);
    let x = 0;
    let y = 0;
    for (let i = 0; i < points.length; i += 1) {
      x += flat[2 * i];
      y += flat[2 * i + 1];
      points[i] = [y, x];
    }
    return points;
  }
  const decoded = new Map();
  function shape(layer, i) {
    const key = `${layer.key} ${i}`;
    if (!decoded.has(key)) {
      const raw = layer.shapes[i];
      decoded.set(key, typeof raw[0] === "number" ? raw : raw.map((rings) => rings.map(ring)));
    }
    return decoded.get(key);
  }
  const isPoint = (layer, i) => typeof layer.shapes[i][0] === "number";

  // Hatches, so that nobody needs the colour to tell layers apart.
  const SVG = "http://www.w3.org/2000/svg";
  function draw(name, attributes, into) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (into) into.append(element);
    return element;
  }
  const LINES = {
    "/": ["M-2 2L2 -2M0 8L8 0M6 10L10 6"], "\\": ["M-2 6L2 10M0 0L8 8M6 -2L10 2"],
    x: ["M0 8L8 0M0 0L8 8"], "-": ["M0 4H8"], "|": ["M4 0V8"], ".": ["M3 4a1 1 0 1 0 2 0a1 1 0 1 0 -2 0"],
  };
  const hatches = draw("svg", { width: 0, height: 0, "aria-hidden": "true", style: "position:absolute" });
  document.body.append(hatches);
  function hatch(layer) {
    if (!LINES[layer.hatch]) return layer.colour;
    const id = `hatch-${layer.key}`;
    if (!document.getElementById(id)) {
      const pattern = draw("pattern", { id, width: 8, height: 8, patternUnits: "userSpaceOnUse" }, hatches);
      draw("rect", { width: 8, height: 8, fill: layer.colour, "fill-opacity": 0.18 }, pattern);
      draw("path", { d: LINES[layer.hatch][0], stroke: layer.colour, "stroke-width": 1.6, fill: "none" }, pattern);
    }
    return `url(#${id})`;
  }

  const panes = new Map();
  const shown = new Map();
  const renderers = new Map();
  data.layers.forEach((layer, at) => {
    const pane = map.createPane(`p-${layer.key}`);
    // borders of the widest areas lie above those inside them, and what has ground above all borders
    pane.style.zIndex = layer.fill ? 520 + at : 500 - at;
    pane.style.pointerEvents = "none";
    panes.set(layer.key, pane);
  });
  function build(layer, at) {
    const pane = `p-${layer.key}`;
    if (!renderers.has(layer.key)) renderers.set(layer.key, L.svg({ pane, padding: 0.5 }));
    const style = {
      pane, renderer: renderers.get(layer.key), interactive: false, color: layer.colour, dashArray: layer.dash || null,
      weight: layer.fill ? 1.25 : Math.max(3 - at * 0.6, 1.25), lineJoin: "round", smoothFactor: 0.6,
      fill: layer.fill, fillColor: hatch(layer), fillOpacity: layer.hatch ? 1 : 0.45,
    };
    const parts = layer.shapes.map((raw, i) =>
      isPoint(layer, i)
        ? L.circleMarker([raw[1], raw[0]], { ...style, radius: 5, fill: true, fillColor: "#fff", fillOpacity: 1, weight: 3 })
        : L.polygon(shape(layer, i), layer.rows[i].m ? { ...style, fill: false } : style));
    return L.layerGroup(parts);
  }
  // Land, so that the sea can be told from it whichever layers are shown.
  if (data.layers.length && !isPoint(data.layers[0], 0)) {
    const land = map.createPane("p-land");
    land.style.zIndex = 390;
    land.style.pointerEvents = "none";
    const renderer = L.svg({ pane: "p-land", padding: 0.5 });
    data.layers[0].shapes.forEach((_, i) => L.polygon(shape(data.layers[0], i), {
      pane: "p-land", renderer, interactive: false, stroke: false, fillColor: "#fff", fillOpacity: 1,
    }).addTo(map));
  }
  // What a change does not concern is faint: neighbours are context.
  const about = data.about && data.about.map((rings) => rings.map(ring));
  if (about) {
    const faint = map.createPane("p-faint");
    faint.style.zIndex = 510;
    faint.style.pointerEvents = "none";
    const [west, south, east, north] = data.box;
    const [wide, tall] = [east - west, north - south];
    const all = [[south - tall, west - wide], [south - tall, east + wide], [north + tall, east + wide], [north + tall, west - wide]];
    L.polygon([all, ...about.flat()], {
      pane: "p-faint", renderer: L.svg({ pane: "p-faint", padding: 0.5 }), interactive: false, stroke: false, fillColor: "#e8edf1", fillOpacity: 0.65,
    }).addTo(map);
  }
  function show(layer, wanted) {
    const at = data.layers.indexOf(layer);
    if (wanted && !shown.has(layer.key)) {
      shown.set(layer.key, build(layer, at));
      shown.get(layer.key).addTo(map);
    } else if (!wanted && shown.has(layer.key)) {
      shown.get(layer.key).remove();
      shown.delete(layer.key);
    }
    const box = document.getElementById(`layer-${layer.key}`);
    if (box) box.checked = wanted;
    name();
  }

  // The names of the widest areas, the largest first, as far as there is room; the lists name them all.
  const named = map.createPane("p-names");
  named.style.zIndex = 645;
  named.style.pointerEvents = "none";
  const labels = L.layerGroup().addTo(map);
  function spotIn(points) {
    const ys = points.map((p) => p[0]);
    const low = Math.min(...ys);
    const high = Math.max(...ys);
    let best = null;
    for (const part of [0.5, 0.4, 0.6, 0.3, 0.7]) {
      const y = low + (high - low) * part + 0.5;
      const cuts = [];
      for (let i = 0, j = points.length - 1; i < points.length; j = i, i += 1) {
        if (points[i][0] > y !== points[j][0] > y) {
          cuts.push(points[i][1] + ((y - points[i][0]) / (points[j][0] - points[i][0])) * (points[j][1] - points[i][1]));
        }
      }
      cuts.sort((a, b) => a - b);
      for (let i = 0; i + 1 < cuts.length; i += 2) {
        if (!best || cuts[i + 1] - cuts[i] > best.room) best = { y, x: (cuts[i] + cuts[i + 1]) / 2, room: cuts[i + 1] - cuts[i] };
      }
    }
    return best;
  }
  const spotsOf = (layers, told) => layers.flatMap((layer) => layer.shapes.map((_, i) => {
    if (!layer.rows[i][told] || isPoint(layer, i)) return null;
    const outer = shape(layer, i).map((rings) => rings[0]).filter(Boolean).sort((a, b) => b.length - a.length)[0];
    const best = outer && spotIn(outer);
    return best && { ...best, layer: layer.key, moved: told === "s", name: layer.rows[i][told] };
  })).filter(Boolean).sort((a, b) => b.room - a.room);
  // ground that moves is named before all else
  const spots = [...spotsOf(data.layers, "s"), ...spotsOf(data.layers.slice(0, 1), "n")];
  const LETTER = 7.8;
  // the parts of the area of a finding that is shown: each is named by where it lies
  let pieces = [];
  // A name in the fewest lines that are no wider than its area; null where none are.
  function folded(told, room) {
    for (let most = 1; most <= 3; most += 1) {
      const lines = [];
      for (const word of told.split(" ")) {
        const last = lines.length ? `${lines[lines.length - 1]} ${word}` : word;
        if (lines.length && last.length > Math.max(told.length / most + 2, 6)) lines.push(word);
        else lines.splice(Math.max(lines.length - 1, 0), 1, last);
      }
      if (lines.every((line) => LETTER * line.length <= room)) return lines;
    }
    return null;
  }
  function name() {
    labels.clearLayers();
    const taken = [];
    const size = map.getSize();
    for (const spot of [...pieces.map((piece) => piece.spot).filter(Boolean), ...spots]) {
      if (spot.moved && !spot.part && (pieces.length || !shown.has(spot.layer))) continue;
      const at = map.latLngToContainerPoint([spot.y, spot.x]);
      const room = map.latLngToContainerPoint([spot.y, spot.x + spot.room]).x - at.x;
      const lines = folded(spot.name, room) || (spot.moved ? [spot.name] : null);
      if (!lines) continue;
      const wide = LETTER * Math.max(...lines.map((line) => line.length)) + 8;
      const high = 17 * lines.length + 2;
      const box = [at.x - wide / 2, at.y - high / 2, at.x + wide / 2, at.y + high / 2];
      if (box[0] < 4 || box[1] < 4 || box[2] > size.x - 4 || box[3] > size.y - 4) continue;
      if (taken.some((t) => box[0] < t[2] && box[2] > t[0] && box[1] < t[3] && box[3] > t[1])) continue;
      taken.push(box);
      const words = document.createElement("span");
      words.textContent = lines.join("\n");
      L.marker([spot.y, spot.x], {
        pane: "p-names", interactive: false, keyboard: false,
        icon: L.divIcon({ className: `area-name${spot.moved ? " moved" : about && !inside(about, spot.y, spot.x) ? " faint" : ""}`, html: words, iconSize: [wide, high] }),
      }).addTo(labels);
    }
  }
  map.on("zoomend moveend resize", name);
  name();

  const switches = document.getElementById("layers");
  for (const layer of data.layers) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    input.type = "checkbox";
    input.id = `layer-${layer.key}`;
    input.addEventListener("change", () => show(layer, input.checked));
    const swatch = draw("svg", { class: "swatch", width: 28, height: 16, "aria-hidden": "true" });
    if (layer.shapes.length && isPoint(layer, 0)) {
      draw("circle", { cx: 14, cy: 8, r: 5, fill: "#fff", stroke: layer.colour, "stroke-width": 3 }, swatch);
    } else if (layer.fill) {
      draw("rect", { x: 1, y: 1, width: 26, height: 14, fill: hatch(layer), "fill-opacity": layer.hatch ? 1 : 0.45, stroke: layer.colour, "stroke-width": 1.25 }, swatch);
    } else {
      draw("path", { d: "M1 8H27", stroke: layer.colour, "stroke-width": 3, "stroke-dasharray": layer.dash }, swatch);
    }
    label.title = `layer ${layer.key}`;
    label.append(input, swatch, `${layer.title}, ${number.format(layer.rows.length)}`);
    switches.append(label);
    if (layer.on) show(layer, true);
  }

  // What lies at a place, in all layers that are shown: the smallest layers last.
  function inside(polygons, lat, lng) {
    let held = false;
    for (const rings of polygons) {
      for (const points of rings) {
        for (let i = 0, j = points.length - 1; i < points.length; j = i, i += 1) {
          const [y, x] = points[i];
          const [v, u] = points[j];
          if (y > lat !== v > lat && lng < ((u - x) * (lat - y)) / (v - y) + x) held = !held;
        }
      }
    }
    return held;
  }
  const boxes = new Map();
  function boxOf(layer, i) {
    const key = `${layer.key} ${i}`;
    if (!boxes.has(key)) {
      const bounds = isPoint(layer, i)
        ? L.latLngBounds([[layer.shapes[i][1], layer.shapes[i][0]]])
        : L.latLngBounds(shape(layer, i).flatMap((rings) => rings[0] || []));
      boxes.set(key, bounds);
    }
    return boxes.get(key);
  }
  function at(place) {
    const found = [];
    for (const layer of data.layers) {
      if (!shown.has(layer.key)) continue;
      layer.rows.forEach((row, i) => {
        if (isPoint(layer, i)) {
          const spot = map.latLngToContainerPoint([layer.shapes[i][1], layer.shapes[i][0]]);
          if (spot.distanceTo(map.latLngToContainerPoint(place)) < 9) found.push([layer, row]);
        } else if (boxOf(layer, i).contains(place) && inside(shape(layer, i), place.lat, place.lng)) {
          found.push([layer, row]);
        }
      });
    }
    return found;
  }
  const STATUS = { WITHIN: "within the band", BELOW: "below the band", ABOVE: "above the band" };
  const people = (value) => (typeof value === "number" ? `${number.format(value)} people` : `${value} people`);
  function words(row) {
    const told = [row.n === row.c || !row.c ? row.n : `${row.n} (${row.c})`];
    if (row.p !== undefined) told.push(people(row.p));
    if (row.b) told.push(STATUS[row.b] || row.b);
    if (row.l !== undefined) told.push(`${typeof row.l === "number" ? percent.format(row.l) : row.l} of care stays inside`);
    if (row.t) told.push(row.t);
    return told.join(", ");
  }
  function told(found, links) {
    const all = document.createElement("div");
    all.className = "at";
    for (const [layer, row] of found) {
      const line = document.createElement("p");
      const what = document.createElement("span");
      what.className = "what";
      what.textContent = `${layer.title}: `;
      line.append(what, words(row));
      all.append(line);
    }
    const numbers = [...new Set(found.flatMap(([, row]) => row.f || []))].sort((a, b) => a - b);
    if (numbers.length && links) {
      const list = document.createElement("ul");
      for (const n of numbers.slice(0, 30)) {
        const item = document.createElement("li");
        const link = document.createElement("a");
        link.href = `#finding-${n}`;
        const message = document.querySelector(`#finding-${n} .message`);
        link.textContent = `Finding ${n}: ${message ? message.textContent : ""}`;
        link.addEventListener("click", (event) => { event.preventDefault(); goTo(n); });
        item.append(link);
        list.append(item);
      }
      if (numbers.length > 30) list.append(`and ${numbers.length - 30} more`);
      all.append(list);
    } else if (numbers.length) {
      const line = document.createElement("p");
      line.textContent = numbers.length === 1 ? "1 finding; click to read it" : `${numbers.length} findings; click to read them`;
      all.append(line);
    }
    return all;
  }
  const tip = L.tooltip({ direction: "auto", offset: [14, 0], opacity: 0.97 });
  let waiting = null;
  map.on("mousemove", (event) => {
    if (waiting) cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => {
      const found = at(event.latlng);
      if (!found.length) return tip.remove();
      tip.setLatLng(event.latlng).setContent(told(found, false));
      if (!map.hasLayer(tip)) tip.addTo(map);
      return undefined;
    });
  });
  map.on("mouseout", () => { if (waiting) cancelAnimationFrame(waiting); tip.remove(); });
  const say = document.getElementById("map-said");
  function ask(place) {
    const found = at(place);
    tip.remove();
    if (!found.length) { say.textContent = "Nothing lies here."; return; }
    L.popup({ maxWidth: 340, autoPanPadding: [20, 20] }).setLatLng(place).setContent(told(found, true)).openOn(map);
    say.textContent = found.map(([layer, row]) => `${layer.title}: ${words(row)}`).join("; ");
  }
  map.on("click", (event) => ask(event.latlng));
  map.getContainer().addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === map.getContainer()) ask(map.getCenter());
  });

  // From a finding to its place, and back.
  let highlight = null;
  const above = map.createPane("p-highlight");
  above.style.zIndex = 640;
  above.style.pointerEvents = "none";
  const aboveAll = L.svg({ pane: "p-highlight", padding: 0.5 });
  map.createPane("p-part").style.zIndex = 515;
  map.getPane("p-part").style.pointerEvents = "none";
  const partly = L.svg({ pane: "p-part", padding: 0.5 });
  function mark(parts) {
    if (highlight) highlight.remove();
    const outline = (extra) => ({ pane: "p-highlight", renderer: aboveAll, interactive: false, fill: false, lineJoin: "round", ...extra });
    highlight = L.layerGroup(parts.flatMap((points) => [
      L.polygon(points, outline({ color: "#fff", weight: 7 })),
      L.polygon(points, outline({ color: "#1b1f24", weight: 3, dashArray: "7 4" })),
    ])).addTo(map);
  }
  function fit(bounds) {
    map.closePopup();
    map.fitBounds(bounds.pad(0.25), { maxZoom: 1 });
  }
  function locate(n) {
    const place = data.where[n];
    if (!place) return;
    const parts = [];
    pieces = [];
    for (const layer of data.layers) {
      layer.rows.forEach((row, i) => {
        if (!(row.f || []).includes(n) || isPoint(layer, i)) return;
        parts.push(shape(layer, i));
        if (layer.fill) show(layer, true);
        if (row.i) pieces.push({ points: shape(layer, i), name: row.i, largest: row.m, colour: layer.colour });
      });
    }
    mark(parts);
    for (const piece of pieces) {
      const outer = piece.points.map((rings) => rings[0]).filter(Boolean).sort((a, b) => b.length - a.length)[0];
      const best = outer && spotIn(outer);
      if (piece.largest) {
        L.polygon(piece.points, { pane: "p-part", renderer: partly, interactive: false, stroke: false, fillColor: "#2384bd", fillOpacity: 0.3 }).addTo(highlight);
      }
      piece.spot = best && { ...best, name: piece.name, part: true, moved: true };
    }
    name();
    fit(box(place));
    for (const other of document.querySelectorAll(".finding.shown")) other.classList.remove("shown");
    document.getElementById(`finding-${n}`).classList.add("shown");
    say.textContent = `The map shows finding ${n}.`;
    const frame = map.getContainer().getBoundingClientRect();
    if (frame.bottom < 80 || frame.top > innerHeight - 80) map.getContainer().scrollIntoView({ block: "center" });
    map.getContainer().dataset.finding = n;
  }
  function goTo(n) {
    const card = document.getElementById(`finding-${n}`);
    if (!card) return;
    card.hidden = false;
    for (let up = card.parentElement; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    for (const other of document.querySelectorAll(".finding.shown")) other.classList.remove("shown");
    card.classList.add("shown");
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "center" });
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".show");
    if (button) locate(Number(button.dataset.finding));
  });
  const goToHash = () => { const m = /^#finding-(\d+)$/.exec(location.hash); if (m) goTo(Number(m[1])); };
  addEventListener("hashchange", goToHash);
  goToHash();

  // Finding an area by its name or code.
  const names = [];
  for (const layer of data.layers) {
    if (layer.fill || layer.key.endsWith("-before")) continue;
    layer.rows.forEach((row, i) => names.push({ layer, i, row, text: `${row.n} (${row.c}), ${layer.title}` }));
  }
  const list = document.getElementById("area-names");
  for (const name of names) {
    const option = document.createElement("option");
    option.value = name.text;
    list.append(option);
  }
  const search = document.querySelector(".search");
  const wanted = document.getElementById("area-search");
  search.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = wanted.value.trim().toLowerCase();
    if (!text) return;
    const is = [
      (n) => n.text.toLowerCase() === text, (n) => n.row.c.toLowerCase() === text || n.row.n.toLowerCase() === text,
      (n) => n.row.n.toLowerCase().startsWith(text), (n) => n.row.n.toLowerCase().includes(text),
    ];
    let found = null;
    for (const test of is) found = found || names.find(test);
    if (!found) { say.textContent = `No area is called ${wanted.value}.`; wanted.setCustomValidity(say.textContent); wanted.reportValidity(); return; }
    if (!found.layer.fill) show(found.layer, true);
    if (!isPoint(found.layer, found.i)) mark([shape(found.layer, found.i)]);
    fit(boxOf(found.layer, found.i));
    map.getContainer().dataset.area = found.row.c;
    say.textContent = `The map shows ${words(found.row)}.`;
  });
  wanted.addEventListener("input", () => wanted.setCustomValidity(""));

  // Which findings are listed.
  document.querySelector(".filters").addEventListener("change", (event) => {
    const checked = new Set([...event.currentTarget.querySelectorAll("input:checked")].map((i) => i.value));
    for (const card of document.querySelectorAll(".finding[data-severity]")) card.hidden = !checked.has(card.dataset.severity);
    for (const group of document.querySelectorAll(".group")) group.hidden = !group.querySelector(".finding:not([hidden])");
  });

  // On paper tables stand open.
  addEventListener("beforeprint", () => {
    for (const more of document.querySelectorAll("details.more")) {
      if (more.querySelectorAll("tr, .finding").length <= 400) more.open = true;
    }
  });
  map.getContainer().dataset.ready = "yes";
})();
