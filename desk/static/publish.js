// Shows how far preparing is, while it is; without this file the page is loaded again by its link.
"use strict";
const shown = document.querySelector("[data-progress]");
if (shown && window.EventSource) {
  const told = new EventSource(shown.dataset.progress);
  told.addEventListener("progress", (event) => {
    const { percent, text } = JSON.parse(event.data);
    shown.querySelector("progress").value = percent;
    shown.querySelector("[data-step]").textContent = text;
  });
  told.addEventListener("ended", () => {
    told.close();
    window.location.assign("/publish");
  });
}
