// The settings as code, to be copied.

import { CodeView } from "../code-view.tsx";
import { CopyButton } from "../copy-button.tsx";

export function SnippetView({ code }: { code: string }) {
  return (
    <div class="snippet">
      <header>
        <h3>The same in code</h3>
        <CopyButton label="Copy code" text={() => code} />
      </header>
      <CodeView label="Code" code={code} />
    </div>
  );
}
