"""What a kubelet prepares for one container: kubelet.py NAMESPACE POD CONTAINER FOLDER NAMESERVER [HOSTS-LINE...]

Secrets and ConfigMaps of its volume mounts become files below FOLDER/files; argv, with $(VARIABLE) expanded, and the environment
become FOLDER/argv and FOLDER/env, each word with a zero byte behind it.
"""

import base64
import json
import os
import re
import subprocess
import sys

NAMESPACE, POD, CONTAINER, FOLDER, NAMESERVER = sys.argv[1:6]


def read(*what):
    answer = subprocess.run(
        ["kubectl", "get", "-n", NAMESPACE, *what, "-o", "json"], capture_output=True, text=True
    )
    return json.loads(answer.stdout) if answer.returncode == 0 else {}


def field(pod, path):
    """The value of a fieldRef."""
    metadata = pod["metadata"]
    of_map = re.match(r"metadata\.(labels|annotations)\['(.+)'\]", path)
    if of_map:
        return metadata.get(of_map[1], {}).get(of_map[2], "")
    return {
        "metadata.name": metadata["name"],
        "metadata.namespace": metadata["namespace"],
        "status.podIP": pod["status"].get("podIP", ""),
        "spec.nodeName": pod["spec"].get("nodeName", ""),
        "spec.serviceAccountName": pod["spec"].get("serviceAccountName", ""),
    }.get(path, "")


def environment(pod, container):
    env = {}
    for each in container.get("env", []):
        if "value" in each:
            env[each["name"]] = expand(each["value"], env)
        elif "fieldRef" in each.get("valueFrom", {}):
            env[each["name"]] = field(pod, each["valueFrom"]["fieldRef"]["fieldPath"])
    return env


def expand(text, env):
    return re.sub(r"\$\((\w+)\)", lambda found: env.get(found[1], found[0]), text)


def token(account, source):
    """A token of the pod: it is not renewed."""
    bound = ["--bound-object-kind=Pod", "--bound-object-name=" + POD]
    audience = ["--audience=" + source["audience"]] if "audience" in source else []
    command = ["kubectl", "create", "token", account, "-n", NAMESPACE, "--duration=24h", *audience, *bound]
    return subprocess.run(command, capture_output=True, check=True).stdout.strip()


def content(volume, account):
    """The files of a volume: of a Secret, of a ConfigMap, or of several of them and tokens."""
    if "projected" in volume:
        return {name: data for source in volume["projected"]["sources"] for name, data in projected(source, account)}
    if "secret" in volume:
        return keys("secret", volume["secret"]["secretName"], volume["secret"].get("items"))
    if "configMap" in volume:
        return keys("configmap", volume["configMap"]["name"], volume["configMap"].get("items"))
    return {}


def projected(source, account):
    if "serviceAccountToken" in source:
        return [(source["serviceAccountToken"]["path"], token(account, source["serviceAccountToken"]))]
    for kind, field in ("secret", "secret"), ("configmap", "configMap"):
        if field in source:
            return keys(kind, source[field]["name"], source[field].get("items")).items()
    return []


def keys(kind, name, items):
    data = read(kind, name).get("data") or {}
    files = {key: base64.b64decode(value) if kind == "secret" else value.encode() for key, value in data.items()}
    if items is None:
        return files
    return {item["path"]: files[item["key"]] for item in items if item["key"] in files}


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def main():
    pod = read("pod", POD)
    spec = pod["spec"]
    containers = spec["containers"] + spec.get("initContainers", [])
    container = next(each for each in containers if each["name"] == CONTAINER)
    volumes = {volume["name"]: volume for volume in spec.get("volumes", [])}
    files = FOLDER + "/files"
    for mount in container.get("volumeMounts", []):
        place = files + mount["mountPath"]
        os.makedirs(place, exist_ok=True)
        for name, data in content(volumes.get(mount["name"], {}), spec.get("serviceAccountName", "default")).items():
            write(place + "/" + name, data)
    hosts = ["127.0.0.1 localhost", pod["status"].get("podIP", "") + " " + POD, *sys.argv[6:]]
    write(files + "/etc/hosts", "".join(line + "\n" for line in hosts).encode())
    write(files + "/etc/resolv.conf", f"nameserver {NAMESERVER}\n".encode())
    env = environment(pod, container)
    words = [expand(word, env) for word in container.get("command", []) + container.get("args", [])]
    write(FOLDER + "/argv", b"".join(word.encode() + b"\0" for word in words))
    write(FOLDER + "/env", b"".join(f"{name}={value}".encode() + b"\0" for name, value in env.items()))


main()
