# SPDX-License-Identifier: Apache-2.0
"""A DynamoDB for tests, that of moto, on a free port of 127.0.0.1.

Prints its endpoint, and ends when its standard input does: it never outlives whoever started it.
"""

import logging
import sys

from moto.server import ThreadedMotoServer

# At info every request is a line.
logging.getLogger("werkzeug").setLevel(logging.WARNING)

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print("http://%s:%d" % server.get_host_and_port(), flush=True)
sys.stdin.read()
