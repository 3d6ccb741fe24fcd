// The settings as code, to be copied.

import { useSignal } from "@preact/signals";

export function SnippetView({ code }: { code: string }) {
  const isCopied = useSignal(false);
  const copy = async () => {
    await navigator.clipboard.writeText(code);
    isCopied.value = true;
  };
  return (
    <div class="snippet">
      <header>
        <h3>The same in code</h3>
        <button
          type="button"
          class="quiet"
          onClick={copy}
          onBlur={() => {
            isCopied.value = false;
          }}
        >
          {isCopied.value ? "Copied" : "Copy"}
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls by the arrow keys. */}
      <section class="code" tabIndex={0} aria-label="Code">
        <pre>
          <code>{code}</code>
        </pre>
      </section>
    </div>
  );
}
