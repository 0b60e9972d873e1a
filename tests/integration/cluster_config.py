"""What does not fit together is refused with a clear error: configurations, data directories of another node or
cluster, certificates. A node that is a stranger to the others is refused by them and does no harm."""
import re

from florin_cluster import Cluster
from florin_node import (OUTSIDE, START_S_MAX, Node, check, check_equal, florin, run_cases, run_to_end, terms, wait_until)

BAD_CONFIG = 2  # exit code, runtime/config/exit_code.hpp


def refused(directory, config, node, *says, options=(), data="data"):
    """florind with this file must end with BAD_CONFIG and say all of `says`."""
    code, output = run_to_end(directory / data, "--config", config, *(["--node", node] if node else []), *options)
    check_equal(code, BAD_CONFIG, f"exit code ({output})")
    for text in says:
        check(re.search(text, output), f"'{text}' is not said: {output}")
    check("Traceback" not in output and "terminate" not in output, output)


def bad_configurations(directory):
    cluster = Cluster(directory)
    good = cluster.config_text(1)
    config = directory / "cluster.toml"

    def variant(number, node, *says, old="", new=""):
        check(old in good, f"{old} is not in the configuration")
        config.write_text(good.replace(old, new) if number is None else good.replace(old, new, number),
                          encoding="utf-8")
        refused(directory, config, node, *says)

    place = r"cluster\.toml"
    variant(1, 1, place, "odd", old="replication = 3", new="replication = 2")
    variant(1, 1, place, "5 needs as many nodes", old="replication = 3", new="replication = 5")
    variant(1, 1, place, "same id", old="id = 2", new="id = 1")
    variant(1, 1, place, "used twice", old=cluster[2].peer, new=cluster[1].peer)
    variant(1, 0, "--node", "1, 2, 3", old="insecure = true", new="insecure = true")
    variant(1, 9, "--node", "1, 2, 3", old="insecure = true", new="insecure = true")
    variant(1, 1, place, "insecure", "loopback", old=f'peer = "{cluster[2].peer}"', new='peer = "10.1.2.3:7400"')
    variant(1, 1, "florin cert", old="insecure = true", new="")
    variant(1, 1, place, "certificate", old="insecure = true", new='ca = "ca.crt"')
    variant(1, 1, place, "id", old='id = "test"\n', new="")
    variant(1, 1, place, "peer", old=f'peer = "{cluster[3].peer}"', new='peer = "nowhere"')
    variant(1, 1, place, r" 3 \|", old="replication = 3", new="replication = three")
    check(not (directory / "data").exists(), "a refused configuration has made a data directory")


def data_directory_of_another(directory):
    with Cluster(directory) as cluster:
        cluster.start().stop()
        data, config = cluster[1].data_dir, cluster.write_config(1)
        partitions = ["--partitions", str(cluster.partitions)]
        refused(directory, config, 2, "node 1", "node 2", options=partitions, data=data)
        refused(directory, config, 1, "partitions", "8", "4", options=["--partitions", "4"], data=data)
        other = directory / "other.toml"
        other.write_text(cluster.config_text(1).replace('id = "test"', 'id = "toast"'), encoding="utf-8")
        refused(directory, other, 1, "test", "toast", options=partitions, data=data)
        code, output = run_to_end(data, *partitions)
        check_equal(code, BAD_CONFIG, f"a cluster's directory started alone ({output})")
        check("cluster" in output, output)
        with Node(directory / "alone", *partitions).start() as node:
            node.stop()
        refused(directory, config, 1, "cluster", options=partitions, data="alone")
        cluster.start().stop()  # nothing of this has changed the directory


def two_serve(cluster):
    """Nodes 1 and 2 serve all partitions, whatever node 3 is."""
    members = [cluster[1], cluster[2]]
    led = cluster.wait_leaders(members=members)
    check(3 not in led.values(), f"the stranger leads: {led}")
    with cluster.client(1, avoid=3) as client:
        client.create("somebody")
        check_equal(client.transfer(terms(OUTSIDE, "somebody", 100)).status, 200, "a transfer")


def wait_log(member, *says):
    def said():
        check(member.runs(), f"node {member.number} ended:\n{member.output()[-2000:]}")
        return all(re.search(text, member.output()) for text in says)

    wait_until(said, START_S_MAX, f"node {member.number} logs {says}")


def stranger(cluster, *says):
    """Starts all with node 3 being one whom the others refuse: nodes 1 or 2 log why."""
    with cluster:
        for number in (1, 2):
            cluster[number].spawn()
        for number in (1, 2):
            cluster[number].wait_ready()
        cluster[3].spawn()
        wait_log(cluster[1], "peer refused", *says)
        two_serve(cluster)


def node_of_another_cluster(directory):
    cluster = Cluster(directory)
    cluster[3].options = ["--cluster-id", "toast"]
    stranger(cluster, "toast|cluster")


def node_with_other_partitions(directory):
    cluster = Cluster(directory)
    cluster[3].options = ["--partitions", "4"]
    stranger(cluster, "partition")


def certificate_of_another_authority(directory):
    cluster = Cluster(directory, tls=True)
    other = directory / "other"
    florin("cert", "ca", "--out", other, "--cluster", "test")
    florin("cert", "node", "--ca", other, "--node", 3, "--out", other)
    cluster[3].options = ["--cluster-ca", other / "ca.crt", "--cluster-certificate", other / "node-3.crt",
                          "--cluster-key", other / "node-3.key"]
    stranger(cluster, "certificate")


def certificate_that_does_not_fit(directory):
    """Of another node, with another's key, or no certificate at all: seen before the node starts."""
    cluster = Cluster(directory, tls=True)
    config = cluster.write_config(1)
    certs = cluster.certs
    two = ["--cluster-certificate", certs / "node-2.crt"]
    refused(directory, config, 1, "node-2.crt", options=[*two, "--cluster-key", certs / "node-2.key"])
    refused(directory, config, 1, "key", options=two)
    refused(directory, config, 1, "missing.crt", options=["--cluster-certificate", certs / "missing.crt"])
    refused(directory, config, 1, "config|node1.toml", options=["--cluster-certificate", config])


run_cases([bad_configurations, data_directory_of_another, node_of_another_cluster, node_with_other_partitions,
           certificate_of_another_authority, certificate_that_does_not_fit])
