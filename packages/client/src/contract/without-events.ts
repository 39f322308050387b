import { ApiError, type Connection } from "@lxdkit/transport";

/** Refuses the events of all projects, as newer servers do to such a caller, or all events. */
export function withoutEvents(connection: Connection, which: "of all projects" | "at all"): Connection {
  return {
    ...connection,
    openWebSocket: async (path, options) => {
      if (which === "of all projects" && options.query?.["all-projects"] !== true) {
        return connection.openWebSocket(path, options);
      }
      const { address } = connection;
      throw new ApiError({ status: 403, serverMessage: "not authorized", request: `GET ${path}`, address });
    },
  };
}

/** The requests by which somebody looks how far an operation is. */
export function looksAtOperations(answers: readonly string[]): readonly string[] {
  return answers.filter((line) => line.startsWith("GET /1.0/operations/"));
}
