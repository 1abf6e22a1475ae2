"""A conversation with one controller through pymodbus.

usage: modbus_talk.py HOST:PORT | PATH

Over TCP, or as RTU to the path of a serial line. Every line of the input is one of

    word AT          a holding register
    long AT          two holding registers, a whole number, the lower word first
    set AT           two holding registers, an IEEE 754 single, the lower word first
    set AT VALUE     sets them
    watch AT VALUE   sets one holding register
    input AT         two input registers, as `set`
    coil AT          a coil, 0 or 1
    coil AT VALUE    sets it

and is answered by a line: the value, `done`, or `exception` and its number.
"""

import struct
import sys

from pymodbus.client import ModbusSerialClient, ModbusTcpClient

if sys.argv[1].startswith("/"):
    client = ModbusSerialClient(sys.argv[1], baudrate=9600, timeout=5)
else:
    host, port = sys.argv[1].split(":")
    client = ModbusTcpClient(host, port=int(port), timeout=5)
assert client.connect()


def single(low, high):
    return struct.unpack(">f", struct.pack(">HH", high, low))[0]


def words(value):
    high, low = struct.unpack(">HH", struct.pack(">f", float(value)))
    return [low, high]


def exchange(what, at, *value):
    """What is asked or told at a place: the answer, and how it is read."""
    if what == "word":
        return client.read_holding_registers(at, count=1, device_id=1), lambda a: a.registers[0]
    if what == "long":
        read = client.read_holding_registers(at, count=2, device_id=1)
        return read, lambda a: a.registers[0] + 65536 * a.registers[1]
    if what == "set" and not value:
        read = client.read_holding_registers(at, count=2, device_id=1)
        return read, lambda a: single(*a.registers)
    if what == "set":
        return client.write_registers(at, words(*value), device_id=1), lambda a: "done"
    if what == "watch":
        return client.write_register(at, int(*value), device_id=1), lambda a: "done"
    if what == "input":
        read = client.read_input_registers(at, count=2, device_id=1)
        return read, lambda a: single(*a.registers)
    if what == "coil" and not value:
        return client.read_coils(at, count=1, device_id=1), lambda a: int(a.bits[0])
    if what == "coil":
        return client.write_coil(at, value == ("1",), device_id=1), lambda a: "done"
    raise ValueError(what)


for line in sys.stdin:
    what, at, *value = line.split()
    answer, read = exchange(what, int(at), *value)
    print(f"exception {answer.exception_code}" if answer.isError() else read(answer), flush=True)
client.close()
