// Search, sorting and the choice of theme. Everything else works without this file.
"use strict";

(function () {
  const root = document.documentElement;
  root.classList.add("js");

  // A browser may refuse storage for files from a disk; the choice then lasts for the page.
  function remembered() {
    try { return localStorage.getItem("kronvis-theme"); } catch { return null; }
  }
  function remember(theme) {
    try { localStorage.setItem("kronvis-theme", theme); } catch { /* see above */ }
  }
  const chosen = remembered();
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;

  function switchTheme() {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    remember(root.dataset.theme);
  }

  // Search: å, ä and ö may be typed as a and o. What begins as it is typed comes first, then what begins so without
  // the dots and rings, then words inside a name, then the rest.
  function folded(text) {
    return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
  }
  function rank(place, typed, words) {
    if (place.name.toLowerCase().startsWith(typed)) return 0;
    if (place.folded.startsWith(words)) return 1;
    if (place.code === words || place.folded.includes(" " + words)) return 2;
    return place.folded.includes(words) ? 3 : NO_MATCH;
  }
  const NO_MATCH = 4;
  const MOST = 12;

  function search(input) {
    const list = document.getElementById("hits");
    const count = document.getElementById("hits-count");
    const lang = root.lang;
    const places = KRONVIS.places.map(([name, code, kind]) => (
      { name, code: code.toLowerCase(), kind: KRONVIS.kinds[kind], folded: folded(name) }
    ));
    let active = -1;

    function mark(index) {
      active = index;
      [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === index)));
      const item = list.children[index];
      if (item) {
        input.setAttribute("aria-activedescendant", item.id);
        item.scrollIntoView({ block: "nearest" });
      } else {
        input.removeAttribute("aria-activedescendant");
      }
    }
    function close() {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      mark(-1);
    }
    function hit(place, index) {
      const item = document.createElement("li");
      item.id = "hit-" + index;
      item.setAttribute("role", "option");
      item.dataset.page = document.body.dataset.root + place.kind.folder + "/" + place.code + ".html";
      for (const text of [place.name, place.kind[lang]]) {
        item.appendChild(document.createElement("span")).textContent = text;
      }
      return item;
    }
    function show() {
      const typed = input.value.trim().toLowerCase();
      const words = folded(typed);
      if (!words) {
        list.replaceChildren();
        count.textContent = "";
        return close();
      }
      // Sorting is stable, so equal matches stay in the order of the file: by kind, then by code.
      const found = places.map((place) => [rank(place, typed, words), place]).filter(([at]) => at < NO_MATCH).sort(([a], [b]) => a - b);
      list.replaceChildren(...found.slice(0, MOST).map(([, place], index) => hit(place, index)));
      count.textContent = found.length ? found.length + " " + input.dataset.some : input.dataset.none;
      input.setAttribute("aria-expanded", String(found.length > 0));
      list.hidden = found.length === 0;
      mark(-1);
    }
    function open(item) {
      if (item) location.href = item.dataset.page;
    }

    input.addEventListener("input", show);
    input.addEventListener("focus", show);
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && list.children.length) {
        event.preventDefault();
        list.hidden = false;
        input.setAttribute("aria-expanded", "true");
        const from = active < 0 && step < 0 ? 0 : active;
        mark((from + step + list.children.length) % list.children.length);
      } else if (event.key === "Enter") {
        event.preventDefault();
        if (!list.hidden) open(list.children[Math.max(active, 0)]);
      } else if (event.key === "Escape") {
        if (list.hidden) input.value = "";
        close();
      }
    });
    // Pressed, not clicked: the field must not lose the focus and close the list first.
    list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      open(event.target.closest("li"));
    });
  }

  // Sorting: numbers as numbers and from the highest, words as the language orders them; what is missing comes last.
  function numeric(text) {
    const plain = text.replace(/[\s\u00a0]/g, "").replace("\u2212", "-");
    const written = root.lang === "sv" ? plain.replace(",", ".") : plain.replace(/,/g, "");
    return parseFloat(written.replace(/^SEK|^\+SEK|kr$|%$/g, ""));
  }
  function key(row, column, isNumber) {
    const cell = row.cells[column];
    const text = cell.dataset.sort ?? cell.textContent.trim();
    if (text === "–" || text === "") return null;
    return isNumber ? numeric(text) : text;
  }
  function sorted(rows, column, isNumber, descending) {
    const collator = new Intl.Collator(root.lang);
    const keyed = rows.map((row) => [key(row, column, isNumber), row]);
    keyed.sort(([a], [b]) => {
      if (a === null || b === null) return (a === null) - (b === null);
      const order = isNumber ? a - b : collator.compare(a, b);
      return descending ? -order : order;
    });
    return keyed.map(([, row]) => row);
  }
  function makeSortable(table) {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
    heads.forEach((head, column) => {
      const isNumber = head.classList.contains("num");
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const before = head.getAttribute("aria-sort");
        const descending = before ? before === "ascending" : isNumber;
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", descending ? "descending" : "ascending");
        body.append(...sorted([...body.rows], column, isNumber, descending));
      });
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelector(".theme").addEventListener("click", switchTheme);
    document.querySelectorAll("table.sortable").forEach(makeSortable);
    search(document.getElementById("search"));
  });
})();
