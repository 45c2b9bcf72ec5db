// Keeps the progress of a long work up to date, and says when it is over: the page itself changes
// only when the person asks. Without this script, the link beside the progress shows the same.
"use strict";

{
  const shown = document.querySelector("[data-long-work]");
  const over = document.querySelector("[data-long-work-over]");
  const longest = 15000;
  let wait = 2000;

  // The page as it would be now; null when the session is over or the page is not to be had.
  const look = async () => {
    // To look is no sign of life: a page left open must not keep its session.
    const response = await fetch(location.href, { headers: { "X-Sign-Of-Life": "no" } });
    if (!response.ok || response.redirected) return null;
    return new DOMParser().parseFromString(await response.text(), "text/html");
  };

  const sayOver = () => {
    shown.remove();
    const words = over.previousElementSibling;
    const link = words.querySelector("a");
    // The link stays where it is: it may have the focus.
    for (const one of [...words.childNodes]) {
      if (one !== link) one.remove();
    }
    link.textContent = "Voir le résultat";
    over.textContent = over.dataset.words;
  };

  const go = async () => {
    let page;
    try {
      page = document.hidden ? document : await look();
    } catch {
      // No network: try again at the next look.
      page = document;
    }
    if (page === null) return;
    const now = page.querySelector("[data-long-work]");
    if (now === null) {
      sayOver();
      return;
    }
    if (page !== document) shown.replaceChildren(...now.childNodes);
    wait = Math.min(wait * 1.25, longest);
    setTimeout(go, wait);
  };

  setTimeout(go, wait);
}
