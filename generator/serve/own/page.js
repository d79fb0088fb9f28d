// Keeps a page of the preview equal to what the archive says, in place: the scroll place, open details, the focus and what is typed stay.
// It is the first script of the page and meets it as it was sent, before others change it.
import { follow } from "./stream.js";
import { pair, update } from "./morph.js";
import { note } from "./notes.js";
import { lost, show } from "./overlay.js";

const own = "script[data-debrief-version]";
const framed = window.parent !== window;
const site = location.pathname.split("/")[1];

let run;
let version = Number(document.querySelector(own).dataset.debriefVersion);
let sent = document.documentElement.cloneNode(true);
pair(sent, document.documentElement);
sent.querySelector(own).removeAttribute("data-debrief-version");

const styles = (root) => [...root.querySelectorAll("head link[rel=stylesheet]")].map((link) => link.getAttribute("href"));
const scripts = (root) => [...root.querySelectorAll("script[src]:not([src^='/_debrief/'])")].map((script) => script.getAttribute("src"));
const same = (a, b) => a.length === b.length && a.every((value, i) => value === b[i]);

const loaded = (link) =>
  new Promise((resolve) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", resolve);
  });

// The new style sheets are loaded before the old ones go, and stay until those of the new version have been, so that the page is never without.
const addStyles = async (next) => {
  const old = styles(sent);
  const hrefs = styles(next).filter((href) => !old.includes(href));
  const added = hrefs.map((href) => Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
  const all = Promise.all(added.map(loaded));
  document.head.prepend(...added);
  await all;
  return async () => {
    const fresh = [...document.querySelectorAll("head link[rel=stylesheet]")].filter((link) => hrefs.includes(link.getAttribute("href")) && !added.includes(link));
    await Promise.all(fresh.map(loaded));
    added.forEach((link) => link.remove());
  };
};

// The page's own scripts have seen the old page. They run again for what is new.
const runScripts = (next) => {
  for (const src of scripts(next)) {
    const script = document.createElement("script");
    script.src = src;
    script.addEventListener("load", () => script.remove());
    document.head.append(script);
  }
};

// Where a browser does not keep the place by itself, what is at the top of the window stays there.
const keepPlace = () => {
  if (CSS.supports("overflow-anchor", "auto")) return () => {};
  const anchor = [...document.querySelectorAll("main *")].find((element) => element.getBoundingClientRect().top >= 0);
  const top = anchor?.getBoundingClientRect().top;
  return () => anchor?.isConnected && scrollBy(0, anchor.getBoundingClientRect().top - top);
};

const keepFocus = () => {
  const { id } = document.activeElement ?? {};
  const focused = document.activeElement;
  return () => focused?.isConnected || (id && document.getElementById(id)?.focus({ preventScroll: true }));
};

const replace = async (html) => {
  const next = new DOMParser().parseFromString(html, "text/html").documentElement;
  const tag = next.querySelector(own);
  version = Math.max(version, Number(tag?.dataset.debriefVersion ?? 0));
  tag?.removeAttribute("data-debrief-version");
  if (sent.isEqualNode(next)) return false;
  if (!same(scripts(sent), scripts(next))) {
    location.reload(); // what the old script did cannot be undone
    return false;
  }
  const removeAdded = same(styles(sent), styles(next)) ? undefined : await addStyles(next);
  const place = keepPlace();
  const focus = keepFocus();
  const bodyChanged = !sent.querySelector("body").isEqualNode(next.querySelector("body"));
  update(sent, next, document.documentElement);
  const styled = removeAdded?.();
  sent = next;
  if (bodyChanged) runScripts(next);
  focus();
  place();
  await styled;
  return true;
};

// A picture keeps its address when its file changes. The tag of what was sent tells.
const tags = new Map();
const pictures = () => [...document.images].filter((image) => new URL(image.src).origin === location.origin);
const checkPictures = async () => {
  for (const image of pictures()) {
    const address = image.src.split("?")[0];
    const tag = await fetch(address, { method: "HEAD", cache: "no-store" }).then((answer) => answer.headers.get("ETag"), () => null);
    if (tag && tags.has(address) && tags.get(address) !== tag) image.src = `${address}?${encodeURIComponent(tag)}`;
    tags.set(address, tag);
  }
};

const askState = () => fetch(`/_debrief/state?site=${site}`, { cache: "no-store" }).then((answer) => answer.json());

// One update after the other; of those that are asked for meanwhile only the last counts.
let wanted;
let working = false;
const work = async () => {
  if (working) return;
  working = true;
  while (wanted) {
    const state = wanted;
    wanted = undefined;
    try {
      if (state.version > version) {
        const answer = await fetch(location.pathname + location.search, { cache: "no-store" });
        const changed = await replace(await answer.text());
        version = Math.max(version, state.version);
        if (changed) dispatchEvent(new Event("debrief:updated"));
        checkPictures();
      }
      if (!framed) show(await askState());
      // What check has to say comes when it comes, and nothing waits for it.
      if (site === "internal") note(location.pathname.slice("/internal".length));
    } catch {
      // The server has gone; the stream says so, and tells when it is back.
    }
  }
  working = false;
};

follow((state) => {
  if (state.lost) {
    if (!framed) lost();
    return;
  }
  if (run && run !== state.run) {
    location.reload(); // another preview has the port now
    return;
  }
  run = state.run;
  wanted = state;
  work();
});

if (document.readyState === "complete") checkPictures();
else addEventListener("load", checkPictures);

// In a frame of the side-by-side view, links to elsewhere open beside it.
if (framed) {
  addEventListener(
    "click",
    (event) => {
      const link = event.target.closest?.("a[href]");
      if (link && link.origin !== location.origin) {
        link.target = "_blank";
        link.rel = "noopener noreferrer";
      }
    },
    { capture: true },
  );
}
