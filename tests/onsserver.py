"""A server that behaves like the feature services of ONS, faults and all; run in a process of its own.

The name of a service says how it behaves: `NAME__HOW`. Answers have the shapes of the service descriptions
and query responses of Esri's ArcGIS REST API.
"""

from __future__ import annotations

import http.server
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

ROWS = 7
SEEN: Counter[str] = Counter()
WORLD: dict[str, dict[str, Any]] = {}
"""Services by their own names, from a file: columns, rows, and the corner and size of each row's square."""


def feature(number: int, columns: list[str], outlines: bool) -> dict[str, object]:
    attributes = {"OBJECTID": number}
    for column in columns:
        attributes[column] = f"E07{number:06d}" if column.endswith("CD") else f"Area {number}"
    made: dict[str, object] = {"attributes": attributes}
    if outlines:
        x, y, size = 400_000 + 1000 * (number % 100), 300_000 + 1000 * (number // 100), 1000
        ring = [[x, y], [x, y + size], [x + size, y + size], [x + size, y], [x, y]]
        hole = [
            [x + 100, y + 100],
            [x + 200, y + 100],
            [x + 200, y + 200],
            [x + 100, y + 200],
            [x + 100, y + 100],
        ]
        made["geometry"] = {"rings": [ring, hole]}
    return made


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None: ...

    def say(self, body: object, status: int = 200, cut: bool = False, **headers: str) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2] if cut else data)
        self.close_connection = cut

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
        names = parts.path.strip("/").split("/")
        if names[0] == "seen":
            return self.say(SEEN)
        if names[0] == "forget":
            SEEN.clear()
            return self.say({})
        service, _, told = names[0].removesuffix(".data.csv").partition("__")
        how, _, number = told.partition("-")
        if service in WORLD:
            return self.world(names, WORLD[service], asked)
        if names[0].endswith(".data.csv"):
            return self.people(names[0], how, asked)
        outlines, columns = service != "LOOKUP", ["LAD21CD", "LAD21NM"]
        rows = int(number or ROWS) if how in ("rows", "own") else ROWS
        own = {"own": 3, "short": 2}.get(how, 2_000)
        SEEN[f"{names[0]} {'query' if names[-1] == 'query' else 'layer'}"] += 1
        tries = SEEN[f"{names[0]} {'query' if names[-1] == 'query' else 'layer'}"]
        if how == "gone":
            return self.say({"error": {"code": 400, "message": "Invalid URL", "details": ["Invalid URL"]}})
        if how == "html":
            return self.say(b"<html>Sign in</html>")
        if how == "away":
            return self.say({"location": "elsewhere"}, 302, Location="file:///etc/passwd")
        if how == "missing":
            return self.say(b"no", 404)
        if names[-1] != "query":
            fields = ["OBJECTID", *(["LAD23CD", "LAD23NM"] if how == "changed" else columns)]
            return self.say(
                {
                    "currentVersion": 11.1,
                    "id": 0,
                    "name": service,
                    "type": "Feature Layer" if outlines else "Table",
                    "geometryType": "esriGeometryPolygon" if outlines else None,
                    "objectIdField": "OBJECTID",
                    "fields": [{"name": f, "type": "esriFieldTypeString", "alias": f} for f in fields],
                    "maxRecordCount": own if how != "allatonce" else 3,
                    "advancedQueryCapabilities": {
                        "supportsPagination": how not in ("allatonce",),
                        "supportsOrderBy": True,
                    },
                    "editingInfo": {"dataLastEditDate": 1700000000000},
                }
            )
        if "returnCountOnly" in asked:
            return self.say({"count": rows + (how == "miscounts") - (how == "overcounts")})
        start = int(asked.get("resultOffset", 0))
        if how == "busy" and tries in (2, 3):
            return self.say(b"", 429, Retry_After="0") if tries == 2 else self.say(b"", 503)
        if how == "busybody" and tries == 2:
            return self.say({"error": {"code": 429, "message": "Too many requests", "details": []}})
        if how == "always":
            return self.say(b"", 429)
        if how == "dies" and start and tries < 5:
            return self.say({"features": "x" * 1000}, cut=True)
        if how == "stops" and start >= 3 and tries < 12:
            return self.say({"features": "x" * 1000}, cut=True)
        if how == "error200" and start:
            return self.say({"error": {"code": 500, "message": "Unable to perform query", "details": []}})
        size = min(
            int(asked.get("resultRecordCount", 2_000)), {"stops": 3, "dies": 3, "error200": 3}.get(how, own)
        )
        numbers = list(range(start + 1, min(rows, start + size) + 1))
        if how == "twice":
            numbers = [1 if n == ROWS else n for n in numbers]
        if how == "empty" and start == 0:
            numbers = numbers[:3]
        elif how == "empty":
            numbers = []
        made = [feature(n, columns, outlines) for n in numbers]
        if how == "unknown":
            made[2]["geometry"] = None
        if how == "differs":
            made[1]["attributes"]["LAD21NM"] = "Newname"  # type: ignore[index]
        wkid = 4326 if how == "degrees" else 27700
        return self.say(
            {
                "objectIdFieldName": "OBJECTID",
                "geometryType": "esriGeometryPolygon",
                "spatialReference": {"wkid": wkid, "latestWkid": wkid},
                "fields": [
                    {"name": f, "type": "esriFieldTypeString", "alias": f} for f in ("OBJECTID", *columns)
                ],
                **({"exceededTransferLimit": True} if numbers and numbers[-1] < rows else {}),
                "features": made,
            }
        )

    def people(self, name: str, how: str, asked: dict[str, str]) -> None:
        """Answer as Nomis does: CSV with names in capitals, and status 200 for nearly all that goes wrong."""
        start, most = int(asked["RecordOffset"]), min(int(asked["RecordLimit"]), 3)
        tries = SEEN[name]
        SEEN[name] += 1
        if how == "nothing":
            return self.say(b"")
        if how == "html":
            return self.say(b"<html>Sign in</html>")
        if how == "busy" and tries in (1, 2):
            return self.say(b"", 503)
        if how == "dies" and start and tries < 5:
            return self.say(b"x" * 1000, cut=True)
        if how == "stops" and start and tries < 8:
            return self.say(b"x" * 1000, cut=True)
        year = int(asked["date"]) - (how == "otheryear")
        lines = ['"GEOGRAPHY_CODE","DATE_NAME","OBS_VALUE","RECORD_COUNT"']
        numbers = range(start + 1, min(ROWS - (how == "short"), start + most) + 1)
        for n in numbers:
            kind = "E02" if how == "foreign" and n == 5 else "W01" if n == 7 else "E01"
            value = "" if how == "unknown" and n == 5 else 1000 + n
            total = ROWS + (how == "grows" and start > 0)
            code = f"{kind}{1 if how == 'twice' and n == 5 else n:06d}"
            lines.append(f'"{code}",{year},{value},{total}')
        if how == "nocount":
            lines = [line.rpartition(",")[0] for line in lines]
        return self.say("\n".join(lines if numbers or start == 0 else []).encode())

    def world(self, names: list[str], held: dict[str, Any], asked: dict[str, str]) -> None:
        """Answer for a service of the world, without any fault."""
        columns, rows = held["columns"], held["rows"]
        if names[-1].endswith(".data.csv"):
            start = int(asked["RecordOffset"])
            lines = [f"{code},{asked['date']},{people},{len(rows)}" for code, people in rows[start:]]
            lines = lines[: int(asked["RecordLimit"])]
            return self.say("\n".join(["GEOGRAPHY_CODE,DATE_NAME,OBS_VALUE,RECORD_COUNT", *lines]).encode())
        fields = [{"name": c, "type": "esriFieldTypeString"} for c in ("FID", *columns)]
        told = {"fields": fields, "geometryType": "esriGeometryPolygon" if held["squares"] else None}
        if names[-1] != "query":
            able = {"supportsPagination": True}
            return self.say(
                {**told, "maxRecordCount": 3, "objectIdField": "FID", "advancedQueryCapabilities": able}
            )
        if "returnCountOnly" in asked:
            return self.say({"count": len(rows)})
        start = int(asked["resultOffset"])
        features = []
        for at in range(start, min(start + 3, len(rows))):
            features.append({"attributes": {"FID": at, **dict(zip(columns, rows[at], strict=True))}})
            if held["squares"]:
                (x, y), (w, h) = held["squares"][at]
                ring = [[x, y], [x, y + h], [x + w, y + h], [x + w, y], [x, y]]
                features[-1]["geometry"] = {"rings": [ring]}
        return self.say({**told, "spatialReference": {"wkid": 27700}, "features": features})


if __name__ == "__main__":
    if len(sys.argv) > 1:
        WORLD.update(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()
