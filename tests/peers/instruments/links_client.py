"""Asks many links who they are: pyvisa over sockets, HiSLIP, VXI-11 and terminals, pymodbus on both lines.

usage: links_client.py

Every line of the input is a way (`visa`, `crlf` or `modbus`), an address and a question, with tabs between them. The
answer is printed on a line of its own; a controller answers with its model and serial number.
"""

import sys

import pyvisa
from pymodbus.client import ModbusSerialClient, ModbusTcpClient

manager = pyvisa.ResourceManager("@py")


def visa(resource, question, end):
    instrument = manager.open_resource(resource, read_termination=end, write_termination=end)
    instrument.timeout = 5000  # ms
    if resource.startswith("ASRL"):
        instrument.baud_rate = 9600
    answer = instrument.query(question)
    instrument.close()
    return answer


def modbus(resource):
    if resource.startswith("modbus://"):
        host, port = resource.removeprefix("modbus://").split(":")
        client = ModbusTcpClient(host, port=int(port), timeout=5)
    else:
        path = resource.removeprefix("ASRL").removesuffix("::INSTR")
        client = ModbusSerialClient(path, baudrate=9600, timeout=5)
    assert client.connect()
    model, low, high = client.read_holding_registers(0, count=3, device_id=1).registers
    client.close()
    return f"{model} {low + 65536 * high}"


for line in sys.stdin:
    way, resource, question = line.rstrip("\n").split("\t")
    if way == "modbus":
        print(modbus(resource), flush=True)
    else:
        print(visa(resource, question, "\r\n" if way == "crlf" else "\n").strip(), flush=True)
