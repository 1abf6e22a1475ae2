"""Reads a 34401A on the loopback through PyMeasure's driver.

usage: pymeasure_client.py PORT
"""

import sys

from pymeasure.instruments.hp import HP34401A

meter = HP34401A(
    f"TCPIP::127.0.0.1::{sys.argv[1]}::SOCKET",
    visa_library="@py",
    read_termination="\n",
    write_termination="\n",
)
meter.function_ = "DCV"
print(meter.function_)
print(meter.reading)
meter.function_ = "ACV"
print(meter.reading)
meter.function_ = "R2W"
print(meter.reading)
