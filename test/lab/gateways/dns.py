"""A name server: dns.py ADDRESS FOLDER. FOLDER has a file for each name, with its address; it is read at each question."""

import os
import socket
import struct
import sys


def question(packet):
    """The name, its type, and where it ends."""
    at, labels = 12, []
    while packet[at]:
        labels.append(packet[at + 1 : at + 1 + packet[at]].decode())
        at += packet[at] + 1
    return ".".join(labels).lower(), struct.unpack(">H", packet[at + 1 : at + 3])[0], at + 5


def main():
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((sys.argv[1], 53))
    while True:
        packet, client = server.recvfrom(512)
        try:
            name, kind, end = question(packet)
        except (IndexError, UnicodeDecodeError, struct.error):
            continue
        address = None
        if name in os.listdir(sys.argv[2]):
            with open(os.path.join(sys.argv[2], name), encoding="utf8") as file:
                address = file.read().strip()
        answer = b""
        if address and kind == 1:
            answer = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 5, 4) + socket.inet_aton(address)
        head = struct.pack(">HHHHH", 0x8580 if address else 0x8583, 1, 1 if answer else 0, 0, 0)
        server.sendto(packet[:2] + head + packet[12:end] + answer, client)


main()
