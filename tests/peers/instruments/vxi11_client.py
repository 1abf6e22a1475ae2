"""Speaks to a served bench through python-vxi11: questions, locks, status, clear.

usage: vxi11_client.py HOST
"""

import sys

import vxi11

host = sys.argv[1]
source = vxi11.Instrument(host, "inst0")
print(source.ask("*IDN?").strip())
source.write("SOUR:CURR 2.5")

other = vxi11.Instrument(host, "inst0")
other.lock_timeout = 0.2
source.lock()
try:
    other.ask("SOUR:CURR?")
    print("the lock was not heeded")
except vxi11.vxi11.Vxi11Exception as refused:
    print(f"locked out: {refused.err}")
source.unlock()
print(other.ask("SOUR:CURR?").strip())

# An answer that nobody has read goes with a device clear.
other.write("*IDN?")
other.clear()
print(f"status {other.read_stb()}")
other.close()
source.close()
print(vxi11.Instrument(host, "inst1").ask("*IDN?").strip())
