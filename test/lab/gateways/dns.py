"""A name server: dns.py ADDRESS FILE. FILE has a line NAME ADDRESS for each name there is; it is read at each question."""

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
        with open(sys.argv[2], encoding="utf8") as file:
            address = dict(line.split() for line in file if line.strip()).get(name)
        answer = b""
        if address and kind == 1:
            answer = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 5, 4) + socket.inet_aton(address)
        head = struct.pack(">HHHHH", 0x8580 if address else 0x8583, 1, 1 if answer else 0, 0, 0)
        server.sendto(packet[:2] + head + packet[12:end] + answer, client)


main()
