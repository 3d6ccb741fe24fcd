// In production a browser says of an unknown option no more than its name. package.json's `imports` have the condition
// `development` take suggest-development.ts in place of this.

import type { Suggest } from "@gundam/core";

export const suggest: Suggest | undefined = undefined;
