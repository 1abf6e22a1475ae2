"""Reads and writes the controller of a served flow bench through pymodbus.

usage: modbus_client.py PORT | PATH

Over TCP to a port, or as RTU to the path of a serial line.
"""

import struct
import sys

from pymodbus.client import ModbusSerialClient, ModbusTcpClient


def single(registers):
    """An IEEE 754 single whose lower word comes first."""
    low, high = registers
    return struct.unpack(">f", struct.pack(">HH", high, low))[0]


if sys.argv[1].startswith("/"):
    client = ModbusSerialClient(sys.argv[1], baudrate=9600, timeout=5)
else:
    client = ModbusTcpClient("127.0.0.1", port=int(sys.argv[1]), timeout=5)
assert client.connect()
print("model", client.read_holding_registers(0, count=1, device_id=1).registers[0])
high, low = struct.unpack(">HH", struct.pack(">f", 12.5))
written = client.write_registers(10, [low, high], device_id=1)
print("written", not written.isError())
print("set to", single(client.read_holding_registers(10, count=2, device_id=1).registers))
flow = single(client.read_input_registers(0, count=2, device_id=1).registers)
print("flow is a number", 0 <= flow < 30)
print("pump", client.read_coils(2, count=1, device_id=1).bits[0])
refused = client.read_holding_registers(4000, count=1, device_id=1)
print("exception", refused.exception_code)
client.close()
