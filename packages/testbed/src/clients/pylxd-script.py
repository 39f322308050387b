"""Drives an LXD through pylxd 2.2 and prints what came of each call as one line of JSON.

The first argument is the path of the server's unix socket, the second one a file with an image.
"""

import json
import sys
import threading
from urllib.parse import quote

import pylxd
from pylxd import exceptions, models

SOCKET, IMAGE = sys.argv[1:3]
client = pylxd.Client(endpoint="http+unix://" + quote(SOCKET, safe=""))


def call(name, action):
    """Makes one call and prints its outcome; gives its result, or None when it failed."""
    outcome, result = {}, None
    try:
        result = action()
        shown = plain(result)
        if shown is not None:
            outcome["result"] = shown
    except exceptions.LXDAPIException as error:
        outcome["error"] = f"{type(error).__name__}: {error}"
        if error.response is not None:
            outcome["status"] = error.response.status_code
    except Exception as error:
        outcome["error"] = f"{type(error).__name__}: {error}"
    print(json.dumps({"call": name, **outcome}, sort_keys=True), flush=True)
    return result


def plain(value):
    """What JSON can say of a result: objects of pylxd by their attributes."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if hasattr(value, "__attributes__"):
        hidden = hidden_of(value)
        names = [name for name in value.__attributes__ if name not in hidden]
        return {name: plain(getattr(value, name, None)) for name in sorted(names)}
    return None


def hidden_of(value):
    """What differs where others use the same server at the same time, or where an image is packed anew."""
    if not isinstance(value, models.Image):
        return ()
    return ("last_used_at",) if value.aliases else ("last_used_at", "fingerprint", "size")


def raw(node, method="get", **words):
    """The metadata of an answer."""
    return getattr(node, method)(**words).json()["metadata"]


def ended(node, method, **words):
    """Sends a request and waits for the operation that it starts."""
    answer = getattr(node, method)(**words).json()
    operation = client.operations.wait_for_operation(answer["operation"])
    return {"description": operation.description, "status": operation.status, "err": operation.err}


def steady(action, wanted):
    """Repeats what pylxd loses now and then on a busy machine: what a command writes, and what it reads."""
    for _ in range(10):
        try:
            result = action()
        except BrokenPipeError:
            continue
        if result == wanted:
            break
    return result


def without(value, *names):
    """A map without some of its keys."""
    return {key: one for key, one in value.items() if key not in names}


def server():
    call("host_info", lambda: {key: client.host_info[key] for key in ("api_status", "api_version", "auth", "public")})
    call("trusted", lambda: client.trusted)
    call("has_api_extension", lambda: [client.has_api_extension(name) for name in ("storage", "etag", "nothing")])
    call("assert_has_api_extension", lambda: client.assert_has_api_extension("nothing"))
    call("config patch", lambda: client.api.patch(json={"config": {"user.pylxd": "1"}}).status_code)
    call("config get", lambda: raw(client.api)["config"].get("user.pylxd"))
    call("config unset", lambda: client.api.patch(json={"config": {"user.pylxd": ""}}).status_code)
    call("config wrong", lambda: client.api.patch(json={"config": {"no.such": "1"}}))
    call("cluster.get", lambda: without(raw(client.api.cluster), "member_config"))
    call("cluster.members.all", lambda: client.cluster.members.all())
    call("operations.get", lambda: client.operations.get("00000000-0000-0000-0000-000000000000"))
    call("warnings", lambda: raw(client.api.warnings["00000000-0000-0000-0000-000000000000"]))
    call("metrics", lambda: client.api.metrics.get(is_api=False).headers["Content-Type"])
    call("nothing", lambda: client.api.nothing.get())


def certificates(pem):
    made = call("certificates.create", lambda: client.certificates.create("", pem))
    call("certificates.create again", lambda: client.certificates.create("", pem))
    if made is not None:
        call("certificates.get", lambda: client.certificates.get(made.fingerprint))
        call("certificates.all", lambda: made.fingerprint in [one.fingerprint for one in client.certificates.all()])
        call("certificate.delete", made.delete)
        call("certificates.get gone", lambda: client.certificates.get(made.fingerprint))


def images():
    with open(IMAGE, "rb") as file:
        data = file.read()
    call("images.exists", lambda: client.images.exists("tiny", alias=True))
    tiny = call("images.get_by_alias", lambda: client.images.get_by_alias("tiny"))
    call("images.get_by_alias nothing", lambda: client.images.get_by_alias("py-nothing"))
    call("images.get nothing", lambda: client.images.get("py-nothing"))
    call("images.all", lambda: tiny.fingerprint in [image.fingerprint for image in client.images.all()])
    call("image.export", lambda: len(tiny.export().read()) == len(data))
    call("images.create again", lambda: client.images.create(data, wait=True))
    call("images.create broken", lambda: client.images.create(b"nothing", wait=True))
    call("image.add_alias", lambda: tiny.add_alias("py-alias", "one more"))
    call("image.add_alias again", lambda: tiny.add_alias("py-alias", "one more"))
    call("image aliases", lambda: raw(client.api.images.aliases["py-alias"]))
    call("image.delete_alias", lambda: tiny.delete_alias("py-alias"))
    call("image.delete_alias gone", lambda: tiny.delete_alias("py-alias"))


def profiles():
    made = call("profiles.create", lambda: client.profiles.create("py-one", config={"user.a": "1"}))
    call("profiles.create again", lambda: client.profiles.create("py-one"))
    call("profiles.exists", lambda: client.profiles.exists("py-one"))
    call("profiles.all", lambda: "py-one" in [profile.name for profile in client.profiles.all()])
    made = call("profiles.get", lambda: client.profiles.get("py-one"))
    made.config["limits.cpu"] = "2"
    made.devices = {"more": {"type": "unix-char", "path": "/dev/null"}}
    call("profile.save", made.save)
    call("profile.get saved", lambda: client.profiles.get("py-one"))
    made.config["limits.cpu"] = "many"
    call("profile.save wrong", made.save)
    call("profile.rename", lambda: made.rename("py-two"))
    call("profiles.get gone", lambda: client.profiles.get("py-one"))
    call("profile.delete", client.profiles.get("py-two").delete)


def networks():
    config = {"ipv4.address": "10.78.1.1/24", "ipv6.address": "none"}
    made = call("networks.create", lambda: client.networks.create("pybr0", description="ours", config=config))
    call("networks.create again", lambda: client.networks.create("pybr0"))
    call("networks.create wrong", lambda: client.networks.create("pybr1", config={"ipv4.address": "x"}))
    call("networks.exists", lambda: client.networks.exists("pybr0"))
    call("networks.all", lambda: "pybr0" in [network.name for network in client.networks.all()])
    made.config["ipv4.dhcp.expiry"] = "2h"
    call("network.save", made.save)
    call("network.get", lambda: client.networks.get("pybr0"))
    call("network.rename", lambda: made.rename("pybr2"))
    call("network leases", lambda: raw(client.api.networks["pybr2"].leases))
    call("network.delete", lambda: client.networks.get("pybr2").delete())
    call("networks.get gone", lambda: client.networks.get("pybr2"))
    # Its rename makes another network instead.
    call("network.delete the first", lambda: client.networks.get("pybr0").delete())
    acls = client.api["network-acls"]
    call("acl create", lambda: acls.post(json={"name": "py-acl", "config": {}}).status_code)
    call("acl get", lambda: raw(acls["py-acl"]))
    call("acl delete", lambda: acls["py-acl"].delete().status_code)


def projects():
    nodes = client.api.projects
    call("project create", lambda: nodes.post(json={"name": "py-project", "config": {}}).status_code)
    call("project create again", lambda: nodes.post(json={"name": "py-project", "config": {}}))
    call("project get", lambda: raw(nodes["py-project"]))
    call("project patch", lambda: nodes["py-project"].patch(json={"description": "ours"}).status_code)
    call("project in use", lambda: nodes["default"].delete())
    call("project delete", lambda: nodes["py-project"].delete().status_code)


def storage():
    pool = call("storage_pools.create", lambda: client.storage_pools.create({"name": "py-pool", "driver": "dir"}))
    call("storage_pools.create again", lambda: client.storage_pools.create({"name": "py-pool", "driver": "dir"}))
    call("storage_pools.exists", lambda: client.storage_pools.exists("py-pool"))
    call("storage_pools.all", lambda: "py-pool" in [one.name for one in client.storage_pools.all()])
    pool.description = "ours"
    call("storage_pool.save", pool.save)
    call("storage_pool.patch", lambda: pool.patch({"config": {"user.a": "1"}}))
    call("storage_pools.get", lambda: client.storage_pools.get("py-pool"))
    call("resources.get", lambda: sorted(plain(pool.resources.get())))
    volume = call("volumes.create", lambda: pool.volumes.create({"name": "py-volume", "type": "custom", "config": {}}))
    call("volumes.create again", lambda: pool.volumes.create({"name": "py-volume", "type": "custom", "config": {}}))
    call("volumes.all", lambda: [(one.type, one.name) for one in pool.volumes.all()])
    call("volumes.get", lambda: pool.volumes.get("custom", "py-volume"))
    if volume is not None:
        volume.config["user.b"] = "2"
        call("volume.save", volume.save)
        call("volume.patch", lambda: volume.patch({"config": {"user.c": "3"}}))
        snapshots = volume.api.snapshots
        call("volume snapshot", lambda: ended(snapshots, "post", json={"name": "s1"}))
        call("volume snapshots", lambda: raw(snapshots))
        call("volume in use", pool.delete)
        call("volume snapshot delete", lambda: ended(snapshots["s1"], "delete"))
        call("volume.rename", lambda: volume.rename({"name": "py-other", "pool": "py-pool"}, wait=True))
        call("volume.delete", lambda: pool.volumes.get("custom", "py-other").delete())
    call("storage_pool.delete", pool.delete)
    call("storage_pools.get gone", lambda: client.storage_pools.get("py-pool"))


def containers():
    source = {"type": "image", "alias": "tiny"}
    call("containers.exists", lambda: client.containers.exists("py-c1"))
    made = call("containers.create", lambda: client.containers.create({"name": "py-c1", "source": source}, wait=True))
    call("containers.create again", lambda: client.containers.create({"name": "py-c1", "source": source}, wait=True))
    call("containers.create wrong", lambda: client.containers.create({"name": "py c1", "source": source}))
    call("containers.create from nothing", lambda: client.containers.create({"name": "py-c2", "source": {"type": "x"}}))
    call("containers.all", lambda: "py-c1" in [one.name for one in client.containers.all()])
    call("containers.get", lambda: client.containers.get("py-c1"))
    call("containers.get nothing", lambda: client.containers.get("py-nothing"))
    made.sync()
    made.config["user.a"] = "1"
    made.description = "ours"
    call("container.save", lambda: made.save(wait=True))
    made.config["limits.memory"] = "much"
    call("container.save wrong", lambda: made.save(wait=True))
    made.sync(rollback=True)
    call("container.start", lambda: made.start(wait=True))
    call("container.start again", lambda: made.start(wait=True))
    call("container.status", lambda: (made.status, made.status_code))
    call("container.state", lambda: (made.state().status, sorted(made.state().network)))
    call("container.freeze", lambda: made.freeze(wait=True))
    call("container.unfreeze", lambda: made.unfreeze(wait=True))
    call("container.rename running", lambda: made.rename("py-c9", wait=True))
    made = client.containers.get("py-c1")
    call("files.put", lambda: made.files.put("/tmp/greeting", "hello\n", mode=0o600, uid=1000, gid=1000))
    call("files.get", lambda: made.files.get("/tmp/greeting"))
    call("files.get nothing", lambda: made.files.get("/tmp/nothing"))
    call("files.delete_available", made.files.delete_available)
    call("execute", lambda: steady(lambda: list(made.execute(["cat", "/tmp/greeting"])), [0, "hello\n", ""]))
    call("execute with an exit code", lambda: steady(lambda: list(made.execute(["sh", "-c", "echo out; echo err >&2; exit 3"])), [3, "out\n", "err\n"]))
    call("execute with input", lambda: steady(lambda: list(made.execute(["cat"], stdin_payload="typed")), [0, "typed", ""]))
    call("files.delete", lambda: made.files.delete("/tmp/greeting"))
    call("files.delete gone", lambda: made.files.delete("/tmp/greeting"))
    call("container.restart", lambda: made.restart(wait=True))
    call("container.stop", lambda: made.stop(wait=True))
    call("container.stop again", lambda: made.stop(wait=True))
    call("snapshots.create", lambda: made.snapshots.create("s1", wait=True).name)
    call("snapshots.create again", lambda: made.snapshots.create("s1", wait=True).name)
    call("snapshots.all", lambda: [one.name for one in made.snapshots.all()])
    call("snapshots.get", lambda: (made.snapshots.get("s1").name, made.snapshots.get("s1").stateful))
    call("snapshots.get nothing", lambda: made.snapshots.get("s9"))
    call("snapshot.rename", lambda: made.snapshots.get("s1").rename("s2", wait=True))
    call("restore_snapshot", lambda: made.restore_snapshot("s2", wait=True).status_code)
    call("restore_snapshot nothing", lambda: made.restore_snapshot("s9", wait=True))
    call("container copy", lambda: client.containers.create(
        {"name": "py-c2", "profiles": ["default"], "source": {"type": "copy", "source": "py-c1"}}, wait=True))
    call("snapshot.delete", lambda: made.snapshots.get("s2").delete(wait=True))
    published = call("container.publish", lambda: made.publish(wait=True))
    if published is not None:
        call("image.delete", lambda: published.delete(wait=True))
    call("container backup", lambda: ended(made.api.backups, "post", json={"name": "b1"}))
    call("container backups", lambda: raw(made.api.backups))
    call("container backup delete", lambda: ended(made.api.backups["b1"], "delete"))
    call("container metadata", lambda: raw(made.api["metadata"])["architecture"])
    call("container.rename", lambda: made.rename("py-c3", wait=True))
    for name in ("py-c1", "py-c2", "py-c3"):
        call(f"container.delete {name}", lambda: client.containers.get(name).delete(wait=True))


def events():
    """Listens while a profile comes and goes."""
    seen, opened, done = [], threading.Event(), threading.Event()

    class Listener(pylxd.client._WebsocketClient):
        def handshake_ok(self):
            opened.set()

        def received_message(self, message):
            event = json.loads(message.data)
            source = event["metadata"].get("source", "")
            if source.endswith("/py-poke"):
                opened.set()
            if source.endswith("/py-event"):
                seen.append((event["type"], event["metadata"]["action"]))
                if event["metadata"]["action"] == "profile-deleted":
                    done.set()

    listener = client.events(websocket_client=Listener, event_types={pylxd.EventType.Lifecycle})
    listener.connect()
    # A new listener of LXD 5.0 hears nothing for a moment, so something is told until it hears of it.
    client.profiles.create("py-poke")
    opened.clear()
    thread = threading.Thread(target=listener.run, daemon=True)
    thread.start()
    for _ in range(200):
        client.profiles.get("py-poke").save()
        if opened.wait(0.05):
            break
    client.profiles.get("py-poke").delete()
    client.profiles.create("py-event")
    client.profiles.get("py-event").save()
    client.profiles.get("py-event").delete()
    done.wait(10)
    listener.close()
    call("events", lambda: seen)



def clean():
    """Removes what an earlier run left."""
    nodes = client.api
    for node in (
        *(nodes.instances[name] for name in ("py-c1", "py-c2", "py-c3")),
        *(nodes.networks[name] for name in ("pybr0", "pybr2")),
        *(nodes.profiles[name] for name in ("py-one", "py-two", "py-poke", "py-event")),
        *(nodes.storage_pools["py-pool"].volumes.custom[name] for name in ("py-volume", "py-other")),
        nodes.storage_pools["py-pool"],
        nodes.projects["py-project"],
        nodes.images.aliases["py-alias"],
        nodes["network-acls"]["py-acl"],
    ):
        try:
            answer = node.delete().json()
            if answer["type"] == "async":
                client.operations.wait_for_operation(answer["operation"])
        except exceptions.LXDAPIException:
            pass


clean()
server()
certificates(open(sys.argv[3], "rb").read())
images()
profiles()
networks()
projects()
storage()
containers()
events()
