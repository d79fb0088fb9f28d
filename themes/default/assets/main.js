// Small conveniences. Everything on the page is there without them.
import "./components/local-time/local-time.js";
import "./components/filter/filter.js";
import "./components/term/term.js";
import "./components/chart/chart.js";
import "./components/search/search.js";
