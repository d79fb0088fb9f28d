// The words of a text, as search/words.go finds them: a test in a browser holds the two together.

const maxWord = 40;

// Scripts that are written without spaces become pairs of characters.
const unspaced =
  "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3005-\\u3007\\u3040-\\u30ff\\u31f0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\uff66-\\uff9f\\u{20000}-\\u{3ffff}";
const letter = `(?![${unspaced}])[\\p{L}\\p{N}\\p{M}]`;
const joint = `(?:(?<=\\p{L})['’](?=\\p{L})|(?<=\\p{N})\\.(?=\\p{N}))(?![${unspaced}])`;
const pattern = new RegExp(`(?:(?=[\\p{L}\\p{N}\\p{M}])[${unspaced}])+|${letter}(?:${letter}|${joint})*`, "gu");
const beginsUnspaced = new RegExp(`^[${unspaced}]`, "u");

export const isUnspaced = (word) => beginsUnspaced.test(word);

const fold = (word) => {
  let folded = "";
  for (const c of word) folded += c === "’" ? "'" : c === "İ" ? "i" : c.toLowerCase();
  folded = folded.replaceAll("ς", "σ");
  if (folded.length > 2 && folded.endsWith("'s")) folded = folded.slice(0, -2);
  return folded.length > maxWord ? [...folded].slice(0, maxWord).join("") : folded;
};

export const normal = (text) => text.normalize("NFC");

// words calls visit with each word of a normal text and where it stands.
export const eachWord = (text, visit) => {
  for (const { 0: run, index } of text.matchAll(pattern)) {
    if (!isUnspaced(run)) {
      visit(fold(run), index, index + run.length);
      continue;
    }
    const characters = [...run];
    let at = index;
    if (characters.length === 1) visit(fold(run), at, at + run.length);
    for (let i = 1; i < characters.length; i++) {
      const pair = characters[i - 1] + characters[i];
      visit(fold(pair), at, at + pair.length);
      at += characters[i - 1].length;
    }
  }
};

export const forms = (text) => {
  const list = [];
  eachWord(normal(text), (form) => list.push(form));
  return list;
};

// The words of the archive are sorted by code points.
export const compare = (a, b) => {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return (a.codePointAt(i) ?? -1) - (b.codePointAt(i) ?? -1);
};

// Porter's algorithm (M. F. Porter, An algorithm for suffix stripping, 1980, with its author's later changes), for words of a to z.

// shape has a v for each vowel and a c for each consonant.
const shape = (word) => {
  let out = "";
  for (const letter of word) out += /[aeiou]/.test(letter) || (letter === "y" && out.endsWith("c")) ? "v" : "c";
  return out;
};
const measure = (word) => shape(word).match(/v+c+/g)?.length ?? 0;
const hasVowel = (word) => shape(word).includes("v");
const endsShort = (word) => shape(word).endsWith("cvc") && !/[wxy]$/.test(word);

// rules reads pairs of an ending and what replaces it; more is the measure that the rest must exceed.
const rules = (pairs, more) => {
  const endings = new Map(pairs.split(" ").map((pair) => pair.split(":")));
  const ending = new RegExp(`^(.+?)(${[...endings.keys()].join("|")})$`);
  return (word) => {
    const [, rest, end] = ending.exec(word) ?? [];
    return rest && measure(rest) > more && (end !== "ion" || /[st]$/.test(rest)) ? rest + endings.get(end) : word;
  };
};
const step2 = rules(
  "ational:ate tional:tion enci:ence anci:ance izer:ize bli:ble alli:al entli:ent eli:e ousli:ous ization:ize ation:ate ator:ate alism:al iveness:ive fulness:ful ousness:ous aliti:al iviti:ive biliti:ble logi:log",
  0,
);
const step3 = rules("icate:ic ative: alize:al iciti:ic ical:ic ful: ness:", 0);
const step4 = rules("al: ance: ence: er: ic: able: ible: ant: ement: ment: ent: ion: ou: ism: ate: iti: ous: ive: ize:", 1);

const participle = (word) => {
  const [, rest, end] = /^(.+?)(eed|ed|ing)$/.exec(word) ?? [];
  if (end === "eed") return measure(rest) ? rest + "ee" : word;
  if (!rest || !hasVowel(rest)) return word;
  if (/(at|bl|iz)$/.test(rest)) return rest + "e";
  if (/([^aeioulsz])\1$/.test(rest) && shape(rest).endsWith("c")) return rest.slice(0, -1);
  return measure(rest) === 1 && endsShort(rest) ? rest + "e" : rest;
};

export const stem = (word) => {
  if (word.length < 3) return word;
  word = participle(word.replace(/(.ss|.i)es$|(.s)s$|(.[^s])s$/, "$1$2$3").replace(/(..s)$/, "$1"));
  if (/.y$/.test(word) && hasVowel(word.slice(0, -1))) word = word.slice(0, -1) + "i";
  word = step4(step3(step2(word)));
  const rest = word.slice(0, -1);
  const m = measure(rest);
  if (word.endsWith("e") && (m > 1 || (m === 1 && !endsShort(rest)))) word = rest;
  return word.endsWith("ll") && measure(word.slice(0, -1)) > 1 ? word.slice(0, -1) : word;
};
