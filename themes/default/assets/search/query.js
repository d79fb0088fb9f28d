// Reads a query, as search/query.go does.
import { forms, normal } from "./words.js";

const operators = ["service", "factor", "severity", "status", "has", "detected-by", "year", "after", "before", "duration", "title"];
const maxWords = 40;
const day = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;

// The least and the most minutes of >2h, <=30m and the like.
const parseDuration = (s) => {
  const [, sign, n, unit] = /^([<>]=?)(\d{1,6})(w|d|h|min|m)$/i.exec(s) ?? [, ""];
  const minutes = n * { w: 10080, d: 1440, h: 60 }[unit?.toLowerCase()] || n * 1;
  return sign[0] === ">" ? [minutes + (sign === ">"), Infinity] : [0, minutes - (sign === "<")];
};

// parse returns the clauses of a query, and what is wrong with it.
export const parse = (typed) => {
  const text = normal(typed).replace(/[\s\p{Cc}]/gu, " ").replace(/[“”„]/g, '"');
  const clauses = [];
  const wrong = [];
  let words = 0;
  for (const { 0: source, index } of text.matchAll(/-?"[^"]*"?|-?[A-Za-z][A-Za-z-]*:"[^"]*"?|[^ "]+/g)) {
    const not = /^-./.test(source);
    const rest = not ? source.slice(1) : source;
    const clause = { source, not, words: [], values: [] };
    const [, name, value] = /^([A-Za-z][A-Za-z-]*):(.*)$/.exec(rest) ?? [];
    const op = name?.toLowerCase();
    if (rest[0] !== '"' && name && (operators.includes(op) || /^[^/:]/.test(value))) {
      clause.op = op;
      const problem = read(clause, value.replaceAll('"', "").replace(/,+$/, ""));
      if (problem) wrong.push(problem);
    } else {
      clause.words = forms(rest);
      clause.phrase = rest[0] === '"' || (not && clause.words.length > 1);
      clause.open = !not && !clause.phrase && index + source.length === text.length;
    }
    if ((words += Math.max(1, clause.words.length)) > maxWords) {
      return { wrong: [`A query has ${maxWords} words at most.`] };
    }
    if (clause.op || clause.words.length) clauses.push(clause);
  }
  return { clauses, wrong };
};

// read reads the value of an operator, and returns what is wrong with it.
const read = (clause, value) => {
  const { op } = clause;
  if (!operators.includes(op)) return `There is no operator ${op}: – there are ${operators.join(":, ")}:.`;
  if (op === "title") clause.words = forms(value);
  else if (op === "duration") clause.range = parseDuration(value);
  else if (op === "after") clause.range = [value, "~"];
  else if (op === "before") clause.range = ["0", value.replace(/.$/, (c) => String.fromCharCode(c.charCodeAt() - 1)) + "~"];
  else clause.values = value.split(",").map((v) => v.trim()).filter(Boolean);
  if (clause.range?.some(Number.isNaN) || (/^(after|before)$/.test(op) && !day.test(value))) {
    return `${op}:${value} cannot be read; write ${op}:${op === "duration" ? ">2h" : "2024-03-05"}.`;
  }
  if (!value.replace(/[, ]/g, "")) return `${op}: needs a value.`;
};
