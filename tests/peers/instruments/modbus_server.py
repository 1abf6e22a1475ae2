"""Registers of pymodbus, over TCP or over a pseudo-terminal of its own.

usage: modbus_server.py tcp PORT | rtu

Unit 1: holding register 0 is 7, 1 and 2 are a temperature, 3 to 9 are free.
Prints `ready` (and the path of the line) once it can be called.
"""

import asyncio
import os
import sys
import tty

from pymodbus.server import ModbusSerialServer, ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

device = SimDevice(
    1,
    simdata=[
        SimData(0, values=7, datatype=DataType.REGISTERS),
        # 23.5 as IEEE 754 single, the upper word first.
        SimData(1, values=[0x41BC, 0x0000], datatype=DataType.REGISTERS),
        SimData(3, count=7, values=0, datatype=DataType.REGISTERS),
    ],
)


def line():
    """A pseudo-terminal whose two ends are joined by this process, as a cable would."""
    ours, near = os.openpty()
    theirs, far = os.openpty()
    for end in (near, far):
        tty.setraw(end)
    for one in (ours, theirs):
        os.set_blocking(one, False)
    loop = asyncio.get_running_loop()
    loop.add_reader(ours, lambda: os.write(theirs, os.read(ours, 512)))
    loop.add_reader(theirs, lambda: os.write(ours, os.read(theirs, 512)))
    return os.ttyname(near), os.ttyname(far)


async def main():
    if sys.argv[1] == "tcp":
        server = ModbusTcpServer(device, address=("127.0.0.1", int(sys.argv[2])))
        word = ""
    else:
        near, word = line()
        server = ModbusSerialServer(device, port=near, baudrate=9600)
    await server.serve_forever(background=True)
    print("ready", word, flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
