"""pull.py -- a vendor's cloud that fetches from piot. It needs nothing but Python 3.

    PIOT=http://127.0.0.1:8080 VENDOR_ID=… API_KEY=… STATE=FILE python3 pull.py DEVICE ADDRESS

It has one lamp, DEVICE, which called from ADDRESS (IPv6), and says so. Once somebody grants it,
it tells how it is, and obeys. docs/vendors.md says more.
"""
import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid
from datetime import datetime, timezone

LAMP, ADDRESS = sys.argv[1:]
STATE = os.environ["STATE"]
BASE = f"{os.environ['PIOT']}/vendor/v1/{os.environ['VENDOR_ID']}/"
SEEN_MAX = 10_000

# What has to outlive this process. A real cloud has a database for it.
state = {"grants": {}, "values": {"on": False, "brightness": 40}, "seen": [], "unsaid": []}
if os.path.exists(STATE):
    with open(STATE, encoding="utf-8") as kept:
        state = json.load(kept)
values = state["values"]


def keep():
    with open(f"{STATE}.new", "w", encoding="utf-8") as file:
        json.dump(state, file)
    os.replace(f"{STATE}.new", STATE)


def now():
    return datetime.now(timezone.utc).isoformat()


def call(method, path, body=None, media_type="application/json", wait=1.0):  # until it works
    headers = {"Authorization": f"Bearer {os.environ['API_KEY']}", "Content-Type": media_type}
    data = None if body is None else json.dumps(body).encode()
    while True:
        try:
            request = urllib.request.Request(BASE + path, data, headers, method=method)
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.loads(answer.read() or "null")
        except urllib.error.HTTPError as error:
            if error.code != 429 and error.code < 500:
                sys.exit(f"{method} {path}: {error.code} {error.read().decode()}")
            wait = float(error.headers.get("Retry-After") or wait)
        except OSError:  # nobody is there
            pass
        time.sleep(wait)
        wait = min(2 * wait, 60)


def say(kind, **data):  # later, under an id of its own, so that it counts once
    state["unsaid"].append({"specversion": "1.0", "id": str(uuid.uuid4()), "time": now(),
                            "source": "https://pull.example/cloud", "type": f"piot.v1.{kind}",
                            "data": data})


def obey(data):
    if data["operation"] == "writeProperty":
        values[data["name"]] = data["input"]
    elif data["name"] == "toggle":
        values["on"] = not values["on"]
    else:
        return {"status": "failed", "error": {"code": "not-supported"}}
    return {"status": "succeeded"}


def hear(kind, data):  # kind: how the type ends
    if kind == "grant-created":
        state["grants"][data["grantId"]] = data["vendorDeviceId"]
    elif kind == "grant-withdrawn":
        state["grants"].pop(data["grantId"], None)
        say("withdrawal-acknowledged", grantId=data["grantId"])
    elif kind == "command-requested":
        say("command-outcome", commandId=data["commandId"], **obey(data))
    if LAMP in state["grants"].values():
        say("device-state-reported", vendorDeviceId=LAMP, observedAt=now(), properties=values)


if LAMP not in state["grants"].values():
    say("device-detected", vendorDeviceId=LAMP, thingModel="lamp", displayName=LAMP,
        observation={"observedAt": now(), "ipv6Address": ADDRESS})
while True:
    if state["unsaid"]:
        print(call("POST", "events", state["unsaid"], "application/cloudevents-batch+json"))
        state["unsaid"] = []
    page = call("GET", "outbox?wait=30")
    for event in page["items"]:
        if event["id"] not in state["seen"]:  # it may come more than once
            hear(event["type"].split(".v1.")[1], event["data"])
            state["seen"] = (state["seen"] + [event["id"]])[-SEEN_MAX:]
    keep()  # before it is acknowledged
    if page["items"] or page["more"]:
        call("POST", "outbox/ack", {"upTo": page["next"]})
