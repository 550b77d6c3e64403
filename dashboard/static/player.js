// Hands for the moving picture: play, pause, speed, a line of weeks, four numbers, turning points and stories.

const SPEEDS = [1, 2, 4, 8];
const LEGEND = ["dissatisfied", "satisfied", "part", "hidden", "waiting", "matched", "resolved", "lost", "escalated", "tie"];

function make(tag, attributes = {}, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null) element.setAttribute(name, value);
  }
  element.append(...inside);
  return element;
}

export function fill(words, values) {
  return words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

export function mountPlayer(element, scene, mountCommunity, options = {}) {
  let language = options.language || "en", words = scene.words[language];
  const say = (id, values = {}) => fill(words.texts[id], values);
  const stage = make("div", { class: "rz-stage" });
  const community = mountCommunity(stage, scene, { language, dark: options.dark });
  const play = make("button", { type: "button", class: "rz-play", onclick: () => (community.playing ? stop() : start()) });
  const scrub = make("input", { type: "range", min: 0, max: scene.weeks, step: 1, value: 0, class: "rz-scrub" });
  const speed = make("select", { class: "rz-speed" }, ...SPEEDS.map((one) => make("option", { value: one, ...(one === 2 ? { selected: "" } : {}) }, `×${one / 2}`)));
  const now = make("output", { class: "rz-week" });
  const numbers = make("dl", { class: "rz-numbers" }), log = make("ol", { class: "rz-log" }), legend = make("ul", { class: "rz-legend" });
  const story = make("div", { class: "rz-story", "aria-live": "polite" });
  const logHead = make("h3"), labelOfSpeed = make("label", { class: "rz-speed-label" });
  let chosen = null;

  scrub.addEventListener("input", () => { stop(); community.seek(Number(scrub.value)); });
  speed.addEventListener("change", () => community.setSpeed(Number(speed.value)));

  function start() { community.play(); showPlay(); }
  function stop() { community.pause(); showPlay(); }
  function showPlay() {
    const word = say(community.playing ? "pause" : "play");
    play.textContent = `${community.playing ? "❚❚" : "▶"} ${word}`;
    play.setAttribute("aria-pressed", String(community.playing));
  }

  function showWeek(week) {
    scrub.value = week;
    scrub.setAttribute("aria-valuetext", say("week", { week }));
    now.textContent = say("week", { week });
    const at = Math.max(0, Math.min(scene.weeks, week) - 1), series = scene.series;
    const shown = [
      [words.outcomes.participation, `${(100 * series.participation[at]).toFixed(1)} %`],
      [words.outcomes.satisfaction, (100 * series.satisfaction[at]).toFixed(1)],
      [say("open"), series.open[at]],
      [say("hidden"), series.hidden[at]],
      [say("load"), `${(100 * series.load[at]).toFixed(0)} %`],
    ];
    numbers.replaceChildren(...shown.map(([label, value]) => make("div", {}, make("dt", {}, label), make("dd", {}, String(value)))));
    for (const entry of log.children) entry.classList.toggle("rz-past", Number(entry.dataset.week) <= week);
    if (chosen) tell(chosen);
  }

  function spoken(values) {
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value && typeof value === "object" ? value[language] : value]));
  }

  function showLog() {
    logHead.textContent = say("log");
    log.replaceChildren(...scene.log.map((one) => {
      const jump = make("button", { type: "button", onclick: () => { stop(); community.seek(one.week); } }, make("b", {}, say("week", { week: one.week })), ` ${say(one.id, spoken(one.values))}`);
      const entry = make("li", {}, jump);
      entry.dataset.week = one.week;
      return entry;
    }));
    if (!scene.log.length) log.replaceChildren(make("li", {}, say("log_empty")));
  }

  function chain(steps) {
    return make("ol", {}, ...steps.map((step) => {
      const values = { week: step.week, state: words.states[step.state], provider: step.provider >= 0 ? words.organizations[step.provider] : words.providers[step.provider] };
      return make("li", {}, say(step.provider === -1 ? "step" : "step_at", values));
    }));
  }

  function need(row) {
    const found = community.facts({ kind: "need", row });
    const head = say("need", { category: words.categories[found.category], week: found.raised });
    return make("div", {}, make("h4", {}, found.raised > 0 ? head : `${words.categories[found.category]} · ${say("before")}`), chain(found.steps));
  }

  function tell(what) {
    chosen = what;
    if (!what) return story.replaceChildren(make("p", {}, say("pick")));
    const found = community.facts(what);
    if (what.kind === "need") return story.replaceChildren(need(what.row));
    if (what.kind === "organization") {
      return story.replaceChildren(make("h4", {}, words.organizations[what.row]), make("p", {}, say("organization", { count: found.waiting })));
    }
    const own = found.needs.length ? found.needs.slice(-4).map(need) : [make("p", {}, say("no_need"))];
    return story.replaceChildren(
      make("h4", {}, say("resident", { number: what.row })),
      make("p", {}, `${say("mood", { value: found.satisfaction })} ${say("acts", { count: found.acts })}`),
      ...own,
    );
  }

  function showWords() {
    showPlay();
    showLog();
    scrub.setAttribute("aria-label", say("scrub"));
    labelOfSpeed.replaceChildren(say("speed"), " ", speed);
    legend.replaceChildren(...LEGEND.map((one) => make("li", {}, make("span", { class: `rz-key rz-${one}`, "aria-hidden": "true" }), say(`legend.${one}`))));
    showWeek(Math.floor(community.week));
    tell(chosen);
  }

  element.classList.add("rz-player");
  element.append(
    make("div", { class: "rz-bar" }, play, scrub, now, labelOfSpeed),
    numbers,
    make("div", { class: "rz-main" }, stage, make("aside", {}, story, logHead, log)),
    legend,
  );
  community.on("week", showWeek);
  community.on("end", showPlay);
  community.on("select", tell);
  community.setSpeed(2);
  showWords();
  return {
    community,
    setLanguage(to) { language = to; words = scene.words[to]; community.setLanguage(to); showWords(); },
    destroy() { community.destroy(); element.replaceChildren(); },
  };
}
