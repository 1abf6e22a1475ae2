"""Asks one instrument through pyvisa and its pure-Python backend.

usage: visa_client.py RESOURCE MESSAGE...

A message that ends with a question mark is a query, and its answer is printed
on a line of its own; any other message is only sent.
"""

import sys

import pyvisa

resource, messages = sys.argv[1], sys.argv[2:]
manager = pyvisa.ResourceManager("@py")
instrument = manager.open_resource(resource, read_termination="\n", write_termination="\n")
instrument.timeout = 5000  # ms
if resource.startswith("ASRL"):
    instrument.baud_rate = 9600
for message in messages:
    if message.split("(")[0].rstrip().endswith("?"):
        print(instrument.query(message), flush=True)
    else:
        instrument.write(message)
instrument.close()
