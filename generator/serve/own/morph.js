// Makes an open page equal to a new version of it, touching only what is different between the version that was sent before and the new one.
// What the page's own scripts and its reader did to the rest stays: an open detail, the focus, the place.

// The node of the page that stands for a node as it was sent, and whether a node of the page was sent at all.
const shownAs = new WeakMap();
const wasSent = new WeakSet();

export const pair = (sent, shown) => {
  shownAs.set(sent, shown);
  wasSent.add(shown);
  for (let i = 0; i < sent.childNodes.length; i++) pair(sent.childNodes[i], shown.childNodes[i]);
};

// inherit says that the new version's nodes are shown by the same nodes as the equal ones before.
const inherit = (sent, next) => {
  const shown = shownAs.get(sent);
  if (shown) shownAs.set(next, shown);
  for (let i = 0; i < sent.childNodes.length; i++) inherit(sent.childNodes[i], next.childNodes[i]);
};

const source = (node) => node.outerHTML ?? node.nodeType + node.data;

// Whether a node can become another by changing what is in it. One that holds only text is better replaced: what scripts added to it
// belongs to the old text.
const holdsPlace = "a, button, input, select, textarea, summary, details, [tabindex], [id]";
const alike = (a, b) =>
  a.nodeName === b.nodeName &&
  a.nodeType === Node.ELEMENT_NODE &&
  a.id === b.id &&
  (a.childElementCount > 0 || a.matches(holdsPlace)) &&
  a.className === b.className;

// match finds, for every child of the new version, the one before that it continues: -1 for none. The order of both is kept.
const match = (before, after) => {
  const a = before.map(source);
  const b = after.map(source);
  const matched = new Array(b.length).fill(-1);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) matched[start] = start++;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) matched[--endB] = --endA;
  const rows = endA - start;
  const columns = endB - start;
  if (rows > 0 && columns > 0 && rows * columns < 1e6) {
    // The longest common subsequence of what is between.
    const lengths = Array.from({ length: rows + 1 }, () => new Uint32Array(columns + 1));
    for (let i = rows - 1; i >= 0; i--)
      for (let j = columns - 1; j >= 0; j--)
        lengths[i][j] = a[start + i] === b[start + j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    for (let i = 0, j = 0; i < rows && j < columns; )
      if (a[start + i] === b[start + j]) matched[start + j++] = start + i++;
      else if (lengths[i + 1][j] >= lengths[i][j + 1]) i++;
      else j++;
  }
  // Between two that are equal, those that are alike continue each other in their order.
  let from = 0;
  for (let j = 0; j < b.length; j++) {
    if (matched[j] >= 0) {
      from = matched[j] + 1;
      continue;
    }
    let until = a.length;
    for (let k = j + 1; k < b.length; k++)
      if (matched[k] >= 0) {
        until = matched[k];
        break;
      }
    for (let i = from; i < until; i++)
      if (alike(before[i], after[j])) {
        matched[j] = i;
        from = i + 1;
        break;
      }
  }
  return matched;
};

// Removes a node, and what scripts have put right behind it, which was about it.
const remove = (shown) => {
  if (!shown) return;
  while (shown.nextSibling && !wasSent.has(shown.nextSibling)) shown.nextSibling.remove();
  shown.remove();
};

const updateAttributes = (sent, next, shown) => {
  for (const name of new Set([...sent.getAttributeNames(), ...next.getAttributeNames()])) {
    const value = next.getAttribute(name);
    if (value === sent.getAttribute(name)) continue;
    if (value === null) shown.removeAttribute(name);
    else shown.setAttribute(name, value);
  }
};

const updateChildren = (sent, next, shown) => {
  const before = [...sent.childNodes];
  const after = [...next.childNodes];
  const matched = match(before, after);
  const kept = new Set(matched);
  before.forEach((node, i) => kept.has(i) || remove(shownAs.get(node)));
  let cursor = null;
  for (let j = after.length - 1; j >= 0; j--) {
    const old = before[matched[j]];
    let node = old && shownAs.get(old);
    if (node?.parentNode === shown) {
      update(old, after[j], node);
    } else {
      remove(node);
      node = document.importNode(after[j], true);
      pair(after[j], node);
      shown.insertBefore(node, cursor);
    }
    cursor = node;
  }
};

// update makes the shown node, which was sent as one version, the next. It reports whether anything is different.
export const update = (sent, next, shown) => {
  if (sent.isEqualNode(next)) {
    inherit(sent, next);
    return false;
  }
  shownAs.set(next, shown);
  updateAttributes(sent, next, shown);
  updateChildren(sent, next, shown);
  return true;
};
