"""Reads a meter of a served bench with the client of the package dlt645, over its serial line.

usage: dlt645_client.py PORT ADDRESS

Prints the forward active energy in kWh, and prints it again whenever a line comes in; ends
with the input. The voltage of L1 in V stands behind it.
"""

import logging
import sys

logging.disable(logging.CRITICAL)

from dlt645.service.clientsvc.client_service import MeterClientService  # noqa: E402

port, address = sys.argv[1], sys.argv[2]
# A pseudo-terminal takes no parity, which the package sets anew with every question.
client = MeterClientService.new_rtu_client(port, 2400, 8, 1, "N", 5.0)
client.client.connect()
# The package takes the pairs of digits in the order of the wire.
pairs = [address[at : at + 2] for at in range(0, 12, 2)]
client.set_address("".join(reversed(pairs)))
while True:
    energy, voltage = client.read_00(0x00010000), client.read_02(0x02010100)
    print(f"energy {energy.value} {voltage.value}", flush=True)
    if not sys.stdin.readline():
        break
