// A mark of a drawing leads to a row of its table, which may be folded away. Browsers that do not unfold it themselves are helped.
function reveal() {
  const row = document.querySelector(":target");
  const folded = row?.closest("details:not([open])");
  if (folded) {
    folded.open = true;
    row.scrollIntoView();
  }
}
addEventListener("hashchange", reveal);
reveal();
