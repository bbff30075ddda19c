// The views that can be enlarged: the creation calendar, the hours of the day, and the network. Their data are in VIEWS.
"use strict";

const BLUE = "#0072B2", ORANGE = "#D55E00", GREY = "#767676";
const COLOURS = ["#0072B2", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#8F6200", "#000000"];

function fit(plot, element) {
  new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: plot.height })).observe(element);
}

function drawCalendar(element, { days, accounts, bursts }) {
  const plot = new uPlot({
    width: element.clientWidth, height: 320,
    // Days are days of UTC, whatever the reader's time zone is.
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1e3), "Etc/UTC"),
    scales: { y: { range: (_, low, high) => [0, high * 1.05 || 1] } },
    axes: [{}, { label: "accounts", size: 60 }],
    series: [
      { label: "day", value: "{YYYY}-{MM}-{DD}" },
      { label: "accounts", stroke: BLUE, width: 1, points: { show: false } },
      { label: "on a burst day", stroke: ORANGE, paths: () => null, points: { show: true, size: 7, fill: ORANGE } },
    ],
  }, [days, accounts, bursts], element);
  fit(plot, element);
}

function drawHours(element, { working, weekend }) {
  const plot = new uPlot({
    width: element.clientWidth, height: 220,
    scales: { x: { time: false }, y: { range: (_, low, high) => [0, high * 1.05 || 1] } },
    axes: [{ values: (_, hours) => hours.map((hour) => `${hour} h`) }, { label: "posts an hour", size: 60 }],
    series: [
      { label: "hour" },
      { label: "working day", stroke: BLUE, width: 2 },
      { label: "weekend", stroke: ORANGE, width: 2, dash: [6, 4] },
    ],
  }, [[...working.keys()], working, weekend], element);
  fit(plot, element);
}

/** Place the accounts of each community on a disc, the best connected in the middle, and the discs on a ring by size. */
function placesOf(nodes) {
  const discs = new Map();
  nodes.forEach(([, subject, community], place) => {
    const key = `${subject} ${community}`;
    discs.set(key, [...(discs.get(key) ?? []), place]);
  });
  const places = [], golden = Math.PI * (3 - Math.sqrt(5));
  const largest = Math.sqrt(Math.max(...[...discs.values()].map((members) => members.length)));
  [...discs.values()].sort((a, b) => b.length - a.length).forEach((members, disc) => {
    const [x, y] = [disc, disc].map((n, axis) => 2.3 * largest * Math.sqrt(n) * (axis ? Math.sin : Math.cos)(n * golden));
    members.sort((a, b) => nodes[b][3] - nodes[a][3]).forEach((place, n) => {
      const radius = Math.sqrt(n + 0.5);
      places[place] = [x + radius * Math.cos(n * golden), y + radius * Math.sin(n * golden)];
    });
  });
  return places;
}

function drawNetwork(element, { nodes, edges }) {
  const graph = new graphology.UndirectedGraph(), places = placesOf(nodes);
  nodes.forEach(([account, subject, community, degree], place) => graph.addNode(String(place), {
    x: places[place][0], y: places[place][1], size: 1.2 + Math.sqrt(degree) / 5,
    color: subject === "control" ? GREY : COLOURS[community % COLOURS.length],
  }));
  edges.forEach(([first, second]) => graph.addEdge(String(first), String(second), { color: "#dcdcdc", size: 0.4 }));
  const renderer = new Sigma(graph, element);
  const told = document.getElementById("network-account");
  renderer.on("enterNode", ({ node }) => {
    const [account, subject, community, degree, days] = nodes[+node];
    told.textContent = `${account} (${subject}): community ${community}, edges with ${degree} accounts, ${days} coordinated days`;
  });
  const list = document.getElementById("network-edges");
  renderer.on("clickNode", ({ node }) => {
    const own = edges.filter((edge) => edge[0] === +node || edge[1] === +node);
    list.hidden = false;
    list.open = true;
    list.querySelector("summary").textContent = `Edges of ${nodes[+node][0]} (${own.length})`;
    list.querySelector("ul").replaceChildren(...own.map(([first, second, days, traces]) => {
      const item = document.createElement("li"), link = document.createElement("a");
      link.href = `evidence.html#${nodes[first][0]}-${nodes[second][0]}`;
      link.textContent = nodes[first === +node ? second : first][0];
      item.append(link, `: ${days} days, ${traces.replaceAll(" ", ", ").replaceAll("_", " ")}`);
      return item;
    }));
  });
  renderer.on("leaveNode", () => { told.textContent = "\u00a0"; });
}

drawCalendar(document.getElementById("calendar-view"), VIEWS.calendar);
for (const element of document.querySelectorAll(".hours")) {
  drawHours(element, VIEWS.hours.find((each) => each.archive === element.dataset.archive));
}
const network = document.getElementById("network-view");
if (network) drawNetwork(network, VIEWS.network);
