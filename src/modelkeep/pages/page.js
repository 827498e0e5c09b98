"use strict";
{
  const root = document.documentElement;
  const button = document.getElementById("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const label = () => { button.textContent = isDark() ? "Light" : "Dark"; };
  const wanted = location.hash.slice(1);
  if (wanted === "dark" || wanted === "light") root.dataset.theme = wanted;
  root.classList.add("js");
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    label();
  });
  dark.addEventListener("change", label);
  label();
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  for (const place of document.querySelectorAll(".chart")) {
    vegaEmbed(place, read(place.dataset.spec), {
      mode: "vega-lite", renderer: "svg", actions: false, defaultStyle: false, ast: true,
      config: read("chart-config"), tooltip: { disableDefaultStyle: true },
    }).then(
      () => { place.dataset.drawn = "yes"; },
      (error) => {
        place.textContent = "This chart could not be drawn; the tables hold its numbers.";
        console.error(error);
      },
    );
  }
}
