// A call opened by "next" plays before the rest of the page's scripts are there.

import { playAtOnce } from "./next.js";

if (playAtOnce.take()) document.getElementById("audio").play().catch(() => {}); // a browser may refuse to begin by itself
