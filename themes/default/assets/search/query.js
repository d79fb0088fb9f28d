// Reads a query, as search/query.go does.
import { forms } from "./words.js";

export const operators = ["service", "factor", "severity", "status", "has", "detected-by", "year", "after", "before", "duration", "title"];
const maxWords = 40;
const forever = 99999999;
const examples = {
  service: "payments", factor: "config-change", severity: "sev1", status: "preliminary", has: "near-miss", "detected-by": "customer", year: "2024",
  after: "2024-01", before: "2024-06", duration: ">2h", title: "dns",
};

const list = () => `The operators are ${operators.join(":, ")}:.`;

const parseDay = (s) => {
  const m = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(s);
  if (!m || [m[1], m[2], m[3]].some((part, i) => part !== undefined && (!+part || +part > [9999, 12, 31][i]))) return NaN;
  return +m[1] * 10000 + +(m[2] ?? 0) * 100 + +(m[3] ?? 0);
};

const parseMinutes = (s) => {
  if (!/^(\d{1,6}(w|d|h|min|m))+$/.test(s)) return NaN;
  let total = 0;
  for (const [, n, unit] of s.matchAll(/(\d+)(\D+)/g)) total += n * { w: 10080, d: 1440, h: 60, min: 1, m: 1 }[unit];
  return Math.min(total, forever - 1);
};

const parseDuration = (s) => {
  const [, sign, first, last] = /^(>=|<=|>|<)?([0-9a-z]+)(?:\.\.([0-9a-z]+))?$/.exec(s.toLowerCase()) ?? [];
  const n = parseMinutes(first ?? "");
  if (!sign === !last) return [NaN];
  return { ">": [n + 1, forever], ">=": [n, forever], "<": [0, n - 1], "<=": [0, n] }[sign] ?? [n, parseMinutes(last)];
};

// parse returns the clauses of a query, and what is wrong with it.
export const parse = (typed) => {
  const query = typed.toWellFormed?.() ?? typed;
  const text = query.normalize("NFC").replace(/[\s\u0085\p{Cc}]/gu, " ").replace(/[“”„]/g, '"');
  const clauses = [];
  const wrong = [];
  let words = 0;
  for (const { 0: source, index } of text.matchAll(/-?"[^"]*"?|-?[A-Za-z][A-Za-z-]*:"[^"]*"?|[^ "]+/g)) {
    const clause = { source, not: false, words: [], values: [] };
    let rest = source;
    if (rest.length > 1 && rest[0] === "-") {
      clause.not = true;
      rest = rest.slice(1);
    }
    const [, name, value] = /^([A-Za-z][A-Za-z-]*):(.*)$/s.exec(rest) ?? [];
    if (rest[0] === '"') {
      clause.words = forms(rest.replaceAll('"', ""));
      clause.phrase = true;
    } else if (name && (operators.includes(name.toLowerCase()) || (value && !/^[/:]/.test(value)))) {
      clause.op = name.toLowerCase();
      read(clause, value.replaceAll('"', "").replace(/,+$/, ""), wrong);
    } else {
      clause.words = forms(rest);
      clause.phrase = clause.not && clause.words.length > 1;
      clause.open = !clause.not && index + source.length === text.length;
    }
    if ((words += Math.max(1, clause.words.length)) > maxWords) {
      return { clauses: [], wrong: [`A query has ${maxWords} words at most. Paste a long text to find incidents that are like it.`] };
    }
    if (clause.op || clause.words.length) clauses.push(clause);
  }
  return { clauses, wrong };
};

const read = (clause, value, wrong) => {
  const { op } = clause;
  const bad = (what) => wrong.push(`${op}:${value} is not ${what}.`);
  if (!operators.includes(op)) {
    wrong.push(`There is no operator ${op}:. ${list()} To look for the text itself, put it in quotes.`);
  } else if (!value.replace(/[, ]/g, "")) {
    wrong.push(`${op}: needs a value, such as ${op}:${examples[op]}.`);
  } else if (op === "title") {
    clause.words = forms(value);
    if (!clause.words.length) wrong.push("title: needs a word.");
  } else if (op === "after" || op === "before") {
    const day = parseDay(value);
    if (!day) bad(`a date, such as ${op}:2024 or ${op}:2024-03-05`);
    clause.range = op === "after" ? [day, forever] : [1, day - 1];
  } else if (op === "duration") {
    clause.range = parseDuration(value);
    if (clause.range.some(Number.isNaN)) bad("a length of time, such as duration:>2h or duration:1h..3h");
  } else {
    clause.values = value.split(",").map((v) => v.trim()).filter(Boolean);
  }
};
