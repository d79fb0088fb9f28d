// Answers queries in the browser with the numbers of search/plan.go and search/rank.go: the same operations in the same order.
import { eachWord, forms, isUnspaced, normal } from "./words.js";

const prefixFrom = 3;
const prefixMost = 5;
const nearFrom = 4;
const twoSlipsFrom = 7;
const maxEnding = 5;
const nearMost = 3;
const oneSlip = 1;
const twoSlips = 20;
const similarForms = 200;
const similarMost = 24;

// slips is the optimal string alignment distance; of words whose lengths differ by more than two, only that it is more than that.
const slips = (a, b) => {
  if (Math.abs(a.length - b.length) > 2) return 3;
  const d = [[...b.keys(), b.length]];
  for (let i = 1; i <= a.length; i++) {
    d[i] = [i];
    for (let j = 1; j <= b.length; j++) {
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? d[i - 2][j - 2] + 1 : 9;
      d[i][j] = Math.min(d[i - 1][j - 1] + (a[i - 1] !== b[j - 1]), d[i - 1][j] + 1, d[i][j - 1] + 1, swapped);
    }
  }
  return d[a.length][b.length];
};

// farness is how far a word is from one that was typed: one slip, other endings, two slips.
const farness = (typed, word) => {
  const slipped = slips(typed, word);
  if (slipped < 2) return oneSlip;
  let shared = 0;
  while (shared < typed.length && typed[shared] === word[shared]) shared++;
  const [rest, other] = [typed.length - shared, word.length - shared];
  if (shared >= nearFrom && 2 * shared >= typed.length && rest <= maxEnding && other <= maxEnding) return oneSlip + rest + other;
  return slipped === 2 && typed.length >= twoSlipsFrom ? twoSlips : Infinity;
};

// tellingForms are the words of a text, and those that CamelCase is made of, without the shortest.
const tellingForms = (text) => {
  text = normal(text);
  const list = [];
  eachWord(text, (form, start, end) => {
    const humps = text.slice(start, end).split(/(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u);
    list.push(form, ...(humps[1] ? humps.flatMap(forms) : []));
  });
  return [...new Set(list)].filter((form) => [...form].length > 2 || isUnspaced(form)).slice(0, similarForms);
};

const standsIn = (phrase, text) => {
  const all = [];
  eachWord(text, (form) => all.push(form));
  return all.some((_, i) => phrase.every((form, k) => all[i + k] === form));
};

// searcher returns functions that answer queries from an archive.
export const searcher = (archive) => {
  const lookUp = async (form) => (await archive.words(form)).find(({ word }) => word === form);

  // like lists the nearest entries with a prefix, the most popular first, each class once. Entries come sorted by word.
  const like = async (prefix, most, farOf) => {
    let nearest = Infinity;
    let found = [];
    for (const entry of await archive.words(prefix)) {
      const far = entry.term < 0 || !entry.word.startsWith(prefix) ? Infinity : farOf(entry.word);
      if (far < nearest) [nearest, found] = [far, []];
      if (far === nearest && far < Infinity) found.push({ ...entry, far });
    }
    found.sort((a, b) => b.popularity - a.popularity);
    return found.filter((e, i) => found.findIndex(({ term }) => term === e.term) === i).slice(0, most);
  };
  const completions = async (form) => {
    if ([...form].length < prefixFrom && !isUnspaced(form)) return [];
    return like(form, prefixMost, (word) => (word === form ? Infinity : 0));
  };
  const misspelt = async (form) => {
    const typed = [...form];
    return typed.length < nearFrom || isUnspaced(form) ? [] : like(typed[0], nearMost, (word) => farness(typed, [...word]));
  };

  const emptyPlan = () => ({ groups: [], phrases: [], without: [], not: [], ignored: [], unknown: [], corrected: [], marked: new Set() });

  // plan adds a group for a word: the classes that it may stand for.
  const planWord = async (plan, group, open, strict) => {
    const { word } = group;
    const known = await lookUp(word);
    if (known?.term < 0) return plan.ignored.push(word);
    const entries = new Map();
    const add = (entry, weight) => entries.has(entry.term) || entries.set(entry.term, { ...entry, weight });
    if (known) add(known, 1);
    if (open) for (const entry of await completions(word)) add(entry, 0.6);
    const near = entries.size || strict ? [] : await misspelt(word);
    for (const entry of near) add(entry, entry.far === oneSlip ? 0.7 : entry.far < twoSlips ? 0.6 : 0.5);
    if (near.length) plan.corrected.push([word, ...near.map((entry) => entry.word)]);
    else if (!entries.size) plan.unknown.push(word);
    plan.groups.push({ ...group, entries: [...entries.values()] });
    for (const entry of entries.values()) {
      for (const e of await archive.words(entry.word)) if (e.term === entry.term) plan.marked.add(e.word);
    }
  };

  const makePlan = async (clauses) => {
    const plan = emptyPlan();
    for (const { op, not, phrase, open, words } of clauses) {
      const inTitle = op === "title";
      if (not) {
        const entries = await Promise.all(words.map(lookUp));
        if (!phrase) plan.not.push(...entries.filter((e) => e?.term >= 0).map((e) => ({ ...e, inTitle })));
        else if (words[0] && entries.every(Boolean)) plan.without.push(words);
        continue;
      }
      const before = plan.groups.length;
      for (const [i, word] of words.entries()) {
        await planWord(plan, { word, inTitle, must: inTitle || phrase }, open && i === words.length - 1, phrase);
      }
      if (phrase && plan.groups.length > before) plan.phrases.push(words);
    }
    return plan;
  };

  // score works out what each document is worth, and returns those that have any of the groups, all that they must have and nothing that they
  // must not, the newest first.
  const score = async (plan) => {
    const { docs, norms, lengths } = await archive.core();
    const found = await Promise.all(plan.groups.map((g) => Promise.all(g.entries.map(archive.occurrences))));
    const total = new Float64Array(docs);
    const met = new Uint8Array(docs);
    const lacks = new Uint8Array(docs).fill(plan.groups.filter(({ must }) => must).length);
    plan.has = plan.groups.map(({ entries, inTitle, must }, i) => {
      const best = new Float64Array(docs);
      const having = [];
      for (const [k, { weight }] of entries.entries()) {
        const n = found[i][k].length;
        const scale = weight * Math.fround(Math.log(1 + (docs - n + 0.5) / (n + 0.5)));
        for (const { doc, title, lead, text } of found[i][k]) {
          if (inTitle && !title) continue;
          if (!best[doc]) having.push(doc);
          const tf = text ? lead + text / norms[lengths[doc]] : lead;
          best[doc] = Math.max(best[doc], scale * ((tf * 2.2) / (tf + 1.2)));
        }
      }
      for (const doc of having) {
        total[doc] += best[doc];
        met[doc]++;
        lacks[doc] -= must;
      }
      return best;
    });
    for (const entry of plan.not) {
      for (const { doc, title } of await archive.occurrences(entry)) if (!entry.inTitle || title) lacks[doc] = 1;
    }
    const scored = [];
    for (let doc = docs; doc--; ) {
      if (lacks[doc] || (plan.groups.length && !met[doc])) continue;
      total[doc] *= met[doc] / plan.groups.length || 0;
      scored.push(doc);
    }
    return { total, met, scored };
  };

  // ranked puts the best first. What cannot be among those that are looked at stays as it is: sorting ten thousand takes longer than a blink.
  const ranked = (docs, total, most) => {
    const bar = Float64Array.from(docs, (doc) => total[doc]).sort().at(-most) ?? 0;
    const those = (best) => docs.filter((doc) => total[doc] >= bar === best);
    return [...those(true).sort((a, b) => total[b] - total[a]), ...those(false)];
  };

  // test returns a function that tells whether a document meets an operator.
  const test = async ({ op, not, range, values }, wrong) => {
    const of = await archive.values(op);
    if (range) return (doc) => (of(doc)[0] >= range[0] && of(doc)[0] <= range[1]) !== not;
    const fold = (value) => forms(`${value}`).join("-");
    const names = (await archive.core())[op];
    const places = values.flatMap((value) => {
      const wanted = fold(value);
      const find = (fits) => [...names.keys()].filter((i) => names[i].slice(0, 2).some((name) => wanted && fits(fold(name))));
      const begun = find((name) => name.startsWith(wanted));
      if (!begun.length) wrong.push(`There is no ${op}:${value}; there are ${names.slice(0, 12).map(([id]) => id).join(", ")}${names[12] ? "…" : "."}`);
      const exactly = find((name) => name === wanted);
      return exactly.length ? exactly : begun;
    });
    return (doc) => of(doc).some((i) => places.includes(i)) !== not;
  };

  // texts are those of an incident in which phrases are looked for.
  const texts = async (slug) => {
    const { title, summary, sections, timeline, actions, commitments } = await archive.whole(slug);
    const list = sections.flatMap(({ name, heading, text }) => (name === "other" ? [heading, text] : [text]));
    return [title, summary, ...list, ...[...timeline, ...actions, ...commitments].map(({ text }) => text)].map(normal);
  };

  // phrased keeps the documents in whose text the phrases stand, the best first, until there are enough or patience has been tried.
  const phrased = async (plan, docs, most, patience) => {
    const kept = [];
    let read = 0;
    while (read < docs.length && kept.length < most && read < patience) {
      const some = docs.slice(read, (read += 6));
      const fits = await Promise.all(
        some.map(async (doc) => {
          const all = await texts((await archive.document(doc)).slug);
          const has = (phrase) => all.some((text) => standsIn(phrase, text));
          return plan.phrases.every(has) && !plan.without.some(has);
        }),
      );
      kept.push(...some.filter((_, i) => fits[i]));
    }
    return [kept, Math.max(0, docs.length - read)];
  };

  // answer runs a plan over the documents that pass all tests: those with at least so many words or, with fewer, those with any.
  const answer = async (plan, tests, least, fewer, { most = 10, patience = 60 }) => {
    const { total, met, scored } = await score(plan);
    const fitting = tests.length ? scored.filter((doc) => tests.every((fits) => fits(doc))) : scored;
    const take = (least) => {
      const docs = ranked(fitting.filter((doc) => met[doc] >= least), total, Math.max(most, patience));
      return plan.phrases.length + plan.without.length ? phrased(plan, docs, most, patience) : [docs, 0];
    };
    let [found, unread] = await take(least);
    const partial = fewer && least > 1 && !found.length && !unread;
    if (partial) [found, unread] = await take(1);
    const hits = found.slice(0, most).map(async (doc) => ({
      ...(await archive.document(doc)),
      score: total[doc],
      both: plan.groups.filter((_, i) => plan.has[i][doc]).map(({ word }) => word),
    }));
    return { ...plan, found, unread, partial, hits: await Promise.all(hits) };
  };

  return {
    texts,
    async search(clauses, options) {
      for (const { words } of clauses) for (const form of words) lookUp(form).catch(() => {}); // all at once; the plan asks one by one
      const wrong = [];
      const tests = await Promise.all(clauses.filter(({ op }) => op && op !== "title").map((clause) => test(clause, wrong)));
      const plan = await makePlan(clauses);
      if (wrong.length) return { wrong };
      if (![plan.groups, tests, plan.not, plan.without].flat().length) tests.push(() => false);
      return answer(plan, tests, plan.groups.length, true, options);
    },
    // similar finds what is like a long text, by the rarest of its words that the archive has.
    async similar(text, options) {
      const list = tellingForms(text);
      const plan = emptyPlan();
      const terms = new Map();
      for (const [i, entry] of (await Promise.all(list.map(lookUp))).entries()) {
        if (entry?.term >= 0 && !terms.has(entry.term)) terms.set(entry.term, { ...entry, form: list[i], weight: 1 });
      }
      for (const entry of [...terms.values()].sort((a, b) => a.popularity - b.popularity).slice(0, similarMost)) {
        plan.groups.push({ word: entry.form, entries: [entry] });
        plan.marked.add(entry.word);
      }
      return answer(plan, plan.groups.length ? [] : [() => false], Math.min(2, plan.groups.length), false, options);
    },
  };
};
