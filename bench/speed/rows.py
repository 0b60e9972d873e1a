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
         "ratio_to_uniform": "{} of uniform", "bytes_per_account": "{} B", "clean_restart_ms": "{} ms",
         "killed_restart_ms": "{} ms"}


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
    uniform: str = ""  # the row this one is a ratio of
    transfers: int = 0  # instead of RUN_SECONDS


SINGLE = ("--connections", "64", "--verify-sample", "1000")  # one in flight on each
SINGLE_GOALS = (Goal("transfers_per_second", AT_LEAST, 10_000), Goal("p99_ms", AT_MOST, 20))
BATCH_GOALS = (Goal("transfers_per_second", AT_LEAST, 100_000), Goal("server_cpu_seconds_per_million", AT_MOST, 8))
ONE_HOT_GOALS = (Goal("ratio_to_uniform", AT_LEAST, 0.8),)


def batch(size):
    return ("--connections", "4", "--in-flight", "4", "--batch", str(size))


TRANSFER_ROWS = (
    TransferRow("single_64", SINGLE, SINGLE_GOALS),
    TransferRow("single_64_saga", (*SINGLE, "--protocol", "saga")),
    TransferRow("single_64_zipf", (*SINGLE, "--distribution", "zipf"), uniform="single_64"),
    TransferRow("single_64_one_hot", (*SINGLE, "--distribution", "one-hot"), ONE_HOT_GOALS, "single_64"),
    TransferRow("single_64_local", (*SINGLE, "--cross", "0")),
    TransferRow("batch_1000", batch(1000), BATCH_GOALS),
    TransferRow("batch_8000", batch(8000), BATCH_GOALS),
    TransferRow("batch_10000", batch(10_000), BATCH_GOALS),
    TransferRow("batch_8000_zipf", (*batch(8000), "--distribution", "zipf"), uniform="batch_8000"),
    TransferRow("batch_8000_one_hot", (*batch(8000), "--distribution", "one-hot"), ONE_HOT_GOALS, "batch_8000",
                ONE_HOT_BATCH_TRANSFERS),
    TransferRow("batch_8000_local", (*batch(8000), "--cross", "0")),
)

ACCOUNTS_1M = "accounts_1m"
MANY_ACCOUNTS = 1_000_000


@dataclass(frozen=True)
class AccountsLine:
    """One printed line of the row accounts_1m."""
    name: str
    metric: str  # key of a round
    unit: str
    goal: Goal | None = None


ACCOUNTS_LINES = (
    AccountsLine("memory per idle account", "bytes_per_account", "B",
                 Goal("bytes_per_account", AT_MOST, 300)),
    AccountsLine("  of it not file-backed", "anonymous_bytes_per_account", "B"),
    AccountsLine("first answer, clean restart", "clean_restart_ms", "ms",
                 Goal("clean_restart_ms", AT_MOST, 2000)),
    AccountsLine("first answer, after kill -9", "killed_restart_ms", "ms",
                 Goal("killed_restart_ms", AT_MOST, 2000)),
)
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
