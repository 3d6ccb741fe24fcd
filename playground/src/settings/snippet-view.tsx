// The settings as code, to be copied.

import { useSignal } from "@preact/signals";

export function SnippetView({ code }: { code: string }) {
  const outcome = useSignal("");
  const copy = async () => {
    outcome.value = await navigator.clipboard.writeText(code).then(
      () => "Copied",
      () => "Not allowed",
    );
  };
  return (
    <div class="snippet">
      <header>
        <h3>The same in code</h3>
        <button
          type="button"
          class="quiet"
          aria-label={outcome.value || "Copy the code"}
          onClick={copy}
          onBlur={() => {
            outcome.value = "";
          }}
        >
          {outcome.value || "Copy"}
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
