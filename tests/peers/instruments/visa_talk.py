"""A conversation with one instrument through pyvisa and its pure-Python backend.

usage: visa_talk.py RESOURCE [crlf]

Every line of the input is a message. One with a question mark is a query and its answer is printed;
any other is only sent, and `sent` is printed. With `crlf` messages and answers end so.
"""

import sys

import pyvisa

resource, end = sys.argv[1], "\r\n" if sys.argv[2:] == ["crlf"] else "\n"
manager = pyvisa.ResourceManager("@py")
instrument = manager.open_resource(resource, read_termination=end, write_termination=end)
instrument.timeout = 5000  # ms
for line in sys.stdin:
    message = line.rstrip("\n")
    if "?" in message:
        print(instrument.query(message), flush=True)
    else:
        instrument.write(message)
        print("sent", flush=True)
instrument.close()
