// Loaded before the first paint, so that a chosen theme does not flash in the other one. A classic script on purpose.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("danmate.theme");
  } catch {
    // Storage is blocked: the system's theme it is.
  }
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    document.documentElement.dataset.theme = chosen ?? (dark.matches ? "dark" : "light");
  };
  dark.addEventListener("change", apply);
  apply();
  window.danmateTheme = {
    toggle() {
      chosen = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
      try {
        localStorage.setItem("danmate.theme", chosen);
      } catch {
        // It holds for this visit.
      }
      apply();
    },
  };
})();
