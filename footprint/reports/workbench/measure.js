"use strict";
// Figures of areas, summed from what each block adds, as the program sums them (guide: workbench, flows).
const D = JSON.parse(document.getElementById("data").textContent);
const N = D.blocks.code.length, PLACES = D.blocks.people.length;
const triples = (flat, each) => { for (let i = 0; i < flat.length; i += 3) each(flat[i], flat[i + 1], flat[i + 2]); };
const pairs = (flat, each) => { for (let i = 0; i < flat.length; i += 2) each(flat[i], flat[i + 1]); };
const ratio = (part, whole) => whole > 1e-9 ? part / whole : null;

// Where every place is: blocks as painted, and ground that stays.
function everywhere(now) {
  const at = new Int32Array(PLACES);
  at.set(now.subarray(0, N));
  D.fixed.forEach((area, i) => { at[N + i] = area; });
  return at;
}

function figures(now, count) {
  const at = everywhere(now), rows = [];
  for (let a = 0; a < count; a++) rows.push({ people: 0, blocks: 0, parts: 0, moved: 0, m2: 0, mm: 0, border: 0, cut: 0, across: 0 });
  for (let p = 0; p < PLACES; p++) {
    const row = rows[at[p]];
    if (row) { row.people += D.blocks.people[p]; row.blocks++; }
  }
  const between = shape(at, rows);
  const moved = moves(at, rows);
  const splits = nesting(at, rows);
  const crossing = across(at, rows);
  const care = D.care.missing ? null : inside(at, rows);
  for (const row of rows) row.status = status(row);
  const held = rows.filter((row) => row.blocks);
  return { rows, splits, crossing, moved, care, border: between, people: held.reduce((s, r) => s + r.people, 0),
    areas: held.length, outside: held.filter((r) => r.status && r.status !== "within").length,
    parted: held.filter((r) => r.parts > 1).length };
}

function status(row) {
  if (!D.band || !row.blocks) return null;
  const [low, high] = D.band;
  return low !== null && row.people < low ? "below" : high !== null && row.people > high ? "above" : "within";
}

// Ground, outline, border and connected parts (Polsby and Popper 1991: 4πA ÷ P²).
function shape(at, rows) {
  const g = D.ground;
  for (let p = 0; p < PLACES; p++) {
    const row = rows[at[p]];
    if (row) { row.m2 += g.m2[p]; row.mm += g.mm[p]; row.border += g.beyond[p]; }
  }
  let between = 0;
  triples(g.borders, (one, other, mm) => {
    const a = at[one], b = at[other];
    if (a === b) { if (a >= 0) rows[a].mm -= 2 * mm; return; }
    if (a >= 0 && b >= 0) { rows[a].border += mm; rows[b].border += mm; between += mm; }
  });
  const root = Int32Array.from(g.pieces.keys());
  const find = (i) => { while (root[i] !== i) { root[i] = root[root[i]]; i = root[i]; } return i; };
  pairs(g.joins, (one, other) => {
    if (at[g.pieces[one]] === at[g.pieces[other]]) {
      const x = find(one), y = find(other);
      if (x !== y) root[x] = y;
    }
  });
  for (let i = 0; i < root.length; i++) {
    const row = rows[at[g.pieces[i]]];
    if (row && root[i] === i) row.parts++;
  }
  for (const row of rows) {
    const outline = row.mm / 1000;
    row.compact = outline > 0 ? 4 * Math.PI * row.m2 / (outline * outline) : null;
  }
  return between;
}

// An area goes on as the one that it shares more than half of the people of both with; who is not in the
// area that goes on from theirs has moved, unless all of their area joined another one.
function moves(at, rows) {
  const before = new Float64Array(D.old), after = new Float64Array(rows.length), there = new Uint8Array(rows.length);
  const both = new Map(), all = new Map();
  triples(D.was, (place, old, people) => {
    const now = at[place];
    if (old >= 0) before[old] += people;
    if (now >= 0) { after[now] += people; there[now] = 1; }
    if (old >= 0) {
      if (now >= 0) both.set(old * rows.length + now, (both.get(old * rows.length + now) || 0) + people);
      if (!all.has(old)) all.set(old, new Set());
      all.get(old).add(now);
    }
  });
  const same = new Map(), taken = new Set();
  for (const [key, people] of both) {
    const old = Math.floor(key / rows.length), now = key % rows.length;
    if (people > 0.5 * (before[old] + after[now] - people)) { same.set(old, now); taken.add(now); }
  }
  for (let old = 0; old < D.old; old++) {
    if (!same.has(old) && there[old] && !taken.has(old)) { same.set(old, old); taken.add(old); }
  }
  const joins = new Set([...all].filter(([old, to]) => !same.has(old) && to.size === 1 && !to.has(-1)).map(([old]) => old));
  let moved = 0;
  triples(D.was, (place, old, people) => {
    const now = at[place];
    if (old < 0 && now < 0 || joins.has(old) || old >= 0 && same.get(old) === now) return;
    moved += people;
    if (now >= 0) rows[now].moved += people;
  });
  return D.creates ? null : moved;
}

// Areas of layers that are to lie in one painted area, and lie in several.
function nesting(at, rows) {
  const found = [];
  for (const layer of D.nests) {
    for (const [code, held] of grouped(layer, at, false)) {
      if (held.size < 2 || ![...held].some((a) => a >= 0)) continue;
      found.push({ layer: layer.key, title: layer.title, code: layer.code[code], name: layer.name[code], in: [...held] });
      for (const a of held) if (a >= 0) rows[a].cut++;
    }
  }
  return found;
}

// Painted areas that are to lie in one area of a layer, and lie in several.
function across(at, rows) {
  const found = [];
  for (const layer of D.within) {
    for (const [area, held] of grouped(layer, at, true)) {
      if (held.size < 2) continue;
      rows[area].across++;
      found.push({ layer: layer.key, title: layer.title, area, in: [...held].map((i) => layer.name[i]) });
    }
  }
  return found;
}

function grouped(layer, at, byPainted) {
  const found = new Map();
  pairs(layer.parts, (place, area) => {
    // below −1 stand areas that are not shown
    const now = place < 0 ? place : at[place];
    if (now === -1 || byPainted && now < 0) return;
    const [key, value] = byPainted ? [now, area] : [area, now];
    if (!found.has(key)) found.set(key, new Set());
    found.get(key).add(value);
  });
  return found;
}

// The localisation index, and the least and the most that it can be.
function inside(at, rows) {
  const C = D.care, P = C.sites.length, A = rows.length;
  const share = new Float64Array(A * P), sure = new Float64Array(A * P), maybe = new Float64Array(A * P);
  C.sites.forEach((sites, p) => {
    const held = new Map();
    let all = 0;
    pairs(sites, (place, weight) => {
      const area = place >= 0 ? at[place] : place;
      held.set(area, (held.get(area) || 0) + weight);
      all += weight;
    });
    if (!held.size) { for (let a = 0; a < A; a++) maybe[a * P + p] = 1; return; }
    // what is done at a site that nothing places may be done in any area, or in none
    const open = all < 1 - 1e-9 ? 1 - all : 0;
    const guessed = C.guess && (held.size > 1 || open > 0);
    if (open) for (let a = 0; a < A; a++) maybe[a * P + p] = guessed ? 1 : open;
    for (const [area, weight] of held) {
      if (area < 0) continue;
      share[area * P + p] = weight;
      if (guessed) maybe[area * P + p] = 1; else sure[area * P + p] = weight;
    }
  });
  const sum = rows.map(() => ({ inLow: 0, outLow: 0, inHigh: 0, mayHigh: 0, outHigh: 0, unknown: 0,
    worstIn: 0, worstOut: 0, bestIn: 0, bestOut: 0, within: 0, activity: 0, units: 0 }));
  const present = C.dropped ? new Float64Array(A * P) : null;
  for (const g of C.groups) {
    const held = new Map();
    g.p.forEach((place, i) => { if (at[place] >= 0) held.set(at[place], (held.get(at[place]) || 0) + g.w[i]); });
    for (const [a, weight] of held) group(g, a, weight / g.of, sum[a]);
  }
  function group(g, a, part, s) {
    let il = 0, ol = 0, ih = 0, mh = 0, oh = 0, within = 0, activity = 0;
    for (let i = 0, k = 0; i < g.r.length; i += 3, k++) {
      const cell = a * P + g.r[i], low = g.r[i + 1], high = g.r[i + 2];
      const su = sure[cell], ma = maybe[cell], out = 1 - su - ma;
      il += low * su; ol += low * out;
      ih += high * su; mh += high * ma; oh += high * out;
      within += (low + high) / 2 * share[cell];
      activity += (low + high) / 2;
      if (present) present[cell] += g.k ? g.k[k] : 0;
    }
    const rest = g.rest || [0, 0], whole = part >= 1 - 1e-9;
    s.within += within * part;
    s.activity += (activity + (rest[0] + rest[1]) / 2) * part;
    s.units += g.n || 0;
    if (g.thin) s.unknown += g.thin[1] * (C.alike ? part : 1);
    if (whole) {
      s.inLow += il; s.outLow += ol; s.inHigh += ih; s.mayHigh += mh; s.outHigh += oh; s.unknown += rest[1];
      return;
    }
    const outMost = oh + mh + rest[1], inMost = ih + mh + rest[1];
    if (!C.alike) { s.worstOut += outMost; s.bestIn += inMost; return; }
    const theirs = (il + outMost) * part, worst = Math.max(0, theirs - outMost);
    const most = (inMost + ol) * part, best = Math.min(most, inMost);
    s.worstIn += worst; s.worstOut += theirs - worst; s.bestIn += best; s.bestOut += most - best;
  }
  const total = { within: 0, activity: 0 };
  rows.forEach((row, a) => {
    const s = sum[a];
    if (!row.blocks) return;
    if (present) {
      for (let p = 0; p < P; p++) {
        const cell = a * P + p, most = (s.units - present[cell]) * C.dropped * C.scale;
        s.inHigh += most * sure[cell]; s.mayHigh += most * maybe[cell]; s.outHigh += most * (1 - sure[cell] - maybe[cell]);
      }
      s.unknown += s.units * C.unseen * C.dropped * C.scale;
    }
    let nobodyIn = 0, nobodyMay = C.lost, nobodyOut = 0;
    triples(C.nobody, (p, low, high) => {
      const cell = a * P + p;
      nobodyIn += high * sure[cell]; nobodyMay += high * maybe[cell]; nobodyOut += high * (1 - sure[cell] - maybe[cell]);
    });
    const worst = [s.inLow + s.worstIn, s.outHigh + s.mayHigh + s.unknown + nobodyOut + nobodyMay + s.worstOut];
    const best = [s.inHigh + s.mayHigh + s.unknown + nobodyIn + nobodyMay + s.bestIn, s.outLow + s.bestOut];
    row.least = ratio(worst[0], worst[0] + worst[1]);
    row.most = ratio(best[0], best[0] + best[1]);
    if (C.hidden) return;
    row.index = ratio(s.within, s.activity);
    row.activity = s.activity / C.scale; row.inside = s.within / C.scale;
    total.within += s.within; total.activity += s.activity;
  });
  return C.hidden ? null : ratio(total.within, total.activity);
}
