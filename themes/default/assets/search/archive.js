// Reads the search data of the site. search/format.go describes it, and writes it.

const version = 1;

// The ways in which the data can fail a reader; ui.js has words for each.
export class Failure extends Error {
  constructor(kind) {
    super(kind);
    this.kind = kind; // offline, gone, damaged, newer
  }
}

const inflate = async (bytes) => {
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch {
    throw new Failure("damaged");
  }
};

const text = new TextDecoder();

// reader reads numbers and strings from bytes.
const reader = (bytes, at = 0) => ({
  number() {
    let n = 0;
    let scale = 1;
    for (;;) {
      const b = bytes[at++];
      if (b === undefined) throw new Failure("damaged");
      n += (b & 127) * scale;
      if (b < 128) return n;
      scale *= 128;
    }
  },
  bytes(n) {
    if (at + n > bytes.length) throw new Failure("damaged");
    at += n;
    return bytes.subarray(at - n, at);
  },
  name() {
    return Array.from(this.bytes(4), (b) => b.toString(16).padStart(2, "0")).join("");
  },
  skip(n) {
    at += n;
  },
  get at() {
    return at;
  },
});

const readCore = async (bytes) => {
  if (text.decode(bytes.subarray(0, 4)) !== "DBSR") throw new Failure("damaged");
  if (bytes[4] !== version) throw new Failure(bytes[4] > version ? "newer" : "damaged");
  const r = reader(await inflate(bytes.subarray(5)));
  const core = JSON.parse(text.decode(r.bytes(r.number())));
  const names = (n) => Array.from({ length: n }, () => r.name());
  const lengths = r.bytes(core.docs);
  core.begins = core.words.split("\n");
  core.wordFiles = names(core.begins.length);
  core.blocks = names(Math.ceil(core.docs / core.block));
  [core.severityColumn, core.serviceColumn, core.factorColumn, core.dateColumn, core.minutesColumn, core.stateColumn] = names(6);
  const average = Math.max(core.total, 1) / Math.max(core.docs, 1);
  core.norms = Float64Array.from(lengths, (code) => 1 - 0.75 + (0.75 * lengthOf(code)) / average);
  return core;
};

const lengthOf = (code) => {
  if (code < 8) return code;
  const octave = (code - 4) >> 2;
  return ((4 + (code & 3)) << octave) + ((1 << octave) >> 1);
};

const readWords = (bytes) => {
  const r = reader(bytes);
  const n = r.number();
  let next = r.number();
  let first = 0;
  const shards = Array.from({ length: r.number() }, () => ({ name: r.name(), first: (first += r.number()) }));
  const buffer = new Uint8Array(512);
  const list = Array.from({ length: n }, () => {
    const [shared, more] = r.bytes(2);
    buffer.set(r.bytes(more), shared);
    return { word: text.decode(buffer.subarray(0, shared + more)) };
  });
  for (const entry of list) {
    const code = r.number();
    entry.term = code === 0 ? -1 : code === 1 ? next++ : next - code + 1;
    entry.shard = shards.findLast((s) => s.first <= entry.term);
  }
  const popularity = r.bytes(n);
  list.forEach((entry, i) => (entry.popularity = popularity[i]));
  return list;
};

const readShard = (bytes) => {
  const r = reader(bytes);
  const counts = Array.from({ length: r.number() }, () => r.number());
  const length = r.number();
  return { bytes, counts, gaps: r.at, more: r.at + length };
};

// occurrences of the class at a place of a shard: documents and how often it is in title, names, summary and text of each.
const readOccurrences = (shard, place) => {
  const gaps = reader(shard.bytes, shard.gaps);
  const more = reader(shard.bytes, shard.more);
  for (let i = 0; i <= place; i++) {
    const n = shard.counts[i];
    const out = i === place && { n, docs: new Uint32Array(n), title: new Uint32Array(n), names: new Uint32Array(n), summary: new Uint32Array(n), text: new Uint32Array(n) };
    let doc = -1;
    for (let k = 0; k < n; k++) {
      const gap = gaps.number();
      doc += 1 + Math.floor(gap / 2);
      let [inText, title, names, summary] = [1, 0, 0, 0];
      if (gap % 2) {
        const [b] = more.bytes(1);
        inText = b & 15;
        title = (b >> 4) & 3;
        summary = +(b >> 6 === 1);
        names = +(b >> 6 === 2);
        if (inText === 15) inText += more.number();
        if (title === 3) title += more.number();
        if (b >> 6 === 3) [summary, names] = [more.number(), more.number()];
      }
      if (out) {
        out.docs[k] = doc;
        out.title[k] = title;
        out.names[k] = names;
        out.summary[k] = summary;
        out.text[k] = inText;
      }
    }
    if (out) return out;
  }
  throw new Failure("damaged");
};

// Columns: each becomes a function from a document to its value.
const columns = {
  severity: (bytes) => (doc) => bytes[doc],
  topics: (bytes, n) => {
    const r = reader(bytes, n);
    const lists = Array.from({ length: n }, (_, doc) => Array.from({ length: bytes[doc] }, () => r.number()));
    return (doc) => lists[doc];
  },
  // Days are written as numbers: 20240305; 0 for none.
  date: (bytes, n) => {
    const r = reader(bytes);
    const undated = r.number();
    let day = 0;
    const days = Array.from({ length: n }, (_, doc) => {
      if (doc < undated) return 0;
      const date = new Date((day += r.number()) * 864e5);
      return date.getUTCFullYear() * 10000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
    });
    return (doc) => days[doc];
  },
  minutes: (bytes, n) => {
    const r = reader(bytes);
    const list = Array.from({ length: n }, () => r.number() - 1);
    return (doc) => list[doc];
  },
  state: (bytes, n) => (doc) => ({ has: bytes[doc], status: bytes[n + doc], detected: bytes[2 * n + doc] }),
};

// open returns a reader of the data of the site whose home page has the given address. Everything is fetched once, when it is first wanted.
export const open = (home) => {
  let files = new Map();
  let core;
  const raw = async (path, init) => {
    let response;
    try {
      response = await fetch(home + path, init);
    } catch {
      throw new Failure("offline");
    }
    if (!response.ok) throw new Failure(response.status === 404 || response.status === 410 ? "gone" : "offline");
    return new Uint8Array(await response.arrayBuffer());
  };
  // A file that failed is not remembered, so that the next attempt may succeed.
  const once = (path, load) => {
    if (!files.has(path)) {
      const file = load();
      files.set(path, file);
      file.catch(() => files.delete(path));
    }
    return files.get(path);
  };
  const file = (path, read) =>
    once(path, async () => {
      const bytes = await inflate(await raw(`search/${path}.bin`));
      try {
        return read(bytes);
      } catch {
        throw new Failure("damaged");
      }
    });
  const column = async (name, kind) => file("c/" + (await archive.core())[name + "Column"], (bytes) => columns[kind](bytes, core.docs));

  const archive = {
    core: async () => (core = await once("core", async () => readCore(await raw("search/core.bin", { cache: "no-cache" })))),
    // forget everything: the site has been published anew.
    forget() {
      files = new Map();
    },
    // words returns the words from the file on in which a prefix would be, as far as they have it.
    async words(prefix, compare) {
      const { begins, wordFiles } = await archive.core();
      let first = begins.findLastIndex((begin) => compare(begin, prefix) <= 0);
      const wanted = [];
      for (first = Math.max(first, 0); first < begins.length && (!wanted.length || begins[first].startsWith(prefix)); first++) {
        wanted.push(file("w/" + wordFiles[first], readWords));
      }
      return (await Promise.all(wanted)).flat();
    },
    async occurrences({ term, shard }) {
      const read = await file("t/" + shard.name, readShard);
      return (read.terms ??= new Map()).get(term) ?? (read.terms.set(term, readOccurrences(read, term - shard.first)), read.terms.get(term));
    },
    async document(doc) {
      const { block, per, blocks } = await archive.core();
      const place = doc % block;
      const list = await file(`d/${blocks[Math.floor(doc / block)]}/${Math.floor(place / per)}`, (bytes) => JSON.parse(text.decode(bytes)));
      const [slug, id, title, date, severity, services, minutes, summary, nearMiss] = list[place % per];
      return {
        doc, slug, title, date, minutes, summary, nearMiss,
        id: id || slug.toUpperCase(),
        severity: core.severities[severity - 1],
        services: services.map((i) => core.services[i]),
      };
    },
    // whole is an incident's file in the API, which has all its text.
    whole: (slug) => once("api/" + slug, async () => JSON.parse(text.decode(await raw(`api/incidents/${encodeURIComponent(slug)}.json`)))),
    severity: () => column("severity", "severity"),
    service: () => column("service", "topics"),
    factor: () => column("factor", "topics"),
    date: () => column("date", "date"),
    minutes: () => column("minutes", "minutes"),
    state: () => column("state", "state"),
  };
  return archive;
};
