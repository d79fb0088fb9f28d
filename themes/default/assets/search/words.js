// The words of a text, as search/words.go finds them: a test in a browser holds the two together.

const maxWord = 40;

// Scripts that are written without spaces become pairs of characters.
const unspaced = "\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Mymr}\\p{sc=Khmr}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Han}ー";
const any = "[\\p{L}\\p{N}\\p{M}]";
const letter = `(?![${unspaced}])${any}`;
const joint = `(?:(?<=\\p{L})['’](?=\\p{L}{1,2}(?!${any}))|(?<=\\p{N})\\.(?=\\p{N}))(?![${unspaced}])`;
const pattern = new RegExp(`(?:(?=${any})[${unspaced}])+|${letter}(?:${letter}|${joint})*`, "gu");
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
