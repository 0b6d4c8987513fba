// The page of the two hand-tuned limits, and what applies their messages to it: [what, ...arguments], see wireproto.py.
const BUTTONS = ["run", "runlots", "add", "update", "clear", "swaprows", "sort", "counter", "stream"];
const ROW = `<tr><td class="col-md-1"></td><td class="col-md-4"><a class="lbl"></a></td><td class="col-md-1"><a class="remove"><span class="glyphicon glyphicon-remove" aria-hidden="true"></span></a></td><td class="col-md-6"></td></tr>`;
const PAGE = `<div>${BUTTONS.map((name) => `<button id="${name}">${name}</button>`).join("")}
<span id="count">0</span><span id="info"></span></div>
<table><tbody id="tbody"></tbody></table>
<table><tbody id="grid"></tbody></table>
<template id="row">${ROW}</template>`;

// `root` is an element with PAGE in it.
function rowView(root, send) {
  const $ = (name) => root.querySelector(`#${name}`);
  const tbody = $("tbody");
  const grid = $("grid");
  const proto = $("row").content.firstChild;
  let selected = null;
  let cells = [];

  function build(first, labels) {
    const fragment = document.createDocumentFragment();
    for (let k = 0; k < labels.length; k++) {
      const tr = proto.cloneNode(true);
      const td = tr.firstChild;
      td.textContent = tr.rowId = first + k;
      td.nextSibling.firstChild.textContent = labels[k];
      fragment.append(tr);
    }
    tbody.append(fragment);
  }
  function clear() {
    tbody.textContent = "";
    selected = null;
  }
  const handlers = {
    set(first, labels) {
      clear();
      build(first, labels);
    },
    add: build,
    clear,
    label(pairs) {
      const rows = tbody.children;
      for (const [i, text] of pairs) rows[i].children[1].firstChild.firstChild.data = text;
    },
    swap(i, j) {
      const a = tbody.children[i];
      const b = tbody.children[j];
      const after = b.nextSibling;
      tbody.insertBefore(b, a);
      tbody.insertBefore(a, after);
    },
    order(ids) {
      const rows = new Map(Array.from(tbody.children, (tr) => [tr.rowId, tr]));
      tbody.append(...ids.map((id) => rows.get(id)));
    },
    select(i) {
      if (selected) selected.className = "";
      selected = tbody.children[i];
      selected.className = "danger";
    },
    remove(i) {
      tbody.children[i].remove();
    },
    count(n) {
      $("count").textContent = n;
    },
    grid(rows, columns) {
      grid.innerHTML = `<tr>${"<td>0</td>".repeat(columns)}</tr>`.repeat(rows);
      cells = Array.from(grid.querySelectorAll("td"), (td) => td.firstChild);
    },
    cells(texts) {
      for (let i = 0; i < texts.length; i++) cells[i].data = texts[i];
      send(["ack"]);
    },
    info(text) {
      $("info").textContent = text;
    },
  };
  for (const name of BUTTONS) $(name).addEventListener("click", () => send([name]));
  tbody.addEventListener("click", (event) => {
    const a = event.target.closest("a");
    if (a) send([a.className === "lbl" ? "select" : "remove", a.closest("tr").rowId]);
  });
  return { apply: ([what, ...args]) => handlers[what](...args) };
}
