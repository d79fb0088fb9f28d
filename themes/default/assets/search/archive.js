// Reads the search data of the site. search/format.go describes it, and writes it.
import { compare } from "./words.js";

const version = 2;

// fail throws one of the ways in which the data can fail a reader: offline, gone, newer. Any other message means that it is damaged.
const fail = (way) => {
  throw Error(way);
};

const inflate = async (bytes) => {
  const stream = new Response(bytes).body.pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
};

const text = new TextDecoder();
const json = (bytes) => JSON.parse(text.decode(bytes));
const list = (n, make) => Array.from({ length: n }, (_, i) => make(i));

// reader reads numbers and bytes one after the other.
const reader = (bytes, at = 0) => ({
  number() {
    for (let n = 0, scale = 1; at < bytes.length; scale *= 128) {
      const b = bytes[at++];
      n += (b & 127) * scale;
      if (b < 128) return n;
    }
    throw Error();
  },
  bytes(n) {
    if (at + n > bytes.length) throw Error();
    return bytes.subarray(at, (at += n));
  },
  name() {
    return Array.from(this.bytes(4), (b) => (b + 256).toString(16).slice(1)).join("");
  },
});

const lengthOf = (code) => {
  const octave = (code - 4) >> 2;
  return code < 8 ? code : ((4 + (code & 3)) << octave) + ((1 << octave) >> 1);
};

const readCore = async (bytes) => {
  if (text.decode(bytes.subarray(0, 4)) !== "DBSR") throw Error();
  if (bytes[4] !== version) fail("newer");
  const r = reader(await inflate(bytes.subarray(5)));
  const core = json(r.bytes(r.number()));
  const average = core.total / core.docs; // where that is no number there are no words to need it
  core.norms = list(256, (code) => 1 - 0.75 + (0.75 * lengthOf(code)) / average);
  core.lengths = r.bytes(core.docs);
  core.begins = core.words.split("\n");
  const names = (n) => list(n, () => r.name());
  core.files = names(core.begins.length);
  core.blocks = names(Math.ceil(core.docs / core.block));
  core.columns = names(columns.length);
  return core;
};

const readWords = (bytes) => {
  const r = reader(bytes);
  const n = r.number();
  let next = r.number();
  let first = 0;
  const shards = list(r.number(), () => ({ name: r.name(), first: (first += r.number()) }));
  const buffer = new Uint8Array(512);
  const words = list(n, () => {
    const [shared, more] = r.bytes(2);
    buffer.set(r.bytes(more), shared);
    return { word: text.decode(buffer.subarray(0, shared + more)) };
  });
  for (const entry of words) {
    const code = r.number();
    entry.term = code > 1 ? next - code + 1 : code ? next++ : -1;
    for (const shard of shards) if (shard.first <= entry.term) entry.shard = shard;
  }
  for (const entry of words) [entry.popularity] = r.bytes(1);
  return words;
};

// readShard lists, for each class, its documents: each with how often it is in the title, what that and the other places outside the text are
// worth (lead), and how often it is in the text.
const readShard = (bytes) => {
  const more = reader(bytes);
  const counts = list(more.number(), more.number);
  const gaps = reader(more.bytes(more.number()));
  return counts.map((n) => {
    let next = 0;
    return list(n, () => {
      const gap = gaps.number();
      const doc = next + (gap >> 1);
      next = doc + 1;
      if (!(gap & 1)) return { doc, title: 0, lead: 0, text: 1 };
      const [b] = more.bytes(1);
      const text = (b & 15) + ((b & 15) === 15 && more.number());
      const title = ((b >> 4) & 3) + ((b & 48) === 48 && more.number());
      return { doc, title, lead: 4 * title + ([0, 2, 3][b >> 6] ?? 2 * more.number() + 3 * more.number()), text };
    });
  });
};

// The columns, in the order of core. Each is a list of values for every document.
const columns = ["service", "factor", "severity", "status", "has", "detected-by", "duration", "date"];

const readColumn = (bytes, docs, isDate) => {
  const r = reader(bytes, docs);
  let day = 0;
  const date = () => new Date((day += r.number()) * 864e5).toISOString().slice(0, 10);
  return list(docs, (doc) => list(bytes[doc], isDate ? date : r.number));
};

// open returns a reader of the data of the site whose home page has the given address. Everything is fetched once, when it is first wanted.
export const open = (home) => {
  let files = new Map();
  const raw = async (path, init) => {
    const response = await fetch(home + path, init).catch(() => fail("offline"));
    if (!response.ok) fail(response.status === 404 ? "gone" : "offline");
    return new Uint8Array(await response.arrayBuffer());
  };
  // What failed is not remembered, so that the next attempt may succeed.
  const once = (path, read, init) => {
    if (!files.has(path)) {
      const file = raw(path, init).then(read);
      files.set(path, file);
      file.catch(() => files.delete(path));
    }
    return files.get(path);
  };
  const file = (path, read) => once(`assets/search/${path}.bin`, (bytes) => inflate(bytes).then(read));

  const archive = {
    core: () => once("search/core.bin", readCore, { cache: "no-cache" }),
    // forget everything: the site has been published anew.
    forget() {
      files = new Map();
    },
    // words returns the words of the files in which those with a prefix are.
    async words(prefix) {
      const { begins, files } = await archive.core();
      let i = begins.length - 1;
      while (i > 0 && compare(begins[i], prefix) > 0) i--;
      const wanted = [file("w/" + files[i], readWords)];
      while (begins[++i]?.startsWith(prefix)) wanted.push(file("w/" + files[i], readWords));
      return (await Promise.all(wanted)).flat();
    },
    occurrences: async ({ term, shard }) => (await file("t/" + shard.name, readShard))[term - shard.first],
    async document(doc) {
      const core = await archive.core();
      const place = doc % core.block;
      const path = `assets/search/d/${core.blocks[(doc - place) / core.block]}/${Math.floor(place / core.per)}.json`;
      const [slug, id, title, date, severity, services, minutes, summary, nearMiss] = (await once(path, json))[place % core.per];
      return {
        slug, title, date, minutes, summary, nearMiss,
        id: id || slug.toUpperCase(),
        severity: core.severity[severity],
        services: services.map((i) => core.service[i][1]),
      };
    },
    // whole is an incident's file in the API, which has all its text.
    whole: (slug) => once(`api/incidents/${encodeURIComponent(slug)}.json`, json),
    // values returns a function from a document to the places of its values in core, or to its duration in minutes or its day.
    async values(op) {
      const core = await archive.core();
      if (op === "year") return (doc) => [core.year.filter(([, first]) => first <= doc).length - 1];
      const name = op === "after" || op === "before" ? "date" : op;
      const all = await file("c/" + core.columns[columns.indexOf(name)], (bytes) => readColumn(bytes, core.docs, name === "date"));
      return (doc) => all[doc];
    },
  };
  return archive;
};
