"""A DL/T 645-2007 meter of the package dlt645, over TCP.

usage: dlt645_server.py PORT

Two deviations of the package are known and answered for in the test: it puts four
wake-up bytes FE before each answer, and it answers the wildcard address with the
wildcard instead of its own number.
"""

import sys
import time

from dlt645.service.serversvc.server_service import MeterServerService

server = MeterServerService.new_tcp_server("127.0.0.1", int(sys.argv[1]), 3000)
# Number 260001000001; the package takes the pairs of digits in the order of the wire.
server.set_address("010000010026")
server.set_00(0x00010000, 123.45)
server.set_02(0x02010100, 220.5)
server.server.start()
time.sleep(0.5)
print("ready", flush=True)
while True:
    time.sleep(60)
