#!/usr/bin/env python3
"""Sends what the API's own document allows, and what it does not, to the sample company: no answer is a server error, and each
has a status, a content type and a shape that the document names. The requests are made by Schemathesis (Z. Hatfield-Dodds and
D. Dygalo, "Deriving Semantics-Aware Fuzzers from Web API Schemas", ICSE 2022 companion), which tools/setup/schemathesis installs.

    documented.py [--program build/release/moothall] [--full] [--seed 7] [--as stranger,customer,owner] [--only REGEX]

The short form makes a few requests of each operation; --full (or MOOTHALL_TRUST=full) walks the edges of every field as well.

An id that is made up is always a 404, and behind that nothing is tried; so the document that Schemathesis reads is the server's
with ids of the sample company beside the made-up ones. It is stricter, too: a field that is answered and not named is a fault."""
import argparse
import copy
import json
import os
import re
import subprocess
import sys
import urllib.parse
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "trust"))
import bb  # noqa: E402
from halls import IN_A_YEAR, Hall  # noqa: E402

TOOL = ROOT / "build" / "schemathesis" / "bin" / "schemathesis"
CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
          "response_headers_conformance")
# Not "unsupported_method": it sends a GET with a body, which is 400 here before the method is looked at, so that no proxy
# reads two requests where the server reads one.
# A stream has no end; without a token or a session left the rest of a run would ask nothing but to be signed in.
LEFT_OUT = {("get", "/events/stream"), ("delete", "/me/tokens/{id}"), ("delete", "/me/sessions"), ("delete", "/me/sessions/{id}")}
ID = "^[0-9a-z]{13}$"
IDS_EACH = 4  # of each kind: the oldest and the newest differ most in what was done with them
COMING = {"date": [IN_A_YEAR], "date-time": [IN_A_YEAR + "T12:00:00Z"]}
# What is asked for in a query by id.
OF_THINGS = {"circle", "person", "voice", "theme", "decision", "about", "into", "parent", "to", "part_of"}


def known_ids(get, document):
    """Ids by the kind that a path names them by: {"voices": [...], "statement": [...], ...}."""
    known = {}

    def learn(kind, path):
        status, answer = get(path, limit=100)
        ids = [one["id"] for one in answer.get("items", []) if "id" in one] if status == 200 else []
        if ids:
            known[kind] = [*ids[:IDS_EACH // 2], *ids[IDS_EACH // 2:][-(IDS_EACH // 2):]]

    for path, item in document["paths"].items():
        if "get" in item and path.count("/") == 1 and path not in ("/me", "/events"):
            learn(path[1:], path)
    for kind, path in (("statement", "/conversations/{id}/statements"), ("comment", "/documents/{id}/comments"),
                       ("keeping", "/chats/{id}/questions")):
        if known.get(path.split("/")[1]):
            learn(kind, path.replace("{id}", known[path.split("/")[1]][0]))
    return known


def closed(schemas):
    """The shapes of answers, with no room for a field that the document does not name."""
    def whole(schema):
        return whole(schemas[schema["$ref"].split("/")[-1]]) if "$ref" in schema else schema

    def close(schema):
        if isinstance(schema, list):
            return [close(one) for one in schema]
        if not isinstance(schema, dict):
            return schema
        if "allOf" in schema:
            parts = [whole(part) for part in schema["allOf"]]
            schema = {"type": "object", "properties": {name: part for one in parts for name, part in one["properties"].items()},
                      "required": [name for one in parts for name in one["required"]]}
        closes = {"additionalProperties": False} if isinstance(schema.get("properties"), dict) and "type" in schema else {}
        return {name: close(part) for name, part in schema.items()} | closes

    return close(schemas)


def with_known_ids(document, known):
    """The document, with ids that exist beside the pattern of all, and without what would end the run."""
    everything = sorted({one for ids in known.values() for one in ids[:2]})
    kinds = {"person": "people", "voice": "voices", "circle": "circles"}

    def or_known(schema, ids):
        return {"anyOf": [{"type": "string", "enum": ids}, schema]} if ids else schema

    def within(schema):
        """Of a body: any id, since only the server knows of which kind it must be; and a day that can be promised."""
        if isinstance(schema, list):
            return [within(one) for one in schema]
        if not isinstance(schema, dict):
            return schema
        if schema.get("pattern") == ID:
            return or_known(schema, everything)
        if schema.get("type") == "string" and "format" in schema:
            return or_known(schema, COMING[schema["format"]])
        return {name: within(part) for name, part in schema.items()}

    paths = {}
    for path, item in copy.deepcopy(document["paths"]).items():
        paths[path] = {method: operation for method, operation in item.items() if (method, path) not in LEFT_OUT}
        for operation in paths[path].values():
            for parameter in operation.get("parameters", []):
                name = parameter["name"]
                if parameter["in"] == "query":
                    ids = everything if name in OF_THINGS else []
                else:
                    kind = path.split("/")[1] if name == "id" else kinds.get(name, name)
                    ids = everything if kind == "things" else known.get(kind, [])
                parameter["schema"] = or_known(parameter["schema"], ids)
            if "requestBody" in operation:
                operation["requestBody"] = within(operation["requestBody"])
            for answer in operation["responses"].values():
                answer.update(closed({"content": answer.get("content", {})}))
    return {**document, "paths": paths,
            "components": {**document["components"], "schemas": closed(document["components"]["schemas"])}}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default="build/release/moothall")
    parser.add_argument("--full", action="store_true", default=os.environ.get("MOOTHALL_TRUST") == "full")
    parser.add_argument("--examples", type=int, default=0, help="made up of each operation")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--as", dest="people", default="stranger,customer,owner")
    parser.add_argument("--only", default="", help="paths that match this")
    words = parser.parse_args()
    if not TOOL.exists():
        print("left out: Schemathesis is not here; tools/setup/schemathesis installs it, as ./test --full does")
        sys.exit(77)
    port = 19040 + os.getpid() % 40
    failed = []
    hall = Hall(words.program, port, sample=True, rate_limits=False)
    tokens = {"stranger": "", "customer": hall.token("aino@saint-aubin.example"), "owner": hall.owner}
    server = bb.Server({"base": "", "_host": "127.0.0.1", "_port": port, "server": hall.server(copied=False)})
    server.start()
    conn = bb.Conn("127.0.0.1", port, 20)

    def get(path, **query):
        status, _, answer = conn.call("GET", f"/api/v1{path}?{urllib.parse.urlencode(query)}", {"Authorization": f"Bearer {hall.owner}"})
        return status, json.loads(answer) if answer else {}

    people = words.people.split(",")
    examples = words.examples or (30 if words.full else 3)
    document = get("/openapi.json")[1]
    for who in people:
        path = hall.folder / "openapi.json"
        path.write_text(json.dumps(with_known_ids(document, known_ids(get, document))))
        command = [str(TOOL), "--no-color", "run", str(path), "--url", f"http://127.0.0.1:{port}/api/v1", "--seed", str(words.seed),
                   "--phases", "coverage,fuzzing" if words.full else "fuzzing", "--max-examples", str(examples), "--checks", ",".join(CHECKS),
                   "--generation-database", "none", "--suppress-health-check", "all", "--warnings", "off", "--no-shrink",
                   "--generation-with-security-parameters", "false", "--output-sanitize", "false", "--request-timeout", "30"]
        if tokens[who]:
            command += ["--header", f"Authorization: Bearer {tokens[who]}"]
        if words.only:
            command += ["--include-path-regex", words.only]
        print(f"--- {who}", flush=True)
        if subprocess.run(command, cwd=hall.folder).returncode:
            failed.append(who)
        if get("/me")[0] != 200:
            print("the server or its owner's token is gone")
            failed.append(who)
    # Behind a refusal little is tried: this says where the requests came no further.
    if not words.only:
        _, _, metrics = conn.call("GET", "/metrics")
        good = {(method.lower(), re.sub(r":(\w+)", r"{\1}", path))
                for method, path in re.findall(r'route="(\w+) /api/v1([^"]+)",class="2"', metrics.decode())}
        refused = [f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item
                   if (method, path) not in good | LEFT_OUT]
        print(f"always refused: {', '.join(refused) or 'none'}")
    server.stop()
    hall.remove()
    print(f"{len(people) - len(set(failed))} passed, {len(set(failed))} failed")
    sys.exit(1 if failed else 0)


main()
