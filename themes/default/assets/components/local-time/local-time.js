// Adds the reader's own time beside times in UTC: as a small line where the time matters, and on hover everywhere. The day is named where it
// is another one.
const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang || undefined;

const format = (options) => {
  try {
    return new Intl.DateTimeFormat(language, options);
  } catch {
    return new Intl.DateTimeFormat(undefined, options); // a language tag that nobody knows
  }
};
const clock = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = format({ day: "numeric", month: "short" });
const full = format({ dateStyle: "full", timeStyle: "short", hourCycle: "h23" });
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

let differs = false;
for (const element of document.querySelectorAll("time[datetime*=T]")) {
  const time = new Date(element.dateTime);
  if (!element.dateTime.endsWith("Z") || isNaN(time) || time.getTimezoneOffset() === 0) continue;
  differs = true;
  element.title = `${full.format(time)} (${zone})`;
  if (!("local" in element.dataset)) continue;
  const otherDay = time.getDate() !== time.getUTCDate();
  const local = document.createElement("small");
  local.className = "local";
  local.textContent = (otherDay ? day.format(time) + ", " : "") + clock.format(time) + (element.dataset.local ? "" : " your time");
  element.after(local);
}

if (differs) {
  for (const note of document.querySelectorAll("[data-zone-note]")) {
    const local = document.createElement("span");
    local.className = "local-note";
    local.textContent = ` Small below: your time, ${zone}.`;
    note.append(local);
  }
}
