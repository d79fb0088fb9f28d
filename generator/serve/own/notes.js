// Shows what debrief check has to say about a page, each note behind what it is about. Pages ask for it after they show a change. A note stands
// in a tree of its own, as the overlay does; and all words come in as text, never as HTML.
import { make } from "./overlay.js";

const places = "p, li, dt, dd, td, th, h1, h2, h3, h4, h5, h6, pre, blockquote, figcaption, summary";
const elsewhere = "nav, .contents, .incident-id, .related, .subscribe";
const key = "debrief-notes";

const words = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
// The words of a line of Markdown as they are read: without addresses and comments.
const written = (line) => words(line.replace(/<!--.*?-->/g, " ").replace(/\]\([^)]*\)/g, "] ").replace(/<[^>]*>/g, " "));

const has = (list, run) => {
  for (let i = 0; i + run.length <= list.length; i++) if (run.every((word, n) => list[i + n] === word)) return true;
  return false;
};

// index lists what a note may stand behind, with its words, and the heading it stands under.
const index = (main) => {
  let heading = "";
  return [...main.querySelectorAll(places)]
    .filter((element) => !element.closest(elsewhere))
    .map((element) => {
      const own = words(element.textContent);
      const isHeading = /^H[1-6]$/.test(element.localName.toUpperCase());
      if (isHeading) heading = own.join(" ");
      return { element, words: own, heading, isHeading };
    });
};

const smallest = (all) => all.reduce((best, one) => (!best || best.element.contains(one.element) ? one : best), undefined);

// find looks for the element a note is about: by the words from its column on, by all of its line, or by the heading it stands under.
const find = (note, all) => {
  const under = words(note.heading).join(" ");
  const heading = all.find((one) => one.isHeading && under !== "" && one.words.join(" ") === under);
  if (/^\s*#{1,6}\s/.test(note.text)) return heading?.element;
  const from = written(note.text.slice(Math.max(note.column - 1, 0)));
  const line = written(note.text);
  for (const run of [from.slice(0, 8), from.slice(0, 5), line.slice(0, 8), line.slice(0, 5), from.slice(0, 3), line.slice(0, 3)]) {
    if (run.length < 2 && line.length > 1) continue;
    if (run.length === 0) continue;
    const found = all.filter((one) => !one.isHeading && has(one.words, run));
    const nearest = found.filter((one) => one.heading === under);
    const one = smallest(nearest.length > 0 ? nearest : found);
    if (one) return one.element;
  }
  return heading?.element;
};

const kinds = { warning: "Warning", note: "Note" };

const item = (note) => {
  const say = make("p", { class: "message" }, make("strong", {}, kinds[note.severity] ?? "Note"), " ", note.message);
  const body = make("div", { class: `item ${note.severity === "warning" ? "warning" : ""}` }, say);
  if (note.hint) body.append(make("p", { class: "hint" }, note.hint));
  const place = make("p", { class: "place" }, make("code", {}, note.place), " ", make("span", {}, note.rule));
  if (note.reason) {
    body.append(make("details", {}, make("summary", {}, note.line > 0 ? `Line ${note.line}: why` : "Why"), ...note.reason.split("\n").map((text) => make("p", {}, text)), place));
  } else {
    body.append(place);
  }
  return body;
};

// box is the element of the notes on one place. With a label it holds those that have none: on the front matter, and on what the page does
// not show.
const box = (notes, label) => {
  const host = make("debrief-note");
  const root = host.attachShadow({ mode: "open" });
  const frame = make("aside", { class: "notes", "aria-label": label ?? "Note of debrief check" });
  if (label) frame.append(make("p", { class: "label" }, label));
  frame.append(...notes.map(item));
  root.append(make("link", { rel: "stylesheet", href: "/_debrief/notes.css" }), frame);
  return host;
};

// put puts a note where it belongs without breaking what is there: into what must hold its parts itself, else behind the element.
const put = (host, element) => {
  if (element.matches("li, td, th, dt, dd")) element.append(host);
  else if (element.matches("summary")) element.parentElement.append(host);
  else if (element.matches("h2, h3") && element.parentElement.matches("section")) (element.nextElementSibling ?? element).prepend(host);
  else element.after(host);
};

const button = make("button", { type: "button" });
const host = make("debrief-notes");
host.attachShadow({ mode: "open" }).append(make("link", { rel: "stylesheet", href: "/_debrief/notes.css" }), button);

let answer;
let standing = new Map(); // key of a place and its notes -> element

const chosen = () => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};

const isOn = () => (chosen() ?? (answer.unfinished ? "on" : "off")) === "on";

const render = () => {
  const main = document.querySelector("main");
  const on = isOn() && main;
  const groups = new Map(); // element, or null for none -> notes
  if (on) {
    const all = index(main);
    for (const note of answer.notes) {
      const element = find(note, all) ?? null;
      groups.set(element, [...(groups.get(element) ?? []), note]);
    }
  }
  const next = new Map();
  for (const [element, notes] of groups) {
    const looks = JSON.stringify(notes);
    const old = standing.get(looks);
    if (old?.isConnected && old.about === element) {
      next.set(looks, old);
      continue;
    }
    const made = box(notes, element ? undefined : `On ${answer.file}`);
    made.about = element;
    const top = main.querySelector("h1");
    if (element) put(made, element);
    else if (top) top.after(made);
    else main.prepend(made);
    next.set(looks, made);
  }
  for (const [looks, old] of standing) if (next.get(looks) !== old) old.remove();
  standing = next;
  const n = answer.notes.length;
  button.textContent = `${n} note${n === 1 ? "" : "s"}`;
  button.setAttribute("aria-pressed", String(Boolean(on)));
  button.title = on ? "Hide the notes of debrief check" : "Show the notes of debrief check";
  if (n === 0) host.remove();
  else if (!host.isConnected) document.documentElement.append(host);
};

button.addEventListener("click", () => {
  try {
    localStorage.setItem(key, isOn() ? "off" : "on");
  } catch {
    return; // nothing can be remembered here
  }
  render();
});
addEventListener("storage", (event) => {
  if (event.key === key && answer) render();
});

let asking;

// Note asks for the notes on a page of the internal site, and shows them when they come, unless it is called again before.
export const note = async (path) => {
  asking?.abort();
  asking = new AbortController();
  try {
    const response = await fetch(`/_debrief/notes?path=${encodeURIComponent(path)}`, { cache: "no-store", signal: asking.signal });
    if (!response.ok) return;
    answer = await response.json();
    render();
  } catch {
    // Another change came, or the server has gone; the next state asks again.
  }
};
