// Marks what the internal page says and the external one does not, going by the words of both pages as they are: whatever the theme, what is
// marked is not outside.
const units = "h1, h2, h3, h4, h5, h6, p, li, dl > div, dt, dd, tr, pre, blockquote, figure, summary, time";
// What belongs to the frame of a page, not to what it says.
const frame = "nav, form, script, style, .incident-id, .message-state, .flag, .contents";
const attribute = "data-debrief-inside";

const words = (text) => text.replace(/\s+/g, " ").trim();

const outside = (right) => {
  const texts = new Set();
  const main = right?.querySelector("main");
  if (!main) return () => false;
  for (const element of main.querySelectorAll(units)) texts.add(words(element.textContent));
  const all = words(main.textContent);
  // A short text may stand in another by chance, a long one does not.
  return (text) => texts.has(text) || (text.length >= 25 && all.includes(text));
};

// judge returns 1 when nothing of an element is outside, 0 when all is, and 0.5 for some of both; undefined when it says nothing. What is
// marked is put into the list: the largest elements of which nothing is outside.
const judge = (element, isOutside, found) => {
  if (element.matches(frame)) return undefined;
  const text = words(element.textContent);
  if (text === "") return undefined;
  const isUnit = element.matches(units);
  if (isUnit && isOutside(text)) return 0;
  if (element.matches("dl > div") && !isOutside(words(element.firstElementChild?.textContent ?? ""))) {
    found.push(element); // a fact by a name that the other page does not know
    return 1;
  }
  const inside = [];
  const verdicts = [];
  for (const child of element.children) {
    const below = [];
    const verdict = judge(child, isOutside, below);
    if (verdict !== undefined) verdicts.push(verdict);
    inside.push(...below);
  }
  const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && words(node.data) !== "");
  const all = verdicts.every((verdict) => verdict === 1);
  const nothing = verdicts.every((verdict) => verdict === 0);
  if (isUnit && (own || verdicts.length === 0) && all) {
    found.push(element);
    return 1;
  }
  if (verdicts.length === 0) {
    if (own && !isOutside(text)) {
      found.push(element);
      return 1;
    }
    return own ? 0 : undefined;
  }
  if (all) {
    found.push(element);
    return 1;
  }
  found.push(...inside);
  return nothing ? 0 : 0.5;
};

// Mark marks the internal page; right is the external one, undefined when there is none.
export const mark = (left, right, on) => {
  if (!left.querySelector("link[data-debrief-marks]")) {
    const link = left.createElement("link");
    link.rel = "stylesheet";
    link.href = "/_debrief/marks.css";
    link.dataset.debriefMarks = "";
    left.head.append(link);
  }
  const found = [];
  const main = left.querySelector("main");
  if (on && main) judge(main, outside(right), found);
  const marked = new Set(found);
  for (const element of left.querySelectorAll(`[${attribute}]`)) if (!marked.has(element)) element.removeAttribute(attribute);
  for (const element of found) element.setAttribute(attribute, "");
};
