// Asks for the meters of a node each second, and draws what changed. Behind a load balancer the
// nodes answer in turn, so each is heard of every few seconds.
"use strict";

const SECOND = 1000;
const CHART = 120 * SECOND; // of the chart
const MINUTE = 60 * SECOND; // of the latencies
const SILENT = 8 * SECOND; // without an answer a node is said to be silent
const HEIGHT = 132; // of the chart, in pixels
const BOX = { left: 0, top: 12, bottom: 112 };

const nodes = new Map(); // by name: { article, samples: [{ at, report }] }

function nodeOf(report) {
  if (!nodes.has(report.node)) {
    const article = document.getElementById("node").content.cloneNode(true).firstElementChild;
    const title = article.querySelector("h2");
    title.textContent = title.dataset.name.replace("{name}", report.node);
    article.dataset.node = report.node;
    nodes.set(report.node, { article, samples: [] });
    const names = [...nodes.keys()].sort();
    document.getElementById("nodes").append(...names.map((name) => nodes.get(name).article));
  }
  return nodes.get(report.node);
}

function take(report) {
  const { samples } = nodeOf(report);
  const last = samples.at(-1);
  if (last && last.report.startedAt !== report.startedAt) {
    samples.length = 0; // it was restarted, and counts from zero
  }
  samples.push({ at: Date.now(), report });
  while (samples[0].at < Date.now() - CHART - 10 * SECOND) {
    samples.shift();
  }
}

const latest = (node) => node.samples.at(-1).report;
const isSilent = (node) => node.samples.at(-1).at < Date.now() - SILENT;

/** The times per second between each two samples. */
function rates(samples, kind) {
  return samples.slice(1).map((sample, i) => ({
    at: sample.at,
    rate:
      ((sample.report[kind].count - samples[i].report[kind].count) * SECOND) /
      Math.max(sample.at - samples[i].at, 1),
  }));
}

/** The milliseconds below which this part of the last minute's times were; null without any. */
function quantile(samples, kind, part) {
  const before = samples.find((sample) => sample.at >= Date.now() - MINUTE) ?? samples.at(-1);
  const old = new Map(before.report[kind].buckets.map((b) => [b.millis, b.count]));
  const buckets = samples
    .at(-1)
    .report[kind].buckets.map((b) => ({ millis: b.millis, count: b.count - (old.get(b.millis) ?? 0) }));
  const all = samples.at(-1).report[kind].count - before.report[kind].count;
  if (all <= 0) {
    return null;
  }
  let lower = { millis: 0, count: 0 };
  for (const bucket of buckets) {
    if (bucket.count >= part * all) {
      const share = (part * all - lower.count) / Math.max(bucket.count - lower.count, 1e-9);
      return lower.millis + share * (bucket.millis - lower.millis);
    }
    lower = bucket;
  }
  return lower.millis;
}

const millis = (value) =>
  value === null ? "–" : value < 9.95 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`;

/** The next 1, 2 or 5 times a power of ten. */
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value) ?? 10;
}

function svg(name, attributes, text) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  element.textContent = text ?? "";
  return element;
}

const seriesOf = (samples) => ({
  store: rates(samples, "store"),
  wechat: rates(samples, "weChat"),
});

/** The same for all charts, so that nodes can be compared. */
function topOf(all) {
  const points = all.flatMap((node) => Object.values(seriesOf(node.samples)).flat());
  return roundUp(Math.max(5, ...points.map((point) => point.rate)));
}

function drawChart(article, samples, top) {
  const series = seriesOf(samples);
  const now = Date.now();
  const chart = article.querySelector("svg");
  const width = chart.clientWidth;
  const right = width - 34; // the numbers stand beside
  chart.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`); // one unit is one pixel
  const x = (at) => right - ((now - at) / CHART) * (right - BOX.left);
  const y = (rate) => BOX.bottom - (rate / top) * (BOX.bottom - BOX.top);
  for (const [kind, all] of Object.entries(series)) {
    const points = all
      .filter((point) => point.at >= now - CHART)
      .map((point) => `${x(point.at).toFixed(1)} ${y(point.rate).toFixed(1)}`);
    const line = points.length ? `M${points.join("L")}` : "";
    article.querySelector(`path.${kind}.line`).setAttribute("d", line);
    if (kind === "store" && points.length) {
      const first = points[0].split(" ")[0];
      const last = points.at(-1).split(" ")[0];
      const area = `${line}L${last} ${BOX.bottom}L${first} ${BOX.bottom}Z`;
      article.querySelector("path.store.area").setAttribute("d", area);
    }
  }
  const steps = [0, top / 2, top];
  article
    .querySelector(".grid")
    .replaceChildren(
      ...steps.map((rate) => svg("line", { x1: BOX.left, x2: right, y1: y(rate), y2: y(rate) })),
    );
  article.querySelector(".labels").replaceChildren(
    ...steps.map((rate) => svg("text", { x: width, y: y(rate) + 4, "text-anchor": "end" }, `${rate}`)),
    svg("text", { x: BOX.left, y: 129 }, "−2 min"),
    svg("text", { x: right / 2, y: 129, "text-anchor": "middle" }, "−1 min"),
  );
}

function drawNode(node, top) {
  const { article, samples } = node;
  const state = article.querySelector(".state");
  article.classList.toggle("silent", isSilent(node));
  state.textContent = isSilent(node) ? state.dataset.silent : state.dataset.live;
  article
    .querySelectorAll("[data-count]")
    .forEach((cell) => (cell.textContent = latest(node)[cell.dataset.count].toLocaleString()));
  article.querySelectorAll("[data-quantile]").forEach((cell) => {
    const [kind, part] = cell.dataset.quantile.split(" ");
    cell.textContent = millis(quantile(samples, kind, Number(part)));
  });
  drawChart(article, samples, top);
}

function draw() {
  const all = [...nodes.values()];
  const top = topOf(all);
  all.forEach((node) => drawNode(node, top));
  document.querySelectorAll("[data-total]").forEach((tile) => {
    const sum = all.reduce((total, node) => total + latest(node)[tile.dataset.total], 0);
    tile.textContent = all.length ? sum.toLocaleString() : "–";
    tile.parentElement.classList.toggle("positive", sum > 0);
  });
}

async function poll() {
  try {
    const answer = await fetch("/operators/meters", { headers: { Accept: "application/json" } });
    if (answer.ok) {
      take(await answer.json());
    }
  } catch {
    // No node answers; the next time one may.
  }
  draw();
  setTimeout(poll, SECOND);
}

const demo = document.getElementById("demo");

async function step(method, path) {
  const headers = { [demo.dataset.csrfHeader]: demo.dataset.csrf };
  const answer = await fetch(path, { method, headers });
  if (!answer.ok) {
    throw new Error(`${path}: ${answer.status}`);
  }
  return answer.json();
}

async function runDemo() {
  const button = demo.querySelector("button");
  const text = demo.querySelector("[role=status]");
  button.disabled = true;
  text.textContent = demo.dataset.running;
  try {
    const before = await step("POST", "/demo/expire");
    const rounds = [1, 2, 3, 4];
    await Promise.all(rounds.map(() => step("POST", "/demo/reads")));
    const after = await step("GET", "/demo/refreshes");
    text.textContent = demo.dataset.result
      .replace("{reads}", rounds.length * after.users)
      .replace("{users}", after.users)
      .replace("{refreshes}", after.refreshes - before.refreshes);
  } catch {
    text.textContent = demo.dataset.failed;
  }
  button.disabled = false;
}

if (demo) {
  demo.querySelector("button").addEventListener("click", runDemo);
}
poll();
