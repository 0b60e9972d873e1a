// See recover_view.hpp.
#include "apps/florin/recover_view.hpp"

#include <map>
#include <utility>

#include "apps/client/json_text.hpp"
#include "apps/client/text_table.hpp"
#include "domain/money/amount.hpp"

namespace florin::cli {

using client::add_raw;
using client::add_string;
using client::Align;
using client::append_json_string;
using client::printable;
using client::TextTable;

namespace {

constexpr std::size_t findings_shown_max = 20;

std::string instant(Timestamp time) { return time.is_none() ? "-" : time.to_rfc3339(); }

std::string group_name(const RecoverReport& report, std::uint32_t group) {
  return group == report.partitions ? "meta" : std::to_string(group);
}

std::string money(const CrossFinding& finding) {
  if (finding.amount == 0) return "?";
  return format_amount(finding.amount, decimals_of(finding.currency)) + " " +
         std::string(finding.currency.view());
}

std::string what_may_be_missing(const RecoveredGroup& group) {
  if (group.path.empty()) return "everything: nobody has a log of it";
  if (group.committed > group.entries)
    return "entries " + std::to_string(group.entries + 1) + " to " +
           std::to_string(group.committed) + ", and what came later: they were agreed";
  if (!group.has_majority)
    return "what was acknowledged after the last one: no majority of its voters is here";
  return "nothing";
}

// What the two sides of a finding mean in money, summed.
std::string sums_text(const RecoverReport& report) {
  std::map<std::pair<CrossFault, Currency>, std::pair<std::size_t, WideMinor>> sums;
  for (const CrossFinding& finding : report.findings) {
    auto& [count, sum] = sums[{finding.fault, finding.currency}];
    ++count;
    sum += finding.amount;
  }
  std::string out;
  for (const auto& [key, value] : sums) {
    const auto& [fault, currency] = key;
    out += "  " + std::to_string(value.first) + " x " + std::string(to_string(fault));
    if (value.second != 0)
      out += ", " + format_amount(value.second, decimals_of(currency)) + " " +
             std::string(currency.view());
    out += "\n";
  }
  return out;
}

std::string findings_text(const RecoverReport& report) {
  if (report.findings.empty()) return "";
  TextTable table(
      {{"lacks entries"}, {"transfer"}, {"amount", Align::right}, {"what contradicts"}});
  for (const CrossFinding& finding : report.findings) {
    if (&finding - report.findings.data() >= static_cast<std::ptrdiff_t>(findings_shown_max)) break;
    table.add_row({"partition " + std::to_string(finding.lacks), finding.transfer.to_string(),
                   money(finding), finding.what});
  }
  std::string out = "\nThe partitions contradict each other (a directory is too old):\n" +
                    table.to_string() + sums_text(report);
  if (report.findings.size() > findings_shown_max)
    out += "  (the first " + std::to_string(findings_shown_max) + " of " +
           std::to_string(report.findings.size()) + "; --json shows all)\n";
  return out +
         "  held_for_ever: reserved and never released. one_sided: taken on one side, not given on "
         "the "
         "other.\n  outcome_unknown: no money has moved by it, but what was promised is lost.\n";
}

template <class Items, class Item>
std::string json_list(const Items& items, const Item& item) {
  std::string out = "[";
  for (const auto& one : items) {
    if (out.size() > 1) out += ',';
    out += item(one);
  }
  return out + "]";
}

std::string quoted_text(const std::string& text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string from_json(const RecoveredFrom& from) {
  std::string out = "{";
  add_string(out, "path", from.path);
  add_raw(out, "node", std::to_string(from.node));
  add_string(out, "newest", from.newest.is_none() ? "" : from.newest.to_rfc3339());
  add_string(out, "damage", from.damage);
  add_raw(out, "older_copy", from.is_older_copy ? "true" : "false");
  return out + "}";
}

std::string group_json(const RecoverReport& report, const RecoveredGroup& group) {
  std::string out = "{";
  add_string(out, "group", group_name(report, group.group));
  add_string(out, "kept_from", group.path);
  add_raw(out, "entries", std::to_string(group.entries));
  add_raw(out, "known_committed", std::to_string(group.committed));
  add_string(out, "newest", group.newest.is_none() ? "" : group.newest.to_rfc3339());
  add_raw(out, "voters", std::to_string(group.voters));
  add_raw(out, "voters_there", std::to_string(group.voters_there));
  add_raw(out, "majority", group.has_majority ? "true" : "false");
  add_raw(out, "may_miss", group.may_miss() ? "true" : "false");
  add_raw(out, "replaced", json_list(group.replaced, quoted_text));
  return out + "}";
}

std::string finding_json(const CrossFinding& finding) {
  std::string out = "{";
  add_raw(out, "lacks", std::to_string(finding.lacks));
  add_string(out, "fault", to_string(finding.fault));
  add_string(out, "transfer", finding.transfer.to_string());
  if (finding.amount != 0) {
    add_string(out, "amount", format_amount(finding.amount, decimals_of(finding.currency)));
    add_string(out, "currency", finding.currency.view());
  }
  add_string(out, "what", finding.what);
  return out + "}";
}

}  // namespace

Exit exit_for(const RecoverReport& report) noexcept {
  return report.is_written ? exit_ok : exit_refused;
}

std::string render_recovered(const RecoverReport& report, const std::string& to) {
  TextTable from({{"directory"}, {"node", Align::right}, {"newest entry"}, {"state"}});
  for (const RecoveredFrom& one : report.from)
    from.add_row({one.path, std::to_string(one.node), instant(one.newest),
                  !one.damage.empty() ? "damaged: " + one.damage
                  : one.is_older_copy ? "an older copy of the same node"
                                      : "whole"});
  TextTable groups({{"partition", Align::right},
                    {"kept from"},
                    {"entries", Align::right},
                    {"voters here", Align::right},
                    {"may be missing"}});
  for (const RecoveredGroup& group : report.groups)
    groups.add_row({group_name(report, group.group), group.path.empty() ? "-" : group.path,
                    std::to_string(group.entries),
                    std::to_string(group.voters_there) + " of " + std::to_string(group.voters),
                    what_may_be_missing(group)});
  std::string out = from.to_string() + "\n" + groups.to_string();
  for (const RecoveredGroup& group : report.groups)
    for (const std::string& path : group.replaced)
      out += "partition " + group_name(report, group.group) + ": the end of " + printable(path) +
             " was never agreed, and does not count\n";
  out += findings_text(report);
  if (!report.is_written)
    return out +
           "\nnothing was written: find the missing directories, or give this up with "
           "--accept-missing\n";
  return out + "\nwritten: " + printable(to) + " is node " + std::to_string(report.founder) +
         " of the new cluster " + report.new_cluster +
         (report.is_complete() ? ", and nothing is missing that these directories know of\n"
                               : "; what may be missing was accepted\n");
}

std::string recovered_json(const RecoverReport& report) {
  std::string out = "{";
  add_raw(out, "written", report.is_written ? "true" : "false");
  add_raw(out, "complete", report.is_complete() ? "true" : "false");
  add_string(out, "old_cluster", report.old_cluster);
  add_string(out, "new_cluster", report.new_cluster);
  add_raw(out, "node", std::to_string(report.founder));
  add_raw(out, "directories", json_list(report.from, from_json));
  add_raw(out, "groups", json_list(report.groups, [&](const RecoveredGroup& group) {
            return group_json(report, group);
          }));
  add_raw(out, "contradictions", json_list(report.findings, finding_json));
  return out + "}";
}

}  // namespace florin::cli
