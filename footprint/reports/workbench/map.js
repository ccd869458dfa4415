// The map: three canvases, blocks below, borders between areas above them, and numbers and the place of the
// keyboard on top. A stroke draws only the ground around it anew.
const COLOURS = ["#9ecae9", "#f7c48a", "#a6d8c2", "#e8b3cf", "#f1e48a", "#c3b7e2", "#f3aa97", "#b9dd8c", "#8fd0d6", "#dbc3a5", "#b8c4ce", "#e6c6f0"];
const colourOf = (area) => area < 0 ? "#ffffff" : COLOURS[area % COLOURS.length];
const [WIDE, HIGH] = D.map.box;

const Chart = (() => {
  const base = document.getElementById("base"), lined = document.getElementById("lines"), top = document.getElementById("over"), frame = document.getElementById("map");
  const paint = base.getContext("2d", { alpha: false }), line = lined.getContext("2d"), over = top.getContext("2d");
  const paths = [], boxes = [], middles = [];
  for (const polygons of D.map.shapes) {
    const path = new Path2D();
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    let best = null, most = -1;
    for (const rings of polygons) {
      rings.forEach((ring, r) => {
        let x = 0, y = 0, twice = 0, sx = 0, sy = 0, px = 0, py = 0;
        for (let i = 0; i < ring.length; i += 2) {
          px = x; py = y;
          x += ring[i]; y += ring[i + 1];
          if (i) { path.lineTo(x, y); twice += px * y - x * py; } else path.moveTo(x, y);
          sx += x; sy += y;
          box[0] = Math.min(box[0], x); box[1] = Math.min(box[1], y); box[2] = Math.max(box[2], x); box[3] = Math.max(box[3], y);
        }
        path.closePath();
        if (r === 0 && Math.abs(twice) > most) { most = Math.abs(twice); best = [2 * sx / ring.length, 2 * sy / ring.length]; }
      });
    }
    paths.push(path); boxes.push(box); middles.push(best || [0, 0]);
  }
  const sides = shared();
  const CELLS = 48, grid = Array.from({ length: CELLS * CELLS }, () => []);
  const bucket = (v, whole) => Math.max(0, Math.min(CELLS - 1, Math.floor(v / (whole + 1) * CELLS)));
  boxes.forEach((box, b) => {
    for (let i = bucket(box[0], WIDE); i <= bucket(box[2], WIDE); i++) {
      for (let j = bucket(box[1], HIGH); j <= bucket(box[3], HIGH); j++) grid[i * CELLS + j].push(b);
    }
  });
  const test = document.createElement("canvas").getContext("2d");
  const view = { scale: 1, x: 0, y: 0, least: 1 };
  let now = new Int32Array(N).fill(-1), cursor = -1, numbers = true;

  // Edges that two blocks have alike: by pair of blocks, their path.
  function shared() {
    const points = new Map(), seen = new Map(), found = new Map();
    const at = (x, y) => { const key = x * 65536 + y; if (!points.has(key)) points.set(key, points.size); return points.get(key); };
    D.map.shapes.forEach((polygons, b) => {
      for (const rings of polygons) for (const ring of rings) {
        const corners = [];
        let x = 0, y = 0;
        for (let i = 0; i < ring.length; i += 2) { x += ring[i]; y += ring[i + 1]; corners.push([x, y, at(x, y)]); }
        corners.forEach((one, i) => {
          const other = corners[(i + 1) % corners.length];
          const key = Math.min(one[2], other[2]) * 1048576 + Math.max(one[2], other[2]);
          const first = seen.get(key);
          if (first === undefined) { seen.set(key, b); return; }
          if (first === b) return;
          const pair = Math.min(first, b) * N + Math.max(first, b);
          if (!found.has(pair)) found.set(pair, new Path2D());
          const path = found.get(pair);
          path.moveTo(one[0], one[1]); path.lineTo(other[0], other[1]);
        });
      }
    });
    // a border lies where the boxes of its blocks meet
    return [...found].map(([pair, path]) => {
      const one = Math.floor(pair / N), other = pair % N, a = boxes[one], b = boxes[other];
      return [one, other, path, [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])]];
    });
  }

  const set = (context) => context.setTransform(view.scale * dpr(), 0, 0, -view.scale * dpr(), view.x * dpr(), view.y * dpr());
  const dpr = () => Math.min(2, window.devicePixelRatio || 1);

  function size() {
    const width = frame.clientWidth, height = frame.clientHeight;
    for (const canvas of [base, lined, top]) {
      canvas.width = Math.round(width * dpr()); canvas.height = Math.round(height * dpr());
    }
    view.least = Math.min((width - 16) / WIDE, (height - 16) / HIGH);
  }
  function whole() {
    size();
    view.scale = view.least;
    view.x = (frame.clientWidth - WIDE * view.scale) / 2;
    view.y = (frame.clientHeight + HIGH * view.scale) / 2;
    draw();
  }
  function zoom(by, x = frame.clientWidth / 2, y = frame.clientHeight / 2) {
    const scale = Math.max(view.least * 0.8, Math.min(view.least * 60, view.scale * by));
    view.x = x - (x - view.x) * scale / view.scale;
    view.y = y - (y - view.y) * scale / view.scale;
    view.scale = scale;
    draw();
  }
  function move(dx, dy) { view.x += dx; view.y += dy; draw(); }

  function fill(blocks) {
    set(paint);
    paint.lineJoin = "round";
    paint.lineWidth = 0.6 / view.scale;
    paint.strokeStyle = "#ffffff";
    for (const b of blocks) {
      paint.fillStyle = colourOf(now[b]);
      paint.fill(paths[b], "evenodd");
      paint.stroke(paths[b]);
    }
  }
  function draw() {
    paint.setTransform(1, 0, 0, 1, 0, 0);
    paint.fillStyle = "#e8eef2";
    paint.fillRect(0, 0, base.width, base.height);
    fill(paths.keys());
    borders([0, 0, WIDE, HIGH], true);
    above();
  }
  const meets = (a, b) => a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];
  function borders(box, all = false) {
    set(line);
    line.save();
    const pad = 4 / view.scale, [x, y, width, height] = [box[0] - pad, box[1] - pad, box[2] - box[0] + 2 * pad, box[3] - box[1] + 2 * pad];
    if (all) {
      line.setTransform(1, 0, 0, 1, 0, 0);
      line.clearRect(0, 0, lined.width, lined.height);
      set(line);
    } else {
      line.beginPath(); line.rect(x, y, width, height); line.clip();
      line.clearRect(x, y, width, height);
    }
    line.lineCap = "round";
    line.strokeStyle = "#1b1f24";
    line.lineWidth = 1.8 / view.scale;
    const near = [x - pad, y - pad, x + width + pad, y + height + pad];
    for (const [one, other, path, place] of sides) {
      if (now[one] !== now[other] && (all || meets(place, near))) line.stroke(path);
    }
    line.restore();
  }
  // The box around blocks.
  function around(blocks) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const b of blocks) {
      box[0] = Math.min(box[0], boxes[b][0]); box[1] = Math.min(box[1], boxes[b][1]);
      box[2] = Math.max(box[2], boxes[b][2]); box[3] = Math.max(box[3], boxes[b][3]);
    }
    return box;
  }
  function above() {
    over.setTransform(1, 0, 0, 1, 0, 0);
    over.clearRect(0, 0, top.width, top.height);
    set(over);
    if (cursor >= 0) {
      over.strokeStyle = "#ffffff"; over.lineWidth = 6 / view.scale; over.stroke(paths[cursor]);
      over.strokeStyle = "#c43c00"; over.lineWidth = 3 / view.scale; over.stroke(paths[cursor]);
    }
    if (numbers) label();
  }
  function label() {
    const sum = new Map();
    for (let b = 0; b < N; b++) {
      if (now[b] < 0) continue;
      const held = sum.get(now[b]) || [0, 0, 0];
      const weight = Math.max(1, D.ground.m2[b]);
      held[0] += middles[b][0] * weight; held[1] += middles[b][1] * weight; held[2] += weight;
      sum.set(now[b], held);
    }
    const near = new Map();
    for (let b = 0; b < N; b++) {
      const held = sum.get(now[b]);
      if (!held) continue;
      const far = Math.hypot(middles[b][0] - held[0] / held[2], middles[b][1] - held[1] / held[2]);
      if (!near.has(now[b]) || far < near.get(now[b])[1]) near.set(now[b], [b, far]);
    }
    over.setTransform(dpr(), 0, 0, dpr(), 0, 0);
    over.font = `700 ${near.size > 30 ? 12 : 14}px system-ui, sans-serif`;
    over.textAlign = "center"; over.textBaseline = "middle"; over.lineJoin = "round";
    const taken = [];
    // where two would lie on each other the area with more ground has its number; nearer, both have
    for (const [area, [b]] of [...near].sort((one, other) => sum.get(other[0])[2] - sum.get(one[0])[2])) {
      const x = view.x + middles[b][0] * view.scale, y = view.y - middles[b][1] * view.scale;
      if (taken.some(([a, c]) => Math.abs(a - x) < 19 && Math.abs(c - y) < 15)) continue;
      taken.push([x, y]);
      over.lineWidth = 4; over.strokeStyle = "#ffffff"; over.strokeText(String(area + 1), x, y);
      over.fillStyle = "#1b1f24"; over.fillText(String(area + 1), x, y);
    }
  }
  function hit(x, y) {
    const mx = (x - view.x) / view.scale, my = (view.y - y) / view.scale;
    if (mx < 0 || my < 0 || mx > WIDE || my > HIGH) return -1;
    for (const b of grid[bucket(mx, WIDE) * CELLS + bucket(my, HIGH)]) {
      const box = boxes[b];
      if (mx >= box[0] && mx <= box[2] && my >= box[1] && my <= box[3] && test.isPointInPath(paths[b], mx, my, "evenodd")) return b;
    }
    return -1;
  }
  // The block that lies nearest in a direction: along it, and not far to the side.
  function towards(from, dx, dy) {
    let best = -1, least = Infinity;
    const [x, y] = middles[from];
    for (let b = 0; b < N; b++) {
      if (b === from) continue;
      const ax = middles[b][0] - x, ay = middles[b][1] - y, along = ax * dx + ay * dy, side = Math.abs(ax * dy - ay * dx);
      if (along <= 0 || side > 1.2 * along) continue;
      const far = along + 1.5 * side;
      if (far < least) { least = far; best = b; }
    }
    return best;
  }
  function at(b) {
    cursor = b;
    if (b >= 0) {
      const x = view.x + middles[b][0] * view.scale, y = view.y - middles[b][1] * view.scale;
      if (x < 20 || y < 20 || x > frame.clientWidth - 20 || y > frame.clientHeight - 20) { move(frame.clientWidth / 2 - x, frame.clientHeight / 2 - y); return; }
    }
    above();
  }
  return {
    frame, whole, zoom, move, hit, towards, at, draw, size,
    get cursor() { return cursor; },
    spot: (b) => [view.x + middles[b][0] * view.scale, view.y - middles[b][1] * view.scale],
    show(assignment) { now = assignment; draw(); },
    changed(blocks) {
      if (!blocks.length) return;
      fill(blocks);
      // blocks far apart, as after undo, would have all between them drawn anew
      if (blocks.length > 40) borders(around(blocks)); else for (const b of blocks) borders(boxes[b]);
      above();
    },
  };
})();
