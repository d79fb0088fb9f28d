// Filters the list of incidents as the reader types, and keeps the filter in the address so that it can be sent to somebody.
const form = document.querySelector("form[data-filter]");

if (form) {
  const cards = [...document.querySelectorAll(".card")].map((element) => ({
    element,
    text: element.textContent.toLowerCase(),
    severity: element.dataset.severity,
    services: element.dataset.services,
  }));
  const { q, severity, service, count } = form.elements;
  const fields = [q, severity, service].filter(Boolean);

  const apply = () => {
    const words = q.value.toLowerCase().split(/\s+/);
    const wanted = service?.value && service.selectedOptions[0].text + "|";
    let shown = 0;
    for (const card of cards) {
      const fits =
        words.every((word) => card.text.includes(word)) &&
        (!severity?.value || card.severity === severity.value) &&
        (!wanted || ("|" + card.services).includes("|" + wanted));
      card.element.hidden = !fits;
      shown += fits;
    }
    for (const year of document.querySelectorAll(".year")) year.hidden = !year.querySelector(".card:not([hidden])");
    count.value = shown === cards.length ? "" : `${shown} of ${cards.length}`;
  };

  const remember = () => {
    const query = new URLSearchParams(location.search);
    for (const field of fields) field.value ? query.set(field.name, field.value) : query.delete(field.name);
    history.replaceState(null, "", `${location.pathname}${query.size ? "?" + query : ""}${location.hash}`);
  };

  const recall = () => {
    const query = new URLSearchParams(location.search);
    for (const field of fields) field.value = query.get(field.name) ?? "";
    apply();
  };

  form.addEventListener("input", () => (apply(), remember()));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => (apply(), remember())));
  addEventListener("popstate", recall);
  form.classList.add("filter-ready"); // for browsers that cannot tell their style sheets about scripts
  recall();
}
