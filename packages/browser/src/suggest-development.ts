// While a page is developed an unknown option is told with what it may have been meant to be.

export { suggest } from "@gundam/core";
