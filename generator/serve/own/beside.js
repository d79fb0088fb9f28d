// The side-by-side view: the internal site left, the external one right. Where one goes the other follows, and what the internal page has and
// the external one has not is marked.
import { follow } from "./stream.js";
import { lost, show } from "./overlay.js";
import { mark } from "./marks.js";

const pane = (name) => {
  const element = document.getElementById(name);
  return { name, element, frame: element.querySelector("iframe"), link: element.querySelector("h2 a"), path: undefined };
};
const internal = pane("internal");
const external = pane("external");
const none = document.querySelector(".none");
const marks = document.getElementById("marks");

// The address of the page in a frame, in its site; undefined for a page that is none of ours.
const pathOf = (side) => {
  try {
    const { pathname, search } = side.frame.contentWindow.location;
    return pathname.startsWith(`/${side.name}/`) ? pathname.slice(side.name.length + 1) + search : undefined;
  } catch {
    return undefined;
  }
};

// Lead a frame to a page, without a step in the history: going back is what the reader's own steps are for.
const lead = (side, path) => {
  side.path = path;
  const address = path === undefined ? "about:blank" : `/${side.name}${path}`;
  if (path === undefined || pathOf(side) !== path) side.frame.contentWindow.location.replace(address);
  if (path !== undefined) side.link.href = address;
};

const remark = () => {
  const left = internal.frame.contentDocument;
  if (!left || pathOf(internal) === undefined) return;
  const right = none.hidden && pathOf(external) !== undefined ? external.frame.contentDocument : undefined;
  mark(left, right, marks.checked);
};

const ask = (side, path) =>
  fetch(`/_debrief/beside?site=${side.name}&path=${encodeURIComponent(path.split("?")[0])}`, { cache: "no-store" }).then((answer) => answer.json());

// The other side follows to the page that belongs to the one shown here.
const bring = async (from, to) => {
  const path = pathOf(from);
  if (path === undefined) return;
  from.path = path;
  from.link.href = `/${from.name}${path}`;
  if (from === internal) {
    history.replaceState(null, "", `#${path}`);
    const title = from.frame.contentDocument.title;
    document.title = title ? `${title} – Debrief preview` : document.title;
  }
  const other = await ask(from, path);
  if (pathOf(from) !== path) return; // it has gone on meanwhile
  const missing = !other.path;
  if (to === external) {
    none.hidden = !missing;
    to.frame.hidden = missing;
    none.querySelector(".why").textContent = other.why;
  }
  if (!missing) {
    const search = path.includes("?") && other.path === path.split("?")[0] ? path.slice(path.indexOf("?")) : "";
    lead(to, other.path + search);
  } else if (to === external) lead(to, undefined);
  remark();
};

for (const [side, other] of [
  [internal, external],
  [external, internal],
]) {
  side.frame.addEventListener("load", () => {
    const path = pathOf(side);
    if (path === undefined) return;
    side.frame.contentWindow.addEventListener("debrief:updated", remark);
    if (path !== side.path || side === internal) bring(side, other);
    else remark();
  });
}

marks.addEventListener("change", remark);

const buttons = document.querySelectorAll("[data-show]");
for (const button of buttons) {
  button.addEventListener("click", () => {
    document.body.dataset.shown = button.dataset.show;
    for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
  });
}

let run;
follow(async (state) => {
  if (state.lost) return lost();
  if (run && run !== state.run) return location.reload();
  run = state.run;
  try {
    const said = await fetch("/_debrief/state", { cache: "no-store" }).then((answer) => answer.json());
    show(said);
    document.querySelector(".held").hidden = !said.held_back;
    // A change may have taken the page outside, or inside.
    if (internal.path !== undefined) {
      const other = await ask(internal, internal.path);
      if (!other.path !== !none.hidden || (other.why && other.why !== none.querySelector(".why").textContent)) bring(internal, external);
    }
  } catch {
    // The server has gone; the stream says so.
  }
});

lead(internal, location.hash.startsWith("#/") ? location.hash.slice(1) : "/");
addEventListener("hashchange", () => lead(internal, location.hash.startsWith("#/") ? location.hash.slice(1) : "/"));
