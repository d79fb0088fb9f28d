// The search: loaded when the search box is first used, and on the search page.
import "./search/ui.js";
