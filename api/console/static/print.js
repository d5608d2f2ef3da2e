// The button of a printable report.
document.getElementById("print").addEventListener("click", () => window.print());
