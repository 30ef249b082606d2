"""Records what boto3 says to AWS Proton, and what it hears, for `account-connections-conformance import boto3`.

    import account_connections_hook
    account_connections_hook.record(session, "calls.jsonl")   # a boto3.Session, before its clients are made
    account_connections_hook.record(client, "calls.jsonl")    # or one client

Each request and each response becomes a line at the end of the file, which several threads and processes may share. Of
signatures and session tokens nothing is written, of credentials the id of the access key.
"""

import json
import os
import threading
import time
import uuid


def record(source, path):
    recorder = _Recorder(path)
    events = source.meta.events if hasattr(source, "meta") else source.events
    events.register_first("before-send.proton", recorder.sent)
    events.register_first("response-received.proton", recorder.received)


class _Recorder:
    def __init__(self, path):
        self._path, self._process, self._thread = path, uuid.uuid4().hex, threading.local()

    def sent(self, request, **_):
        self._thread.attempt = uuid.uuid4().hex
        scope = _text(request.headers.get("Authorization", "")).split(",")[0]
        headers = {"X-Amz-Target": _text(request.headers.get("X-Amz-Target", "")), "Authorization": scope}
        self._write("HTTP_REQUEST", {"headers": headers, "body": _text(request.body)})

    def received(self, response_dict, **_):
        # Without a response the connection failed: whether the call was made is not known.
        if response_dict is not None:
            kept = {name: value for name, value in response_dict["headers"].items() if name.lower() == "x-amzn-errortype"}
            payload = {"status_code": response_dict["status_code"], "headers": kept, "body": _text(response_dict["body"])}
            self._write("HTTP_RESPONSE", payload)

    def _write(self, event_type, payload):
        line = {
            "id": self._process,
            "request_id": self._thread.attempt,
            "event_type": event_type,
            "timestamp": int(time.time() * 1000),
            "payload": json.dumps(payload),
        }
        # One write at the file's end is not mixed with others'.
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, (json.dumps(line) + "\n").encode())
        finally:
            os.close(file)


def _text(value):
    return value.decode(errors="replace") if isinstance(value, (bytes, bytearray)) else value
