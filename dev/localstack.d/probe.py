# SPDX-License-Identifier: Apache-2.0
"""The questions dev/localstack cannot ask in shell alone. Standard library only.

  probe.py free-port        prints a port that nothing listens on
  probe.py health URL       exit 0: good; 1: not yet; 2: a service reports an error (named on stderr)
  probe.py wake URL         calls ListStreams, which starts the Kinesis engine
"""

import json
import socket
import sys
import urllib.request

VERSION = "4.14.0"
SERVICES = ("kinesis", "cloudwatch")
# Loopback is never to be asked through a proxy.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_port():
    with socket.socket() as probe:
        probe.bind(("", 0))
        print(probe.getsockname()[1])
    return 0


def health(url):
    try:
        with OPENER.open(url + "/_localstack/health", timeout=5) as reply:
            page = json.load(reply)
    except (OSError, ValueError):
        return 1
    states = {service: page.get("services", {}).get(service) for service in SERVICES}
    failed = [service for service, state in states.items() if state == "error"]
    if failed:
        print("these services failed to load: " + ", ".join(failed), file=sys.stderr)
        return 2
    good = all(state in ("running", "available") for state in states.values())
    return 0 if good and page.get("version") == VERSION else 1


def wake(url):
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "Kinesis_20131202.ListStreams",
        # The key id decides the account; each account has an engine of its own. Tests use "access" too.
        "Authorization": "AWS4-HMAC-SHA256 Credential=access/20260101/us-east-1/kinesis/aws4_request, "
        "SignedHeaders=host, Signature=0",
    }
    request = urllib.request.Request(url, data=b"{}", headers=headers, method="POST")
    with OPENER.open(request, timeout=90) as reply:
        json.load(reply)
    return 0


if __name__ == "__main__":
    question, arguments = sys.argv[1], sys.argv[2:]
    sys.exit({"free-port": free_port, "health": health, "wake": wake}[question](*arguments))
