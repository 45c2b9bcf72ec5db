// Warns before the session ends, and offers to stay. The server alone decides: without this
// script nothing changes but the warning.
"use strict";

{
  const dialog = document.getElementById("session-dialog");
  const form = dialog.querySelector("form");
  const stay = dialog.querySelector("[data-session-stay]");
  const warning = Number(dialog.dataset.warning) * 1000;
  let endsAt = 0;
  let answered = false;

  const learn = ({ seconds, hour, final }) => {
    endsAt = Date.now() + seconds * 1000;
    answered = false;
    stay.hidden = final;
    for (const place of document.querySelectorAll("[data-session-hour]")) {
      place.textContent = hour;
    }
  };

  // Null when the session is over: the answer is then the page on which one signs in.
  const ask = async (address, options) => {
    const response = await fetch(address, { headers: { Accept: "application/json" }, ...options });
    const known = response.ok && !response.redirected;
    return known ? response.json() : null;
  };

  const sayOver = () => {
    answered = true;
    endsAt = Infinity;
    document.getElementById("session-title").textContent = "Votre session est terminée";
    document.getElementById("session-words").textContent =
      "Reconnectez-vous pour continuer. Copiez d’abord ce que vous n’avez pas enregistré.";
    stay.hidden = true;
    if (!dialog.open) dialog.showModal();
  };

  // Looks at the hour rather than counting: a machine may sleep.
  const look = async () => {
    const left = endsAt - Date.now();
    if (left > warning || (answered && left > 0)) return;
    answered = true;
    try {
      // Another tab may have kept the session alive.
      const known = await ask(dialog.dataset.left);
      if (known === null) {
        sayOver();
        return;
      }
      learn(known);
      if (known.seconds * 1000 <= warning) {
        answered = true;
        if (!dialog.open) dialog.showModal();
      }
    } catch {
      // No network: try again at the next look.
      answered = false;
    }
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const known = await ask(form.action, { method: "POST", body: new FormData(form) });
      if (known === null) {
        sayOver();
        return;
      }
      learn(known);
      dialog.close();
    } catch {
      answered = false;
    }
  });
  dialog.querySelector("[data-session-close]").addEventListener("click", () => dialog.close());

  learn({
    seconds: Number(dialog.dataset.seconds),
    hour: dialog.querySelector("[data-session-hour]").textContent,
    final: dialog.dataset.final === "yes",
  });
  setInterval(look, 5000);
  look();
}
