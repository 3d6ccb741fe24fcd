// The settings as code, to be copied.

import { CopyButton } from "../copy-button.tsx";

export function SnippetView({ code }: { code: string }) {
  return (
    <div class="snippet">
      <header>
        <h3>The same in code</h3>
        <CopyButton label="Copy code" text={() => code} />
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
