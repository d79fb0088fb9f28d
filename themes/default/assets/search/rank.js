// Answers queries in the browser with the numbers of search/plan.go and search/rank.go: the same operations in the same order.
import { compare, isUnspaced, normal, eachWord, stem, forms } from "./words.js";

const [prefixFrom, prefixMost, prefixWeight] = [3, 5, 0.6];
const [typoFrom, typoTwoFrom, typoMost, typoWeights] = [4, 7, 3, [1, 0.7, 0.5]];
const hasValues = ["near-miss", "timeline", "actions", "open-actions", "commitments", "open-commitments", "amendments"];
const statusValues = ["published", "review", "draft", "final", "preliminary"];

// slips is the optimal string alignment distance, exact up to most.
const slips = (a, b, most) => {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    let best = i;
    for (let j = 1; j <= b.length; j++) {
      let d = Math.min(row[j - 1] + (a[i - 1] !== b[j - 1]), row[j] + 1, next[j - 1] + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) d = Math.min(d, before[j - 2] + 1);
      next[j] = d;
      best = Math.min(best, d);
    }
    if (best > most) return most + 1;
    [before, row] = [row, next];
  }
  return row[b.length];
};

const nearest = (found, most) => {
  found.sort((a, b) => a.distance - b.distance || b.entry.popularity - a.entry.popularity || compare(a.entry.word, b.entry.word));
  const kept = new Map();
  for (const c of found) if (kept.size < most && !kept.has(c.entry.term)) kept.set(c.entry.term, c);
  return [...kept.values()];
};

const begin = (words, prefix) => words.filter(({ word }) => word.startsWith(prefix));
const isStop = (entry) => entry.term < 0;

// search returns a function that answers queries from an archive.
export const searcher = (archive) => {
  const find = async (form) => (await archive.words(form, compare)).find(({ word }) => word === form);

  // inflected is the class of a word that the archive has in other forms only.
  const inflected = async (form) => {
    if ((await archive.core()).stem !== "en" || !/^[a-z]+$/.test(form)) return;
    const root = stem(form);
    const prefix = root.slice(0, Math.max(prefixFrom, root.length - 2));
    return begin(await archive.words(prefix, compare), prefix).find((e) => !isStop(e) && /^[a-z]+$/.test(e.word) && stem(e.word) === root);
  };

  const resolve = async (form) => {
    const entry = await find(form);
    return entry ? (isStop(entry) ? undefined : entry) : inflected(form);
  };

  const completions = async (form) => {
    if ([...form].length < prefixFrom && !isUnspaced(form)) return [];
    const words = begin(await archive.words(form, compare), form).filter((e) => e.word !== form && !isStop(e));
    return nearest(words.map((entry) => ({ entry, distance: 0 })), prefixMost);
  };

  const misspelt = async (form) => {
    const typed = [...form];
    if (typed.length < typoFrom || isUnspaced(form)) return [];
    let most = typed.length < typoTwoFrom ? 1 : 2;
    let found = [];
    for (const entry of begin(await archive.words(typed[0], compare), typed[0])) {
      if (isStop(entry)) continue;
      const distance = slips(typed, [...entry.word], most);
      if (distance > most) continue;
      if (distance < most) [most, found] = [distance, []];
      found.push({ entry, distance });
    }
    return nearest(found, typoMost);
  };

  const planWord = async (plan, form, open) => {
    const entry = await find(form);
    if (entry && isStop(entry)) return plan.ignored.push(form);
    const group = { word: form, entries: new Map() };
    const add = (e, weight) => group.entries.has(e.term) || group.entries.set(e.term, { ...e, weight });
    const known = entry ?? (await inflected(form));
    if (known) add(known, 1);
    if (open) for (const c of await completions(form)) add(c.entry, prefixWeight);
    if (!group.entries.size) {
      for (const c of await misspelt(form)) {
        add(c.entry, typoWeights[c.distance]);
        plan.corrected.push([form, c.entry.word]);
      }
    }
    if (!group.entries.size) plan.unknown.push(form);
    plan.groups.push(group);
  };

  const exact = (word, entry, more) => ({ word, entries: new Map([[entry.term, { ...entry, weight: 1 }]]), must: true, ...more });

  const planTitle = async (plan, form, not) => {
    const entry = await resolve(form);
    if (not) return entry && plan.notIn.push(entry);
    if (entry) return plan.groups.push(exact(form, entry, { inTitle: true }));
    plan.unknown.push(form);
    plan.never = true;
  };

  const planPhrase = async (plan, { words, not }) => {
    const groups = [];
    for (const form of words) {
      const entry = await find(form);
      if (!entry) {
        if (!not) plan.never = plan.unknown.push(form);
        return;
      }
      if (!isStop(entry)) groups.push(exact(form, entry));
    }
    if (!groups.length) plan.ignored.push(...words);
    else if (not) plan.without.push(words);
    else {
      plan.groups.push(...groups);
      plan.phrases.push(words);
    }
  };

  const makePlan = async (clauses) => {
    const plan = emptyPlan();
    for (const c of clauses) {
      if (c.op === "title") for (const form of c.words) await planTitle(plan, form, c.not);
      else if (c.op) continue;
      else if (c.phrase) await planPhrase(plan, c);
      else if (c.not) {
        const entry = await resolve(c.words[0]);
        if (entry) plan.not.push(entry);
      } else for (const [i, form] of c.words.entries()) await planWord(plan, form, c.open && i === c.words.length - 1);
    }
    return plan;
  };

  // score fills in what each document is worth, and how many groups and which required ones it lacks.
  const score = async (plan) => {
    const { docs: n, norms } = await archive.core();
    const lists = await Promise.all(
      plan.groups.map((g) => Promise.all([...g.entries.values()].map(async (e) => ({ weight: e.weight, found: await archive.occurrences(e) })))),
    );
    const total = new Float64Array(n);
    const met = new Uint8Array(n);
    const lacks = new Uint8Array(n);
    const best = new Float64Array(n);
    plan.met = lists.map((list, i) => {
      best.fill(0);
      for (const { weight, found } of list) {
        const idf = Math.fround(Math.log(1 + (n - found.n + 0.5) / (found.n + 0.5)));
        const scale = weight * idf;
        for (let k = 0; k < found.n; k++) {
          const doc = found.docs[k];
          if (plan.groups[i].inTitle && !found.title[k]) continue;
          let tf = 4 * found.title[k] + 3 * found.names[k] + 2 * found.summary[k];
          if (found.text[k]) tf += found.text[k] / norms[doc];
          const worth = scale * ((tf * 2.2) / (tf + 1.2));
          if (worth > best[doc]) best[doc] = worth;
        }
      }
      const has = new Uint8Array(n);
      for (let doc = 0; doc < n; doc++) {
        if (best[doc]) {
          total[doc] += best[doc];
          met[doc] += has[doc] = 1;
        } else if (plan.groups[i].must) lacks[doc] = 1;
      }
      return has;
    });
    for (let doc = 0; doc < n; doc++) total[doc] *= met[doc] / plan.groups.length || 0;
    return { total, met, lacks };
  };

  // bans are the documents with a word that must not occur.
  const bans = async (plan) => {
    const { docs: n } = await archive.core();
    const banned = new Uint8Array(n);
    for (const entry of plan.not) for (const doc of (await archive.occurrences(entry)).docs) banned[doc] = 1;
    for (const entry of plan.notIn) {
      const found = await archive.occurrences(entry);
      found.docs.forEach((doc, k) => (banned[doc] |= +(found.title[k] > 0)));
    }
    return banned;
  };

  // Filters.

  const foldName = (value) => forms(value).join("-");
  const choices = async (op) => {
    const core = await archive.core();
    return (
      {
        severity: core.severities, service: core.services, factor: core.factors, "detected-by": core.detected.map((d) => [d, d]),
        year: core.years.map(([y]) => [`${y}`, `${y}`]), has: hasValues.map((v) => [v, v]), status: statusValues.map((v) => [v, v]),
      }[op] ?? []
    );
  };
  const match = async (op, value, wrong) => {
    const all = await choices(op);
    const folded = foldName(value);
    const places = (test) => all.flatMap(([id, name], i) => (folded && [id, name].some((s) => test(foldName(s))) ? [i] : []));
    const exactly = places((s) => s === folded);
    const found = exactly.length ? exactly : places((s) => s.startsWith(folded));
    if (!found.length) {
      const shown = all.slice(0, 12).map(([id]) => id);
      wrong.push(
        all.length
          ? `There is no ${op}:${value}. There are ${shown.join(", ")}${all.length > 12 ? ` and ${all.length - 12} more` : ""}.`
          : `${op}:${value} finds nothing: no incident here says anything about it.`,
      );
    }
    return found;
  };

  const filter = async (clause, wrong) => {
    const { op, range } = clause;
    if (range) {
      const value = await (op === "duration" ? archive.minutes() : archive.date());
      return (doc) => value(doc) >= range[0] && value(doc) <= range[1];
    }
    const places = new Set((await Promise.all(clause.values.map((v) => match(op, v, wrong)))).flat());
    if (op === "year") {
      const { years, docs } = await archive.core();
      return (doc) => [...places].some((i) => doc >= years[i][1] && doc < (years[i + 1]?.[1] ?? docs));
    }
    if (op === "severity") {
      const value = await archive.severity();
      return (doc) => places.has(value(doc) - 1);
    }
    if (op === "service" || op === "factor") {
      const value = await archive[op]();
      return (doc) => value(doc).some((i) => places.has(i));
    }
    const value = await archive.state();
    if (op === "detected-by") return (doc) => places.has(value(doc).detected - 1);
    return (doc) => [...places].some((i) => (value(doc)[op] >> i) & 1);
  };

  // texts are those of an incident in which phrases are looked for.
  const texts = async (slug) => {
    const whole = await archive.whole(slug);
    const list = [
      whole.title, whole.summary,
      ...whole.sections.flatMap((s) => (s.name === "other" ? [s.heading, s.text] : [s.text])),
      ...[whole.timeline, whole.actions, whole.commitments].flatMap((items) => items.map((item) => item.text)),
    ];
    return list.map(normal);
  };
  const stands = (phrase, text) => {
    const all = [];
    eachWord(text, (form) => all.push(form));
    return all.some((_, i) => phrase.every((form, k) => all[i + k] === form));
  };

  // phrased yields the hits in whose text the phrases stand, reading a few at a time, the best first.
  async function phrased(plan, hits, most, patience) {
    const kept = [];
    let read = 0;
    while (read < hits.length && kept.length < most && read < patience) {
      const some = hits.slice(read, read + 6);
      read += some.length;
      const fits = await Promise.all(
        some.map(async (doc) => {
          const all = await texts((await archive.document(doc)).slug);
          const has = (phrase) => all.some((t) => stands(phrase, t));
          return plan.phrases.every(has) && !plan.without.some(has);
        }),
      );
      kept.push(...some.filter((_, i) => fits[i]));
    }
    return { kept, read };
  }

  // answer runs a plan over the documents that filters let through: those with at least so many words or, with fewer, those with any.
  const answer = async (plan, filters, { most, patience, least, fewer }) => {
    const { docs: n } = await archive.core();
    const { total, met, lacks } = await score(plan);
    const banned = await bans(plan);
    const fitting = [];
    for (let doc = 0; doc < n && !plan.never; doc++) {
      if (!lacks[doc] && !banned[doc] && (met[doc] || !plan.groups.length) && filters.every(({ not, test }) => test(doc) !== not)) fitting.push(doc);
    }
    const wordy = plan.phrases.length + plan.without.length;
    const take = async (least) => {
      const docs = fitting.filter((doc) => met[doc] >= least).sort((a, b) => total[b] - total[a] || b - a);
      const { kept, read } = wordy ? await phrased(plan, docs, most, patience) : { kept: docs, read: docs.length };
      return { found: kept, unread: docs.length - read };
    };
    let taken = await take(least);
    const partial = fewer && least > 1 && !taken.found.length && !taken.unread;
    if (partial) taken = await take(1);
    const hits = taken.found.slice(0, most).map((doc) => ({ doc, score: total[doc] }));
    return { ...plan, ...taken, hits, total: taken.found.length, partial: partial && hits.length > 0 };
  };

  const emptyPlan = () => ({
    groups: [], phrases: [], not: [], notIn: [], without: [], ignored: [], unknown: [], corrected: [], marked: new Set(), never: false,
  });

  // similarPlan takes the rarest words of a text.
  const similarPlan = async (text) => {
    const { docs } = await archive.core();
    const found = new Map();
    const list = [...new Set(tellingForms(text))].slice(0, similarForms);
    const entries = await Promise.all(list.map(resolve));
    list.forEach((form, i) => {
      const entry = entries[i];
      if (entry && !found.has(entry.term) && (docs <= 20 || entry.popularity <= popularity(Math.floor(docs / 2)))) found.set(entry.term, { form, entry });
    });
    const plan = emptyPlan();
    const rarest = [...found.values()].sort((a, b) => a.entry.popularity - b.entry.popularity).slice(0, similarMost);
    plan.groups = rarest.map(({ form, entry }) => exact(form, entry, { must: false }));
    return plan;
  };

  // mark collects the words of the classes that a plan looks for.
  const mark = async (plan) => {
    for (const { word, entries } of plan.groups) {
      for (const { word: other } of entries.values()) {
        const prefix = [...(other.startsWith(word) ? word : other)].slice(0, prefixFrom).join("");
        for (const e of await archive.words(prefix, compare)) if (entries.has(e.term)) plan.marked.add(e.word);
      }
    }
    return plan;
  };

  return {
    texts,
    choices,
    async search(clauses, { most = 10, patience = 60 } = {}) {
      await archive.core();
      for (const c of clauses) for (const form of c.words) find(form).catch(() => {}); // all at once; the plan asks for one after the other
      const wrong = [];
      const filters = await Promise.all(
        clauses.filter((c) => c.op && c.op !== "title").map(async (c) => ({ not: c.not, test: await filter(c, wrong) })),
      );
      if (wrong.length) return { wrong };
      const plan = await makePlan(clauses);
      const asks = plan.groups.length + filters.length + plan.not.length + plan.notIn.length + plan.without.length;
      if (!asks) return { ...plan, total: 0, unread: 0, hits: [], found: [] };
      return mark(await answer(plan, filters, { most, patience, least: plan.groups.length, fewer: true }));
    },
    // similar finds what is like a long text.
    async similar(text, { most = 10 } = {}) {
      const plan = await similarPlan(text);
      if (!plan.groups.length) return { ...plan, total: 0, unread: 0, hits: [], found: [] };
      return mark(await answer(plan, [], { most, patience: 0, least: Math.min(2, plan.groups.length) }));
    },
  };
};

// What similar takes of a text; see search/similar.go.
const [similarText, similarForms, similarMost] = [20000, 200, 24];

const popularity = (df) => {
  if (df <= 0) return 0;
  const octave = 31 - Math.clz32(df);
  return 1 + octave * 4 + (Math.floor((df * 4) / 2 ** octave) & 3);
};

const tellingForms = (text) => {
  text = normal([...text].slice(0, similarText).join(""));
  const list = [];
  const add = (form) => ([...form].length >= 3 || isUnspaced(form)) && list.push(form);
  eachWord(text, (form, start, end) => {
    add(form);
    const humps = text.slice(start, end).split(/(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u);
    if (humps.length > 1) humps.flatMap(forms).forEach(add);
  });
  return list;
};
