import { keepKey, readKey, takeKeyFromFragment } from "./api-key.js";

function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`index.html has no ${type.name} with the id ${id}.`);
  return found;
}

const field = element("api-key", HTMLInputElement);

function show(): void {
  const given = readKey() !== "";
  element("key-missing", HTMLElement).hidden = given;
  element("key-given", HTMLElement).hidden = !given;
}

function fill(): void {
  takeKeyFromFragment();
  field.value = readKey();
  show();
}

export const askForKey = (): void => field.focus();

export function startBar(restoreExamples: () => void): void {
  fill();
  // A link with a key, followed while the page is open, changes only the fragment and loads nothing.
  addEventListener("hashchange", fill);
  field.addEventListener("input", () => {
    keepKey(field.value.trim());
    show();
  });
  element("forget-key", HTMLButtonElement).addEventListener("click", () => {
    keepKey("");
    fill();
    askForKey();
  });
  element("restore-examples", HTMLButtonElement).addEventListener("click", () => {
    if (confirm("Replace the open tabs by the examples?")) restoreExamples();
  });
}
