// The community as a moving picture: data in, events out. It knows no page: the notebook and the trainers' page both
// mount it on an element of theirs. `scene` is what dashboard/scene.py records.

const TYPES = { u1: Uint8Array, i1: Int8Array, u2: Uint16Array, i2: Int16Array, i4: Int32Array, f4: Float32Array };
const HIDDEN = 0, KNOWN = 1, WAITING = 2, MATCHED = 3, RESOLVED = 4, FAILED = 5, LAPSED = 6, ESCALATED = 7;
const LINGER = 3; // weeks for which an act, or the end of a need, can still be seen
const TIE_LINGER = 10;
const MOODS = 9; // shades from dissatisfied to satisfied
const QUEUE = 12, QUEUE_ROWS = 3; // needs that are drawn as a queue at an office before it is only a number

export const LIGHT = {
  ground: "#FFFFFF", tile: "#F3F4F6", block: "#E5E7EB", wall: "#FFFFFF", edge: "#CBD0D8", ink: "#1F2937", muted: "#6B7280",
  low: [213, 94, 0], middle: [176, 182, 191], high: [0, 114, 178], child: "#DADDE2",
  part: "#E69F00", hidden: "#B91C1C", waiting: "#CC79A7", matched: "#8B5CF6", resolved: "#009E73", lost: "#6B7280", escalated: "#7F1D1D", tie: "#56B4E9",
};
export const DARK = {
  ...LIGHT, ground: "#111827", tile: "#1F2937", block: "#2B3646", wall: "#18212F", edge: "#4B5563", ink: "#F3F4F6", muted: "#9CA3AF",
  low: [240, 130, 50], middle: [120, 128, 140], high: [86, 180, 233], child: "#3B4553", hidden: "#F87171", matched: "#A78BFA", resolved: "#34D399", lost: "#9CA3AF", escalated: "#FCA5A5",
};

export function unpack(packed) {
  const bytes = Uint8Array.from(atob(packed.data), (one) => one.charCodeAt(0));
  return new TYPES[packed.type](bytes.buffer);
}

export function unpackScene(scene) {
  const found = {};
  for (const [name, value] of Object.entries(scene)) {
    if (value && typeof value === "object" && !Array.isArray(value) && name !== "words") {
      found[name] = "data" in value && "type" in value ? unpack(value) : unpackScene(value);
    } else found[name] = value;
  }
  return found;
}

export function mountCommunity(element, scene, options = {}) {
  const data = unpackScene(scene);
  const people = data.residents, needs = data.needs, offices = data.organizations;
  const size = people.building.length, needCount = needs.id.length;
  const canvas = document.createElement("canvas"), still = document.createElement("canvas");
  canvas.style.cssText = "display:block;width:100%;height:100%;touch-action:pan-y";
  canvas.setAttribute("role", "img");
  element.append(canvas);
  const listeners = {};
  let words = scene.words[options.language || "en"], colors = options.dark ? DARK : LIGHT;
  let view = { scale: 1, left: 0, top: 0 }, week = 0, playing = false, speed = 2, last = 0, frame = 0, dirty = true;
  let shownWeek = -1, active = [], selected = null, zoom = 1, center = null, gone = false;

  const actsOf = index(data.acts.person, size), lastAct = new Int16Array(size);
  const committee = {}, street = [];
  offices.kind.forEach((kind, row) => {
    if (kind === "residents_committee") committee[offices.community[row]] = row;
    if (kind === "street_office") street.push(row);
  });
  canvas.setAttribute("aria-label", words.texts.canvas);

  function index(keys, count) {
    const lists = Array.from({ length: count }, () => []);
    keys.forEach((key, row) => lists[key].push(row));
    return lists;
  }

  function emit(name, value) {
    for (const handler of listeners[name] || []) handler(value);
  }

  const X = (x) => view.left + x * view.scale, Y = (y) => view.top + y * view.scale;

  // What stands still ------------------------------------------------------------------------------------------------

  function fit() {
    const ratio = window.devicePixelRatio || 1;
    const wide = Math.max(200, element.clientWidth), high = Math.max(150, element.clientHeight);
    canvas.width = still.width = Math.round(wide * ratio);
    canvas.height = still.height = Math.round(high * ratio);
    const whole = Math.min(canvas.width / (data.size[0] + 4), canvas.height / (data.size[1] + 8));
    const scale = whole * zoom;
    const middle = center || [data.size[0] / 2, data.size[1] / 2];
    view = { scale, left: canvas.width / 2 - middle[0] * scale, top: canvas.height / 2 - middle[1] * scale, whole };
    drawStill();
    draw();
  }

  function boxes(context, list, fill, edge) {
    context.fillStyle = fill;
    context.strokeStyle = edge;
    context.lineWidth = Math.max(1, view.scale * 0.08);
    for (let i = 0; i < list.length; i += 4) {
      const at = [X(list[i]), Y(list[i + 1]), list[i + 2] * view.scale, list[i + 3] * view.scale];
      context.fillRect(...at);
      if (edge) context.strokeRect(...at);
    }
  }

  function drawStill() {
    const context = still.getContext("2d");
    context.fillStyle = colors.ground;
    context.fillRect(0, 0, still.width, still.height);
    boxes(context, data.communities, colors.tile);
    boxes(context, data.microgrids, colors.block);
    boxes(context, data.buildings, colors.wall, colors.edge);
    const letters = Math.max(10 * (window.devicePixelRatio || 1), Math.min(2.6 * view.scale, 22 * (window.devicePixelRatio || 1)));
    context.font = `600 ${letters}px system-ui, "Noto Sans CJK SC", "Noto Sans CJK TC", "Microsoft YaHei", "PingFang SC", sans-serif`;
    context.textBaseline = "bottom";
    context.fillStyle = colors.ink;
    for (let c = 0; c * 4 < data.communities.length; c += 1) {
      const room = data.communities[c * 4 + 2] * view.scale;
      context.textAlign = "left";
      context.fillText(shortened(context, words.communities[c], room), X(data.communities[c * 4]) + 2, Y(data.communities[c * 4 + 1]) - 1);
    }
    offices.kind.forEach((kind, row) => office(context, kind, row));
  }

  function shortened(context, name, room) {
    if (context.measureText(name).width <= room) return name;
    let cut = name;
    while (cut.length > 1 && context.measureText(`${cut}…`).width > room) cut = cut.slice(0, -1);
    return `${cut}…`;
  }

  function office(context, kind, row) {
    if (kind === "county_committee") return;
    const x = X(offices.at[row * 2]), y = Y(offices.at[row * 2 + 1]), r = Math.max(2.5, view.scale * 0.95);
    context.fillStyle = kind === "party_community" || kind === "party_unit" ? "#C2410C" : kind === "residents_committee" || kind === "street_office" ? colors.ink : colors.muted;
    context.beginPath();
    if (kind === "social_organization" || kind === "charity_fund") context.arc(x, y, r, 0, 2 * Math.PI);
    else if (kind === "residents_committee" || kind === "street_office") {
      context.moveTo(x - r * 1.3, y - r * 0.3); context.lineTo(x, y - r * 1.5); context.lineTo(x + r * 1.3, y - r * 0.3);
      context.lineTo(x + r * 1.3, y + r); context.lineTo(x - r * 1.3, y + r); context.closePath();
    } else context.rect(x - r, y - r, 2 * r, 2 * r);
    context.fill();
  }

  // What moves -------------------------------------------------------------------------------------------------------

  function enterWeek(number) {
    shownWeek = number;
    active = [];
    const waiting = new Int32Array(offices.kind.length);
    for (let n = 0; n < needCount; n += 1) {
      const first = needs.first[n], stop = needs.first[n + 1];
      if (needs.week[first] > number) continue;
      let event = first;
      while (event + 1 < stop && needs.week[event + 1] <= number) event += 1;
      const state = needs.state[event], ended = state >= RESOLVED;
      if (ended && number - needs.week[event] > LINGER) continue;
      const before = event > first && needs.week[event] === number ? event - 1 : event;
      active.push({ n, event, state, from: place(n, before, waiting, false), to: place(n, event, waiting, true), moved: needs.week[event] });
    }
    lastAct.fill(-999);
    for (let i = 0; i < data.acts.week.length && data.acts.week[i] <= number; i += 1) {
      if (data.acts.form[i] >= 0) lastAct[data.acts.person[i]] = data.acts.week[i];
    }
    emit("week", number);
  }

  function home(n) {
    const b = needs.building[n];
    if (b >= 0) return [data.buildings[b * 4] + data.buildings[b * 4 + 2] / 2, data.buildings[b * 4 + 1] + data.buildings[b * 4 + 3] / 2];
    const row = needs.resident[n];
    return [people.at[row * 2], people.at[row * 2 + 1]];
  }

  function place(n, event, waiting, counted) {
    const state = needs.state[event], provider = needs.provider[event];
    if (state === ESCALATED) return queue(street[0] ?? committee[needs.community[n]], waiting, counted);
    if (state === HIDDEN || state >= RESOLVED || provider < -1) return home(n);
    if (provider >= 0) return queue(provider, waiting, counted);
    return state === KNOWN ? queue(committee[needs.community[n]], waiting, counted) : home(n);
  }

  function queue(row, waiting, counted) {
    const place = waiting[row];
    if (counted) waiting[row] += 1;
    const column = place % QUEUE, line = Math.min(QUEUE_ROWS, Math.floor(place / QUEUE));
    return [offices.at[row * 2] + (column - 1) * 0.55, offices.at[row * 2 + 1] + 1.8 + line * 0.6];
  }

  function mood(person, at) {
    const step = Math.min(Math.floor(at / data.every), data.satisfaction.length / size - 1);
    return data.satisfaction[step * size + person] / 255;
  }

  function shade(value) {
    const spread = Math.max(0, Math.min(1, 0.5 + (value - 0.55) * 1.6));
    return Math.round(spread * (MOODS - 1));
  }

  function shadeColor(step) {
    const t = step / (MOODS - 1), [a, b, u] = t < 0.5 ? [colors.low, colors.middle, t * 2] : [colors.middle, colors.high, t * 2 - 1];
    return `rgb(${a.map((one, i) => Math.round(one + (b[i] - one) * u)).join(",")})`;
  }

  function draw() {
    const context = canvas.getContext("2d"), number = Math.floor(week);
    if (number !== shownWeek) enterWeek(number);
    context.drawImage(still, 0, 0);
    drawGroups(context);
    drawTies(context);
    drawPeople(context);
    drawNeeds(context, week - number);
    drawSelected(context);
    dirty = false;
  }

  function drawGroups(context) {
    const now = new Map();
    for (let i = 0; i < data.groups.week.length && data.groups.week[i] <= week; i += 1) now.set(data.groups.building[i], data.groups.exists[i]);
    context.strokeStyle = colors.resolved;
    context.lineWidth = Math.max(1.5, view.scale * 0.25);
    for (const [b, exists] of now) {
      if (exists) context.strokeRect(X(data.buildings[b * 4]), Y(data.buildings[b * 4 + 1]), data.buildings[b * 4 + 2] * view.scale, data.buildings[b * 4 + 3] * view.scale);
    }
  }

  function drawTies(context) {
    context.strokeStyle = colors.tie;
    context.lineWidth = Math.max(1, view.scale * 0.12);
    for (let i = 0; i < data.ties.length; i += 3) {
      const age = week - data.ties[i];
      if (age < 0) break;
      if (age > TIE_LINGER) continue;
      const a = data.ties[i + 1], b = data.ties[i + 2];
      context.globalAlpha = 0.7 * (1 - age / TIE_LINGER);
      context.beginPath();
      context.moveTo(X(people.at[a * 2]), Y(people.at[a * 2 + 1]));
      context.lineTo(X(people.at[b * 2]), Y(people.at[b * 2 + 1]));
      context.stroke();
    }
    context.globalAlpha = 1;
  }

  function drawPeople(context) {
    const r = Math.max(0.8, view.scale * 0.32), bins = Array.from({ length: MOODS }, () => []), lit = [];
    for (let i = 0; i < size; i += 1) {
      if (!people.adult[i]) continue;
      bins[shade(mood(i, week))].push(i);
      const age = week - lastAct[i];
      if (age >= 0 && age < LINGER) lit.push(i);
    }
    context.fillStyle = colors.part;
    for (const i of lit) {
      context.globalAlpha = 0.9 * (1 - (week - lastAct[i]) / LINGER);
      disc(context, people.at[i * 2], people.at[i * 2 + 1], r * 2.1);
    }
    context.globalAlpha = 1;
    context.fillStyle = colors.child;
    context.beginPath();
    for (let i = 0; i < size; i += 1) if (!people.adult[i]) dot(context, i, r * 0.8);
    context.fill();
    bins.forEach((list, step) => {
      context.fillStyle = shadeColor(step);
      context.beginPath();
      for (const i of list) dot(context, i, r);
      context.fill();
    });
  }

  function dot(context, i, r) {
    const x = X(people.at[i * 2]), y = Y(people.at[i * 2 + 1]);
    context.moveTo(x + r, y);
    context.arc(x, y, r, 0, 2 * Math.PI);
  }

  function disc(context, x, y, r) {
    context.beginPath();
    context.arc(X(x), Y(y), r, 0, 2 * Math.PI);
    context.fill();
  }

  const LOOK = { [HIDDEN]: "hidden", [KNOWN]: "waiting", [WAITING]: "waiting", [MATCHED]: "matched", [RESOLVED]: "resolved", [FAILED]: "lost", [LAPSED]: "lost", [ESCALATED]: "escalated" };

  function at(one, part) {
    const t = one.moved === shownWeek ? ease(part) : 1;
    return [one.from[0] + (one.to[0] - one.from[0]) * t, one.from[1] + (one.to[1] - one.from[1]) * t];
  }

  const ease = (t) => (t < 0.5 ? 2 * t * t : 1 - (2 - 2 * t) ** 2 / 2);

  function drawNeeds(context, part) {
    for (const one of active) {
      const [x, y] = at(one, part), severity = needs.severity[one.n];
      const r = Math.max(1.6, view.scale * (0.26 + 0.1 * severity)), ended = one.state >= RESOLVED;
      context.globalAlpha = ended ? Math.max(0, 1 - (week - one.moved) / (LINGER + 1)) : 1;
      context.fillStyle = context.strokeStyle = colors[LOOK[one.state]];
      context.lineWidth = Math.max(1, r * 0.4);
      context.beginPath();
      if (one.state === ESCALATED) {
        context.moveTo(X(x), Y(y) - r * 1.5); context.lineTo(X(x) + r * 1.3, Y(y) + r); context.lineTo(X(x) - r * 1.3, Y(y) + r); context.closePath();
        context.fill();
      } else if (one.state === RESOLVED) {
        context.moveTo(X(x) - r, Y(y)); context.lineTo(X(x) - r * 0.2, Y(y) + r); context.lineTo(X(x) + r * 1.4, Y(y) - r * 1.2);
        context.lineWidth = Math.max(1.5, r * 0.6);
        context.stroke();
      } else {
        context.moveTo(X(x), Y(y) - r); context.lineTo(X(x) + r, Y(y)); context.lineTo(X(x), Y(y) + r); context.lineTo(X(x) - r, Y(y)); context.closePath();
        if (one.state === HIDDEN || one.state === LAPSED) context.stroke(); else context.fill();
      }
    }
    context.globalAlpha = 1;
  }

  function drawSelected(context) {
    if (!selected) return;
    const where = selected.kind === "resident" ? [people.at[selected.row * 2], people.at[selected.row * 2 + 1]]
      : selected.kind === "organization" ? [offices.at[selected.row * 2], offices.at[selected.row * 2 + 1]] : needAt(selected.row);
    if (!where) return;
    context.strokeStyle = colors.ink;
    context.lineWidth = 2 * (window.devicePixelRatio || 1);
    context.beginPath();
    context.arc(X(where[0]), Y(where[1]), Math.max(8, view.scale * 1.4), 0, 2 * Math.PI);
    context.stroke();
  }

  function needAt(n) {
    const one = active.find((other) => other.n === n);
    return one ? at(one, week - shownWeek) : home(n);
  }

  // Time and hands ---------------------------------------------------------------------------------------------------

  function tick(now) {
    if (gone) return;
    frame = requestAnimationFrame(tick);
    if (playing) {
      week = Math.min(data.weeks, week + ((now - last) / 1000) * speed);
      dirty = true;
      if (week >= data.weeks) { playing = false; emit("end"); }
    }
    last = now;
    if (dirty) draw();
  }

  function pick(event) {
    const box = canvas.getBoundingClientRect(), ratio = canvas.width / box.width;
    const x = ((event.clientX - box.left) * ratio - view.left) / view.scale, y = ((event.clientY - box.top) * ratio - view.top) / view.scale;
    const near = Math.max(0.8, (7 * ratio) / view.scale);
    let best = { kind: null, row: -1, far: near };
    const take = (kind, row, px, py, favour) => {
      const far = Math.hypot(px - x, py - y) * favour;
      if (far < best.far) best = { kind, row, far };
    };
    for (const one of active) take("need", one.n, ...at(one, week - shownWeek), 0.8);
    offices.kind.forEach((kind, row) => { if (kind !== "county_committee") take("organization", row, offices.at[row * 2], offices.at[row * 2 + 1], 0.6); });
    for (let i = 0; i < size; i += 1) take("resident", i, people.at[i * 2], people.at[i * 2 + 1], 1);
    select(best.kind ? { kind: best.kind, row: best.row } : null);
  }

  function select(what) {
    selected = what;
    dirty = true;
    emit("select", what);
  }

  function wheel(event) {
    if (!event.ctrlKey && zoom === 1 && event.deltaY > 0) return;
    event.preventDefault();
    const box = canvas.getBoundingClientRect(), ratio = canvas.width / box.width;
    const px = (event.clientX - box.left) * ratio, py = (event.clientY - box.top) * ratio;
    const x = (px - view.left) / view.scale, y = (py - view.top) / view.scale;
    zoom = Math.max(1, Math.min(12, zoom * Math.exp(-event.deltaY * 0.0015)));
    const scale = view.whole * zoom;
    center = zoom === 1 ? null : [x + (canvas.width / 2 - px) / scale, y + (canvas.height / 2 - py) / scale];
    fit();
  }

  let drag = null;
  canvas.addEventListener("pointerdown", (event) => { drag = { x: event.clientX, y: event.clientY, moved: false }; });
  canvas.addEventListener("pointermove", (event) => {
    if (!drag || zoom === 1) return;
    const dx = event.clientX - drag.x, dy = event.clientY - drag.y;
    if (!drag.moved && Math.hypot(dx, dy) < 4) return;
    const ratio = canvas.width / canvas.getBoundingClientRect().width;
    center = [center[0] - (dx * ratio) / view.scale, center[1] - (dy * ratio) / view.scale];
    drag = { x: event.clientX, y: event.clientY, moved: true };
    fit();
  });
  canvas.addEventListener("pointerup", (event) => { if (drag && !drag.moved) pick(event); drag = null; });
  canvas.addEventListener("wheel", wheel, { passive: false });
  const watcher = new ResizeObserver(fit);
  watcher.observe(element);
  fit();
  frame = requestAnimationFrame(tick);

  // The story of one thing, from what the scene knows; `words` come in the scene's languages -------------------------

  function needSteps(n, until) {
    const steps = [];
    for (let event = needs.first[n]; event < needs.first[n + 1] && needs.week[event] <= until; event += 1) {
      steps.push({ week: needs.week[event], state: needs.state[event], provider: needs.provider[event] });
    }
    return steps;
  }

  function facts(what, until = Math.floor(week)) {
    if (what.kind === "need") return { category: needs.category[what.row], raised: needs.week[needs.first[what.row]], steps: needSteps(what.row, until) };
    if (what.kind === "organization") return { waiting: active.filter((one) => one.state < RESOLVED && needs.provider[one.event] === what.row).length };
    const acts = actsOf[what.row].filter((i) => data.acts.form[i] >= 0 && data.acts.week[i] <= until && data.acts.week[i] > 0);
    const own = [];
    for (let n = 0; n < needCount; n += 1) if (needs.resident[n] === what.row && needs.building[n] < 0 && needs.week[needs.first[n]] <= until) own.push(n);
    return { acts: acts.length, satisfaction: Math.round(100 * mood(what.row, until)), needs: own };
  }

  return {
    data,
    get week() { return week; },
    get playing() { return playing; },
    play() { if (week >= data.weeks) week = 0; playing = true; last = performance.now(); },
    pause() { playing = false; },
    seek(to) { week = Math.max(0, Math.min(data.weeks, to)); dirty = true; },
    setSpeed(weeksPerSecond) { speed = weeksPerSecond; },
    setLanguage(language) { words = scene.words[language]; canvas.setAttribute("aria-label", words.texts.canvas); drawStill(); dirty = true; },
    setDark(dark) { colors = dark ? DARK : LIGHT; drawStill(); dirty = true; },
    select, facts,
    on(name, handler) { (listeners[name] ||= []).push(handler); },
    destroy() { gone = true; cancelAnimationFrame(frame); watcher.disconnect(); canvas.remove(); },
  };
}
