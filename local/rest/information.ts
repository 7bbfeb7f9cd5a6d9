/** @module Answers OPTIONS: what may be done with a relation or function. */
import { routineOf } from "./call.ts";
import { relationNamed, type RestContext } from "./context.ts";
import type { Answer } from "./respond.ts";

/** What is asked about. */
export type Subject =
  | { readonly kind: "root" }
  | { readonly kind: "relation"; readonly name: string }
  | { readonly kind: "routine"; readonly name: string };

function relationMethods({ schema, schemaName }: RestContext, name: string): string[] {
  const table = relationNamed(schema, { schema: schemaName, name });
  const { insertable, updatable, deletable, primaryKey } = table;
  return [
    "OPTIONS,GET,HEAD",
    ...insertable ? ["POST"] : [],
    ...insertable && updatable && primaryKey.length > 0 ? ["PUT"] : [],
    ...updatable ? ["PATCH"] : [],
    ...deletable ? ["DELETE"] : [],
  ];
}

async function methodsOf(context: RestContext, subject: Subject): Promise<string[]> {
  switch (subject.kind) {
    case "root":
      return ["OPTIONS,GET,HEAD"];
    case "relation":
      return relationMethods(context, subject.name);
    case "routine": {
      const { routine } = await routineOf(context, subject.name);
      return routine.volatility === "v" ? ["OPTIONS,POST"] : ["OPTIONS,GET,HEAD,POST"];
    }
  }
}

/** Answers OPTIONS. */
export async function information(context: RestContext, subject: Subject): Promise<Answer> {
  const methods = await methodsOf(context, subject);
  const headers = new Headers({ allow: methods.join(","), "access-control-allow-origin": "*" });
  return { status: 200, headers, body: null };
}
