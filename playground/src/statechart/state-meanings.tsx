// What each state means, told beside its box while somebody points at it or has come to it by keyboard. As WCAG 1.4.13
// wants it: Escape takes it away, the pointer may move onto it, and it stays as long as either is there. Over each box of
// the drawing lies a button; Tab leads to that of now, arrow keys from there to the others.

import type { StateName } from "@gundam/core/lifecycle";
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { stateWords } from "../client/states.ts";
import { type Drawing, neighbourOf } from "./drawing.ts";
import { stateNames } from "./edges.ts";

/** ms that a pointer may take from a box to what is told of it. */
const GRACE = 200;
/** Between a box and what is told of it, in the drawing's units. */
const GAP = 6;

export function StateMeanings({ drawing, now }: { drawing: Drawing; now: StateName }) {
  const told = useSignal<StateName | undefined>(undefined);
  const focused = useSignal<StateName | undefined>(undefined);
  const grace = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const id = useId();
  const show = (name: StateName | undefined) => {
    clearTimeout(grace.current);
    told.value = name;
  };
  const leave = () => {
    grace.current = setTimeout(() => show(focused.peek()), GRACE);
  };
  useEffect(() => () => clearTimeout(grace.current), []);
  const goTo = (name: StateName) => document.getElementById(`${id}-${name}`)!.focus();
  return (
    <>
      {stateNames.map((name) => (
        <button
          key={name}
          type="button"
          class="state-button"
          id={`${id}-${name}`}
          style={placeOf(name, drawing)}
          aria-label={name}
          aria-describedby={`${id}-${name}-meaning`}
          aria-current={name === now ? "true" : undefined}
          tabIndex={name === (focused.value ?? now) ? 0 : -1}
          onPointerEnter={() => show(name)}
          onPointerLeave={leave}
          onClick={() => show(name)}
          onFocus={() => {
            focused.value = name;
            show(name);
          }}
          onBlur={() => {
            focused.value = undefined;
            show(undefined);
          }}
          onKeyDown={(event) => {
            const next = neighbourOf(drawing, name, event.key);
            if (next === undefined) return;
            event.preventDefault();
            goTo(next);
          }}
        >
          <span id={`${id}-${name}-meaning`} hidden>
            {stateWords[name].meaning}
          </span>
        </button>
      ))}
      {told.value && (
        <Meaning
          name={told.value}
          drawing={drawing}
          told={told}
          enter={() => show(told.peek())}
          leave={leave}
        />
      )}
    </>
  );
}

interface MeaningProps {
  readonly name: StateName;
  readonly drawing: Drawing;
  readonly told: Signal<StateName | undefined>;
  readonly enter: () => void;
  readonly leave: () => void;
}

function Meaning({ name, drawing, told, enter, leave }: MeaningProps) {
  useEffect(() => {
    const dismiss = ({ key }: KeyboardEvent) => {
      if (key === "Escape") told.value = undefined;
    };
    addEventListener("keydown", dismiss);
    return () => removeEventListener("keydown", dismiss);
  }, [told]);
  const { x, y } = drawing.places.get(name)!;
  const top = `${((y + drawing.node.height / 2 + GAP) / drawing.height) * 100}%`;
  return (
    <div
      class="state-meaning"
      role="tooltip"
      style={{ "--left": `${(x / drawing.width) * 100}%`, top }}
      onPointerEnter={enter}
      onPointerLeave={leave}
    >
      <b>{name}</b> {stateWords[name].meaning}
    </div>
  );
}

/** Over the state's box, whatever the drawing's scale. */
function placeOf(name: StateName, { places, node, width, height }: Drawing) {
  const { x, y } = places.get(name)!;
  return {
    left: `${((x - node.width / 2) / width) * 100}%`,
    top: `${((y - node.height / 2) / height) * 100}%`,
    width: `${(node.width / width) * 100}%`,
    height: `${(node.height / height) * 100}%`,
  };
}
