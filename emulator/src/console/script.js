// Everything works without this: it shows times in the viewer's own zone, asks for confirmation in a dialog in place of
// a page, and refreshes what is shown.
"use strict";

const EVERY = 3000;

function localTimes(within) {
  const shown = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
  for (const time of within.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime())) time.textContent = shown.format(at);
  }
}

async function read(address) {
  const response = await fetch(address, { headers: { accept: "text/html" } });
  const read = new DOMParser().parseFromString(await response.text(), "text/html");
  localTimes(read);
  return { ok: response.ok, read };
}

// What a link asks, in a dialog over the page. Where that cannot be had, the link leads to its own page.
async function ask(link) {
  let question;
  try {
    question = (await read(link.href)).read.getElementById("confirm");
  } catch {
    question = null;
  }
  if (!question) {
    location.href = link.href;
    return;
  }
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "question");
  dialog.append(document.adoptNode(question));
  dialog.addEventListener("close", () => {
    dialog.remove();
    link.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const dialog = link.closest("dialog");
  if (dialog && link.hasAttribute("data-close")) {
    event.preventDefault();
    dialog.close();
  } else if (link.hasAttribute("data-dialog")) {
    event.preventDefault();
    ask(link);
  }
});

// Leaves alone what the viewer is at work with: what has the focus, is opened or is chosen.
function isBusy(part) {
  return part.contains(document.activeElement) || part.querySelector("details[open], input:checked") !== null;
}

async function refresh() {
  const parts = [...document.querySelectorAll("[data-live]")];
  if (document.hidden || document.querySelector("dialog:modal") || parts.every(isBusy)) return;
  try {
    const { ok, read: fresh } = await read(location.href);
    for (const part of ok ? parts : []) {
      const now = fresh.getElementById(part.id);
      if (now && !isBusy(part) && now.innerHTML !== part.innerHTML) part.replaceChildren(...now.childNodes);
    }
  } catch {
    // The emulator is away: what is shown stays.
  }
}

localTimes(document);
for (const dialog of document.querySelectorAll("dialog[data-modal]")) {
  dialog.close();
  dialog.showModal();
}
document.getElementById("refusal")?.focus();
if (document.querySelector("[data-live]")) setInterval(refresh, EVERY);
