// A button that copies a text, and says that it has.

import { useSignal } from "@preact/signals";

export interface CopyButtonProps {
  readonly label: string;
  /** Made when it is pressed. */
  readonly text: () => string | Promise<string>;
  readonly title?: string;
}

export function CopyButton({ label, text, title }: CopyButtonProps) {
  const said = useSignal("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(await text());
      said.value = "Copied";
    } catch (error) {
      said.value = `Not copied: ${(error as Error).message}`;
    }
  };
  return (
    <button
      type="button"
      class="quiet"
      title={title}
      onClick={copy}
      onBlur={() => {
        said.value = "";
      }}
    >
      {said.value || label}
    </button>
  );
}
