// Shows what is wrong above the page, and takes it away when it is mended. It stands in a tree of its own, so that the styles of the page and
// those of the overlay do not meet.
export const make = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children.filter((child) => child !== undefined && child !== ""));
  return element;
};

const count = (n, thing) => `${n} ${thing}${n === 1 ? "" : "s"}`;

const host = make("debrief-overlay");
const root = host.attachShadow({ mode: "open" });
root.append(make("link", { rel: "stylesheet", href: "/_debrief/overlay.css" }));
let content;
let shown = ""; // what is shown, to leave it alone when the same is to be shown

const most = 20;

const finding = (error) => {
  const item = make("li", {}, make("p", { class: "message" }, error.message), make("p", { class: "place" }, make("code", {}, error.place)));
  if (error.source) {
    const source = make("pre", {}, make("code", {}, error.source.replaceAll("\t", " ")));
    if (error.column > 0 && error.column <= error.source.length + 1) {
      source.append("\n", make("span", { class: "mark", "aria-hidden": "true" }, " ".repeat(error.column - 1) + "^"));
    }
    item.append(source);
  }
  if (error.hint) item.append(make("p", { class: "hint" }, error.hint));
  return item;
};

const panel = (state, hide) => {
  const errors = state.errors.slice(0, most);
  const close = make("button", { type: "button", title: "Hide until the next change (Escape)" }, "Hide");
  close.addEventListener("click", hide);
  const notes = [];
  if (state.behind) notes.push("The page shows the last good state.");
  if (state.held_back) notes.push("A build would hold the external site back.");
  const more = state.errors.length - errors.length;
  return make(
    "section",
    { class: "panel", "aria-labelledby": "title" },
    make("header", {}, make("h2", { id: "title" }, count(state.errors.length, "error")), make("p", {}, notes.join(" ")), close),
    make("ol", { tabindex: "0", "aria-label": "Errors" }, ...errors.map(finding)),
    make("p", { class: "rest" }, [more > 0 && `and ${more} more`, state.warnings > 0 && count(state.warnings, "warning")].filter(Boolean).join(" · ")),
  );
};

const hide = () => root.querySelector(".panel")?.remove();

addEventListener("keydown", (event) => {
  if (event.key === "Escape" && root.querySelector(".panel")) hide();
});

const put = (element) => {
  content?.remove();
  content = element;
  if (element) root.append(element);
  if (!host.isConnected) document.documentElement.append(host);
};

// Show shows the errors of a state, or the number of its warnings when there is none.
export const show = (state) => {
  const looks = JSON.stringify([state.errors, state.warnings, state.held_back]);
  if (looks === shown) return;
  shown = looks;
  if (state.errors.length > 0) put(panel(state, hide));
  else if (state.warnings > 0) put(make("p", { class: "calm", title: "debrief check says what they are" }, count(state.warnings, "warning")));
  else put(undefined);
};

// Lost says that the preview cannot be reached; found takes that back.
export const lost = () => {
  shown = "";
  put(make("p", { class: "calm lost", role: "status" }, "The preview has stopped. This page is what it was."));
};
