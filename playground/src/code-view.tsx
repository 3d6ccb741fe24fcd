// Code, or what is laid out as code, that is scrolled where it is too wide.

export interface CodeViewProps {
  /** What it is, for who cannot see it. */
  readonly label: string;
  readonly code: string;
}

export function CodeView({ label, code }: CodeViewProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls by the arrow keys.
    <section class="code" tabIndex={0} aria-label={label}>
      <pre>
        <code>{code}</code>
      </pre>
    </section>
  );
}
