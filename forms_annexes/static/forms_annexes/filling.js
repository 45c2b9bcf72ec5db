// Adds and takes away persons or lines without a reload, and keeps what is typed as a draft. The server does
// both as well: without this script the same buttons send the page.
"use strict";

for (const group of document.querySelectorAll("[data-repetitions]")) {
  const form = group.closest("form");
  const template = group.querySelector("template");
  const add = group.querySelector("[data-add]");
  const told = group.querySelector("[data-told]");
  const rows = () => [...group.querySelectorAll(":scope > [data-repetition]")];

  const tidy = () => {
    const all = rows();
    all.forEach((row, index) => {
      row.querySelector("[data-number]").textContent = index + 1;
      const remove = row.querySelector("[data-remove]");
      if (remove) remove.hidden = all.length <= Math.max(1, Number(group.dataset.least));
    });
    add.hidden = all.length >= Number(group.dataset.most);
  };

  const tell = (words) => {
    told.textContent = words;
    form.dispatchEvent(new Event("input"));
  };

  const newKey = () => {
    const taken = rows().map((row) => Number(/^n(\d+)$/.exec(row.querySelector("[type=hidden]").value)?.[1] ?? 0));
    return `n${Math.max(0, ...taken) + 1}`;
  };

  add.addEventListener("click", (event) => {
    event.preventDefault();
    const key = newKey();
    const holder = document.createElement("template");
    holder.innerHTML = template.innerHTML.replaceAll("__key__", key);
    const row = holder.content.firstElementChild;
    template.before(row);
    tidy();
    row.querySelector("legend").focus();
    tell(told.dataset.added);
  });

  group.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("[data-repetition]");
    const next = row.nextElementSibling?.matches("[data-repetition]") ? row.nextElementSibling : row.previousElementSibling;
    row.remove();
    tidy();
    next?.querySelector("legend").focus();
    tell(told.dataset.removed);
  });
}

for (const form of document.querySelectorAll("form[data-keep]")) {
  const said = form.querySelector("[data-kept]");
  let waiting = 0;
  let sending = false;

  const keep = async () => {
    try {
      const response = await fetch(form.dataset.keep, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
      });
      const read = response.headers.get("Content-Type")?.startsWith("application/json");
      said.textContent = read
        ? (await response.json()).said
        : "Brouillon non enregistré : la page n’est plus à jour, ou la session est terminée.";
    } catch {
      said.textContent = "Brouillon non enregistré : pas de réseau. Nouvel essai à la prochaine frappe.";
    }
  };

  // Two seconds without a keystroke: neither a request a letter, nor much to lose.
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    if (!sending) waiting = setTimeout(keep, 2000);
  });
  form.addEventListener("submit", () => {
    sending = true;
    clearTimeout(waiting);
  });
}
