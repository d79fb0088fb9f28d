// Escape hides the meaning of a term without moving the pointer or the focus (WCAG 1.4.13).
const dismissed = "term-dismissed";

addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const term of document.querySelectorAll(".term:hover, .term:focus")) term.classList.add(dismissed);
});

for (const left of ["pointerout", "focusout"]) {
  addEventListener(left, (event) => event.target.closest?.(".term")?.classList.remove(dismissed));
}
