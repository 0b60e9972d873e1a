"""Medians over the rounds, the printed table and the JSON."""
import math
import statistics

import rows

METRICS = ("transfers_per_second", "p50_ms", "p99_ms", "server_cpu_seconds_per_million",
           "client_cpu_seconds_per_million")


def median_of(rounds, metric):
    values = [one[metric] for one in rounds if one.get(metric) is not None]
    return statistics.median(values) if values else None


def ratio_to(rounds, uniform_rounds):
    """Median of the ratios round by round: neighbours disturb both sides of one round alike."""
    uniform = {one["round"]: one["transfers_per_second"] for one in uniform_rounds}
    ratios = [one["transfers_per_second"] / uniform[one["round"]] for one in rounds if one["round"] in uniform]
    return statistics.median(ratios) if ratios else None


def reached(goals, values, failures):
    """True, False, or None where there is no goal or nothing to judge by."""
    if not goals:
        return None
    verdicts = [goal.holds(values) for goal in goals]
    if False in verdicts or failures:
        return False
    return None if None in verdicts else True


def transfer_summary(row, results):
    """`results`: name -> {"rounds": [...], "failures": [...]}."""
    own = results[row.name]
    summary = {"name": row.name} | {metric: median_of(own["rounds"], metric) for metric in METRICS}
    if row.base:
        summary[row.ratio_key] = ratio_to(own["rounds"], results.get(row.base, {"rounds": []})["rounds"])
        summary["base_is"] = row.base_is
    summary["goal"] = ", ".join(map(str, row.goals)) or None
    summary["reached"] = reached(row.goals, summary, own["failures"])
    if summary["transfers_per_second"]:
        operations = 2 * summary["transfers_per_second"]
        summary["nodes_for_1000000_transfers_per_second"] = math.ceil(2_000_000 / operations)
    return summary | own


def measured_summary(name, result):
    measurements = []
    for line in rows.MEASURED[name]:
        value = median_of(result["rounds"], line.metric)
        goals = (line.goal,) if line.goal else ()
        measurements.append({"name": line.metric, "label": line.name.strip(), "value": value, "unit": line.unit,
                             "goal": str(line.goal) if line.goal else None,
                             "reached": reached(goals, {line.metric: value}, result["failures"])})
    return {"name": name, "measurements": measurements} | result


def summarize(results, peers):
    """(rows of transfers with the peers' after them, rows that measure several things)"""
    all_rows = [transfer_summary(row, results) for row in rows.TRANSFER_ROWS if row.name in results]
    if peers:
        all_rows += [transfer_summary(rows.TransferRow(name, ()), results) for name, _, _ in rows.PEER_ROWS
                     if name in results]
    return all_rows, [measured_summary(name, results[name]) for name in rows.MEASURED if name in results]


def number(value, decimals):
    return "-" if value is None else f"{value:,.{decimals}f}"


def verdict(summary):
    if summary.get("failures"):
        return "FAILED"
    return {True: "yes", False: "no", None: "-"}[summary["reached"]]


def spread(rounds):
    values = [one["transfers_per_second"] for one in rounds]
    return f"{min(values):,.0f} - {max(values):,.0f}" if values else "-"


def aligned(lines):
    """The first column to the left, the last two too, numbers to the right."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    left = {0, len(widths) - 2, len(widths) - 1}
    return [
        "  ".join(cell.ljust(width) if column in left else cell.rjust(width)
                  for column, (cell, width) in enumerate(zip(line, widths))).rstrip()
        for line in lines
    ]


def goal_text(summary):
    text = summary["goal"] or ""
    base_is = summary.get("base_is", "")
    ratio = summary.get("ratio_to_" + base_is.replace(" ", "_"))
    if ratio is not None:
        text = f"{ratio:.2f} of {base_is}" + (f" (goal {text})" if text else "")
    return text or "-"


def transfer_table(summaries):
    lines = [["row", "transfers/s", "min - max", "p50 ms", "p99 ms", "server CPU s/M", "client CPU s/M", "goal",
              "reached"]]
    for one in summaries:
        lines.append([one["name"], number(one["transfers_per_second"], 0), spread(one["rounds"]),
                      number(one["p50_ms"], 2), number(one["p99_ms"], 2),
                      number(one["server_cpu_seconds_per_million"], 2),
                      number(one["client_cpu_seconds_per_million"], 2), goal_text(one), verdict(one)])
    return aligned(lines)


def measured_table(summary):
    lines = [[summary["name"], "median", "goal", "reached"]]
    for line, one in zip(rows.MEASURED[summary["name"]], summary["measurements"]):
        value = "-" if one["value"] is None else f"{number(one['value'], 0)} {line.unit}"
        lines.append([line.name, value, one["goal"] or "-", verdict(one | {"failures": summary["failures"]})])
    return aligned(lines)


def nodes_line(summaries):
    """Required of every load report: how many nodes a million transfers a second take."""
    plain = {row.name for row in rows.TRANSFER_ROWS if not row.base and "--cross" not in row.options}
    best = max((one for one in summaries if one["name"] in plain and one["transfers_per_second"]), default=None,
               key=lambda one: one["transfers_per_second"])
    if best is None:
        return []
    return ["", f"nodes for 1,000,000 transfers/s (2,000,000 operations/s), client on the same machine: "
                f"2,000,000 / (2 x {best['transfers_per_second']:,.0f}) = "
                f"{best['nodes_for_1000000_transfers_per_second']} ({best['name']})"]


def text(all_rows, measured):
    lines = transfer_table(all_rows) if all_rows else []
    for summary in measured:
        lines += ([""] if lines else []) + measured_table(summary)
    return "\n".join(lines + nodes_line(all_rows))
