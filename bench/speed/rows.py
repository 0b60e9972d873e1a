"""The rows of the speed table: what each puts on the node and which goals it has. Only data; add a row here."""
import operator
from dataclasses import dataclass, field

PARTITIONS = 16  # 15 of 16 uniform transfers cross
ACCOUNTS = 100_000  # of workload W1; funded with 10,000.00 each, amounts 0.01 to 1.00
RUN_SECONDS = 8
# florin-load always reads the whole statement of the hottest account, at the pace of one page after the other.
ONE_HOT_BATCH_TRANSFERS = 300_000

AT_LEAST, AT_MOST = ">=", "<="
COMPARE = {AT_LEAST: operator.ge, AT_MOST: operator.le}
SHORT = {"transfers_per_second": "{}/s", "p99_ms": "p99 {} ms", "server_cpu_seconds_per_million": "CPU {} s/M",
         "ratio_to_uniform": "{} of uniform", "ratio_to_one_node": "{} of one node", "bytes_per_account": "{} B", "clean_restart_ms": "{} ms",
         "killed_restart_ms": "{} ms", "bodies_mib": "{} MiB",
         **{f"{who}_p99_us": "p99 {} us" for who in ("one_id", "listing", "searching", "bodies")}}


@dataclass(frozen=True)
class Goal:
    metric: str
    relation: str
    limit: float

    def holds(self, values):
        """True, False, or None where the value was not measured."""
        value = values.get(self.metric)
        return None if value is None else COMPARE[self.relation](value, self.limit)

    def __str__(self):
        return SHORT[self.metric].format(f"{self.relation} {self.limit:,g}")


@dataclass(frozen=True)
class TransferRow:
    name: str
    options: tuple  # of florin-load
    goals: tuple = field(default=())
    base: str = ""  # the row this one is a ratio of
    base_is: str = "uniform"  # what that is, in words
    transfers: int = 0  # instead of RUN_SECONDS
    nodes: int = 1  # more than one: a cluster, every partition on three of them

    @property
    def ratio_key(self):
        return "ratio_to_" + self.base_is.replace(" ", "_")


SINGLE = ("--connections", "64", "--verify-sample", "1000")  # one in flight on each
SINGLE_GOALS = (Goal("transfers_per_second", AT_LEAST, 10_000), Goal("p99_ms", AT_MOST, 20))
BATCH_GOALS = (Goal("transfers_per_second", AT_LEAST, 100_000), Goal("server_cpu_seconds_per_million", AT_MOST, 8))
ONE_HOT_GOALS = (Goal("ratio_to_uniform", AT_LEAST, 0.8),)
CLUSTER_GOALS = (Goal("ratio_to_one_node", AT_LEAST, 0.3),)


def batch(size):
    return ("--connections", "4", "--in-flight", "4", "--batch", str(size))


TRANSFER_ROWS = (
    TransferRow("single_64", SINGLE, SINGLE_GOALS),
    TransferRow("single_64_saga", (*SINGLE, "--protocol", "saga")),
    TransferRow("single_64_zipf", (*SINGLE, "--distribution", "zipf"), base="single_64"),
    TransferRow("single_64_one_hot", (*SINGLE, "--distribution", "one-hot"), ONE_HOT_GOALS, "single_64"),
    TransferRow("single_64_local", (*SINGLE, "--cross", "0")),
    TransferRow("batch_1000", batch(1000), BATCH_GOALS),
    TransferRow("batch_8000", batch(8000), BATCH_GOALS),
    TransferRow("batch_10000", batch(10_000), BATCH_GOALS),
    TransferRow("batch_8000_zipf", (*batch(8000), "--distribution", "zipf"), base="batch_8000"),
    TransferRow("batch_8000_one_hot", (*batch(8000), "--distribution", "one-hot"), ONE_HOT_GOALS, "batch_8000",
                transfers=ONE_HOT_BATCH_TRANSFERS),
    TransferRow("batch_8000_local", (*batch(8000), "--cross", "0")),
    TransferRow("cluster_3_single_64", SINGLE, CLUSTER_GOALS, "single_64", "one node", nodes=3),
    TransferRow("cluster_3_batch_1000", batch(1000), CLUSTER_GOALS, "batch_1000", "one node", nodes=3),
    TransferRow("cluster_3_batch_8000", batch(8000), CLUSTER_GOALS, "batch_8000", "one node", nodes=3),
)

ACCOUNTS_1M = "accounts_1m"
MANY_ACCOUNTS = 1_000_000


@dataclass(frozen=True)
class MeasuredLine:
    """One printed line of a row that measures several things."""
    name: str
    metric: str  # key of a round
    unit: str
    goal: Goal | None = None


ACCOUNTS_LINES = (
    MeasuredLine("memory per idle account", "bytes_per_account", "B",
                 Goal("bytes_per_account", AT_MOST, 300)),
    MeasuredLine("  of it not file-backed", "anonymous_bytes_per_account", "B"),
    MeasuredLine("first answer, clean restart", "clean_restart_ms", "ms",
                 Goal("clean_restart_ms", AT_MOST, 2000)),
    MeasuredLine("first answer, after kill -9", "killed_restart_ms", "ms",
                 Goal("killed_restart_ms", AT_MOST, 2000)),
)

CLUSTER = "cluster_3"
MOVED_ACCOUNTS = 100_000  # all in the one partition that moves
IDLE_SECONDS = 10
CLUSTER_LINES = (
    MeasuredLine("move of a replica with 100,000 accounts", "move_ms", "ms"),
    MeasuredLine("  entries of its log", "moved_entries", ""),
    MeasuredLine("idle, 16 partitions: CPU per node", "idle_16_cpu_permille", "permille of a core"),
    MeasuredLine("  memory per node", "idle_16_mib", "MiB"),
    MeasuredLine("idle, 64 partitions: CPU per node", "idle_64_cpu_permille", "permille of a core"),
    MeasuredLine("  memory per node", "idle_64_mib", "MiB"),
)

HOSTILE = "hostile"
HOSTILE_ACCOUNTS = 100_000
HOSTILE_LINES = (
    MeasuredLine("a stranger's p99, alone", "alone_p99_us", "us"),
    MeasuredLine("  beside batches of 5,000 payers with one id", "one_id_p99_us", "us",
                 Goal("one_id_p99_us", AT_MOST, 100_000)),
    MeasuredLine("  beside 8 clients that list accounts", "listing_p99_us", "us",
                 Goal("listing_p99_us", AT_MOST, 50_000)),
    MeasuredLine("  beside 8 that search all payers of that id", "searching_p99_us", "us",
                 Goal("searching_p99_us", AT_MOST, 50_000)),
    MeasuredLine("  beside 150 unfinished bodies of 8 MiB", "bodies_p99_us", "us",
                 Goal("bodies_p99_us", AT_MOST, 50_000)),
    MeasuredLine("memory that all of it took", "bodies_mib", "MiB", Goal("bodies_mib", AT_MOST, 600)),
)
MEASURED = {ACCOUNTS_1M: ACCOUNTS_LINES, CLUSTER: CLUSTER_LINES, HOSTILE: HOSTILE_LINES}

# (row, script, how its line names the configuration). The settings are those of run_all.sh's short
# matrix, restricted to what a row of ours can be compared with.
PEER_ROWS = (
    ("peer_postgres_func1_64", "postgres.sh", "func1,uniform,sync=on,clients=64"),
    ("peer_postgres_batch1000_4", "postgres.sh", "batch1000,uniform,sync=on,clients=4"),
    ("peer_redis_always_64", "redis.sh", "fsync_always,uniform,conns=64,pipeline=1"),
    ("peer_redis_always_pipeline_256", "redis.sh", "fsync_always,uniform,conns=1,pipeline=256"),
)
PEER_SETTINGS = {
    "postgres.sh": {"SYNC": "on", "DISTS": "uniform", "SHAPES": "func1 batch", "CLIENTS": "64", "BATCHES": "1000"},
    "redis.sh": {"MODES": "always", "DISTS": "uniform", "CONFIGS": "64:1 1:256"},
}
PEER_SECONDS = 3  # SECONDS_PER of the short matrix
PEER_COUNT_SCALE = 0.3  # COUNT_SCALE of the short matrix
