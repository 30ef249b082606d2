"""The emulator as its own process, spoken to in plain HTTP, with its log read line by line."""

import http.client
import json
import subprocess
import typing
from decimal import Decimal

TARGET = "AwsProton20200720."


class Reply(typing.NamedTuple):
    status: int
    headers: dict
    body: bytes
    # What the log says: `ok`, or the error's kind and the rule that it rests on.
    outcome: str

    @property
    def kind(self):
        return self.outcome.split()[0]

    def members(self):
        """The body, with times as exact decimals; no name comes twice in an object."""

        def once(pairs):
            names = [name for name, _ in pairs]
            assert len(names) == len(set(names)), names
            return dict(pairs)

        return json.loads(self.body, parse_float=Decimal, object_pairs_hook=once)


class Emulator:
    def __init__(self, program, *flags):
        self.process = subprocess.Popen(
            [program, "--listen", "127.0.0.1:0", *flags], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        first = self.process.stdout.readline()
        assert first.startswith("listening on http://"), first
        self.http = http.client.HTTPConnection(first.split("//")[1].strip(), timeout=60)
        self.calls = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.http.close()
        self.process.terminate()
        self.process.communicate(timeout=30)

    def send(self, method, path, headers, body):
        self.calls += 1
        self.http.request(method, path, body, headers)
        response = self.http.getresponse()
        body, headers = response.read(), {name.lower(): value for name, value in response.getheaders()}
        # One line for each call: time, account, Region, operation, outcome.
        outcome = self.process.stderr.readline().split(None, 4)[4].strip()
        return Reply(response.status, headers, body, outcome)

    def call(self, account, operation, members, region="us-east-1"):
        """A call of the public API. The members are JSON already where they are a text."""
        scope = f"{account}/20210428/{region}/proton/aws4_request"
        headers = {
            "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": TARGET + operation,
        }
        body = members if isinstance(members, str) else json.dumps(members)
        return self.send("POST", "/", headers, body.encode())

    def host(self, path, members):
        """What is outside of the API: the host's side of the model."""
        return self.send("POST", "/_emulator/" + path, {}, json.dumps(members).encode())
