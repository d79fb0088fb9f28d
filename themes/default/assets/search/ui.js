// The search as people see it: in a panel below the box on every page, and in full on the search page. What is typed stays in the browser;
// all it fetches are the same files for everybody. Texts are only ever set as text, never as markup.
import { open } from "./archive.js";
import { parse } from "./query.js";
import { searcher } from "./rank.js";
import { eachWord, normal } from "./words.js";

const form = document.querySelector("form[data-search]");
const input = form.elements.q;
const { home } = form.dataset;
const page = document.querySelector("[data-search-page]");
const archive = open(home);
const { search, similar, texts } = searcher(archive);
const most = page ? 10 : 6;

const make = (tag, properties, ...content) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...content);
  return element;
};
const paragraph = (className, ...content) => make("p", { className }, ...content);
const button = (text, onclick) => make("button", { type: "button", onclick }, text);
const quoted = (words) => words.map((word) => `“${word}”`).join(", ");

const panel = page ?? form.nextElementSibling;
const status = panel.querySelector("[role=status]");
const found = panel.querySelector("#_found");
const facets = panel.querySelector("[data-search-facets]");
const rest = panel.querySelector("[data-search-rest]");

const failures = {
  offline: "cannot be reached; are you offline?",
  gone: "is being published anew; try again.",
  newer: "has another version; reload the page.",
};

let pasted; // the text that similar incidents are looked for
let patience; // how many incidents are read for a phrase before asking
let limit;
let latest = 0; // the number of the last question; answers to earlier ones are dropped

const ask = async () => {
  const number = ++latest;
  const typed = input.value;
  let answer;
  try {
    answer = pasted || typed.trim() ? await attempt(typed) : null;
  } catch (failure) {
    answer = { wrong: [`The search data ${failures[failure.message] ?? "is damaged; the lists still work."}`] };
  }
  if (number !== latest) return;
  const items = show(answer, typed);
  if (!page) return;
  // The results are painted first; the rest waits for the keys to pause.
  await new Promise((done) => setTimeout(done, 80));
  if (number !== latest) return;
  history.replaceState(null, "", typed ? "?q=" + encodeURIComponent(typed) : ".");
  if (!items) return;
  if (!pasted) showFacets(answer, number).catch(() => facets.replaceChildren()); // the results are there without them
  setTimeout(() => enrich(answer, items, number).catch(() => {}), 250);
};

const once = async (typed) => {
  if (pasted) return { clauses: [], ...(await similar(pasted, { most: limit })) };
  const { clauses, wrong } = parse(typed);
  return wrong.length ? { wrong } : { clauses, ...(await search(clauses, { most: limit, patience })) };
};
// attempt asks again when a file is gone or unreadable: the site may have been published since its core was read.
const attempt = (typed) =>
  once(typed).catch((failure) => {
    if (failure.message === "offline") throw failure;
    archive.forget();
    return once(typed);
  });

const show = (answer, typed) => {
  panel.hidden = !page && !answer;
  found.replaceChildren();
  const none = !answer?.hits?.length;
  if (none || pasted) facets?.replaceChildren();
  if (rest) rest.hidden = !none;
  status.textContent = answer ? (answer.wrong ?? summary(answer)).join(" ") : "";
  if (!answer || answer.wrong) return;
  if (pasted) {
    found.append(paragraph("search-pasted", "Like your text, which stays in your browser. ", button("Search by words", () => set(""))));
  }
  const items = answer.hits.map((hit) => item(hit, answer.marked));
  found.append(make("ol", { className: "hits" }, ...items), ...further(answer, typed));
  return items;
};

const summary = ({ found, unread, partial, ignored, unknown, corrected }) => [
  partial && found.length ? "No incident has all of these words:" : "",
  `${unread ? "At least " : ""}${found.length} incident${found.length === 1 ? "" : "s"}.`,
  ...corrected.map(([from, ...to]) => `Nothing has ${quoted([from])}; taken for ${quoted(to)}.`),
  unknown.length ? `Nothing is like ${quoted(unknown)}.` : "",
  ignored.length && !found.length ? `Too common: ${quoted(ignored)}.` : "",
];

// mark parts a text at the words that were looked for.
const mark = (text, marked) => {
  const out = [];
  let at = 0;
  text = normal(text);
  eachWord(text, (word, start, end) => {
    if (start < at || !marked.has(word)) return;
    out.push(text.slice(at, start), make("mark", {}, text.slice(start, end)));
    at = end;
  });
  return [...out, text.slice(at)];
};

const item = ({ slug, id, title, date, severity, services, minutes, summary, nearMiss, both }, marked) => {
  const length = minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  const facts = [date, severity?.[1], minutes >= 0 && length, nearMiss && "Near miss", ...services, id].filter(Boolean);
  return make(
    "li", { className: "hit" },
    make("h2", { className: "hit-title" }, make("a", { href: `${home}incidents/${encodeURIComponent(slug)}/` }, ...mark(title, marked))),
    paragraph("hit-facts", ...facts.map((fact) => make("span", {}, fact))),
    paragraph("hit-text", ...mark(summary, marked)),
    pasted ? paragraph("hit-both", "Both have: " + both.join(", ")) : "",
  );
};

// further is what can be done after the results, or instead of them.
const further = ({ found, hits, unread, clauses }, typed) => {
  const out = [];
  if (!page && found.length > most && !pasted) out.push(make("a", { href: form.action + "?q=" + encodeURIComponent(typed) }, `All ${found.length}`));
  if (page && (unread || found.length > limit)) out.push(button("Show more", () => ((limit += most), (patience += 200), ask())));
  if (!hits.length) {
    for (const { source, op, not, phrase } of clauses) {
      const without = typed.replace(source, "").trim();
      if ((op || not || phrase) && without) out.push(button(`Without ${source}`, () => set(without)));
    }
    out.push(make("a", { href: `${home}incidents/` }, "All incidents"));
  }
  return out.length ? [paragraph("search-more", ...out)] : [];
};

// enrich replaces a summary without any of the words by the passage that has most, and says what fixed a similar incident. It reads the first
// few incidents, once the reader has paused.
const enrich = async ({ hits, marked }, items, number) => {
  for (const [i, { slug }] of hits.slice(0, 5).entries()) {
    const text = items[i].querySelector(".hit-text");
    if (number !== latest) return;
    if (pasted) {
      const fix = (await archive.whole(slug)).sections.find(({ name }) => name === "resolution");
      if (fix) text.after(paragraph("hit-fix", `What fixed it: ${fix.text.slice(0, 240)}…`));
    } else if (marked.size && !text.querySelector("mark")) text.replaceChildren("… ", ...mark(best(await texts(slug), marked) ?? text.textContent, marked), " …");
  }
};

// best is the passage of the texts with the most different words that were looked for.
const best = (all, marked) => {
  let [top, passage] = [0];
  for (const text of all.flatMap((text) => text.split("\n"))) {
    const seen = new Set();
    let from;
    eachWord(text, (word, start) => marked.has(word) && seen.add(word) && (from ??= Math.max(0, start - 60)));
    if (seen.size > top) [top, passage] = [seen.size, text.slice(from, from + 240).replace(/^\S*\s|\s\S*$/g, "")];
  }
  return passage;
};

// set asks anew, as if it had been typed.
const set = (query) => {
  input.value = query;
  input.focus();
  begin();
};
const begin = (text) => {
  [pasted, limit, patience] = [text, most, 60];
  return ask();
};

// showFacets counts the values of what was found. Each adds its operator to the query, or takes it away again.
const showFacets = async ({ found, clauses }, number) => {
  const core = await archive.core();
  const kinds = [["severity", "Severity"], ["service", "Service"], ["factor", "Contributing factor"], ["year", "Year"]];
  const groups = await Promise.all(
    kinds.map(async ([op, title]) => {
      const of = await archive.values(op);
      const counts = new Map();
      for (const doc of found) for (const i of of(doc)) counts.set(i, (counts.get(i) ?? 0) + 1);
      const ordered = [...counts].filter(([i]) => core[op][i]).sort(([i, n], [j, m]) => (op === "severity" ? i - j : op === "year" ? j - i : m - n));
      const facet = ([i, n]) => {
        const [id, name] = core[op][i];
        const clause = clauses.find((c) => c.op === op && !c.not && `${c.values}` === `${id}`);
        const count = make("span", { className: "count" }, n);
        const narrow = () => {
          const typed = input.value.trim();
          set(clause ? typed.replace(clause.source, "").trim() : `${typed} ${op}:${/^[^\s",]+$/.test(id) ? id : `"${id}"`}`);
        };
        return make("button", { type: "button", ariaPressed: !!clause, onclick: narrow }, op === "year" ? id : name, " ", count);
      };
      return ordered.length ? make("fieldset", {}, make("legend", {}, title), ...ordered.slice(0, 8).map(facet)) : "";
    }),
  );
  if (number === latest) facets.replaceChildren(...groups);
};

// Down leads from the box into the results, up and down through them, escape back.
addEventListener("keydown", (event) => {
  const stops = [input, ...found.querySelectorAll("a, button")];
  const at = stops.indexOf(document.activeElement);
  const next = at + { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape" && at >= 0) {
    panel.hidden = !page && !at;
    input.focus();
  } else if (at >= 0 && next >= 0) {
    event.preventDefault();
    stops[next]?.focus();
  }
});
input.setAttribute("aria-controls", "_found");
input.addEventListener("input", () => begin());
input.addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text/plain").trim();
  if (!text.includes("\n") && text.length < 200) return;
  event.preventDefault();
  input.value = "";
  begin(text);
});
form.addEventListener("submit", (event) => {
  if (!page && !pasted) return; // to the search page
  event.preventDefault();
  found.querySelector("a")?.focus();
});
if (!page) addEventListener("click", ({ target }) => form.parentElement.contains(target) || (panel.hidden = true));
if (page) input.value ||= new URLSearchParams(location.search).get("q") ?? "";
begin();
archive.core().catch(() => {}); // while the reader thinks of words,
parse("a"); // and the browser compiles what finds them
