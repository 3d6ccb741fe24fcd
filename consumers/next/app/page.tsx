import { Echo } from "./echo";

export default function Page() {
  return <Echo />;
}
