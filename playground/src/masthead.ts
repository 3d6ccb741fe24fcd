// What stands in index.html, and is painted before there is any script: here it comes to life.

import { effect } from "@preact/signals";
import { view } from "./view.ts";

/** ms for which the button says that it has copied. */
const COPIED_FOR = 2000;

export function wakeMasthead(): void {
  const links = document.querySelectorAll<HTMLAnchorElement>(".views a");
  effect(() => {
    document.documentElement.dataset.view = view.value;
    for (const link of links) {
      if (link.hash === `#${view.value}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  });
  const install = document.querySelector(".install")!;
  const button = install.querySelector("button")!;
  const offer = [...button.childNodes];
  let timer: ReturnType<typeof setTimeout> | undefined;
  button.addEventListener("click", async () => {
    const isCopied = await navigator.clipboard.writeText(install.querySelector("code")!.textContent!).then(
      () => true,
      () => false,
    );
    button.replaceChildren(isCopied ? "Copied" : "Not allowed");
    clearTimeout(timer);
    timer = setTimeout(() => {
      button.replaceChildren(...offer);
    }, COPIED_FOR);
  });
}
