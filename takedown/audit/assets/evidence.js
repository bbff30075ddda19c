// The pairs of the network, and the posts behind one of them, from scripts in results/coordination/evidence where there are any.
"use strict";

const inWords = (text) => text.replaceAll("_", " ");
const { nodes, edges } = VIEWS.network;
const PAIRS = edges.map(([first, second, days, traces, from, to]) => ({
  id: `${nodes[first][0]}-${nodes[second][0]}`, account: nodes[first][0], other: nodes[second][0], subject: nodes[first][1],
  days, traces, named: inWords(traces.replaceAll(" ", ", ")), from, to,
}));
const POSTS = new Map();

/** Called by the scripts of posts: keep those of an account. */
function showPosts(account, posts) { POSTS.set(account, posts); }

/** Return an element with text, which never becomes markup, or with other elements. */
function made(tag, name, ...content) {
  const element = document.createElement(tag);
  element.className = name;
  element.append(...content);
  return element;
}

function actOf({ objects, posts }, trace, pair) {
  const apart = Math.abs(new Date(`${posts[0].time}Z`) - new Date(`${posts[1].time}Z`)) / 1e3;
  const about = trace === "synchronised_posting" ? "At the same time" : objects.join(", ");
  return made("article", "act", made("p", "object", about, made("span", "apart", ` ${apart} s apart`)),
    ...posts.map(({ archive, post, time, text }, place) => made("div", "post",
      made("p", "about", `${[pair.account, pair.other][place]}, ${time} UTC, post ${post} of ${archive}`),
      made("p", "text", text ?? "The records have no text of this post."))));
}

function draw(pair) {
  const found = (POSTS.get(pair.account) ?? []).find(({ other }) => other === pair.other);
  document.getElementById("absent").hidden = Boolean(found);
  document.getElementById("acts").replaceChildren(...(found?.traces ?? []).flatMap(({ trace, pairs, shown }) => [
    made("h3", "", `${inWords(trace)}: ${pairs} pairs of posts`),
    ...(shown.length < pairs ? [made("p", "", `The first ${shown.length} are shown; coordination_evidence.parquet has all.`)] : []),
    ...shown.map((act) => actOf(act, trace, pair)),
  ]));
}

/** Show the pair that the address names; only names of the table are looked for on the disk. */
function choose() {
  const pair = PAIRS.find(({ id }) => id === decodeURIComponent(location.hash.slice(1)));
  document.getElementById("posts").hidden = !pair;
  if (!pair) return;
  document.getElementById("posts-of").textContent = `Posts of ${pair.account} and ${pair.other}`;
  const script = document.createElement("script");
  script.src = `../coordination/evidence/${encodeURIComponent(pair.account)}.js`;
  script.onload = script.onerror = () => {
    draw(pair);
    document.getElementById("posts").scrollIntoView();
  };
  document.head.append(script);
}

const link = textIn("a", (element, row) => {
  element.href = `#${encodeURIComponent(row.id)}`;
  element.textContent = wide ? row.account : `${row.account} and ${row.other}`;
});
show("edges", PAIRS, [
  { title: "Account", field: "account", formatter: link, widthGrow: 2, minWidth: 160 },
  { title: "Other account", field: "other", formatter: textIn("span", (element, row) => { element.textContent = row.other; }), widthGrow: 2, minWidth: 160, wideOnly: true },
  { title: "Days", field: "days", hozAlign: "right", sorter: "number", minWidth: 85 },
  { title: "First day", field: "from", minWidth: 110, wideOnly: true },
  { title: "Last day", field: "to", minWidth: 110, wideOnly: true },
  { title: "Traces", field: "named", formatter: textIn("span", (element, row) => { element.textContent = row.named; }), widthGrow: 2, minWidth: 120 },
], ["account", "other", "traces", "named", "subject"]);
window.addEventListener("hashchange", choose);
choose();
