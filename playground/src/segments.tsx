// A few choices side by side, of which one holds.

import { useId } from "preact/hooks";

export interface SegmentsProps<Value> {
  readonly label: string;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly chosen: Value;
  readonly choose: (value: Value) => void;
}

export function Segments<Value extends string | number>({
  label,
  options,
  chosen,
  choose,
}: SegmentsProps<Value>) {
  const name = useId();
  return (
    <fieldset class="segments" aria-label={label}>
      {options.map(({ value, label }) => (
        <label key={value}>
          <input type="radio" name={name} checked={value === chosen} onChange={() => choose(value)} />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  );
}
