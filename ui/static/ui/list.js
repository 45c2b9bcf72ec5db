// The keys of a list: "/" goes to the search, "j" and "k" to the next and the previous row.
"use strict";

{
  const search = document.querySelector("[data-search]");
  const links = [...document.querySelectorAll("[data-rows] tbody tr th a")];

  const typing = (target) => target.closest("input, select, textarea, [contenteditable]") !== null;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
      search.select();
      return;
    }
    const step = { j: 1, k: -1 }[event.key];
    if (!step || !links.length) return;
    const here = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
    const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : here + step;
    links[Math.min(Math.max(next, 0), links.length - 1)].focus();
  });
}
