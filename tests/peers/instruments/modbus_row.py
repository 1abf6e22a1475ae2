"""Two units of pymodbus on one pseudo-terminal, with a cable that can be bad for the second.

usage: modbus_row.py

Units 1 and 2: holding register 0 is 7; 1 and 2 are a temperature as IEEE 754 single, the upper word
first: 23.5 at unit 1, 21.25 at unit 2. Prints `ready` and the path of the line.

Takes words from its input: `sound`, `silent`, `late`, `garbled` say what becomes of the answers of unit 2
from now on, and prints the word back.
"""

import asyncio
import os
import sys
import tty

from pymodbus.server import ModbusSerialServer
from pymodbus.simulator import DataType, SimData, SimDevice

# Longer than the 1 s that the client gives, shorter than two of them.
LATE_S = 1.4


def unit(number, temperature):
    return SimDevice(
        number,
        simdata=[
            SimData(0, values=7, datatype=DataType.REGISTERS),
            SimData(1, values=[temperature, 0x0000], datatype=DataType.REGISTERS),
        ],
    )


class Cable:
    """What goes over the line: untouched for unit 1, as told for unit 2."""

    def __init__(self):
        self.manner = "sound"
        self.near, near = os.openpty()
        self.far, far = os.openpty()
        for end in (near, far):
            tty.setraw(end)
        for one in (self.near, self.far):
            os.set_blocking(one, False)
        self.server_at, self.client_at = os.ttyname(near), os.ttyname(far)
        # The ends stay open, so that whoever opens and closes them hangs nothing up.
        self.kept = (near, far)

    def serve(self):
        loop = asyncio.get_running_loop()
        loop.add_reader(self.far, lambda: os.write(self.near, os.read(self.far, 512)))
        loop.add_reader(self.near, lambda: self.answered(os.read(self.near, 512)))

    def answered(self, frame):
        loop = asyncio.get_running_loop()
        if frame[0] == 1 or self.manner == "sound":
            os.write(self.far, frame)
        elif self.manner == "garbled":
            # One bit of the last data byte: the check no longer holds.
            os.write(self.far, frame[:-3] + bytes([frame[-3] ^ 0x10]) + frame[-2:])
        elif self.manner == "late":
            loop.call_later(LATE_S, os.write, self.far, frame)


async def main():
    cable = Cable()
    cable.serve()
    devices = [unit(1, 0x41BC), unit(2, 0x41AA)]
    server = ModbusSerialServer(devices, port=cable.server_at, baudrate=9600)
    await server.serve_forever(background=True)
    print("ready", cable.client_at, flush=True)
    while word := await asyncio.to_thread(sys.stdin.readline):
        cable.manner = word.strip()
        print(cable.manner, flush=True)


asyncio.run(main())
