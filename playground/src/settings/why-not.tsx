// Why a client cannot be started with what stands in its form: for the buttons that would start it.

import type { Session } from "../client/session.ts";
import { fieldsByPath } from "./fields.ts";
import type { Problem } from "./settings.ts";

/** Of the text, for whatever button starts the client. */
export function whyNotId({ name }: Session): string {
  return `why-not-${name}`;
}

export function WhyNot({ session, problems }: { session: Session; problems: readonly Problem[] }) {
  // Before the first start the page's server has yet to answer.
  const isEarly = session.settings.value === undefined && problems.some(({ option }) => option === "server");
  return (
    <p id={whyNotId(session)} class="problem">
      {problems.length > 0 && !isEarly && whyNot(problems)}
    </p>
  );
}

function whyNot(problems: readonly Problem[]): string {
  const beside = problems.filter(({ option }) => option === "url" || fieldsByPath.has(option));
  const others = problems.filter((problem) => !beside.includes(problem));
  const words = [...others.map(({ message }) => message), ...(beside.length > 0 ? [seeText(beside)] : [])];
  return `This cannot be started: ${words.join("; ")}.`;
}

function seeText(problems: readonly Problem[]): string {
  const names = problems.map(({ option }) => option);
  const last = names.pop();
  return `see ${names.length === 0 ? last : `${names.join(", ")} and ${last}`}`;
}
