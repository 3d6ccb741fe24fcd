import type { StandardSchemaV1 as Schema } from "@standard-schema/spec";
import { type Codec, json } from "gundam";

/** JSON: what comes is checked by the one schema, what is sent by the other. */
export function validated<In extends Schema, Out extends Schema>(
  incoming: In,
  outgoing: Out,
): Codec<Schema.InferOutput<In>, Schema.InferInput<Out>> {
  const { encode, decode } = json();
  return {
    encode: (value, userOpts) => encode(check(outgoing, value), userOpts),
    decode: (message, userOpts) => check(incoming, decode(message, userOpts)),
  };
}

function check<Checked extends Schema>(schema: Checked, value: unknown): Schema.InferOutput<Checked> {
  const result = schema["~standard"].validate(value);
  if (result instanceof Promise) throw new TypeError("a codec cannot wait: the schema must not be async");
  if (result.issues === undefined) return result.value;
  throw new TypeError(`${result.issues.map(placeOf).join(", ")} is not as the schema says`);
}

/** Where it does not fit; an issue's own message may quote what came. */
function placeOf({ path = [] }: Schema.Issue) {
  return path.map((part) => String(typeof part === "object" ? part.key : part)).join(".") || "the message";
}
