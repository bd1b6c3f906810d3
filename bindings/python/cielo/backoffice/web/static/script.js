// Pages work without this; it spares the reader some reloads.
"use strict";

// An element with data-refresh="SECONDS" is fetched again until the attribute is gone.
function keepFresh(element) {
  const seconds = Number(element.dataset.refresh);
  if (!seconds || !element.id) return;
  setTimeout(async () => {
    try {
      const answer = await fetch(location.href, { headers: { "X-Part": element.id } });
      if (answer.redirected) { location.reload(); return; }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(element.id);
      // Whoever is at a link of it keeps their place.
      if (answer.ok && fresh && element.contains(document.activeElement)) { keepFresh(element); return; }
      if (!answer.ok || !fresh || !fresh.dataset.refresh) { location.reload(); return; } // the end
      element.replaceWith(fresh);
      keepFresh(fresh);
    } catch (error) {
      keepFresh(element); // the server may be away for a moment
    }
  }, seconds * 1000);
}
document.querySelectorAll("[data-refresh]").forEach(keepFresh);

// A form that moves money goes out once, however often its button is pressed.
document.querySelectorAll("form[method=post]").forEach((form) => {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    form.querySelectorAll("button").forEach((button) => { button.setAttribute("aria-busy", "true"); });
  });
});
addEventListener("pageshow", () => { // back from the next page: it may be sent anew
  document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("button").forEach((button) => { button.removeAttribute("aria-busy"); });
  });
});

// A box in a table's head with data-all="NAME" ticks all boxes of that name.
document.querySelectorAll("input[data-all]").forEach((box) => {
  const all = () => document.querySelectorAll(`input[name="${box.dataset.all}"]`);
  box.hidden = false;
  box.addEventListener("change", () => all().forEach((each) => { each.checked = box.checked; }));
});

// What an amount leaves, said as it is typed: data-left is what there is, in cents.
document.querySelectorAll("input[data-left]").forEach((input) => {
  const output = document.getElementById(input.dataset.says);
  const money = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: "BRL" });
  const say = () => {
    const found = /^(?:R\$\s*)?(\d+|\d{1,3}(?:\.\d{3})+(?=,))(?:[.,](\d{2}))?$/.exec(input.value.trim());
    const cents = found ? Number(found[1].replaceAll(".", "")) * 100 + Number(found[2] || 0) : NaN;
    const rest = Number(input.dataset.left) - cents;
    const words = Number.isNaN(rest) ? "" : rest < 0 ? "more" : rest ? "part" : "whole";
    output.textContent = (input.dataset[words] || "").replace("{}", money.format(rest / 100));
  };
  input.addEventListener("input", say);
  say();
});

// On a telephone what was found comes first, and the filters when they are asked for.
const narrow = matchMedia("(max-width: 640px)");
const fold = () => {
  document.querySelectorAll("details[data-narrow]").forEach((each) => { each.open = !narrow.matches; });
};
if (narrow.matches) fold();
narrow.addEventListener("change", fold); // it was turned, or the window made wider

// Where the row of pages is longer than the screen, the one that is open is in sight.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
