// The page: strokes, undo and redo, the tables beside the map, files.
const START_TODAY = (() => {
  const found = new Int32Array(N).fill(-1), most = new Float64Array(N).fill(-1);
  triples(D.was, (place, old, people) => { if (place < N && people > most[place]) { found[place] = old; most[place] = people; } });
  return found;
})();
const TODAYS = D.areas.slice(0, D.old).map((area) => ({ code: area.was || area.code, name: area.first, first: area.first }));
const $ = (id) => document.getElementById(id);
const number = (value) => Math.round(value).toLocaleString("en-GB");
const percent = (value) => value === null || value === undefined ? "–" : `${(100 * value).toFixed(1)}\u00a0%`;
const STATUS = { below: "below the band", above: "above the band", within: "within the band" };

let areas = D.areas.map((area) => ({ ...area }));
// a level that the plan does not have yet begins with one area, in which nobody is
if (!areas.length) areas.push({ code: "NEW-1", name: `New ${D.level} 1`, first: null });
let now = Int32Array.from(D.now), brush = 0, told = figures(now, areas.length);
const undone = [], done = [];

function make(name, text, attributes = {}) {
  const element = document.createElement(name);
  if (text !== undefined && text !== null) element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
const say = (text) => { $("said").textContent = text; };
const label = (a) => a < -1 ? D.elsewhere[-2 - a] : a < 0 ? "no area" : `${a + 1} ${areas[a].name}`;
function write(element, text) { if (element.textContent !== text) element.textContent = text; }

// ── strokes ─────────────────────────────────────────────────────────────────────────────────────

// Gives blocks to an area; returns those that changed, with where they were.
function give(blocks, area) {
  const changed = [];
  for (const b of blocks) if (now[b] !== area) { changed.push([b, now[b]]); now[b] = area; }
  return changed;
}
function finished(stroke) {
  if (!stroke.length) return;
  done.push({ blocks: stroke, area: now[stroke[0][0]] });
  undone.length = 0;
  refresh();
}
function stroke(blocks, area = brush) {
  const changed = give(blocks, area);
  Chart.changed(changed.map(([b]) => b));
  finished(changed);
  if (changed.length) say(`${changed.length === 1 ? D.blocks.name[changed[0][0]] : `${changed.length} blocks`} now in ${label(area)}: ${sentence(area)}`);
  return changed.length;
}
function sentence(area) {
  const row = told.rows[area];
  const parts = row.parts > 1 ? `, in ${row.parts} parts that are not connected` : "";
  return `${number(row.people)} people${row.status ? `, ${STATUS[row.status]}` : ""}${parts}.`;
}
function undo() {
  const last = done.pop();
  if (!last) return say("There is nothing to undo.");
  if (last.areas) { [areas, last.areas] = [last.areas, areas]; [now, last.now] = [last.now, now]; undone.push(last); return everything("Undone."); }
  for (const [b, area] of last.blocks) now[b] = area;
  undone.push(last);
  Chart.changed(last.blocks.map(([b]) => b));
  refresh();
  say(`Undone: ${last.blocks.length} blocks go back.`);
}
function redo() {
  const next = undone.pop();
  if (!next) return say("There is nothing to redo.");
  if (next.areas) { [areas, next.areas] = [next.areas, areas]; [now, next.now] = [next.now, now]; done.push(next); return everything("Done again."); }
  for (const [b] of next.blocks) now[b] = next.area;
  done.push(next);
  Chart.changed(next.blocks.map(([b]) => b));
  refresh();
  say(`Done again: ${next.blocks.length} blocks.`);
}
function everything(words) {
  if (brush >= areas.length) brush = 0;
  rows();
  refresh();
  Chart.show(now);
  say(words);
}
function newArea() {
  const used = new Set([...D.taken, ...areas.map((area) => area.code)]);
  let n = 1;
  while (used.has(`NEW-${n}`)) n++;
  areas.push({ code: `NEW-${n}`, name: `New ${D.level} ${n}`, first: null });
  brush = areas.length - 1;
  rows();
  refresh();
  say(`${label(brush)} is new and chosen to paint with.`);
  $(`name-${brush}`).focus();
  $(`name-${brush}`).select();
}

// ── tables ──────────────────────────────────────────────────────────────────────────────────────

const COLUMNS = ["people", "cut", "parts", "moved", "care", "shape"];
function rows() {
  const body = $("areas");
  body.replaceChildren();
  areas.forEach((area, a) => {
    const row = make("tr", null, { id: `row-${a}` }), head = make("th", null, { scope: "row" }), box = make("label", null, { class: "pick" });
    const radio = make("input", null, { type: "radio", name: "brush", value: a, "aria-label": `Paint with ${label(a)}` });
    radio.checked = a === brush;
    radio.addEventListener("change", () => { brush = a; write($("with"), label(a)); });
    const mark = make("span", String(a + 1), { class: `mark c${a % COLOURS.length}`, "aria-hidden": "true" });
    const name = make("input", null, { type: "text", id: `name-${a}`, "aria-label": `Name of area ${a + 1}`, maxlength: 120 });
    name.value = area.name;
    name.addEventListener("change", () => {
      area.name = name.value.trim() || area.name;
      name.value = area.name;
      radio.setAttribute("aria-label", `Paint with ${label(a)}`);
      refresh();
      say(`Area ${a + 1} is called ${area.name}.`);
    });
    box.append(radio, mark);
    const both = make("div");
    both.append(box, name);
    head.append(both);
    row.append(head, ...COLUMNS.map((column) => make("td", "", { class: column })));
    body.append(row);
  });
}
function careText(row) {
  if (D.care.missing) return "–";
  if (!row.blocks || row.least === null || row.most === null) return "–";
  const ends = `${percent(row.least)} to ${percent(row.most)}`;
  if (D.care.hidden) return ends;
  return row.most - row.least < 5e-4 ? percent(row.index) : `${percent(row.index)} (${ends})`;
}
function refresh() {
  told = figures(now, areas.length);
  areas.forEach((_, a) => {
    const row = told.rows[a], cells = $(`row-${a}`).children, empty = !row.blocks;
    const cut = row.cut + row.across;
    const values = [
      empty ? "nobody" : `${number(row.people)}${row.status ? ` ${row.status}` : ""}`,
      empty ? "–" : cut ? String(cut) : "0", empty ? "–" : String(row.parts),
      empty || D.creates ? "–" : number(row.moved), careText(row), row.compact === null ? "–" : row.compact.toFixed(2),
    ];
    values.forEach((value, i) => write(cells[i + 1], value));
    cells[1].className = `people ${row.status || ""}`;
    cells[2].className = cut ? "cut bad" : "cut";
    cells[3].className = row.parts > 1 ? "parts bad" : "parts";
  });
  const total = $("total").children;
  [`${number(told.people)}${D.band ? `, ${told.outside} of ${told.areas} outside` : ""}`, String(told.splits.length + told.crossing.length),
    told.parted ? `${told.parted} in parts` : "all whole", told.moved === null ? "–" : number(told.moved),
    D.care.missing || D.care.hidden ? "–" : percent(told.care), `${number(told.border / 1e6)} km border`]
    .forEach((value, i) => write(total[i + 1], value));
  write($("with"), label(brush));
  $("undo").disabled = !done.length;
  $("redo").disabled = !undone.length;
  splitList();
  later();
}
function splitList() {
  const list = $("splits"), words = [
    ...told.splits.map((s) => `${s.name} (${s.code}), of ${s.title}, lies in ${s.in.map(label).join(" and ")}`),
    ...told.crossing.map((s) => `${label(s.area)} lies in ${s.in.join(" and ")}, of ${s.title}`),
  ];
  const shown = words.slice(0, 40);
  if (words.length > 40) shown.push(`… and ${words.length - 40} more`);
  if (!words.length) shown.push("None.");
  const key = shown.join("\n");
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.replaceChildren(...shown.map((text) => make("li", text)));
}
// What nobody waits for: the list of blocks, and the text of the files.
let waiting = 0;
function later() {
  clearTimeout(waiting);
  waiting = setTimeout(() => { if ($("listing").open) blockList(); if ($("texts").open) texts(); }, 150);
}
function blockList() {
  const wanted = $("find").value.trim().toLowerCase(), list = $("blocks"), chosen = new Set([...list.selectedOptions].map((o) => o.value));
  const found = [];
  for (let b = 0; b < N && found.length < 400; b++) {
    const text = `${D.blocks.name[b] === D.blocks.code[b] ? "" : `${D.blocks.name[b]}, `}${D.blocks.code[b]}: ${number(D.blocks.people[b])} people, ${label(now[b])}`;
    if (wanted && !text.toLowerCase().includes(wanted)) continue;
    const option = make("option", text, { value: b });
    option.selected = chosen.has(String(b));
    found.push(option);
  }
  list.replaceChildren(...found);
  write($("listed"), found.length === 400 ? "The first 400 that fit; write more of a name to see others." : `${found.length} blocks`);
}

// ── files ───────────────────────────────────────────────────────────────────────────────────────

function saved() {
  return { toml: proposalToml(now, areas, $("title").value.trim(), $("date").value || D.date), csv: assignmentCsv(now, areas) };
}
function texts() {
  const files = saved();
  $("toml").value = files.toml;
  $("csv").value = files.csv;
}
function download(name, text, type) {
  const link = make("a", null, { download: name, href: URL.createObjectURL(new Blob([text], { type })) });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  say(`${name} saved.`);
}
function open(toml, csv) {
  const found = opened(toml, csv);
  done.push({ areas, now });
  undone.length = 0;
  ({ areas, now } = found);
  if (found.title) $("title").value = found.title;
  if (/^\d{4}-\d\d-\d\d$/.test(found.date || "")) $("date").value = found.date;
  everything(`Opened: ${found.title || "a proposal"}.`);
}
async function chosenFiles() {
  let toml = "", csv = "";
  for (const file of $("open").files) {
    if (file.name.toLowerCase().endsWith(".toml")) toml = await file.text();
    if (file.name.toLowerCase().endsWith(".csv")) csv = await file.text();
  }
  $("open").value = "";
  try {
    if (!toml) throw new Error("choose proposal.toml, and assignment.csv with it");
    open(toml, csv);
    write($("fault"), "");
  } catch (fault) {
    write($("fault"), `Not opened, and nothing was changed: ${fault.message}.`);
  }
}

// ── pointer and keyboard ────────────────────────────────────────────────────────────────────────

function pointers() {
  const frame = Chart.frame;
  let painting = null, last = null, panning = null, frameAsked = false;
  const where = (event) => { const box = frame.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
  const moving = () => $("mode-move").checked;
  function along(x, y) {
    const steps = Math.max(1, Math.ceil(Math.hypot(x - last[0], y - last[1]) / 4)), met = new Set();
    for (let i = 1; i <= steps; i++) {
      const b = Chart.hit(last[0] + (x - last[0]) * i / steps, last[1] + (y - last[1]) * i / steps);
      if (b >= 0) met.add(b);
    }
    last = [x, y];
    const changed = give(met, brush);
    if (!changed.length) return;
    painting.push(...changed);
    Chart.changed(changed.map(([b]) => b));
    if (!frameAsked) { frameAsked = true; requestAnimationFrame(() => { frameAsked = false; refresh(); }); }
  }
  frame.addEventListener("pointerdown", (event) => {
    const [x, y] = where(event);
    if (event.button === 0 && !moving()) { painting = []; last = [x, y]; along(x, y); } else panning = [x, y];
    frame.setPointerCapture(event.pointerId);
    if (event.button !== 0) event.preventDefault();
  });
  frame.addEventListener("pointermove", (event) => {
    const [x, y] = where(event);
    if (painting) along(x, y);
    else if (panning) { Chart.move(x - panning[0], y - panning[1]); panning = [x, y]; }
    else tip(Chart.hit(x, y));
  });
  const end = () => {
    if (painting && painting.length) {
      const stroke = painting;
      finished(stroke);
      say(`${stroke.length} ${stroke.length === 1 ? "block" : "blocks"} now in ${label(brush)}: ${sentence(brush)}`);
    }
    painting = panning = null;
  };
  frame.addEventListener("pointerup", end);
  frame.addEventListener("pointercancel", end);
  frame.addEventListener("contextmenu", (event) => event.preventDefault());
  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !moving()) return; // the page scrolls as pages do
    event.preventDefault();
    Chart.zoom(event.deltaY < 0 ? 1.25 : 0.8, ...where(event));
  }, { passive: false });
}
function tip(b) { write($("under"), b < 0 ? "" : `${D.blocks.name[b]} · ${number(D.blocks.people[b])} people · ${label(now[b])}`); }
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (ARROWS[event.key]) {
    const to = Chart.cursor < 0 ? 0 : Chart.towards(Chart.cursor, ...ARROWS[event.key]);
    if (to >= 0) {
      Chart.at(to);
      if (event.shiftKey) stroke([to]);
      else say(`${D.blocks.name[to]}: ${number(D.blocks.people[to])} people, in ${label(now[to])}.`);
      tip(to);
    }
  } else if ((event.key === " " || event.key === "Enter") && Chart.cursor >= 0) stroke([Chart.cursor]);
  else if (event.key === "+" || event.key === "=") Chart.zoom(1.5);
  else if (event.key === "-") Chart.zoom(1 / 1.5);
  else if (event.key === "0") Chart.whole();
  else if (/^[1-9]$/.test(event.key) && event.key <= areas.length) choose(Number(event.key) - 1);
  else return;
  event.preventDefault();
}
function choose(a) {
  brush = a;
  $(`row-${a}`).querySelector("input[type=radio]").checked = true;
  write($("with"), label(a));
  say(`Painting with ${label(a)}.`);
}

rows();
$("date").value = D.date || new Date().toISOString().slice(0, 10);
$("undo").addEventListener("click", undo);
$("redo").addEventListener("click", redo);
$("new").addEventListener("click", newArea);
$("in").addEventListener("click", () => Chart.zoom(1.5));
$("out").addEventListener("click", () => Chart.zoom(1 / 1.5));
$("whole").addEventListener("click", () => Chart.whole());
$("find").addEventListener("input", blockList);
$("listing").addEventListener("toggle", blockList);
$("texts").addEventListener("toggle", texts);
$("title").addEventListener("input", later);
$("date").addEventListener("input", later);
$("give").addEventListener("click", () => {
  const chosen = [...$("blocks").selectedOptions].map((option) => Number(option.value));
  if (!chosen.length) return say("Choose blocks in the list first.");
  if (!stroke(chosen)) say("They are in this area already.");
});
$("save-toml").addEventListener("click", () => download("proposal.toml", saved().toml, "application/toml"));
$("save-csv").addEventListener("click", () => download("assignment.csv", saved().csv, "text/csv"));
$("open").addEventListener("change", chosenFiles);
for (const name of ["mode-paint", "mode-move"]) $(name).addEventListener("change", () => Chart.frame.classList.toggle("moving", $("mode-move").checked));
Chart.frame.addEventListener("keydown", keys);
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || /^(text|search|date)$/.test(event.target.type || "")) return;
  const key = event.key.toLowerCase();
  if (key === "z" && !event.shiftKey) undo();
  else if (key === "y" || key === "z") redo();
  else return;
  event.preventDefault();
});
pointers();
refresh();
Chart.show(now);
Chart.whole();
new ResizeObserver(() => Chart.whole()).observe(Chart.frame);
Chart.frame.dataset.ready = "";
