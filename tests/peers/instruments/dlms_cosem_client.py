"""Reads a meter of a served bench with the client of the package dlms-cosem.

usage: dlms_cosem_client.py tcp HOST PORT | hdlc PORT

Prints serial number, scaled forward active energy with the code of its unit, and voltage of
L1; what is said of an object that the meter does not have; and energy and voltage again
whenever a line comes in; ends with the input.
"""

import logging
import sys

import structlog
from dlms_cosem.client import DataResultError, DlmsClient
from dlms_cosem.cosem import CosemAttribute, Obis
from dlms_cosem.enumerations import CosemInterface
from dlms_cosem.io import BlockingTcpIO, HdlcTransport, SerialIO, TcpTransport
from dlms_cosem.security import NoSecurityAuthentication
from dlms_cosem.utils import parse_as_dlms_data

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))

# The public client (16) and the management logical device (1).
if sys.argv[1] == "tcp":
    transport = TcpTransport(16, 1, BlockingTcpIO(sys.argv[2], int(sys.argv[3]), timeout=5))
else:
    transport = HdlcTransport(16, 1, SerialIO(sys.argv[2], 9600, timeout=5))
client = DlmsClient(transport, authentication=NoSecurityAuthentication())


def get(interface, name, number):
    attribute = CosemAttribute(interface, Obis(*name), number)
    return parse_as_dlms_data(client.get(attribute))


def register(name):
    """The value of a register in its unit, and the code of that."""
    scaler, unit = get(CosemInterface.REGISTER, name, 3)
    return get(CosemInterface.REGISTER, name, 2) * 10**scaler, unit


with client.session():
    number = get(CosemInterface.DATA, (0, 0, 96, 1, 0, 255), 2)
    print("serial", bytes(number).decode(), flush=True)
    while True:
        energy, unit = register((1, 0, 1, 8, 0, 255))
        voltage, _ = register((1, 0, 32, 7, 0, 255))
        print(f"energy {energy} {unit} {voltage}", flush=True)
        line = sys.stdin.readline()
        if not line:
            break
        if line.strip() == "absent":
            try:
                get(CosemInterface.REGISTER, (1, 0, 99, 8, 0, 255), 2)
            except DataResultError as refusal:
                print("refused", refusal, flush=True)
