// One option: its name, what was typed, what its docstring says and what the library says against it.

import { Fragment } from "preact";
import { useId } from "preact/hooks";
import type { Field } from "./fields.ts";
import { defaultOf, type Preset } from "./settings.ts";

export interface OptionFieldProps {
  readonly field: Field;
  readonly preset: Preset;
  /** Empty: as the preset has it. */
  readonly typed: string;
  readonly problem: string;
  readonly type: (typed: string) => void;
}

export function OptionField({ field, preset, typed, problem, type }: OptionFieldProps) {
  const id = useId();
  const { control } = field;
  const example = "example" in control ? control.example : undefined;
  const described = {
    "aria-describedby": `${id}-problem ${example === undefined ? "" : `${id}-example `}${id}-doc`,
    "aria-invalid": problem !== "",
  };
  return (
    <div class="option" data-given={typed !== ""} data-structured={example !== undefined}>
      <label for={id}>
        {/* Where a long path may break. */}
        {field.path.split(".").map((part, index) => (
          <Fragment key={part}>
            {index > 0 && (
              <>
                .<wbr />
              </>
            )}
            {part}
          </Fragment>
        ))}
      </label>
      <OptionInput id={id} field={field} preset={preset} typed={typed} type={type} described={described} />
      <p id={`${id}-problem`} class="problem" role="alert">
        {problem}
      </p>
      {example !== undefined && (
        <p id={`${id}-example`} class="example">
          {control.type === "made" ? `${control.maker.name}() of, for example, ` : "For example "}
          <code>{example}</code>
        </p>
      )}
      <p id={`${id}-doc`} class="doc">
        {field.doc}
      </p>
    </div>
  );
}

interface OptionInputProps extends Omit<OptionFieldProps, "problem"> {
  readonly id: string;
  readonly described: { readonly "aria-describedby": string; readonly "aria-invalid": boolean };
}

function OptionInput({ id, field, preset, typed, type, described }: OptionInputProps) {
  const fallback = defaultOf(preset, field);
  const { control } = field;
  if (control.type === "flag") {
    return (
      <input
        id={id}
        type="checkbox"
        {...described}
        checked={typed === "" ? fallback === true : typed === "true"}
        onChange={({ currentTarget: { checked } }) => type(checked === fallback ? "" : String(checked))}
      />
    );
  }
  if (control.type === "choice") {
    return (
      <select
        id={id}
        {...described}
        value={typed}
        onChange={({ currentTarget }) => type(currentTarget.value)}
      >
        <option value="">{fallback === undefined ? "by default" : shown(fallback)}</option>
        {control.choices
          .filter(({ value }) => value !== fallback)
          .map(({ code }) => (
            <option key={code} value={code}>
              {code}
            </option>
          ))}
      </select>
    );
  }
  return (
    <input
      id={id}
      type="text"
      autocomplete="off"
      spellcheck={false}
      {...described}
      placeholder={field.unit === "" ? shown(fallback) : `${shown(fallback)} ${field.unit}`}
      value={typed}
      onInput={({ currentTarget }) => type(currentTarget.value)}
    />
  );
}

function shown(value: unknown): string {
  if (value === undefined) return "none";
  if (typeof value === "function") return "as the preset has it";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
