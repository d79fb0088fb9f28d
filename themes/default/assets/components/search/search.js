// The search box: the slash key leads to it, and the search is loaded when it is first used.
const form = document.querySelector("form[data-search]");

if (form) {
  const input = form.elements.q;
  const load = () => {
    if (document.querySelector("script[data-search-script]")) return;
    const script = document.createElement("script");
    script.src = form.dataset.search;
    script.dataset.searchScript = "";
    document.head.append(script);
  };
  input.addEventListener("focus", load, { once: true });
  if (document.querySelector("[data-search-page]")) load();
  addEventListener("keydown", (event) => {
    const elsewhere = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || elsewhere) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
}
