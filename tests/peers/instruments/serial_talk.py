"""A conversation with one instrument on a serial line through pyserial.

usage: serial_talk.py PATH

Every line of the input is a question; its answer is printed. Both end with a line feed.
"""

import sys

import serial

with serial.Serial(sys.argv[1], 9600, timeout=5, exclusive=True) as line:
    for question in sys.stdin:
        line.write(question.encode("ascii"))
        answer = line.read_until(b"\n")
        assert answer.endswith(b"\n"), f"{question!r} was answered by {answer!r}"
        print(answer.decode("ascii").strip(), flush=True)
