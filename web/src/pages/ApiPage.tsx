import { useQuery } from "@tanstack/react-query";

import { Footer } from "../frame/Footer";
import { Header } from "../frame/Header";
import { MessagePage } from "./MessagePage";
import { listOperations, listSchemas, type OpenApi, type Operation, type SchemaEntry } from "./openapi";
import classes from "./pages.module.css";

/** The API's reference, drawn from its own description with no internet. */
export default function ApiPage() {
  const description = useQuery({
    queryKey: ["openapi"],
    queryFn: async () => (await (await fetch("/api/openapi.json")).json()) as OpenApi,
    staleTime: Infinity,
  });
  if (description.error) return <MessagePage title="The API does not answer">Is the server still running?</MessagePage>;
  return (
    <>
      <Header />
      <main className={classes.api} aria-busy={description.isPending}>
        <h1>Cytovox API</h1>
        <p>
          The whole description is at <a href="/api/openapi.json">/api/openapi.json</a> (OpenAPI). Errors are JSON with a{" "}
          <code>code</code> and a <code>message</code>.
        </p>
        <pre>{EXAMPLE}</pre>
        {description.data && (
          <>
            <h2>Operations</h2>
            {listOperations(description.data).map((o) => (
              <OperationEntry key={`${o.method} ${o.path}`} operation={o} />
            ))}
            <h2>Documents</h2>
            {listSchemas(description.data).map((s) => (
              <SchemaTable key={s.name} entry={s} />
            ))}
          </>
        )}
      </main>
      <Footer />
    </>
  );
}

const EXAMPLE = `curl -F picture=@smear.jpg http://127.0.0.1:8000/api/cases    # {"id": "…", "state": "queued", …}
curl http://127.0.0.1:8000/api/cases/ID                      # until "state" is "done"
curl http://127.0.0.1:8000/api/cases/ID/findings.json`;

function OperationEntry({ operation }: { operation: Operation }) {
  return (
    <article className={classes.operation}>
      <h3>
        <code>{operation.method}</code>
        <code>{operation.path}</code>
      </h3>
      <p>{operation.text}</p>
      <ul>
        {operation.answers.map((a) => (
          <li key={a.status}>
            {a.status}: {a.text}
          </li>
        ))}
      </ul>
    </article>
  );
}

function SchemaTable({ entry }: { entry: SchemaEntry }) {
  return (
    <article className={classes.operation} id={entry.name}>
      <h3>
        <code>{entry.name}</code>
      </h3>
      <p>{entry.text}</p>
      <table>
        <tbody>
          {entry.fields.map((field) => (
            <tr key={field.name}>
              <td>
                <code>{field.name}</code>
              </td>
              <td>
                <code>{field.type}</code>
              </td>
              <td>{field.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </article>
  );
}
