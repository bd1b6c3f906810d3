// What is wrong with the page as it is drawn now: a list of sentences, empty where nothing is.
"use strict";

const found = [];
const tell = (what, element) => {
  const name = element.id ? `#${element.id}` : element.className && `.${element.className}`;
  const text = (element.textContent || element.value || "").trim().slice(0, 40);
  found.push(`${what}: <${element.localName}${name ? ` ${name}` : ""}> ${text}`);
};
const drawn = (element) => element.checkVisibility({ visibilityProperty: true })
  && element.getClientRects().length > 0;

// ---- colours ----

// Any colour as red, green, blue and how opaque it is: a canvas knows all ways to write them.
const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const known = new Map();
function parts(colour) {
  if (!known.has(colour)) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    known.set(colour, [red, green, blue, alpha / 255]);
  }
  return known.get(colour);
}
const over = (front, back, alpha) => [0, 1, 2].map((n) => front[n] * alpha + back[n] * (1 - alpha));
function ground(element) {
  if (!element) return parts("Canvas").slice(0, 3);
  const own = parts(getComputedStyle(element).backgroundColor);
  return own[3] === 1 ? own.slice(0, 3) : over(own, ground(element.parentElement), own[3]);
}
function opacity(element) {
  return element ? Number(getComputedStyle(element).opacity) * opacity(element.parentElement) : 1;
}
function light(colour) {
  const [red, green, blue] = colour.map((each) => {
    const share = each / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
function contrast(element) {
  const back = ground(element);
  const own = parts(getComputedStyle(element).color);
  const [low, high] = [light(back), light(over(own, back, own[3] * opacity(element)))]
    .sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}
const texts = new Set();
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
  if (walk.currentNode.data.trim()) texts.add(walk.currentNode.parentElement);
}
document.querySelectorAll("input, select, textarea").forEach((each) => texts.add(each));
for (const element of texts) {
  if (!drawn(element) || element.closest("svg, :disabled, [aria-busy=true]")) continue;
  const ratio = contrast(element);
  if (ratio < 4.5) tell(`contrast of ${ratio.toFixed(2)}`, element);
}

// ---- width ----

if (document.documentElement.scrollWidth > innerWidth) {
  tell(`${document.documentElement.scrollWidth} wide in ${innerWidth}`, document.body);
  for (const element of document.querySelectorAll("main *")) {
    if (element.getBoundingClientRect().right > innerWidth + 1) tell("sticks out", element);
  }
}

// ---- what is read aloud ----

if (!["pt-BR", "en"].includes(document.documentElement.lang)) tell("no language", document.body);
if (!document.title.trim()) tell("no title", document.body);
let level = 0;
for (const heading of document.querySelectorAll("h1, h2, h3, h4")) {
  if (!drawn(heading)) continue;
  const own = Number(heading.localName[1]);
  if (own > level + 1) tell("a heading is left out before", heading);
  level = own;
}
if (document.querySelectorAll("h1").length !== 1) tell("not one h1", document.body);
for (const input of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
  const named = [...(input.labels || [])].some((each) => each.textContent.trim())
    || (input.getAttribute("aria-label") || "").trim()
    || document.getElementById(input.getAttribute("aria-labelledby"))?.textContent.trim();
  if (!named) tell("no label", input);
}
for (const one of document.querySelectorAll("a[href], button, summary")) {
  if (!one.textContent.trim() && !one.getAttribute("aria-label")) tell("no name", one);
}
for (const table of document.querySelectorAll("table")) {
  if (!table.caption) tell("no caption", table);
  table.querySelectorAll("th:not([scope])").forEach((each) => tell("no scope", each));
}
for (const one of document.querySelectorAll("[aria-describedby]")) {
  for (const id of one.getAttribute("aria-describedby").split(/\s+/)) {
    if (!document.getElementById(id)) tell(`nothing is called ${id}`, one);
  }
}
const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
ids.filter((id, n) => ids.indexOf(id) !== n).forEach((id) => found.push(`two are called ${id}`));

// ---- the keyboard ----

const before = document.activeElement;
for (const one of document.querySelectorAll("a[href], button, input, select, textarea, summary")) {
  if (!drawn(one) || one.type === "hidden" || one.disabled) continue;
  one.focus({ focusVisible: true, preventScroll: true });
  const style = getComputedStyle(one);
  if (document.activeElement !== one) tell("cannot be focused", one);
  else if (style.outlineStyle === "none" || !parseFloat(style.outlineWidth)) tell("no focus", one);
}
if (before && before.focus) before.focus({ preventScroll: true });
else document.activeElement.blur();

return found;
