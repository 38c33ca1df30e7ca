"""The other side of each conversation: small programs as a course on socket
programming has them, written from the description of the protocols alone.
Blocking sockets, recv(1024), one message a recv. Only the standard library.

    peer.py PROTOCOL client|server ADDRESS [ARGUMENT...]

ADDRESS is HOST:PORT or unix:PATH. A server prints "listening ADDRESS" first.
Whatever comes from the other side is printed, one repr() a line.
"""

import hashlib
import hmac
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time


def show(data):
    print(repr(data), flush=True)


def address(text):
    if text.startswith("unix:"):
        return socket.AF_UNIX, text[5:]
    host, port = text.rsplit(":", 1)
    host = host.strip("[]")
    return (socket.AF_INET6 if ":" in host else socket.AF_INET), (host, int(port))


def connect(text):
    family, at = address(text)
    s = socket.socket(family, socket.SOCK_STREAM)
    s.connect(at)
    return s


def listen(text, kind=socket.SOCK_STREAM):
    family, at = address(text)
    s = socket.socket(family, kind)
    if family != socket.AF_UNIX:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(at)
    if kind == socket.SOCK_STREAM:
        s.listen(5)
    name = s.getsockname()
    if family == socket.AF_UNIX:
        print("listening unix:" + name, flush=True)
    elif family == socket.AF_INET6:
        print("listening [%s]:%d" % name[:2], flush=True)
    else:
        print("listening %s:%d" % name, flush=True)
    return s


def datagrams(text):
    family, at = address(text)
    s = socket.socket(family, socket.SOCK_DGRAM)
    if family == socket.AF_UNIX:
        s.bind(os.path.join(tempfile.mkdtemp(), "s"))
    s.settimeout(20)
    return s, at


def recv_all(s, size):
    data = b""
    while len(data) < size:
        piece = s.recv(min(1024, size - len(data)))
        if not piece:
            raise SystemExit("the other side ended after %d bytes of %d" % (len(data), size))
        data += piece
    return data


def recv_quiet(s):
    """An answer without a length: until nothing comes any more."""
    data = s.recv(1024)
    s.settimeout(0.7)
    try:
        while True:
            piece = s.recv(1024)
            if not piece:
                break
            data += piece
    except socket.timeout:
        pass
    s.settimeout(None)
    return data


def run(command):
    p = subprocess.Popen(command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = p.communicate()
    return out, err


# tcp-chat

def tcp_chat_client(at, *lines):
    s = connect(at)
    for line in lines:
        s.send(line.encode("utf-8"))
        if line == "byebye":
            break
        show(s.recv(1024).decode("utf-8"))
    s.close()


def tcp_chat_server(at, *answers):
    s = listen(at)
    answers = list(answers)
    while answers:
        conn, _ = s.accept()
        while True:
            data = conn.recv(1024).decode("utf-8")
            show(data)
            if not data or data == "byebye":
                break
            conn.send(answers.pop(0).encode("utf-8"))
        conn.close()


# udp-chat

def udp_chat_client(at, *lines):
    s, to = datagrams(at)
    for line in lines:
        s.sendto(line.encode("utf-8"), to)
        data, _ = s.recvfrom(1024)
        show(data.decode("utf-8"))


def udp_chat_server(at, *answers):
    s = listen(at, socket.SOCK_DGRAM)
    for answer in answers:
        data, peer = s.recvfrom(1024)
        show(data.decode("utf-8"))
        s.sendto(answer.encode("utf-8"), peer)


# udp-time

def udp_time_client(at, *formats):
    s, to = datagrams(at)
    for layout in formats:
        s.sendto(layout.encode("utf-8"), to)
        data, _ = s.recvfrom(1024)
        show(data.decode("utf-8"))


def udp_time_server(at, count):
    s = listen(at, socket.SOCK_DGRAM)
    for _ in range(int(count)):
        data, peer = s.recvfrom(1024)
        layout = data.decode("utf-8") or "%Y-%m-%d %X"
        show(layout)
        s.sendto(time.strftime(layout, time.gmtime(1700000000)).encode("utf-8"), peer)


# tcp-command

def tcp_command_client(at, *commands):
    s = connect(at)
    for command in commands:
        s.send(command.encode("utf-8"))
        show(recv_quiet(s))
    s.close()


def tcp_command_server(at, conversations="1"):
    s = listen(at)
    for _ in range(int(conversations)):
        conn, _ = s.accept()
        while True:
            command = conn.recv(1024)
            if not command:
                break
            show(command.decode("utf-8"))
            out, err = run(command.decode("utf-8"))
            conn.send(err)
            conn.send(out)
        conn.close()


# udp-command

def udp_command_client(at, *commands):
    s, to = datagrams(at)
    for command in commands:
        s.sendto(command.encode("utf-8"), to)
        if command == "quit":
            break
        err, _ = s.recvfrom(65535)
        out, _ = s.recvfrom(65535)
        show(err)
        show(out)


def udp_command_server(at):
    s = listen(at, socket.SOCK_DGRAM)
    while True:
        command, peer = s.recvfrom(1024)
        show(command.decode("utf-8"))
        if command == b"quit":
            break
        out, err = run(command.decode("utf-8"))
        s.sendto(err, peer)
        s.sendto(out, peer)


# reverse-command: the server asks

def reverse_command_client(at):
    s = connect(at)
    while True:
        command = s.recv(1024).decode("gbk")
        show(command)
        if not command or command == "q":
            break
        out, err = run(command)
        s.send(out.decode("utf-8").encode("gbk"))
        s.send(err.decode("utf-8").encode("gbk"))
    s.close()


def reverse_command_server(at, *commands):
    s = listen(at)
    conn, _ = s.accept()
    for command in commands:
        conn.send(command.encode("gbk"))
        if command == "q":
            break
        show(recv_quiet(conn).decode("gbk"))
    show(conn.recv(1024))
    conn.close()


# length-command

def length_command_client(at, *commands):
    s = connect(at)
    for command in commands:
        s.send(command.encode("utf-8"))
        size = int(s.recv(1024).decode("ascii"))
        s.send(b"recv_ready")
        show(recv_all(s, size))
    s.close()


def length_command_server(at):
    s = listen(at)
    conn, _ = s.accept()
    while True:
        command = conn.recv(1024)
        if not command:
            break
        show(command.decode("utf-8"))
        out, err = run(command.decode("utf-8"))
        answer = err or out
        conn.send(str(len(answer)).encode("ascii"))
        show(conn.recv(1024))
        conn.sendall(answer)
    conn.close()


# struct-command

def struct_command_client(at, *commands):
    s = connect(at)
    for command in commands:
        s.send(command.encode("utf-8"))
        size = struct.unpack("<i", recv_all(s, 4))[0]
        show(recv_all(s, size))
    s.close()


def struct_command_server(at, encoding="utf-8"):
    s = listen(at)
    conn, _ = s.accept()
    while True:
        command = conn.recv(1024)
        if not command:
            break
        show(command.decode("utf-8"))
        out, err = run(command.decode("utf-8"))
        answer = (err or out).decode("utf-8").encode(encoding)
        conn.send(struct.pack("<i", len(answer)))
        conn.sendall(answer)
    conn.close()


# file

def file_client(at, path, name):
    data = open(path, "rb").read()
    header = {"file_size": len(data), "file_name": name, "md5": hashlib.md5(data).hexdigest()}
    raw = json.dumps(header).encode("utf-8")
    s = connect(at)
    s.send(struct.pack("<i", len(raw)))
    s.send(raw)
    s.sendall(data)
    s.close()


def file_server(at, folder, count="1"):
    s = listen(at)
    for _ in range(int(count)):
        conn, _ = s.accept()
        size = struct.unpack("<i", recv_all(conn, 4))[0]
        header = json.loads(recv_all(conn, size).decode("utf-8"))
        data = recv_all(conn, header["file_size"])
        show(header["file_name"])
        show(hashlib.md5(data).hexdigest() == header["md5"])
        with open(os.path.join(folder, os.path.basename(header["file_name"])), "wb") as f:
            f.write(data)
        conn.close()


# hmac-echo

def hmac_echo_client(at, secret, digest, *lines):
    s = connect(at)
    challenge = recv_all(s, 32)
    s.sendall(hmac.new(secret.encode("utf-8"), challenge, digest).digest())
    for line in lines:
        s.sendall(line.encode("utf-8"))
        show(s.recv(1024))
    s.close()


def hmac_echo_server(at, secret, digest, conversations="1"):
    s = listen(at)
    for _ in range(int(conversations)):
        conn, _ = s.accept()
        challenge = os.urandom(32)
        conn.sendall(challenge)
        answer = conn.recv(1024)
        if not hmac.compare_digest(answer, hmac.new(secret.encode("utf-8"), challenge, digest).digest()):
            show("wrong")
            conn.close()
            continue
        while True:
            data = conn.recv(1024)
            if not data:
                break
            show(data.decode("utf-8"))
            conn.sendall(data.upper())
        conn.close()


# upper-echo

def upper_echo_client(at, *lines):
    for line in lines:
        s = connect(at)
        s.sendall(line.encode("utf-8"))
        data = b""
        while True:
            piece = s.recv(1024)
            if not piece:
                break
            data += piece
        show(data)
        s.close()


def upper_echo_server(at, count):
    s = listen(at)
    for _ in range(int(count)):
        conn, _ = s.accept()
        data = conn.recv(1024)
        show(data.decode("utf-8"))
        conn.sendall(data.strip().upper())
        conn.close()


if __name__ == "__main__":
    globals()[sys.argv[1].replace("-", "_") + "_" + sys.argv[2]](*sys.argv[3:])
