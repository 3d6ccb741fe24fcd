import { connect, type Failure, resilient } from "gundam";

/** Node: the token is kept until the server refuses it. */
export function connectWithHeaders(url: string, freshToken: () => Promise<string>) {
  let token: string | undefined;
  return connect(
    resilient({
      url,
      headers: async ({ lastFailure }) => {
        if (token === undefined || isRefusal(lastFailure)) token = await freshToken();
        return { authorization: `Bearer ${token}` };
      },
    }),
  );
}

function isRefusal({ status, code }: Partial<Failure> = {}) {
  return status === 401 || code === 1008 || code === 3000 || code === 4401;
}
