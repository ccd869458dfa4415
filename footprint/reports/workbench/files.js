// What is saved and opened: proposal.toml and assignment.csv, as `footprint check --proposal` takes them.
const quoted = (text) => JSON.stringify(text.replace(/[\u0000-\u001f\u007f]+/g, " ")).replace(/[\u2028\u2029]/g, " ");
const cell = (text) => /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

function partsOfToday() {
  const found = Array.from({ length: N }, () => new Set());
  triples(D.was, (place, old) => { if (place < N) found[place].add(old); });
  return found;
}
const TODAY = partsOfToday();

function changedBlocks(now) {
  const found = [];
  for (let b = 0; b < N; b++) {
    if (now[b] >= 0 && (TODAY[b].size !== 1 || !TODAY[b].has(now[b]))) found.push(b);
  }
  return found;
}

function assignmentCsv(now, areas) {
  const lines = ["code,area"];
  for (const b of changedBlocks(now)) {
    const codes = D.blocks.units ? D.blocks.units[b] : [D.blocks.code[b]];
    for (const code of codes) lines.push(`${cell(code)},${cell(areas[now[b]].code)}`);
  }
  return lines.join("\n") + "\n";
}

function proposalToml(now, areas, title, date) {
  const at = everywhere(now), held = new Set(at);
  const lines = [
    "# Painted on the workbench. Who is in which area stands in assignment.csv beside this file; what it does",
    "# not list stays as it is. Check it with: footprint check PLAN --proposal FOLDER",
    "",
    `title = ${quoted(title || "Painted by hand")}`,
    `effective_date = ${date}`,
    `level = ${quoted(D.level)}`,
  ];
  if (D.creates) lines.push("creates = true");
  areas.forEach((area, i) => {
    const first = D.areas[i], named = i >= D.old || area.was || area.name !== area.first;
    if (!held.has(i) || !named) return;
    lines.push("", "[[area]]", `code = ${quoted(area.code)}`, `name = ${quoted(area.name)}`);
    if (area.was && first) lines.push(`was = ${quoted(area.was)}`);
  });
  return lines.join("\n") + "\n";
}

// Reads the part of TOML that proposals are written in: keys of text and dates, and [[area]] tables.
function readProposal(text) {
  const found = { areas: [] };
  let table = found;
  for (const raw of text.replace(/^\ufeff/, "").split(/\r?\n/)) {
    const line = raw.trim();
    if (!line || line.startsWith("#")) continue;
    const head = /^\[\[?\s*([\w.-]+)\s*\]\]?\s*(#.*)?$/.exec(line);
    if (head) {
      table = {};
      if (head[1] === "area") found.areas.push(table);
      else if (head[1] === "boundary") throw new Error("it has a boundary file; the workbench opens proposals with an assignment");
      continue;
    }
    const pair = /^([\w-]+)\s*=\s*("(?:[^"\\]|\\.)*"|'[^']*'|[^#\s]+)/.exec(line);
    if (!pair) continue;
    const value = pair[2];
    if (value.startsWith('"')) {
      try { table[pair[1]] = JSON.parse(value); } catch { throw new Error(`it has text that this page cannot read: ${line.slice(0, 60)}`); }
    } else table[pair[1]] = value.startsWith("'") ? value.slice(1, -1) : value;
  }
  return found;
}

function readCsv(text) {
  const rows = [];
  for (const line of text.replace(/^\ufeff/, "").split(/\r?\n/)) {
    if (!line.trim()) continue;
    const cells = [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(,|$)/g)].map((m) => m[1].startsWith('"') ? m[1].slice(1, -1).replaceAll('""', '"') : m[1].trim());
    rows.push(cells);
  }
  const head = (rows.shift() || []).map((name) => name.trim().toLowerCase());
  const code = head.indexOf("code"), area = head.indexOf("area");
  if (code < 0 || area < 0) throw new Error("the assignment has no columns code and area");
  return rows.map((cells) => [cells[code], cells[area]]);
}

// Returns areas and assignment of a proposal; throws with what is wrong, and then nothing is changed.
function opened(toml, csv) {
  const proposal = readProposal(toml);
  if (proposal.level && proposal.level !== D.level) throw new Error(`it changes the ${proposal.level} level, and this page paints ${D.level}s`);
  const areas = TODAYS.map((area) => ({ ...area }));
  const now = Int32Array.from(START_TODAY);
  for (const { code, name, was } of proposal.areas) {
    if (!code) throw new Error("an [[area]] has no code");
    const known = areas.find((area) => area.code === (was || code));
    if (was && was !== code && !known) throw new Error(`it recodes ${was}, which this page does not have`);
    if (known) { known.name = name || known.name; if (was && was !== code) { known.was = was; known.code = code; } }
    else areas.push({ code, name: name || code, first: null });
  }
  const position = new Map(areas.map((area, i) => [area.code, i]));
  const block = new Map(D.blocks.code.map((code, i) => [code, [i]]));
  const unit = new Map((D.blocks.units || []).flatMap((codes, i) => codes.map((code) => [code, i])));
  for (const layer of [...D.nests, ...D.within]) {
    layer.code.forEach((code, i) => {
      if (block.has(code)) return;
      const found = [];
      pairs(layer.parts, (place, area) => { if (area === i) found.push(place); });
      if (found.every((place) => place >= 0 && place < N)) block.set(code, found);
    });
  }
  const lost = [];
  const given = new Map();
  for (const [code, area] of csv ? readCsv(csv) : []) {
    const where = block.get(code) || (unit.has(code) ? [unit.get(code)] : null);
    if (!where || !position.has(area)) { lost.push(where ? area : code); continue; }
    for (const b of where) {
      if (given.has(b) && given.get(b) !== position.get(area)) throw new Error(`it divides ${D.blocks.name[b]}, which is one block here`);
      given.set(b, position.get(area));
      now[b] = position.get(area);
    }
  }
  if (lost.length) throw new Error(`${lost.length} of its codes are not on this page: ${[...new Set(lost)].slice(0, 5).join(", ")}`);
  return { areas, now, title: proposal.title, date: proposal.effective_date };
}
