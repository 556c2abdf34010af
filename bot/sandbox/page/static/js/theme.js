// Light or dark: what the system says, unless somebody chose.

import { replace } from "./dom.js";
import { icon } from "./icons.js";
import { recall, remember } from "./store.js";

const system = window.matchMedia("(prefers-color-scheme: dark)");
const button = document.querySelector("#theme");
const current = () => recall("theme") ?? (system.matches ? "dark" : "light");

function apply() {
  const theme = current();
  document.documentElement.dataset.theme = theme;
  const other = theme === "dark" ? "light" : "dark";
  button.setAttribute("aria-label", `Use ${other} colours`);
  replace(button, icon(theme === "dark" ? "sun" : "moon"));
}

export function startTheme() {
  apply();
  system.addEventListener("change", apply);
  button.addEventListener("click", () => {
    remember("theme", current() === "dark" ? "light" : "dark");
    apply();
  });
}
