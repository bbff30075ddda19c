// Tables that can be searched, filtered and sorted. Their rows come from a script beside this one: a page on a disk may not fetch files.
"use strict";

const wide = window.matchMedia("(min-width: 40rem)").matches;

/** Return a formatter that makes an element and lets `of` fill it with text of the row, which never becomes markup. */
const textIn = (tag, of) => (cell) => {
  const element = document.createElement(tag);
  of(element, cell.getData());
  return element;
};

const byNumber = (a, b) => (a === "" ? -Infinity : +a) - (b === "" ? -Infinity : +b);

/** Show rows as a table in the element `id`, filtered by the fields of the form and searched in `searched`. */
function show(id, rows, columns, searched) {
  const table = new Tabulator(`#${id}`, {
    data: rows,
    columns: columns.filter((column) => wide || !column.wideOnly).map(({ wideOnly, ...column }) => column),
    layout: "fitColumns",
    height: wide ? "36rem" : "30rem",
    placeholder: "No row has all of this.",
    columnDefaults: { headerSortTristate: true, minWidth: 70 },
  });
  const fields = [...document.querySelectorAll("#filters select")];
  const search = document.getElementById("search");
  const found = document.getElementById("found");
  const keep = (row) => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const text = searched.map((name) => row[name]).join(" ").toLowerCase();
    return words.every((word) => text.includes(word)) && fields.every((field) => !field.value || row[field.id] === field.value);
  };
  const count = () => { found.textContent = `${table.getDataCount("active")} of ${rows.length} rows`; };
  table.on("tableBuilt", () => {
    // Tabulator lets the keyboard reach the part that scrolls and gives it no role, so a screen reader finds no rows in it.
    table.element.querySelector(".tabulator-tableholder").setAttribute("role", "rowgroup");
    table.element.querySelector(".tabulator-table").setAttribute("role", "presentation");
    table.element.setAttribute("aria-label", document.querySelector("h1").textContent);
    table.setFilter(keep);
    count();
  });
  table.on("dataFiltered", () => setTimeout(count));
  for (const field of [search, ...fields]) field.addEventListener("input", () => table.refreshFilter());
  document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
}

if (typeof NUMBERS !== "undefined") {
  const name = textIn("a", (element, row) => {
    element.href = `audit/numbers/${row.id}.html`;
    element.textContent = wide ? row.measure : `${row.measure} of ${row.subject}`;
  });
  const badge = textIn("span", (element, row) => {
    element.className = `badge ${row.provenance}`;
    element.textContent = row.word;
  });
  show("numbers", NUMBERS, [
    { title: "Number", field: "measure", formatter: name, widthGrow: 3, minWidth: wide ? 150 : 130 },
    { title: "Subject", field: "subject", widthGrow: 1, minWidth: 160, wideOnly: true },
    { title: "Value", field: "value", minWidth: 82, formatter: textIn("span", (element, row) => { element.textContent = row.shown; }), hozAlign: "right", sorter: byNumber },
    { title: "Interval", field: "interval", widthGrow: 1.4, wideOnly: true, headerSort: false },
    { title: "Unit", field: "unit", widthGrow: 1.4, wideOnly: true },
    { title: "Provenance", field: "provenance", formatter: badge, widthGrow: 1.4, minWidth: wide ? 225 : 130 },
  ], ["measure", "subject", "unit", "method", "word"]);
}

if (typeof REPRODUCED !== "undefined") {
  show("reproduced", REPRODUCED, [
    { title: "What", field: "what", widthGrow: 3, minWidth: 150 },
    { title: "Archive", field: "archive", widthGrow: 1.5, wideOnly: true },
    { title: "Reported", field: "reported", hozAlign: "right" },
    { title: "Counted", field: "observed", hozAlign: "right" },
    { title: "Agrees", field: "agrees", widthGrow: 1.2 },
    { title: "Source", field: "source", widthGrow: 1.6, wideOnly: true },
  ], ["what", "archive", "reported", "source"]);
}

// In the diagram, the arrows of the rule under the pointer or the focus stand out.
for (const box of document.querySelectorAll(".rules a")) {
  const arrows = document.querySelectorAll(`.arrow[data-start="${box.id}"], .arrow[data-end="${box.id}"]`);
  const mark = (near) => () => arrows.forEach((arrow) => arrow.classList.toggle("near", near));
  for (const [event, near] of [["mouseenter", true], ["focus", true], ["mouseleave", false], ["blur", false]]) {
    box.addEventListener(event, mark(near));
  }
}
