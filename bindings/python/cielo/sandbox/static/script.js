// Renews the parts of the page that have changed, and leaves alone what is in use.
"use strict";
{
  const EVERY_MS = 2000;
  const SAID_MS = 8000;
  const served = new Map(); // part -> its HTML as the server wrote it last

  const parts = (root) => root.querySelectorAll("[data-live]");

  // What an element is for: the rows above it may be others by now.
  const purpose = (element) => [
    element.tagName,
    element.textContent,
    element.getAttribute("href"),
    element.closest("details")?.dataset.key,
    element.form?.elements[0].value,
  ].join("|");

  const inUse = (part) => {
    const active = document.activeElement;
    const chosen = document.getSelection();
    return part.matches(":active")
      || (part.contains(active) && active.matches("input, select"))
      || (!chosen.isCollapsed && part.contains(chosen.anchorNode));
  };

  const renew = (part, fresh) => {
    const open = new Set([...part.querySelectorAll("details[open]")].map((one) => one.dataset.key));
    const active = document.activeElement;
    const wanted = part.contains(active) ? purpose(active) : null;
    for (const one of fresh.querySelectorAll("details"))
      one.open = open.has(one.dataset.key);
    part.replaceChildren(...fresh.childNodes);
    if (wanted)
      [...part.querySelectorAll("a, button, summary, pre")]
        .find((one) => purpose(one) === wanted)?.focus({ preventScroll: true });
  };

  const refresh = async () => {
    if (document.hidden)
      return;
    const lost = document.getElementById("lost");
    try {
      const answer = await fetch("/" + location.search);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const fresh of parts(page)) {
        const part = document.getElementById(fresh.id);
        const html = fresh.innerHTML;
        if (!part || served.get(fresh.id) === html || inUse(part))
          continue;
        served.set(fresh.id, html);
        renew(part, fresh);
      }
      lost.hidden = true;
    } catch {
      lost.hidden = false;
    }
  };

  const start = () => {
    for (const part of parts(document))
      served.set(part.id, part.innerHTML);
    // What was done is said once: loading the page anew does not say it again.
    const address = new URL(location.href);
    if (address.searchParams.has("done")) {
      address.searchParams.delete("done");
      history.replaceState(null, "", address);
    }
    setTimeout(() => document.getElementById("done")?.remove(), SAID_MS);
    // A page that answers a failed form has another address, which must not be loaded anew.
    if (location.pathname !== "/")
      history.replaceState(null, "", "/" + location.search);
    document.getElementById("refresh").hidden = true;
    document.getElementById("updates").hidden = false;
    const again = () => setTimeout(() => refresh().finally(again), EVERY_MS);
    again();
    document.addEventListener("visibilitychange", refresh);
  };

  start();
}
